"""What people do on the pages, by what they call it. A step is a few presses by one person."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

from pool import money
from pool.clock import local_day, now
from pool.outbox.mailbox import Folder, Opened
from tests.stories.people import Person, plain
from workflows.definition import Definition
from workflows.loading import load_all

DEFINITIONS: Mapping[str, Definition] = load_all(None)


def this_year() -> int:
    return local_day(now()).year


def kroner(text: str) -> int:
    """Øre of an amount as a page shows it; what is subtracted has a minus."""
    shown = plain(text).strip()
    if shown.startswith("−"):
        return -money.parse(shown.removeprefix("−"))
    return money.parse(shown)


def day(offset: int) -> str:
    """A day ``offset`` days from now, as people type it."""
    found: date = local_day(now()) + timedelta(days=offset)
    return f"{found:%d.%m.%Y}"


# -- coming in


def come(person: Person) -> None:
    """The front page, in one's own language."""
    person.page.goto(person.stack.url + f"/?lang={person.setting.lang}")
    person.look()


def enter(person: Person, who: str) -> None:
    """Sign in with the demonstration's one click."""
    come(person)
    person.open("/demo")
    person._go(person.page.locator(f"button[name=person][value={who}]"))


def balance(person: Person, pool: str) -> int:
    """What the public page says is left, in øre."""
    person.open(f"/puljer/{pool}")
    return kroner(person.page.locator(".left .figure-value").first.inner_text())


# -- mails


@dataclass(frozen=True, slots=True)
class Mails:
    """The demonstration's mailbox, as one person's."""

    person: Person
    address: str

    @property
    def folder(self) -> Folder:
        return Folder(self.person.stack.data_dir / "mailbox")

    def all(self) -> list[str]:
        """Names of all mails to the address, oldest first."""
        return [one.name for one in reversed(self.folder.newest(500)) if self.address in one.to]

    def wait(self, subject: str, seconds: float = 60) -> str:
        """The name of the newest mail with ``subject`` in its subject, when it has come."""
        deadline = time.monotonic() + seconds
        while True:
            for one in self.folder.newest(500):
                if self.address in one.to and plain(subject) in plain(one.subject):
                    return one.name
            if time.monotonic() > deadline:
                subjects = [one.subject for one in self.folder.newest(10)]
                raise AssertionError(f"no mail {subject!r} to {self.address}: {subjects}")
            time.sleep(0.1)

    def read(self, subject: str) -> Opened:
        """Open the mail on the mailbox page."""
        name = self.wait(subject)
        self.person.open(f"/demo/postkasse/{name}")
        found = self.folder.open(name)
        assert found is not None
        return found

    def link(self, mail: Opened, part: str = "/sag/") -> str:
        """The mail's link of one's own, that stands on the page, too."""
        found = next(one for one in mail.links if part in one)
        assert self.person.page.locator(f"main a[href='{found}']").count() >= 1
        return found


def letter_text(pdf: bytes, folder: Path) -> str:
    """What a PDF says: by ``pdftotext`` where there is one, else by pdfium."""
    assert pdf.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        file = folder / "letter.pdf"
        file.write_bytes(pdf)
        made = subprocess.run(
            ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True
        )
        text = made.stdout.decode()
    else:
        with pypdfium2.PdfDocument(pdf) as document:
            text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return flat(text)


def flat(text: str) -> str:
    """On one line, as one reads it aloud; words divided at a line's end put together."""
    return re.sub(r"\s+", " ", plain(text).replace("\u00ad", "")).strip()


# -- the applicant


def case_link(mail: Opened) -> str:
    """The link to one's case in a mail."""
    return next(one for one in mail.links if "/sag/" in one)


def open_case(person: Person, link: str) -> None:
    """Follow a mail's link: a page with a button, and the button opens the case."""
    person.open(link)
    person.press(person.say("Open your case"))


def fill_all(person: Person, answers: Mapping[str, str], prefix: str = "q_") -> None:
    for name, value in answers.items():
        person.fill(prefix + name, value)


def begin(person: Person, pool: str, amount: str) -> None:
    """From the front page to the first page of the form."""
    come(person)
    card = person.page.locator("article.card").filter(
        has=person.page.locator(f"a[href*='/puljer/{pool}']")
    )
    person.follow(person.say("Apply"), within=card.locator(".card-action"))
    person.fill("q_amount", amount)
    person.press(person.say("Begin"))


def apply(person: Person, pool: str, amount: str, answers: Mapping[str, str]) -> str:
    """The short form without a fault; the case's number."""
    begin(person, pool, amount)
    fill_all(person, answers)
    person.press(person.say("Next"))
    person.press(person.say("Send the application"))
    return case_number(person)


def case_number(person: Person) -> str:
    number = person.page.locator(".receipt-number strong").inner_text()
    assert re.fullmatch(r"[A-Z]{1,4}-?\d{4}-\d+", number), number
    return number


# -- the staff


def find_case(person: Person, number: str) -> None:
    """From the list of cases to the case."""
    person.open("/sager/?state=all")
    person._go(person.page.locator(f"a[href$='/sager/{number}']").first)


def record(person: Person, *, where: str = "meeting", took_part: str) -> None:
    """How the group decided."""
    person.fill("record-made_on", day(0))
    person.fill("record-made_where", where)
    person.fill("record-took_part", took_part)


def steering_figures(person: Person) -> dict[str, int]:
    """The year's figures by their label, in øre."""
    found = {}
    for pair in person.page.locator(".figures > div").all():
        label = plain(pair.locator("dt").inner_text()).strip()
        found[label] = kroner(pair.locator("dd bdi").first.inner_text())
    return found


def transfers(person: Person) -> list[int]:
    """The amounts of the transfers behind a figure."""
    rows = person.page.locator("table tbody tr").filter(has=person.page.locator("td"))
    amounts = [
        row.locator("td.num").last.inner_text()
        for row in rows.all()
        if row.locator("td").count() > 1
    ]
    return [kroner(text) for text in amounts]
