"""Against those who fill in forms by the thousand: a field that people do not see."""

from __future__ import annotations

from wtforms import StringField

from pool.web.apply.page_pass import PassForm
from pool.web.forms import Form
from pool.web.language import t


class _Trap:
    """Who fills the trap in is asked to press once more, with the trap emptied: so a person
    whose browser did it loses nothing, and a program does not read the page."""

    website = StringField("Leave this empty")

    def is_trapped(self) -> bool:
        """Whether the trap was filled in; the fault then stands in the form."""
        if not self.website.data:
            return False
        self.website.data = ""
        self.website.raw_data = None
        sentence = t("A field that should be empty was filled in. It is emptied now: press again")
        self.fault(sentence)  # type: ignore[attr-defined]
        return True


class GuardedForm(_Trap, Form):
    """A form with a trap."""


class GuardedPassForm(_Trap, PassForm):
    """A form with a trap, on a page that has a pass."""
