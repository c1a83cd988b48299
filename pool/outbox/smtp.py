"""The conversation with a mail relay, each mail cut in two at the only point that matters: the
final dot.

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
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from pool.outbox.smtp_line import PlainLine, TlsLine

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
    """Seconds of silence after which the line counts as dropped: as long as RFC 5321, 4.5.3.2
    asks for its greeting, MAIL and RCPT (``command``), DATA, a block of the mail, and the reply to
    the final dot (``answer``). ``opening`` is for greeting, security and sign-in together and
    ``body`` for all blocks of a mail, so that no conversation lasts for ever. Before the dot no
    wait is longer than ``command``."""

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    answer: float = 600
    opening: float = 600
    body: float = 600

    @property
    def longest(self) -> float:
        """Of one mail, were every wait the longest: a dead line found out (RSET), a new one, MAIL
        twice (on both), RCPT, DATA, the mail, the answer."""
        return (
            2 * self.command
            + self.connect
            + self.opening
            + 2 * self.command
            + self.data
            + self.body
            + self.answer
        )


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

    def open(self, timeouts: Timeouts) -> Conversation:
        """A way there for many mails; connected when the first one needs it."""
        return Conversation(self, timeouts)


PER_LINE = 100
"""Mails over one line before a new one is opened: many relays allow no more."""
_BLOCK = 65536

Hold = Callable[[float], None]
"""Told before each wait how many seconds it may last, so that the message stays held."""


def _no_hold(_: float) -> None:
    return


class Conversation:
    """A line for many mails, one after another, one recipient each. Opened when a mail needs it,
    and anew where it was cut. Leaving the ``with`` closes it, dot or no dot."""

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
        self._begun = 0
        """Mails begun over this line."""
        self._between = True
        """Nothing of a mail hangs in the line: it may be left politely."""

    def __enter__(self) -> Self:
        """Open the line. Raises :class:`RelayDownError`."""
        self.ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ready(self, hold: Hold = _no_hold) -> None:
        """See that the line is open and empty: connect, greet, secure it, sign in, or ask a line
        that was used whether it still stands. Raises :class:`RelayDownError`."""
        if self._smtp is not None and self._begun:
            if self._between and self._begun < PER_LINE:
                try:
                    with _listening():
                        hold(self._timeouts.command)
                        self._wait(self._timeouts.command)
                        code, _ = self._smtp.rset()
                except LineDroppedError:
                    code = 0
                if code == 250:
                    return
            self.close()
        if self._smtp is None:
            self._connect(hold)

    def offer(self, sender: str, recipient: str, mail: bytes, hold: Hold = _no_hold) -> None:
        """All but the final dot. ``mail`` has CRLF line ends.

        Raises :class:`RefusedError`, :class:`LineDroppedError`, and :class:`RelayDownError` where
        our own sender address is refused, which no mail can help.
        """
        self._mail_from(sender, hold)
        timeouts, smtp = self._timeouts, self._line
        with self._dropping():
            hold(timeouts.command)
            code, text = smtp.rcpt(recipient)
            if code not in (250, 251):
                raise RefusedError(code, _readable(text))
            hold(timeouts.data)
            self._wait(min(timeouts.data, timeouts.command))
            code, text = smtp.docmd("DATA")
            if code != 354:
                raise RefusedError(code, _readable(text))
            self._between = False
            self._body(re.sub(rb"(?m)^\.", b"..", mail.removesuffix(b"\r\n") + b"\r\n"), hold)
            self._early_answer(smtp)

    def commit(self) -> str:
        """The final dot; returns the relay's words once it has taken the mail.

        Raises :class:`RefusedError`: it has not. :class:`LineDroppedError`: nobody can say.
        """
        smtp = self._line
        with self._dropping():
            self._wait(self._timeouts.answer)
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
            if 400 <= code < 600:
                self._between = True
                raise RefusedError(code, _readable(text))
            if not 200 <= code < 300:
                raise LineDroppedError(
                    f"no answer that can be understood: {code} {_readable(text)}"
                )
        self._between = True
        return f"{code} {_readable(text)}"

    def close(self) -> None:
        """Leave: with a word where no mail hangs in the line."""
        if self._smtp is not None and self._between:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._wait(min(5, self._timeouts.command))
                self._smtp.quit()
        self._drop()

    def _mail_from(self, sender: str, hold: Hold) -> None:
        """Over a line that was used before a no, or silence, may be about the line (so many mails
        and no more): asked once more over a new one, since nothing has been handed over."""
        used = self._begun > 0
        try:
            self._ask_mail(sender, hold)
        except (LineDroppedError, RelayDownError):
            if not used:
                raise
            self._drop()
            self._connect(hold)
            self._ask_mail(sender, hold)

    def _ask_mail(self, sender: str, hold: Hold) -> None:
        smtp = self._line
        self._begun += 1
        with self._dropping():
            hold(self._timeouts.command)
            self._wait(self._timeouts.command)
            code, text = smtp.mail(sender)
            if code != 250:
                raise RelayDownError(f"{sender}: {code} {_readable(text)}")

    def _body(self, mail: bytes, hold: Hold) -> None:
        smtp, until = self._line, time.monotonic() + self._timeouts.body
        for start in range(0, len(mail), _BLOCK):
            left = until - time.monotonic()
            if left <= 0:
                raise LineDroppedError("the relay took the mail too slowly")
            hold(self._timeouts.block)
            self._wait(min(self._timeouts.block, self._timeouts.command, left))
            smtp.send(mail[start : start + _BLOCK])

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

    def _wait(self, seconds: float) -> None:
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)

    @contextlib.contextmanager
    def _dropping(self) -> Iterator[None]:
        """A line that broke, or was told to go (421), is not used again."""
        try:
            with _listening():
                yield
        except LineDroppedError:
            self._drop()
            raise
        except RefusedError as error:
            if error.code == 421 or not self._between:
                self._drop()
            raise
        except BaseException:  # our own hold on the message is gone, or the sender is refused
            self._drop()
            raise

    def _connect(self, hold: Hold) -> None:
        try:
            self._open(hold)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            raise RelayDownError(_say(error)) from error
        except BaseException:
            self._drop()
            raise

    def _open(self, hold: Hold) -> None:
        relay, timeouts = self._relay, self._timeouts
        name = socket.gethostname()
        until = time.monotonic() + timeouts.opening

        def step() -> None:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the relay takes too long to let us in")
            hold(timeouts.command)
            self._wait(min(timeouts.command, left))

        hold(timeouts.connect + timeouts.command)
        smtp = (
            TlsLine(name, timeouts.connect, timeouts.command, self._certificates())
            if relay.security == "tls"
            else PlainLine(name, timeouts.connect, timeouts.command)
        )
        self._smtp, self._begun, self._between = smtp, 0, True
        smtp.greet(relay.host, relay.port)
        step()
        smtp.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            step()
            smtp.starttls(context=self._certificates())
            step()
            smtp.ehlo()
        if relay.user is not None:
            step()
            smtp.login(relay.user, relay.password or "")
        self._wait(timeouts.command)

    def _certificates(self) -> ssl.SSLContext:
        """Whom to trust, read anew for each line. It takes tens of milliseconds: only where the
        line is to be secured."""
        return self._context or ssl.create_default_context()

    def _drop(self) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError):
                self._smtp.close()
        self._smtp, self._begun, self._between = None, 0, True


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
