"""Into a folder that the mailbox page reads, instead of to the recipients: ``mailbox:/folder``. For
trying an installation before it has a relay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pool.outbox.mailbox import Folder
from pool.outbox.smtp import RefusedError, RelayDownError, Timeouts

SCHEMES = ("mailbox",)


@dataclass(slots=True)
class MailboxLine:
    """Writes each mail aside, and gives it a number when it is let go."""

    folder: Folder
    _aside: Path | None = field(default=None)

    def ready(self, hold: Callable[[float], None]) -> None:
        self.close()

    def offer(
        self, sender: str, recipient: str, mail: bytes, hold: Callable[[float], None]
    ) -> None:
        try:
            self._aside = self.folder.lay_aside(mail)
        except OSError as error:
            raise RelayDownError(f"the mailbox folder: {error.strerror}") from error

    def commit(self) -> str:
        if self._aside is None:
            raise RefusedError(451, "nothing was offered")
        try:
            name = self.folder.number(self._aside)
        except OSError as error:
            raise RefusedError(451, f"the mailbox folder: {error.strerror}") from error
        self._aside = None
        return f"250 kept as {name}"

    def close(self) -> None:
        if self._aside is not None:
            self._aside.unlink(missing_ok=True)
            self._aside = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The folder's channel."""

    path: Path

    def open(self, _timeouts: Timeouts) -> MailboxLine:
        return MailboxLine(Folder(self.path))


def channel(address: str) -> Mailbox:
    """From ``mailbox:/folder``. Raises ValueError for a folder that is not named from the root."""
    path = Path(unquote(urlsplit(address).path))
    if not path.is_absolute():
        raise ValueError("the mailbox is named by a whole path, mailbox:/folder")
    return Mailbox(path)
