"""A big pool's money through the real pages: a grant in three instalments and by posts, the payees
told, a list prepared by one and released by another, its file taken out, a payment stopped, the
rest paid; the accounts by post; and the municipality's books, which agree to the øre.

A demonstration of its own: the whole pool's books are counted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect

from pool import money
from pool.demo.district import APPLICATIONS, POOL
from pool.render.words import words
from tests.files.samples import PDF
from tests.stories import pages
from tests.stories.casework_players import Player, cast, follow_mail, taken
from tests.stories.people import plain
from tests.support.stack import RunningStack, running_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DISTRICT = pages.DEFINITIONS[POOL]
BOOKS = f"/styring/{POOL}/{pages.this_year()}/afstemning"
DINNER, CHESS, TALES = (APPLICATIONS[one][0] for one in (0, 2, 6))
GRANTED = {DINNER: 680_000, CHESS: 420_000, TALES: 360_000}
"""Øre. The dinner gets a part of what it asked, the two others all of it."""
CPR = "010190-1236"
UNIT = "5798000420526"
STOPPED = "Biblioteket har fået et nyt nummer."
ELSE = ("K-12", "Kontorartikler, ø-stempler", "123,45", "")
"""A posting that is nothing of the pool's."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """``puljen demo --district``, for this story alone."""
    folder = tmp_path_factory.mktemp("district-money") / "data"
    with running_stack(folder, ("demo", "--district")) as running:
        yield running


@dataclass
class Story:
    """The persons, and the cases' numbers by their titles. Sara reads without JavaScript."""

    sofie: Player
    karim: Player
    ole: Player
    sara: Player
    ruth: Player
    kirsten: Player
    numbers: dict[str, str] = field(default_factory=dict)


