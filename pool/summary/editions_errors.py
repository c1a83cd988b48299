"""What can keep somebody from doing a thing with an edition; pages turn it into sentences."""

from __future__ import annotations

from pool.models.summary import SummaryEdition


class EditionError(Exception):
    """Base of every refusal about an edition."""


class NoSuchEdition(EditionError):
    """There is none of that number, or it is not for this reader."""


class NotForYou(EditionError):
    """Whoever asks has not the role for it in every pool of the edition."""


class WordsChanged(EditionError):
    """Somebody wrote meanwhile. ``edition`` is as it stands now, with their words."""

    def __init__(self, edition: SummaryEdition) -> None:
        super().__init__(f"edition {edition.id} is at version {edition.version}")
        self.edition = edition


class NotNow(EditionError):
    """It cannot be done in the edition's state. ``state`` is that."""

    def __init__(self, state: str) -> None:
        super().__init__(f"not while it is {state}")
        self.state = state


class NobodyToTell(EditionError):
    """There is nobody a submitted edition would be sent to."""


class NoSuchParagraph(EditionError):
    """The summary has no block of that id."""


class CannotBe(EditionError):
    """What was typed cannot be taken. ``field`` is its name; ``code``: ``required``,
    ``too-long`` (``longest`` characters)."""

    def __init__(self, field: str, code: str, longest: int = 0) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.longest = longest
