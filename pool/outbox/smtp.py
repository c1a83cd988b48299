"""One conversation with a mail relay, cut in two at the only point that matters: the final dot.

Before it nothing has been handed over, and whatever goes wrong may be tried again. After it, until
the relay has answered, nobody can say whether the mail was taken. :meth:`Conversation.offer` does
everything before, :meth:`Conversation.commit` sends the dot and reads the answer; the outbox
writes down ``sending`` in between.
"""

from __future__ import annotations

import contextlib
import re
import select
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class RelayDownError(Exception):
    """The relay cannot be reached, does not let us in or takes nothing from us: no mail's fault."""


class LineDroppedError(Exception):
    """The conversation broke off."""


class RefusedError(Exception):
    """The relay answered no to this mail: for now (4xx) or for good (5xx)."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}".strip())
        self.code = code

    @property
    def for_good(self) -> bool:
        return 500 <= self.code < 600


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds of silence after which the line counts as dropped. ``answer`` is for the relay's
    reply to the final dot and stays under the outbox's lease; all together, step by step, they
    stay under seven minutes."""

    connect: float = 10
    command: float = 20
    answer: float = 180


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to be let in. Its text shows no password."""

    host: str
    port: int
    security: str = "none"
    """``none``, ``starttls`` or ``tls``; the last two check the certificate."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """From ``smtp://user:password@host:port`` (``?starttls=1`` to insist on it),
        ``smtp+starttls://…`` or ``smtps://…``. Raises ValueError, without the password in it."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("the relay's address is not smtp://host:port")
        asked = parse_qs(parts.query).get("starttls", ["0"])[0].lower()
        security = {"smtp+starttls": "starttls", "smtps": "tls"}.get(parts.scheme, "none")
        if security == "none" and asked not in ("0", "no", "false"):
            security = "starttls"
        user = unquote(parts.username) if parts.username else None
        if user is not None and security == "none" and not _own_machine(parts.hostname):
            raise ValueError(
                f"the password for {parts.hostname} would travel readable to all: "
                "use smtp+starttls:// or smtps://"
            )
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            security=security,
            user=user,
            password=unquote(parts.password) if parts.password else "",
        )


class Conversation:
    """Open one with ``with``; one mail each. Leaving closes the line, dot or no dot."""

    def __init__(
        self,
        relay: RelayAddress,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._relay = relay
        self._timeouts = timeouts or Timeouts()
        self._context = context
        self._smtp: smtplib.SMTP | None = None
        self._done = False

    def __enter__(self) -> Self:
        """Connect, greet, secure the line, sign in. Raises :class:`RelayDownError`."""
        try:
            self._open()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            raise RelayDownError(_say(error)) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._done and self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def offer(self, sender: str, recipient: str, mail: bytes) -> None:
        """All but the final dot. ``mail`` has CRLF line ends.

        Raises :class:`RefusedError`, :class:`LineDroppedError`, and :class:`RelayDownError` where
        our own sender address is refused, which no mail can help.
        """
        smtp = self._line
        with _listening():
            code, text = smtp.mail(sender)
            if code != 250:
                raise RelayDownError(f"{sender}: {code} {_readable(text)}")
            code, text = smtp.rcpt(recipient)
            if code not in (250, 251):
                raise RefusedError(code, _readable(text))
            code, text = smtp.docmd("DATA")
            if code != 354:
                raise RefusedError(code, _readable(text))
            smtp.send(re.sub(rb"(?m)^\.", b"..", mail.removesuffix(b"\r\n") + b"\r\n"))
            self._early_answer(smtp)

    def commit(self) -> str:
        """The final dot; returns the relay's words once it has taken the mail.

        Raises :class:`RefusedError`: it has not. :class:`LineDroppedError`: nobody can say.
        """
        smtp = self._line
        with _listening():
            if smtp.sock is not None:
                smtp.sock.settimeout(self._timeouts.answer)
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        if 400 <= code < 600:
            raise RefusedError(code, _readable(text))
        if not 200 <= code < 300:
            raise LineDroppedError(f"no answer that can be understood: {code} {_readable(text)}")
        self._done = True
        return f"{code} {_readable(text)}"

    def _early_answer(self, smtp: smtplib.SMTP) -> None:
        """A relay that gave up in the middle has answered or hung up already: better heard now,
        while nothing has been handed over, than as an unknown outcome after the dot."""
        if smtp.sock is None or isinstance(smtp.sock, ssl.SSLSocket):
            return
        readable, _, _ = select.select([smtp.sock], [], [], 0)
        if readable:
            code, text = smtp.getreply()
            raise RefusedError(code, _readable(text))

    @property
    def _line(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise RuntimeError("the conversation has not been opened")
        return self._smtp

    def _open(self) -> None:
        relay, timeouts = self._relay, self._timeouts
        name = socket.gethostname()
        context = self._context or ssl.create_default_context()
        smtp: smtplib.SMTP
        if relay.security == "tls":
            smtp = smtplib.SMTP_SSL(
                relay.host, relay.port, name, timeout=timeouts.connect, context=context
            )
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, name, timeout=timeouts.connect)
        self._smtp = smtp
        if smtp.sock is not None:
            smtp.sock.settimeout(timeouts.command)
        smtp.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if relay.user is not None:
            smtp.login(relay.user, relay.password or "")

    def _drop(self) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError):
                self._smtp.close()


@contextlib.contextmanager
def _listening() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise LineDroppedError(_say(error)) from error


def _say(error: Exception) -> str:
    """The trouble in one line, as the relay put it where it did."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_readable(error.smtp_error)}"
    return " ".join(str(error).split()) or type(error).__name__


def _readable(text: bytes | str) -> str:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return " ".join(text.split())[:500]


def _own_machine(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
