"""Who plays the stories of casework, and what they do more than once.

A player is a person of :mod:`tests.stories.people` who has every kind of page looked at by axe
once, and not every time it comes up again: fourteen persons meet some two hundred pages here.
``PULJEN_PICTURES=<folder>`` keeps a picture of every stop, at both widths.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator

from pool.outbox.mailbox import Opened
from tests.stories import pages
from tests.stories.pages import Mails
from tests.stories.people import DESKTOP, PHONE, Person, Setting
from tests.support.stack import RunningStack
from workflows.definition import Definition

PICTURES = os.environ.get("PULJEN_PICTURES")
PATIENCE = 30_000
"""Milliseconds for a page: other tests take the machine's time besides."""
_SECRET = re.compile(r"/[A-Za-z0-9_-]{20,}|/[A-Z]{1,4}-?\d{4}-\d+|\d+|\?.*|#.*")
"""What differs between two pages of a kind."""


class Player(Person):
    """A resident on a phone, or somebody of the staff at a desk."""

    examined: set[tuple[str, bool]]

    def examine(self, where: str) -> None:
        """Let axe look at the page, unless it has seen one of its kind at this width."""
        kind = _SECRET.sub("", self.page.url.removeprefix(self.stack.url)), self.setting.phone
        if kind not in self.examined:
            self.examined.add(kind)
            super().examine(where)

    def stop(self, name: str) -> None:
        """Keep a picture of the page as it stands, on a phone and on a desk."""
        if not PICTURES:
            return
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        for wide, high in (PHONE, DESKTOP):
            self.page.set_viewport_size({"width": wide, "height": high})
            self.page.screenshot(path=folder / f"{name}-{wide}.png", full_page=True)
        wide, high = self.setting.size
        self.page.set_viewport_size({"width": wide, "height": high})

    # -- the staff

    def enter(self, who: str) -> None:
        """Sign in with the demonstration's one click, and read Danish."""
        self.open("/demo?lang=da")
        self._go(self.page.locator(f"button[name=person][value={who}]"))

    def case(self, number: str) -> None:
        self.open(f"/sager/{number}")

    def act(self, definition: Definition, action: str, **inputs: str) -> None:
        """An action from the case's page, by its button, to the case's page."""
        label = self.label(definition, action)
        self.follow(label, within=self.actions)
        pages.fill_all(self, inputs, prefix="")
        self.press(label)

    def decide(self, definition: Definition, action: str, **inputs: str) -> None:
        """A decision from the case's page, sent at once."""
        self.follow(self.label(definition, action), within=self.actions)
        pages.fill_all(self, inputs, prefix="")
        self.press(self.say("Decide and send the letter"))

    @property
    def actions(self) -> Locator:
        return self.page.locator(".actions-first")

    def label(self, definition: Definition, action: str) -> str:
        found = definition.transition(action)
        assert found is not None
        return found.label[self.setting.lang]

    def row(self, number: str) -> Locator:
        """The line of a list that tells of a case."""
        return self.page.locator("table tbody tr").filter(has_text=number).first


class Cast:
    """Makes the players of one story."""

    def __init__(
        self, browser: Browser, stack: RunningStack, examined: set[tuple[str, bool]]
    ) -> None:
        self._browser, self._stack, self._examined = browser, stack, examined
        self.made: list[Player] = []

    def resident(self, *, js: bool = True) -> Player:
        return self._player(Setting(PHONE, "da", js))

    def staff(self, who: str, *, js: bool = True) -> Player:
        """Somebody signed in."""
        player = self._player(Setting(DESKTOP, "da", js))
        player.enter(who)
        return player

    def _player(self, setting: Setting) -> Player:
        player = Player(self._browser, self._stack, setting)
        player.examined = self._examined
        player.context.set_default_timeout(PATIENCE)
        self.made.append(player)
        return player


@contextmanager
def cast(browser: Browser, stack: RunningStack, examined: set[tuple[str, bool]]) -> Iterator[Cast]:
    """The players of a story, seen off at its end. ``examined``: kinds of pages axe has seen."""
    made = Cast(browser, stack, examined)
    try:
        yield made
    finally:
        for one in made.made:
            one.close()


def application(me: Player, email: str, title: str, **more: str) -> str:
    """An application of 4.000 kr. to the pool of urban life by the short form; its number."""
    answers = {
        "title": title,
        "starts_on": pages.day(30),
        "place": "Pladsen ved Ruten",
        "safety": "Når naboerne mødes på pladsen, tør flere gå hjem den vej.",
        "outreach": "Opslag i opgangene",
        "budget_line": "Suppe og lys",
        "contact_name": "Fatima Aydin",
        "email": email,
    }
    me.open("/ansoeg/urban-life?lang=da")
    me.fill("q_amount", "4.000")
    me.press(me.say("Begin"))
    pages.fill_all(me, answers | more)
    me.press(me.say("Next"))
    me.press(me.say("Send the application"))
    return pages.case_number(me)


def follow_mail(me: Player, email: str, subject: str) -> Opened:
    """Read the newest mail of that subject in the mailbox, and open the case by its link."""
    mail = Mails(me, email).read(subject)
    pages.open_case(me, pages.case_link(mail))
    return mail


def letter_of(me: Player, email: str, subject: str, folder: Path) -> str:
    """What the letter says that came with a mail."""
    mail = Mails(me, email).read(subject)
    [letter] = mail.enclosed
    assert letter.media_type == "application/pdf"
    return pages.letter_text(letter.body, folder)


def taken(person: Player, button: str) -> bytes:
    """The file that a button hands out."""
    with person.page.expect_download() as coming:
        person.page.get_by_role("button", name=button).click()
    return Path(coming.value.path()).read_bytes()