def test_the_money_of_a_big_pool(browser: Browser, stack: RunningStack) -> None:
    with cast(browser, stack, set()) as players:
        story = Story(
            players.staff("sofie"),
            players.staff("karim"),
            players.staff("ole"),
            players.resident(js=False),
            players.resident(),
            players.resident(),
        )
        granted(story)
        told_where_to(story)
        first_list(story)
        the_other_instalments(story)
        accounts(story)
        books(story)
    assert CPR not in stack.log
    assert CPR.replace("-", "") not in stack.log
    verified = stack.puljen("ledger", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def last(person: Player) -> Locator:
    """The button of a page that has one form."""
    return person.page.locator("main form button[type=submit]:visible").last


# -- granted


def granted(story: Story) -> None:
    """The instalments have to add up; all three are announced together."""
    karim = story.karim
    karim.open(f"/sager/?pool={POOL}")
    for row in karim.page.locator("table tbody tr").all():
        text = row.inner_text()
        found = re.search(r"BP-\d{4}-\d+", text)
        assert found is not None
        story.numbers |= {title: found[0] for title in GRANTED if title in text}
    assert set(story.numbers) == set(GRANTED)

    karim.open(f"/sager/{story.numbers[DINNER]}/afgoer?valg=grant-part")
    karim.fill("amount", "6.800")
    karim.fill("reasons", "Bordene kan lånes af skolen, så der gives til råvarerne alene.")
    for folded in (
        karim.page.locator("details[data-when] > summary").first,
        karim.page.locator("summary").filter(has_text=karim.say("Paid in instalments (voluntary)")),
    ):
        folded.click()
    karim.fill("by_post-food", "6.300")
    karim.fill("by_post-publicity", "500")
    days = (pages.day(0), pages.day(0), pages.day(20))
    for place, (amount, due_on) in enumerate(zip(("3.000", "2.000", "1.000"), days, strict=True)):
        karim.fill(f"instalments-{place}-amount", amount)
        karim.fill(f"instalments-{place}-due_on", due_on)
    karim.press(karim.say("Decide"), status=422)
    karim.sees(money.show(600_000), money.show(GRANTED[DINNER]))
    karim.stop("district-money-1-instalments")
    karim.fill("instalments-2-amount", "1.800")
    karim.press(karim.say("Decide"))
    for title in (CHESS, TALES):
        karim.open(f"/sager/{story.numbers[title]}/afgoer?valg=grant")
        karim.press(karim.say("Decide"))

    sofie = story.sofie
    sofie.open(f"/meddel/{POOL}")
    sofie.press(sofie.say("See the letters first"))
    sofie.press(words("da").plural("Announce %(n)s decision", "Announce %(n)s decisions", 3))


# -- the payees


def told_where_to(story: Story) -> None:
    """A person by CPR, a supplier's invoice by CVR, a unit of the municipality by EAN."""
    told = (
        (story.sara, DINNER, "applicant", "cpr", CPR, "Sara Nygaard"),
        (story.ruth, CHESS, "invoice", "cvr", "10150817", "Brikker & Borde A/S; import"),
        (story.kirsten, TALES, "internal", "ean", UNIT, "Husum Bibliotek"),
    )
    for me, title, way, kind, number, name in told:
        subject = me.say(
            "You have been granted %(amount)s (%(number)s)",
            amount=money.show(GRANTED[title]),
            number=story.numbers[title],
        )
        follow_mail(me, f"{me_mail(title)}@eksempel.example", subject)
        me.follow(me.say("Tell us where the money is to go"))
        if kind == "ean":
            payee(me, way, kind, f"{UNIT[:-1]}5", name)  # a slip in the last digit
            me.press(me.say("Send"), status=422)
            me.sees(me.say("There is no such EAN number. Check the digits."))
        payee(me, way, kind, number, name)
        if way == "invoice":
            bill = FilePayload(name="faktura.pdf", mimeType="application/pdf", buffer=PDF)
            me.field("files").set_input_files([bill])
        me.stop(f"district-money-2-payee-{kind}")
        me.press(me.say("Send"))
        me.sees(me.say("Thank you. We know where the money is to go."))
        me.sees_not(number)


def me_mail(title: str) -> str:
    """The name before the @ of who applied for it."""
    return next(one[6] for one in APPLICATIONS if one[0] == title).split()[0].lower()


def payee(me: Player, way: str, kind: str, number: str, name: str) -> None:
    me.fill("payee_way", way)
    me.fill("payee_number_kind", kind)
    me.fill("payee_number", number)
    me.fill("payee_name", name)


# -- the lists


def first_list(story: Story) -> None:
    """Who prepared it cannot release it. The file is the one of the hash, and adds up."""
    sofie, ole = story.sofie, story.ole
    sofie.open(f"/betalinger/{POOL}/ny")
    sofie.stop("district-money-3-prepare")
    sofie.press(sofie.say("Prepare the list"))
    sofie.sees(sofie.say("You have prepared the list. Somebody else must release it."))
    assert sofie.page.locator("main form[action$='/frigiv']").count() == 0
    sofie.sees_not(CPR)
    here = sofie.page.url

    ole.open(here)
    ole.press(ole.say("Release the list"))
    file = taken(ole, ole.say("Take the file out (CSV)"))
    ole.sees(hashlib.sha256(file).hexdigest())
    ole.sees_not(CPR)
    ole.stop("district-money-4-released")
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))
    lines = {one["Sagsnummer"]: one for one in rows if one["Sagsnummer"]}
    assert {number: one["Beløb"] for number, one in lines.items()} == {
        story.numbers[DINNER]: "3000,00",
        story.numbers[CHESS]: "4200,00",
        story.numbers[TALES]: "3600,00",
    }
    assert lines[story.numbers[DINNER]]["Modtagernummer"].replace("-", "") == CPR.replace("-", "")
    assert lines[story.numbers[CHESS]]["Modtager"] == "Brikker & Borde A/S; import"
    assert [one["Beløb"] for one in rows if one["Post"] == "SUM"] == ["10800,00"]

    mark(ole, line(ole, DINNER, "betalt"), "B-1")
    ole.open(here)
    ole.open(line(ole, TALES, "udgaar"))
    ole.fill("reason", STOPPED)
    ole.fill("stopped", "y")
    ole._go(last(ole))
    ole.sees(STOPPED)
    mark(ole, f"{here}/betalt", "B-2")
    ole.stop("district-money-5-done")


def line(person: Player, title: str, what: str) -> str:
    """The address of what can be done with one payment of the list that is shown."""
    row = person.page.locator("table tbody tr").filter(has_text=title)
    return str(row.locator(f"a[href$='/{what}']").get_attribute("href"))


def mark(ole: Player, address: str, reference: str) -> None:
    ole.open(address)
    ole.fill("reference", reference)
    ole._go(last(ole))
    ole.sees(reference)


def the_other_instalments(story: Story) -> None:
    """One instalment a list, and what was taken off the first. Finance prepares the last, which is
    due in some weeks, ticked by hand; then it is the secretariat that releases."""
    sofie, ole = story.sofie, story.ole
    case = story.numbers[DINNER]
    for number, (prepares, releases) in enumerate(((sofie, ole), (ole, sofie)), start=2):
        prepares.open(f"/betalinger/{POOL}/ny")
        prepares.sees(case)
        for row in prepares.page.locator("table tbody tr").all():
            row.locator("input[name=chosen]").set_checked(True, force=True)
        prepares.press(prepares.say("Prepare the list"))
        here = prepares.page.url
        releases.open(here)
        releases.press(releases.say("Release the list"))
        mark(ole, f"{here}/betalt", f"B-{number + 1}")
    sofie.case(case)
    sofie.sees("B-1", "B-3", "B-4", DISTRICT.state("paid").staff["da"])
    me = story.sara
    me.open(f"/min-sag/{case}")
    me.sees(money.show(300_000), money.show(200_000), money.show(180_000))


