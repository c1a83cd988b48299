"""The pictures of the README, taken from a running demonstration.

``python -m tests.stories.pictures OUT`` writes apply-phone.png, inbox.png, case.png, decide.png,
letter.png (the first page of a decision's PDF, by ``pdftoppm``), steering.png and summary.png (the
first page of the neighbours' summary of 2017), each below 150 kB.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from pool.outbox.mailbox import Folder
from tests.look.gallery import chromium
from tests.stories import pages
from tests.stories.pages import day
from tests.stories.people import DESKTOP, PHONE, Person, Setting
from tests.support.processes import until
from tests.support.stack import RunningStack, running_stack

LARGEST = 150_000
"""Bytes of a picture."""
REASONS = (
    "Det er et kriterium, at prisen står i rimeligt forhold til, hvor mange der får glæde af "
    "aktiviteten. Arbejdsgruppen har lagt vægt på, at lyskæderne kan lånes af boligafdelingen."
)


def keep(data: bytes, file: Path, *, colours: int = 128) -> None:
    """Write a picture with as few colours as it takes to be small."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    while True:
        few = picture.quantize(colours, dither=Image.Dither.NONE)
        few.save(file, "PNG", optimize=True)
        if file.stat().st_size < LARGEST or colours <= 8:
            break
        colours //= 2
    assert file.stat().st_size < LARGEST, file


def shot(person: Person, file: Path, *, top: int = 0) -> None:
    """What stands on the screen, from ``top`` pixels down."""
    person.page.evaluate("document.activeElement.blur()")
    person.page.evaluate(f"window.scrollTo(0, {top})")
    keep(person.page.screenshot(), file)


def take(stack: RunningStack, browser: Browser, out: Path) -> None:
    """Play as much of the story as the pictures need."""
    me = Person(browser, stack, Setting(PHONE, "da", js=True))
    pages.begin(me, "urban-life", "6.500")
    me.fill("q_title", "Lys og suppe på hjørnet ved Ruten")
    me.fill("q_starts_on", day(40))
    shot(me, out / "apply-phone.png", top=250)
    pages.fill_all(
        me,
        {
            "place": "Hjørnet ved Ruten",
            "safety": "Hjørnet er mørkt. Når naboerne mødes der, tør flere gå hjem den vej.",
            "outreach": "Opslag i opgangene og vores gruppe på nettet.",
            "budget_line": "Suppe til 60 for 4.500 kr., lyskæder 2.000 kr.",
            "contact_name": "Fatima Aydin",
            "email": "fatima@eksempel.example",
        },
    )
    me.press(me.say("Next"))
    me.press(me.say("Send the application"))
    number = pages.case_number(me)

    karim = Person(browser, stack, Setting(DESKTOP, "da", js=True))
    pages.enter(karim, "karim")
    karim.open("/indbakke")
    shot(karim, out / "inbox.png")
    pages.find_case(karim, number)
    shot(karim, out / "case.png")
    karim.open(f"/sager/{number}/afgoer?valg=grant-part")
    karim.fill("outcome", "grant-part")
    karim.fill("amount", "4.500")
    karim.fill("reasons", REASONS)
    karim.page.set_viewport_size({"width": 1000, "height": 1400})
    shot(karim, out / "decide.png")
    karim.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    karim.press(karim.say("Decide and send the letter"))
    letter(stack, number, out / "letter.png")
    pages.enter(karim, "birgit")
    karim.open(f"/styring/urban-life/{pages.this_year()}")
    shot(karim, out / "steering.png")
    summary(stack, out / "summary.png")
    me.close()
    karim.close()


def summary(stack: RunningStack, file: Path) -> None:
    """The first page of the summary of the year that the demonstration brings in."""
    environment = os.environ | {"PULJEN_DATA_DIR": str(stack.data_dir)}
    with tempfile.TemporaryDirectory() as place:
        asked = "--pool bydelspulje --year 2017 --axis effective --as-of 2017-12-31 --lang da"
        command = [sys.executable, "-m", "pool", "summary", *asked.split(), "--out", place]

        def brought_in() -> bool:
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
            table = next(Path(place).glob("*.csv")).read_text("utf-8-sig")
            return "704700,00" in table

        until(brought_in, "the neighbours' year is in", 60)
        paper(next(Path(place).glob("*.pdf")), file)


def letter(stack: RunningStack, number: str, file: Path) -> None:
    """The first page of the letter that came with the decision's mail."""
    folder = Folder(stack.data_dir / "mailbox")

    def found() -> bytes | None:
        for one in folder.newest(20):
            opened = folder.open(one.name) if number in one.subject else None
            if opened is not None and opened.enclosed:
                return opened.enclosed[0].body
        return None

    until(found, "the letter comes", 60)
    pdf = found()
    assert pdf is not None
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "letter.pdf"
        source.write_bytes(pdf)
        paper(source, file)


def paper(source: Path, file: Path) -> None:
    """The first page of a PDF."""
    target = source.with_suffix("")
    command = ["pdftoppm", "-png", "-singlefile", "-r", "80", str(source), str(target)]
    subprocess.run(command, check=True)
    keep(target.with_suffix(".png").read_bytes(), file)


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        with running_stack(folder) as stack, chromium() as browser:
            take(stack, browser, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
