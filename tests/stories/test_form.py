"""What the main story leaves out: the long form with its steps, budget and attachment, resumed on
another machine; an approval in three clicks; a refusal; a member who stays out of a case."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import FilePayload, expect

from pool import money
from tests.files.samples import picture
from tests.stories import pages
from tests.stories.pages import Mails, day
from tests.stories.people import DESKTOP, PHONE, Person, Setting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

GPS = ExifTags.IFD.GPSInfo


def photograph() -> bytes:
    """A small JPEG as a telephone takes it: it knows where it was."""
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (55.0, 43.0, 1.0), 3: "E", 4: (12.0, 29.0, 2.0)}
    made = picture("JPEG", exif=exif)
    assert place_of(made)
    return made


def place_of(data: bytes) -> dict[int, Any]:
    with Image.open(io.BytesIO(data)) as opened:
        return dict(opened.getexif().get_ifd(GPS))


@pytest.mark.parametrize("setting", [Setting(DESKTOP, "da", js=True)], ids=str)
def test_the_long_form_and_an_approval_in_three_clicks(
    setting: Setting, people: Any, tmp_path: Path
) -> None:
    me: Person = people()
    email = "story-long@eksempel.example"
    mails = Mails(me, email)
    say = setting.say

    # The first page, and away from it.
    pages.begin(me, "urban-life", "12.500")
    steps = me.page.locator("nav.steps")
    expect(steps.locator(".step")).to_have_count(7)
    expect(steps.locator("[aria-current=step]")).to_contain_text("Aktiviteten")
    pages.fill_all(
        me,
        {
            "title": "Tre aftener med lys og teater på Ruten",
            "description": "Vi spiller tre aftener, og naboerne laver mad.",
            "focus_area": "byliv",
            "starts_on": day(50),
            "place": "Ruten",
        },
    )
    expect(me.page.locator("[data-autosave-status]")).to_contain_text("Gemt kl. ")
    me.press(say("Save and go on later"))
    me.fill("email", email)
    me.press(say("Mail me the link"))
    mail = mails.read(say("Your link to the application you have begun"))
    link = next(one for one in mail.links if "/kladde/" in one)

    # Another machine, another day.
    other: Person = people()
    other.open(link)
    other.sees("Tre aftener med lys og teater på Ruten")
    other.press(say("Go on"))
    expect(other.page.locator("[aria-current=step]").first).to_be_visible()
    if other.page.locator("[name=q_title]").count():
        expect(other.field("q_description")).to_have_value(
            "Vi spiller tre aftener, og naboerne laver mad."
        )
        other.press(say("Next"))
    fill_the_rest(other, email)
    attach(other)
    other.press(say("Next"))
    other.sees("Mad til tre aftener", "12.500 kr.", "gaden.jpg")
    other.press(say("Send the application"))
    number = pages.case_number(other)

    # The picture no longer knows where it was taken.
    receipt = mails.read(say("We have received your application (%(number)s)", number=number))
    pages.open_case(other, pages.case_link(receipt))
    with other.page.expect_download() as coming:
        other.page.get_by_role("link", name="gaden.jpg").click()
    kept = Path(coming.value.path()).read_bytes()
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.format == "JPEG"
    assert not place_of(kept)

    # Three clicks from the list of cases to a decision that is made and told.
    karim: Person = people()
    pages.enter(karim, "karim")
    karim.open("/sager/")
    karim.clicks = 0
    karim._go(karim.page.locator(f"a[href$='/sager/{number}']").first)
    karim.follow("Bevilg det hele", within=karim.page.locator(".actions-first"))
    karim.press(say("Decide and send the letter"))
    assert karim.clicks == 3
    karim.sees("Bevilget")
    granted = money.show(1_250_000)
    letter = mails.read(
        say("You have been granted %(amount)s (%(number)s)", amount=granted, number=number)
    )
    text = pages.letter_text(letter.enclosed[0].body, tmp_path)
    assert "12.500 kr." in text
    assert number in text


def fill_the_rest(me: Person, email: str) -> None:
    say = me.say
    pages.fill_all(
        me,
        {
            "safety": "Pladsen er tom om aftenen. Når der sker noget, går flere den vej.",
            "unsafe_event": "yes",
            "urgent": "no",
        },
    )
    pages.fill_all(
        me,
        {"unsafe_what": "Der er slået lamper i stykker.", "unsafe_where": "Ruten"},
    )
    me.press(say("Next"))
    pages.fill_all(
        me,
        {
            "audience": "Alle naboer til pladsen",
            "outreach": "Plakater og fra mund til mund",
            "children": "no",
        },
    )
    me.press(say("Next"))
    lines = [("food", "Mad til tre aftener", "6.000"), ("rent", "Lys og scene", "5.000")]
    for n, (post, text, amount) in enumerate(lines):
        me.fill(f"q_budget-{n}-post", post)
        me.fill(f"q_budget-{n}-text", text)
        me.fill(f"q_budget-{n}-amount", amount)
    me.fill("q_other_funding", "no")
    expect(me.page.locator(".budget-sum")).to_contain_text(money.show(1_100_000))
    me.press(say("Next"), status=422)
    expect(me.page.locator("[data-error-summary]")).to_be_focused()
    me.fill("q_budget-2-post", "publicity")
    me.fill("q_budget-2-text", "Plakater")
    me.fill("q_budget-2-amount", "1.500")
    me.press(say("Next"))
    pages.fill_all(
        me,
        {"applicant_kind": "group", "contact_name": "Bashir Farah", "email": email},
    )
    me.fill("q_organisation", "Naboerne på Ruten")


def attach(me: Person) -> None:
    file = FilePayload(name="gaden.jpg", mimeType="image/jpeg", buffer=photograph())
    me.field("q_files").set_input_files([file])
    me.press(me.say("Attach the chosen files"))
    expect(me.page.locator("ul.files")).to_contain_text("gaden.jpg")


@pytest.mark.parametrize("setting", [Setting(PHONE, "da", js=False)], ids=str)
def test_a_refusal_with_its_reasons(setting: Setting, people: Any, tmp_path: Path) -> None:
    me: Person = people()
    say = setting.say
    email = "story-refused@eksempel.example"
    number = pages.apply(
        me,
        "urban-life",
        "2.000",
        {
            "title": "Fest for vores egen opgang",
            "starts_on": day(20),
            "place": "Vores opgang",
            "safety": "Vi hygger os.",
            "outreach": "Vi kender hinanden.",
            "budget_line": "Kage",
            "contact_name": "Per Lind",
            "email": email,
        },
    )
    karim: Person = people()
    pages.enter(karim, "karim")
    pages.find_case(karim, number)
    karim.follow("Giv afslag", within=karim.page.locator(".actions-first"))
    karim.press(say("Decide and send the letter"), status=422)
    karim.fill("criterion", "not-open")
    reasons = (
        "Det er et kriterium, at aktiviteten er åben for dem, den er for. Arbejdsgruppen har lagt "
        "vægt på, at kun opgangens egne beboere er med."
    )
    karim.fill("reasons", reasons)
    karim.press(say("Decide and send the letter"))
    definition = pages.DEFINITIONS["urban-life"]
    karim.sees(definition.state("refused").staff["da"])
    mail = Mails(me, email).read(say("The answer to your application (%(number)s)", number=number))
    text = pages.letter_text(mail.enclosed[0].body, tmp_path)
    assert reasons in text
    assert pages.flat(definition.guidance["da"].strip().split("\n\n")[0]) in text
    pages.open_case(me, pages.case_link(mail))
    me.sees(reasons)


@pytest.mark.parametrize("setting", [Setting(PHONE, "da", js=False)], ids=str)
def test_who_has_an_interest_is_locked_out(setting: Setting, people: Any) -> None:
    me: Person = people()
    say = setting.say
    number = pages.apply(
        me,
        "knowledge",
        "200",
        {
            "title": "Kaffe til et oplæg om naboskab",
            "knowledge_kind": "event",
            "description": "Et kort oplæg for kolleger.",
            "audience": "Kolleger i boligafdelingerne",
            "starts_on": day(25),
            "budget_line": "Kaffe",
            "contact_name": "Lone Friis",
            "organisation": "fsb",
            "email": "story-interest@eksempel.example",
        },
    )
    amina: Person = people()
    pages.enter(amina, "amina")
    pages.find_case(amina, number)
    amina.follow(say("I have an interest in this case"))
    amina.press(say("I stay out of the case"), status=422)
    amina.fill("ground", "Ansøgeren er min kollega i fsb.")
    amina.press(say("I stay out of the case"))
    amina.open("/sager/?state=all")
    amina.sees_not("Kaffe til et oplæg om naboskab", number)
    amina.open(f"/sager/{number}", status=404)
    amina.sees_not("Kaffe til et oplæg om naboskab")
    sofie: Person = people()
    pages.enter(sofie, "sofie")
    pages.find_case(sofie, number)
    sofie.sees("Amina Yusuf", "Ansøgeren er min kollega i fsb.")
