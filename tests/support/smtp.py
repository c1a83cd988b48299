"""A real SMTP relay that misbehaves as told, and remembers what it was left with.

``behaviour`` is one of :data:`BEHAVIOURS`, or a list of them used one per mail (the last one for
all that follow). ``stored`` are the mails it has kept: what a recipient would find.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Sequence
from email import message_from_bytes
from types import TracebackType
from typing import Self

BEHAVIOURS = (
    "accept",
    "busy greeting",
    "drop connection",
    "refuse sender",
    "rcpt 4xx",
    "rcpt 5xx",
    "data 4xx",
    "drop before 354",
    "hang before 354",
    "drop in body",
    "final 4xx",
    "final 5xx",
    "drop after dot, kept",
    "drop after dot, lost",
    "hang after dot, kept",
    "garbage after dot, kept",
)


class Relay:
    """Listens on 127.0.0.1 while the ``with`` lasts."""

    def __init__(
        self,
        behaviour: str | Sequence[str] = "accept",
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        password: str | None = None,
    ) -> None:
        self._behaviours = [behaviour] if isinstance(behaviour, str) else list(behaviour)
        self._tls = tls
        self._implicit = implicit
        self._password = password
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self.stored: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.connections = 0
        self.signed_in: list[str] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def become(self, behaviour: str) -> None:
        """Behave otherwise from the next mail on."""
        with self._lock:
            self._behaviours = [behaviour]

    def message_ids(self) -> list[str]:
        """Of the stored mails, in order."""
        return [str(message_from_bytes(mail)["Message-ID"]) for mail in self.stored]

    def _start(self, work: object, *args: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            with self._lock:
                self.connections += 1
                how = self._behaviours[0]
                if len(self._behaviours) > 1:
                    self._behaviours.pop(0)
            self._start(self._talk, line, how)

    def _talk(self, line: socket.socket, how: str) -> None:
        line.settimeout(20)
        talk = _Talk(self, line, how)
        try:
            if self._implicit:
                talk.secure_line(self._tls)
            talk.run()
        except (OSError, _OverError):
            pass
        finally:
            talk.line.close()

    # What a conversation tells and asks.

    def keep(self, mail: bytes, sender: str, recipient: str) -> None:
        with self._lock:
            self.stored.append(mail)
            self.envelopes.append((sender, recipient))

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self._ending.wait(20)

    def may_start_tls(self) -> ssl.SSLContext | None:
        return None if self._implicit else self._tls

    def lets_in(self, offered: str) -> bool:
        return self._password is None or offered.endswith(f"\0{self._password}")

    @property
    def wants_password(self) -> bool:
        return self._password is not None


class _OverError(Exception):
    """The conversation is to end here, abruptly."""


class _Talk:
    """One conversation."""

    def __init__(self, relay: Relay, line: socket.socket, how: str) -> None:
        self.relay = relay
        self.line = line
        self.how = how
        self.buffer = b""
        self.secure = False
        self.sender = self.recipient = ""

    def run(self) -> None:
        if self.how == "drop connection":
            return
        self.say("421 too busy" if self.how == "busy greeting" else "220 relay ready")
        while True:
            words = self.hear().decode("ascii", "replace")
            verb = words.split(" ", 1)[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            answer = getattr(self, f"on_{verb.lower()}", None)
            if answer is None:
                self.say("500 what?")
            else:
                answer(words)

    def on_ehlo(self, _: str) -> None:
        offers = ["relay", "8BITMIME"]
        if self.relay.may_start_tls() and not self.secure:
            offers.append("STARTTLS")
        if self.relay.wants_password:
            offers.append("AUTH PLAIN")
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def on_starttls(self, _: str) -> None:
        context = self.relay.may_start_tls()
        if context is None:
            self.say("502 not here")
            return
        self.say("220 go on")
        self.secure_line(context)

    def secure_line(self, context: ssl.SSLContext | None) -> None:
        assert context is not None
        self.line = context.wrap_socket(self.line, server_side=True, do_handshake_on_connect=False)
        assert isinstance(self.line, ssl.SSLSocket)
        self.line.do_handshake()
        self.secure = True

    def on_auth(self, words: str) -> None:
        offered = base64.b64decode(words.split(" ")[2]).decode()
        if self.relay.lets_in(offered):
            self.relay.signed_in.append(offered.split("\0")[1])
            self.say("235 come in")
        else:
            self.say("535 wrong password")

    def on_mail(self, words: str) -> None:
        self.sender = words.partition("<")[2].partition(">")[0]
        self.say("550 not that sender" if self.how == "refuse sender" else "250 ok")

    def on_rcpt(self, words: str) -> None:
        self.recipient = words.partition("<")[2].partition(">")[0]
        self.say(
            {"rcpt 4xx": "450 later", "rcpt 5xx": "550 no such mailbox"}.get(self.how, "250 ok")
        )

    def on_rset(self, _: str) -> None:
        self.say("250 ok")

    def on_data(self, _: str) -> None:
        how = self.how
        if how == "drop before 354":
            raise _OverError
        if how == "hang before 354":
            self.relay.wait()
            raise _OverError
        if how == "data 4xx":
            self.say("451 later")
            return
        self.say("354 go on")
        if how == "drop in body":
            self.line.recv(10)
            raise _OverError
        mail = self.body()
        if how.startswith("final"):
            self.say("451 later" if how == "final 4xx" else "554 no thanks")
            return
        if not how.endswith("lost"):
            self.relay.keep(mail, self.sender, self.recipient)
        if how.startswith("hang"):
            self.relay.wait()
        if how.startswith(("hang", "drop")):
            raise _OverError
        self.say("you are welcome" if how.startswith("garbage") else "250 queued as 1")

    def body(self) -> bytes:
        lines = []
        while (line := self.hear()) != b".":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"\r\n".join(lines) + b"\r\n"

    def hear(self) -> bytes:
        while b"\r\n" not in self.buffer:
            more = self.line.recv(65536)
            if not more:
                raise _OverError
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def say(self, words: str) -> None:
        self.line.sendall(words.encode() + b"\r\n")
