"""What becomes of a grant's money, through the real pages: told where to go, paid, sent back by the
bank, paid again, raised, reported with a picture, asked about, part of it given back; and the year
it belongs to, closed for good, with what comes back afterwards.

A demonstration of its own: a closed year would be in every other story's way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from pool import money
from pool.outbox.mailbox import Opened
from tests.files.samples import picture
from tests.stories import pages
from tests.stories.casework_players import (
    Player,
    application,
    cast,
    follow_mail,
    letter_of,
)
from tests.stories.pages import DEFINITIONS, Mails, kroner
from tests.stories.people import plain
from tests.support.stack import RunningStack, running_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

URBAN = DEFINITIONS["urban-life"]
YEAR = pages.this_year()
EMAIL = "story-money@eksempel.example"
CPR = "010190-4321"
PLACE = f"/styring/urban-life/{YEAR}"
CLOSING = f"{PLACE}/luk"

GRANTED, RAISED, SPENT, BACK = (
    money.parse(text) for text in ("4.000", "5.500", "4.900,50", "599,50")
)
LATE = money.parse("250")
"""What another case's applicant sends back when the year is closed."""
MORE = "To opgange til vil være med, og lyskæderne blev dyrere."
QUESTION = "Hvem har lyskæderne nu, og kan de bruges igen til næste år?"
ANSWER = "De ligger hos viceværten, og vi låner dem gerne ud."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """``puljen demo``, for this story alone."""
    with running_stack(tmp_path_factory.mktemp("money") / "data") as running:
        yield running


@dataclass
class Story:
    """The persons, and what they have found out on the way."""

    stack: RunningStack
    fatima: Player
    sofie: Player
    karim: Player
    ole: Player
    birgit: Player
    folder: Path
    number: str = ""

    def subject(self, text: str, ore: int = 0) -> str:
        """A mail's subject, as it stands in the mailbox."""
        return self.fatima.say(text, amount=money.show(ore), number=self.number)

    def opens(self, text: str, ore: int = 0) -> Opened:
        """The applicant reads a mail and opens the case by its link."""
        return follow_mail(self.fatima, EMAIL, self.subject(text, ore))

    def pays(self, reference: str, ore: int) -> None:
        self.ole.case(self.number)
        self.ole.act(URBAN, "pay", reference=reference)
        self.ole.sees(URBAN.state("paid").staff["da"])
        told = self.subject("We have paid out %(amount)s to you (%(number)s)", ore)
        self.mail_with(told, reference)

    def mail_with(self, subject: str, part: str) -> None:
        """Wait for a mail that says ``part``: an earlier one may have the same subject."""
        mails, until = Mails(self.fatima, EMAIL), time.monotonic() + 60
        while True:
            mail = mails.folder.open(mails.wait(subject))
            if mail is not None and part in mail.text:
                return
            assert time.monotonic() < until, f"no mail {subject!r} says {part!r}"
            time.sleep(0.1)


