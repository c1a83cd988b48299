"""A real SMTP relay that misbehaves as told, and remembers what it was left with.

``behaviour`` is one of :data:`ALL`, a list of them used one per mail (the last one for all that
follow), or a function that tells it by the recipient's address. Many mails may come over one line;
those of :data:`AT_THE_DOOR` are about the line itself. ``stored`` are the mails it has kept: what
a recipient would find.

One that *dies* is gone as a process that was killed is: nobody listens at its port any more and
every line is cut, until :meth:`Relay.revive`.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
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
ON_A_KEPT_LINE = ("accept, then drop", "accept, then 421")
"""The mail is taken; the next one over the same line finds it cut, or is told that it is closed."""
DYING = ("dies before 354", "dies in body", "dies after dot, kept", "dies after dot, lost")
ALL = (*BEHAVIOURS, *ON_A_KEPT_LINE, *DYING)

AT_THE_DOOR = ("busy greeting", "drop connection")
_AT_ONCE = struct.pack("ii", 1, 0)
"""A line closed with this option is cut (RST), as by a kill."""

Behaviour = str | Sequence[str] | Callable[[str], str]


class Relay:
    """Listens on 127.0.0.1 while the ``with`` lasts."""

    def __init__(
        self,
        behaviour: Behaviour = "accept",
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        password: str | None = None,
    ) -> None:
        self._by_recipient: Callable[[str], str] | None = None
        self._behaviours = ["accept"]
        self._set(behaviour)
        self._tls = tls
        self._implicit = implicit
        self._password = password
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._dead = threading.Event()
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.stored: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.connections = 0
        self.offered = 0
        """Mails begun (``MAIL FROM``), however they ended."""
        self.deaths = 0
        self.signed_in: list[str] = []

    def __enter__(self) -> Self:
        self._listen(0)
        return self

    def _listen(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(0.1)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)

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

    def become(self, behaviour: Behaviour) -> None:
        """Behave otherwise from the next mail on."""
        with self._lock:
            self._set(behaviour)

    def _set(self, behaviour: Behaviour) -> None:
        self._by_recipient = behaviour if callable(behaviour) else None
        if isinstance(behaviour, str):
            self._behaviours = [behaviour]
        elif not callable(behaviour):
            self._behaviours = list(behaviour)

    def _next(self, kinds: Callable[[str], bool]) -> str:
        """The behaviour whose turn it is, used up if it is of the kind asked for."""
        with self._lock:
            for place, how in enumerate(self._behaviours):
                if kinds(how):
                    if len(self._behaviours) > 1:
                        self._behaviours.pop(place)
                    return how
                if how not in AT_THE_DOOR:  # a mail's turn comes before that of the next line
                    break
            return "accept"

    def die(self) -> None:
        """Be gone at once, every line with it."""
        with self._lock:
            self._dead.set()
            self.deaths += 1
            self._listener.close()
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                    line.shutdown(socket.SHUT_RDWR)

    @property
    def dead(self) -> bool:
        return self._dead.is_set()

    def revive(self, behaviour: Behaviour = "accept") -> None:
        """Listen at the same port again; what was stored is still there."""
        self.become(behaviour)
        self._dead.clear()
        self._listen(self.port)

    def message_ids(self) -> list[str]:
        """Of the stored mails, in order."""
        return [str(message_from_bytes(mail)["Message-ID"]) for mail in self.stored]

    def _start(self, work: object, *args: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not (self._ending.is_set() or self._dead.is_set()):
            try:
                line, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:  # it has died
                return
            with self._lock:
                self.connections += 1
                self._lines.add(line)
            self._start(self._talk, line, self._next(lambda how: how in AT_THE_DOOR))

    def _talk(self, line: socket.socket, greeting: str) -> None:
        line.settimeout(20)
        talk = _Talk(self, line, greeting)
        try:
            if self._implicit:
                talk.secure_line(self._tls)
            talk.run()
        except (OSError, _OverError):
            pass
        finally:
            with self._lock:
                self._lines.discard(line)
            talk.line.close()

    # What a conversation tells and asks.

    def keep(self, mail: bytes, sender: str, recipient: str) -> None:
        with self._lock:
            self.stored.append(mail)
            self.envelopes.append((sender, recipient))

    def of_the_mail(self) -> str:
        """How to treat the mail that begins."""
        with self._lock:
            self.offered += 1
        if self._by_recipient is not None:
            return "accept"
        return self._next(lambda how: how not in AT_THE_DOOR)

    def of_the_recipient(self, how: str, recipient: str) -> str:
        return how if self._by_recipient is None else self._by_recipient(recipient)

    def wait(self, line: socket.socket) -> None:
        """Say nothing until the other side has gone, or the test is over."""
        until = time.monotonic() + 300
        line.settimeout(0.05)
        while not self._ending.is_set() and not self.dead and time.monotonic() < until:
            try:
                if not line.recv(65536):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

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

    def __init__(self, relay: Relay, line: socket.socket, greeting: str) -> None:
        self.relay = relay
        self.line = line
        self.greeting = greeting
        self.how = "accept"
        self.buffer = b""
        self.secure = False
        self.sender = self.recipient = ""

    def run(self) -> None:
        if self.greeting == "drop connection":
            return
        self.say("421 too busy" if self.greeting == "busy greeting" else "220 relay ready")
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
        if self.how == "accept, then drop":
            raise _OverError
        if self.how == "accept, then 421":
            self.say("421 closing")
            raise _OverError
        self.how = self.relay.of_the_mail()
        self.sender = words.partition("<")[2].partition(">")[0]
        self.say("550 not that sender" if self.how == "refuse sender" else "250 ok")

    def on_rcpt(self, words: str) -> None:
        self.recipient = words.partition("<")[2].partition(">")[0]
        self.how = self.relay.of_the_recipient(self.how, self.recipient)
        self.say(
            {"rcpt 4xx": "450 later", "rcpt 5xx": "550 no such mailbox"}.get(self.how, "250 ok")
        )

    def on_rset(self, _: str) -> None:
        self.say("250 ok")

    def on_data(self, _: str) -> None:
        how = self.how
        if how == "dies before 354":
            self.relay.die()
        if how in ("drop before 354", "dies before 354"):
            raise _OverError
        if how == "hang before 354":
            self.relay.wait(self.line)
            raise _OverError
        if how == "data 4xx":
            self.say("451 later")
            return
        self.say("354 go on")
        if how in ("drop in body", "dies in body"):
            self.line.recv(10)
            if how == "dies in body":
                self.relay.die()
            raise _OverError
        mail = self.body()
        if how.startswith("final"):
            self.say("451 later" if how == "final 4xx" else "554 no thanks")
            return
        if not how.endswith("lost"):
            self.relay.keep(mail, self.sender, self.recipient)
        if how.startswith("dies"):
            self.relay.die()
        if how.startswith("hang"):
            self.relay.wait(self.line)
        if how.startswith(("hang", "drop", "dies")):
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