# -- the accounts


def accounts(story: Story) -> None:
    """Budget and actual by post, on a phone and without JavaScript; what is left is given back."""
    me, case = story.sara, story.numbers[DINNER]
    me.follow(me.say("Send the report"))
    answers = {"held": "yes", "participants": "60", "worked": "Der kom mange, og maden slog til."}
    pages.fill_all(me, answers, prefix="")
    me.fill("report-accounts-food", "6.000")
    me.fill("report-accounts-publicity", "300")
    me._go(me.page.locator("button[name=do][value=sum]"))
    me.sees("6.300 kr.", "−500 kr.")
    me.stop("district-money-6-accounts")
    me.press(me.say("Send the report"))
    me.sees(me.say("Thank you. We have your report."), "6.300 kr.")

    ole = story.ole
    ole.case(case)
    ole.follow(ole.label(DISTRICT, "return"), within=ole.actions)
    ole.fill("returned", "500")
    ole.fill("reference", "T-77")
    ole.press(ole.label(DISTRICT, "return"))
    ole.sees("6.300 kr.", "−500 kr.")


# -- the books


def books(story: Story) -> None:
    """With a wrong amount, one posting for two payments, and one of another project."""
    ole = story.ole
    upload(ole, "fejl.csv", postings(story, chess="4.020,00"))
    ole.sees("4.020 kr.", "4.200 kr.", ELSE[1])
    ole.stop("district-money-7-books")
    ole.follow(ole.say("Take it back"))
    ole._go(last(ole))

    right = postings(story, chess="4.200,00")
    upload(ole, "rigtig.csv", right)
    ole.sees_not("4.020 kr.")
    ole.open(difference(ole, "Samlet betaling", ""))
    ole.stop("district-money-8-match")
    for title in (DINNER, TALES):
        row = ole.page.locator("table tbody tr").filter(has_text=title)
        row.locator("input[name=chosen]").set_checked(True, force=True)
    ole._go(last(ole))
    ole.open(difference(ole, ELSE[1], "/forklar"))
    ole.fill("words", "Hører til kontordriften og omposteres.")
    ole._go(last(ole))

    paid = sum(GRANTED.values()) - 50_000
    agrees = ole.say("Agrees to the øre: %(amount)s on both sides.", amount=money.show(paid))
    ole.sees(agrees)
    ole.stop("district-money-9-agrees")
    upload(ole, "rigtig.csv", right)
    ole.sees(ole.say("This very file was here before, so nothing was changed."), agrees)
    ole.open(BOOKS.removesuffix("/afstemning"))
    ole.sees(agrees)


def difference(ole: Player, text: str, end: str) -> str:
    """The address of what can be done with a posting nobody found the other side of."""
    row = ole.page.locator("table tbody tr").filter(has_text=text)
    places = [plain(str(one.get_attribute("href"))) for one in row.locator("a").all()]
    return next(one for one in places if re.search(rf"/postering/\d+{end}$", one))


def postings(story: Story, chess: str) -> bytes:
    """As an accounting system writes them out: cp1252, semicolons, debit and credit."""
    dinner = story.numbers[DINNER]
    rows = (
        ("Bilagsnr.", "Tekst", "Debet", "Kredit"),
        ("B-1", f"{dinner} Fællesspisning", "3.000,00", ""),
        ("B-2", "Brikker & Borde A/S", chess, ""),
        ("S-900", "Samlet betaling", "5.600,00", ""),
        ("B-4", dinner, "1.800,00", ""),
        ("T-77", "Indbetaling", "", "500,00"),
        ELSE,
    )
    day = ("Bogføringsdato", *[pages.day(0).replace(".", "-")] * (len(rows) - 1))
    lines = (";".join((when, *row)) for when, row in zip(day, rows, strict=True))
    return "".join(f"{one}\r\n" for one in lines).encode("cp1252")


def upload(ole: Player, name: str, content: bytes) -> None:
    ole.open(f"{BOOKS}/indlaes")
    file = FilePayload(name=name, mimeType="text/csv", buffer=content)
    ole.field("file").set_input_files([file])
    ole._go(last(ole))
    expect(ole.page.locator("h1")).to_have_text(ole.say("The municipality’s books"))