def test_money_from_the_grant_to_the_closed_year(
    browser: Browser, stack: RunningStack, tmp_path: Path
) -> None:
    with cast(browser, stack, set()) as players:
        story = Story(
            stack,
            players.resident(),
            players.staff("sofie"),
            players.staff("karim"),
            players.staff("ole"),
            players.staff("birgit"),
            tmp_path,
        )
        before = the_year(story)
        granted(story)
        told_where_to(story)
        paid_and_sent_back(story)
        raised(story)
        reported(story)
        questioned(story)
        part_of_it_back(story)
        behind_the_figures(story, before)
        late = closed_for_good(story)
        back_too_late(story, late)
        nothing_told(story)
    verified = stack.puljen("ledger", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def shown(ore: int) -> str:
    """An amount as a mail's or a letter's words hold it."""
    return plain(money.show(ore))


def the_year(story: Story) -> dict[str, int]:
    story.birgit.open(PLACE)
    return pages.steering_figures(story.birgit)


def granted(story: Story) -> None:
    story.number = application(story.fatima, EMAIL, "Suppe og lys på pladsen")
    story.karim.case(story.number)
    story.karim.decide(URBAN, "grant")
    mail = story.opens("You have been granted %(amount)s (%(number)s)", GRANTED)
    assert story.fatima.say("Tell us where the money is to go") in pages.flat(mail.text)


def told_where_to(story: Story) -> None:
    """A CVR number a digit short, a CPR number of no day; the right one is for finance's eyes."""
    me = story.fatima
    me.follow(me.say("Tell us where the money is to go"))
    me.press(me.say("Send"), status=422)
    me.fill("payee_way", "applicant")
    me.fill("payee_name", "Fatima Aydin")
    for kind, typed, wrong in (
        ("cvr", "6494221", "Write the CVR number's eight digits."),
        ("cpr", "320190-4321", "There is no such CPR number. Check the digits."),
    ):
        me.fill("payee_number_kind", kind)
        me.fill("payee_number", typed)
        me.press(me.say("Send"), status=422)
        me.sees(me.say(wrong))
    me.stop("money-1-payee")
    me.fill("payee_number", CPR)
    me.press(me.say("Send"))
    me.sees(me.say("Thank you. We know where the money is to go."))
    me.sees_not(CPR)
    me.stop("money-2-told")

    told = "We know where the money of %(number)s is to go: %(title)s"
    subject = story.sofie.say(told, number=story.number, title="").rstrip(": ")
    Mails(story.sofie, "sofie@demo.example").wait(subject)
    story.sofie.case(story.number)
    story.sofie.sees("Fatima Aydin")
    story.sofie.sees_not(CPR)
    expect(story.sofie.page.get_by_text(story.sofie.say("Show the CPR number"))).to_have_count(0)
    story.ole.case(story.number)
    story.ole.sees_not(CPR)
    story.ole.press(story.ole.say("Show the CPR number"))
    story.ole.sees(CPR)
    story.sofie.case(story.number)
    story.sofie.sees(story.sofie.say("The CPR number was shown"))


def paid_and_sent_back(story: Story) -> None:
    story.pays("BILAG-7001", GRANTED)
    story.ole.case(story.number)
    story.ole.act(URBAN, "payment-failed", reason="Banken kender ikke kontoen.")
    story.ole.sees(URBAN.state("granted").staff["da"])
    mail = story.opens("The payment did not arrive (%(number)s)")
    assert shown(GRANTED) in pages.flat(mail.text)
    me = story.fatima
    me.open(f"/min-sag/{story.number}/udbetaling")
    for name, value in (
        ("payee_way", "applicant"),
        ("payee_number_kind", "cvr"),
        ("payee_number", "64942212"),
        ("payee_name", "Husum Beboere"),
    ):
        me.fill(name, value)
    me.press(me.say("Send"))
    story.ole.case(story.number)
    story.ole.sees("Husum Beboere", "64942212")
    story.pays("BILAG-7002", GRANTED)


def raised(story: Story) -> None:
    karim = story.karim
    karim.case(story.number)
    karim.follow(karim.label(URBAN, "raise"), within=karim.actions)
    pages.fill_all(karim, {"amount": "3.000", "reasons": MORE}, prefix="")
    karim.press(karim.label(URBAN, "raise"), status=422)  # that would be less
    karim.fill("amount", "5.500")
    karim.stop("money-3-raise")
    karim.press(karim.label(URBAN, "raise"))
    karim.sees(URBAN.state("granted").staff["da"], money.show(RAISED))
    letter = letter_of(
        story.fatima,
        EMAIL,
        story.subject("Your grant is now %(amount)s (%(number)s)", RAISED),
        story.folder,
    )
    assert all(part in letter for part in (shown(GRANTED), shown(RAISED), MORE))
    story.pays("BILAG-7003", RAISED - GRANTED)


def reported(story: Story) -> None:
    me = story.fatima
    me.open(f"/min-sag/{story.number}")
    me.follow(me.say("Send the report"))
    pages.fill_all(
        me,
        {
            "held": "yes",
            "participants": "60",
            "worked": "Suppen slap op, og snakken gik.",
            "safety": "Flere går den vej hjem nu.",
            "spent": "4.900,50",
        },
        prefix="",
    )
    photo = FilePayload(name="pladsen.jpg", mimeType="image/jpeg", buffer=picture("JPEG"))
    me.field("files").set_input_files([photo])
    me.stop("money-4-report")
    me.press(me.say("Send the report"))
    me.sees(me.say("Thank you. We have your report."), money.show(SPENT))


def questioned(story: Story) -> None:
    sofie = story.sofie
    sofie.case(story.number)
    sofie.sees("pladsen.jpg", "Flere går den vej hjem nu.")
    sofie.act(URBAN, "ask-report", questions=QUESTION)
    closing = sofie.label(URBAN, "close")
    assert sofie.actions.get_by_role("link", name=closing).count() == 0  # not before the answer
    story.opens("We need to know more about your report (%(number)s)")
    me = story.fatima
    me.sees(QUESTION)
    me.open(f"/min-sag/{story.number}/svar")
    me.fill("answer", ANSWER)
    me.press(me.say("Send the answer"))
    sofie.case(story.number)
    sofie.sees(ANSWER)


def part_of_it_back(story: Story) -> None:
    sofie = story.sofie
    sofie.follow(sofie.label(URBAN, "return"), within=sofie.actions)
    sofie.fill("returned", "9.000")
    sofie.press(sofie.label(URBAN, "return"), status=422)  # more than was paid
    sofie.fill("returned", "599,50")
    sofie.press(sofie.label(URBAN, "return"))
    sofie.act(URBAN, "close")
    sofie.sees(URBAN.state("closed").staff["da"])
    closed = story.subject("Thank you, your case is closed (%(number)s)")
    told = pages.flat(Mails(story.fatima, EMAIL).read(closed).text)
    assert all(shown(one) in told for one in (RAISED, SPENT, BACK))
    story.fatima.stop("money-5-closed")


def behind_the_figures(story: Story, before: dict[str, int]) -> None:
    """The sent-back payment counts for nothing; each figure leads to the case."""
    birgit, after = story.birgit, the_year(story)
    for label, more in (
        ("Granted in all", RAISED),
        ("Disposed", SPENT),
        ("Paid out", RAISED),
        ("Money back", BACK),
        ("Left to dispose of", -SPENT),
    ):
        name = birgit.say(label)
        assert after[name] - before[name] == more, label
    birgit.stop("money-6-year")
    birgit.open(f"{PLACE}/paid")
    rows = birgit.page.locator("table tbody tr").filter(has_text="Suppe og lys på pladsen")
    amounts = [kroner(text) for text in rows.locator("td.num").all_inner_texts()]
    assert amounts == [GRANTED, -GRANTED, GRANTED, RAISED - GRANTED]
    birgit.follow("nr.", within=rows.last)
    birgit.sees(story.number, money.show(RAISED - GRANTED))
    birgit.stop("money-7-transfer")
    birgit.follow("Suppe og lys på pladsen")
    birgit.sees(story.number, URBAN.state("closed").staff["da"])


def closed_for_good(story: Story) -> str:
    """Begun, what is granted let go, the rest given back, closed; a case whose money is out."""
    ole, sofie = story.ole, story.sofie
    ole.open(CLOSING)
    ole.page.locator("input[name=sure]").check()
    ole.press(ole.say("Begin to close %(year)s", year=YEAR))
    ole.stop("money-8-closing")
    # Paid, and not reported on: what comes back of it comes when the year is closed.
    late = ole.page.locator("main li a[href*='/sager/']").first
    number = (late.get_attribute("href") or "").rpartition("/")[2]

    sofie.open(CLOSING)
    waiting = sofie.page.locator("input[name=sag]")
    count = waiting.count()
    assert count > 0
    for one in waiting.all():
        one.check()
    sofie.press(sofie.say("Let the ticked grants go"), status=422)  # the letters say why
    for one in waiting.all():
        one.check()
    sofie.fill("reason", "Aktiviteten nåede ikke at blive til noget.")
    sofie.press(sofie.say("Let the ticked grants go"))
    expect(sofie.page.locator("input[name=sag]")).to_have_count(0)

    rest = the_year(story)[story.birgit.say("Left to dispose of")]
    ole.open(CLOSING)
    ole.page.locator("input[name=sure]").check()
    ole.press(ole.say("Give %(rest)s back to the municipality", rest=money.show(rest)))
    ole.sees(ole.say("%(amount)s was given back to the municipality.", amount=money.show(rest)))
    ole.follow(ole.say("Close %(year)s for good", year=YEAR))
    ole.stop("money-9-for-good")
    for tick in ole.page.locator("input[name=sure]").all():  # where some are not decided
        tick.check()
    ole.press(ole.say("Close it for good"))
    ole.sees(ole.say("Closed for good"))
    [newest] = re.findall(r"\b[0-9a-f]{64}\b", ole.text)
    told = Mails(ole, "ole@demo.example").read(f"{URBAN.name['da']} {YEAR} er lukket")
    assert newest in told.text
    return number


def back_too_late(story: Story, number: str) -> None:
    """Owed to the municipality on the old year, and nobody's to grant."""
    sofie, birgit = story.sofie, story.birgit
    sofie.case(number)
    sofie.act(URBAN, "return", returned="250")
    figures = the_year(story)
    assert figures[birgit.say("Left to dispose of")] == 0
    owed = birgit.say("Owed to the municipality on the old year: %(amount)s.", amount="")
    birgit.sees(owed.rstrip(". "), money.show(LATE))
    birgit.stop("money-10-closed")


def nothing_told(story: Story) -> None:
    """The CPR number stands in no mail, no log and nowhere in the data folder as it is."""
    digits = CPR.replace("-", "")
    for file in story.stack.data_dir.rglob("*"):
        if file.is_file():
            try:
                kept = file.read_bytes()
            except FileNotFoundError:  # a database's file beside it goes when it likes
                continue
            assert CPR.encode() not in kept, file
            assert digits.encode() not in kept, file
