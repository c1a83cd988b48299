"""The demonstration's mailbox: a real SMTP server that keeps every mail it is given, and a reader
for the page that shows them.

A mail is a file ``000042.eml`` in a folder, exactly the bytes that came over the line.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

_NAME = re.compile(r"\d{6,}\.eml")
LARGEST = 50_000_000
"""Bytes of one mail."""


@dataclass(frozen=True, slots=True)
class Received:
    """One line of the list. ``received_at`` is UTC."""

    name: str
    received_at: datetime
    to: str
    sender: str
    subject: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with a mail."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail to read. ``links`` are the addresses in its text, in order, each once."""

    received: Received
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    links: tuple[str, ...]
    enclosed: tuple[Enclosed, ...]


class Folder:
    """The mails kept in ``path``, which is made when the first one comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, mail: bytes) -> str:
        """Write a mail down for good; returns its name."""
        return self.number(self.lay_aside(mail))

    def lay_aside(self, mail: bytes) -> Path:
        """Write a mail down where no reader looks; it is not kept before it has a number."""
        self.path.mkdir(parents=True, exist_ok=True)
        aside = self.path / f"{secrets.token_hex(8)}.part"
        with aside.open("wb") as file:
            file.write(mail)
            file.flush()
            os.fsync(file.fileno())
        return aside

    def number(self, aside: Path) -> str:
        """Keep what was laid aside; returns its name. Of several processes each gets another."""
        last = max((int(name.split(".")[0]) for name in self._names()), default=0)
        while True:
            last += 1
            name = f"{last:06d}.eml"
            try:
                os.link(aside, self.path / name)
            except FileExistsError:
                continue
            aside.unlink()
            return name

    def newest(self, limit: int = 100) -> list[Received]:
        """The newest mails first."""
        names = sorted(self._names(), key=lambda name: int(name.split(".")[0]), reverse=True)
        return [self._received(name, self._parsed(name)) for name in names[:limit]]

    def open(self, name: str) -> Opened | None:
        """A mail by the name the list gave; None if there is none of that name."""
        if not _NAME.fullmatch(name) or not (self.path / name).is_file():
            return None
        mail = self._parsed(name)
        text = _content(mail, "plain")
        return Opened(
            received=self._received(name, mail),
            headers=tuple((key, str(value)) for key, value in mail.items()),
            text=text,
            html=_content(mail, "html"),
            links=tuple(dict.fromkeys(re.findall(r"https?://[^\s<>\"]+", text))),
            enclosed=tuple(
                Enclosed(
                    name=part.get_filename() or "",
                    media_type=part.get_content_type(),
                    body=_body(part),
                )
                for part in mail.iter_attachments()
            ),
        )

    def _names(self) -> list[str]:
        if not self.path.is_dir():
            return []
        return [entry.name for entry in self.path.iterdir() if _NAME.fullmatch(entry.name)]

    def _parsed(self, name: str) -> EmailMessage:
        mail = message_from_bytes((self.path / name).read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail

    def _received(self, name: str, mail: EmailMessage) -> Received:
        return Received(
            name=name,
            received_at=datetime.fromtimestamp((self.path / name).stat().st_mtime, UTC),
            to=str(mail["To"] or ""),
            sender=str(mail["From"] or ""),
            subject=str(mail["Subject"] or ""),
        )


def serve(path: Path, port: int, ready: Callable[[], None]) -> None:
    """Take mail on 127.0.0.1 until SIGTERM or SIGINT, letting a mail in hand come in.

    ``ready`` is called once the port answers. Raises OSError where it is taken.
    """
    asyncio.run(_serve(Folder(path), port, ready))


async def _serve(folder: Folder, port: int, ready: Callable[[], None]) -> None:
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handler = _Handler(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, hostname="localhost", data_size_limit=LARGEST),
        "127.0.0.1",
        port,
    )
    ready()
    await stop.wait()
    server.close()
    async with handler.busy:
        pass


class _Handler:
    """What aiosmtpd asks. One mail is written at a time."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.busy = asyncio.Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        async with self.busy:
            name = await asyncio.to_thread(self._folder.keep, envelope.original_content)
        return f"250 kept as {name}"


def _content(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""


def _body(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
