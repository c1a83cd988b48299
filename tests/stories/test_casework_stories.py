"""What a working group does besides the plain case, through the real pages: an acute case, a
suggestion that becomes an own initiative, a hearing, a case sent on, one taken up again, and one
that came on paper.

One running demonstration for all of them; residents have a phone, the staff a desk.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pool import money
from tests.stories import pages
from tests.stories.casework_players import (
    Cast,
    Player,
    application,
    cast,
    follow_mail,
    letter_of,
    taken,
)
from tests.stories.pages import DEFINITIONS, Mails, day
from tests.support.office import cells
from tests.support.stack import RunningStack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

URBAN, KNOWLEDGE = DEFINITIONS["urban-life"], DEFINITIONS["knowledge"]
EARLY = (
    "Because it is urgent, the activity may have begun before this decision: what you spent on it "
    "before counts too."
)
INBOX = "/indbakke?size=100"  # other stories have filled it
EXAMINED: set[tuple[str, bool]] = set()
"""Kinds of pages axe has looked at in this file."""


@pytest.fixture
def players(browser: Browser, stack: RunningStack) -> Iterator[Cast]:
    with cast(browser, stack, EXAMINED) as made:
        yield made


def granted(me: Player, number: str, amount: str = "4.000") -> str:
    """The subject of the mail that tells of a grant."""
    shown = money.show(money.parse(amount))
    return me.say("You have been granted %(amount)s (%(number)s)", amount=shown, number=number)


def test_an_acute_case_within_the_hour(players: Cast, tmp_path: Path) -> None:
    me, email = players.resident(), "story-acute@eksempel.example"
    title = "Vagt og varm kakao ved den brændte container"
    me.open("/ansoeg/urban-life?lang=da")
    me.fill("q_amount", "3.500")
    me.press(me.say("Begin"))
    acute = me.page.locator("#group-acute")
    me.page.get_by_text("Er der sket noget utrygt, og haster det?").click()
    expect(me.field("q_unsafe_where")).to_be_hidden()
    pages.fill_all(
        me,
        {
            "title": title,
            "starts_on": day(0),
            "place": "Garagerne i Voldparken",
            "safety": "Folk tør ikke gå forbi. Vi står der i aften og snakker med dem.",
            "unsafe_event": "yes",
            "urgent": "yes",
            "unsafe_what": "Der er brændt en container af.",
            "outreach": "Vi går fra dør til dør",
            "budget_line": "Kakao, lygter og veste",
            "contact_name": "Poul Erik Madsen",
            "email": email,
        },
    )
    me.press(me.say("Next"), status=422)  # where and when it happened is asked for, too
    expect(acute.locator("#q_unsafe_where-error")).to_be_visible()
    pages.fill_all(me, {"unsafe_where": "Garagerne", "unsafe_when": "I nat ved totiden"})
    me.stop("1-acute-form")
    me.press(me.say("Next"))
    me.press(me.say("Send the application"))
    me.sees(me.say("You have said that it is urgent, so we look at it first. Do ring us too."))
    me.stop("1-acute-receipt")
    number = pages.case_number(me)

    karim = players.staff("karim")
    karim.open(INBOX)
    expect(karim.row(number)).to_contain_text(karim.say("Urgent"))
    karim.stop("1-acute-inbox")
    karim._go(karim.row(number).locator("a").first)
    what = ("Der er brændt en container af.", "Garagerne", "I nat ved totiden")
    karim.sees(karim.say("Urgent"), *what)
    karim.stop("1-acute-case")
    karim.follow(karim.label(URBAN, "grant"), within=karim.actions)
    karim.sees(karim.say("What is acute"), *what)
    karim.sees_not("Folk tør ikke gå forbi.")  # that is asked of every case
    karim.fill("early_start", "yes")
    karim.stop("1-acute-decide")
    karim.press(karim.say("Decide and send the letter"))
    karim.sees(karim.say("What was spent before the decision counts too"))

    subject = granted(me, number, "3.500")
    text = letter_of(me, email, subject, tmp_path)
    assert me.say(EARLY) in text
    assert "3.500 kr." in text
    me.stop("1-acute-mail")
    urgent = "Urgent: new application %(number)s: %(title)s"
    Mails(me, "sofie@demo.example").wait(me.say(urgent, number=number, title=title))


def test_a_suggestion_that_becomes_an_own_initiative(players: Cast, tmp_path: Path) -> None:
    me, email = players.resident(js=False), "story-suggestion@eksempel.example"
    me.open("/puljer/urban-life?lang=da")
    me.stop("2-pool")
    me.follow(me.say("Write a suggestion"))
    me.press(me.say("Send the suggestion"), status=422)
    said = "Stien bag skolen er mørk, og mange går en omvej om aftenen."
    pages.fill_all(
        me,
        {
            "suggestion": said,
            "place": "Stien bag skolen",
            "suggestion_when": "Hver aften",
            "contact_name": "Ingrid Møller",
            "email": email,
        },
    )
    me.stop("2-suggestion")
    me.press(me.say("Send the suggestion"))
    number = pages.case_number(me)
    me.sees(me.say("Thank you, we have your suggestion"))
    me.stop("2-suggestion-receipt")

    sofie = players.staff("sofie", js=False)
    sofie.open(INBOX)
    expect(sofie.row(number)).to_contain_text("forslag", ignore_case=True)
    sofie.case(number)
    sofie.sees(said)
    sofie.stop("2-suggestion-case")
    sofie.follow(sofie.say("Make a case of it"), within=sofie.actions)
    sofie.fill("kind", "initiative")
    sofie.press(sofie.say("Next"), status=422)  # who proposes it?
    sofie.fill("proposer", "Jens Winther")
    sofie.stop("2-becomes")
    sofie.press(sofie.say("Next"))
    title = "Lys på stien bag skolen"
    fill_the_initiative(sofie, title)
    sofie.sees("Jens Winther", title)
    sofie.stop("2-initiative-review")
    sofie.press(sofie.say("Enter the own initiative"))
    became = sofie.page.url.rpartition("/")[2].partition("#")[0]
    assert became != number
    sofie.sees(sofie.say("The group’s own initiative"), "Jens Winther", number)
    sofie.sees_not("Mig som privatperson")
    sofie.stop("2-initiative-case")

    told = me.say("Something comes of your suggestion (%(number)s)", number=number)
    mail = follow_mail(me, email, told)
    assert title in pages.flat(mail.text)
    me.sees(URBAN.state("taken-up").applicant["da"])
    me.sees_not("Jens Winther")
    me.stop("2-suggester")

    karim = players.staff("karim")
    karim.case(became)
    karim.decide(URBAN, "grant")
    karim.sees(URBAN.state("granted").staff["da"])
    karim.open(f"/sager/?kind=initiative&text={became}&state=all")
    expect(karim.row(became)).to_contain_text(title)
    assert number not in karim.text
    karim.stop("2-initiatives")


def fill_the_initiative(sofie: Player, title: str) -> None:
    """The residents' form, with what the suggestion said filled in."""
    sofie.fill("q_amount", "8.000")
    sofie.press(sofie.say("Next"))
    expect(sofie.field("q_place")).to_have_value("Stien bag skolen")
    pages.fill_all(
        sofie,
        {
            "title": title,
            "starts_on": day(40),
            "safety": "En lampe gør, at flere går den vej.",
            "outreach": "Opslag ved skolen",
            "budget_line": "Tre solcellelamper",
        },
    )
    sofie.press(sofie.say("Next"))


def test_a_hearing(players: Cast, tmp_path: Path) -> None:
    me, email = players.resident(js=False), "story-heard@eksempel.example"
    number = application(me, email, "Gårdfest for tre opgange")
    sofie = players.staff("sofie")
    sofie.case(number)
    facts = "Boligforeningen skriver, at gården er lejet ud til en anden den dag."
    source = "Boligforeningens kontor"
    sofie.follow(sofie.label(URBAN, "hear"), within=sofie.actions)
    pages.fill_all(sofie, {"facts": facts, "source": source, "due_on": day(10)}, prefix="")
    sofie.stop("3-hear")
    sofie.press(sofie.label(URBAN, "hear"))
    sofie.sees(sofie.say("The applicant is being heard: the decision waits"))
    sofie.stop("3-heard-case")

    karim = players.staff("karim")
    karim.case(number)
    assert karim.actions.get_by_role("link", name=karim.label(URBAN, "grant")).count() == 0
    waits = karim.page.locator(".blocked").filter(has_text=karim.label(URBAN, "grant")).first
    expect(waits).to_contain_text("Afgørelsen venter på svaret")
    karim.stop("3-decision-waits")
    karim.open(f"/sager/{number}/afgoer?valg=grant")
    karim.press(karim.say("Decide and send the letter"), status=422)
    karim.stop("3-decision-refused")

    told = me.say("We have been told something about your case (%(number)s)", number=number)
    mail = follow_mail(me, email, told)
    assert facts in pages.flat(mail.text)
    assert source in pages.flat(mail.text)
    me.stop("3-applicant-case")
    me.follow(me.say("Comment on what others have told"))
    me.sees(facts, source)
    me.stop("3-applicant-hearing")
    answer = "Vi har byttet: den anden tager søndagen. Mailen fra kontoret kan I få."
    me.press(me.say("Send the comments"), status=422)
    me.fill("answer", answer)
    me.press(me.say("Send the comments"))
    me.stop("3-applicant-done")

    karim.case(number)
    karim.sees(answer)
    karim.decide(URBAN, "grant")
    karim.sees(URBAN.state("granted").staff["da"])
    assert number in letter_of(me, email, granted(me, number), tmp_path)


def test_a_forwarded_case(players: Cast) -> None:
    me, email = players.resident(), "story-sent-on@eksempel.example"
    title = "Et hæfte om tryghed i opgange"
    number = application(me, email, title)
    receipt = follow_mail(
        me, email, me.say("We have received your application (%(number)s)", number=number)
    )
    me.follow(me.say("Write to us"))
    written = "Hæftet skal også ligge på biblioteket."
    me.fill("text", written)
    me.press(me.say("Send the message"))

    sofie = players.staff("sofie")
    sofie.case(number)
    reason = "Et hæfte er videndeling, og det støtter den anden pulje."
    sofie.follow(sofie.label(URBAN, "forward"), within=sofie.actions)
    pages.fill_all(sofie, {"to_pool": "knowledge", "reason": reason}, prefix="")
    sofie.stop("4-forward")
    sofie.press(sofie.label(URBAN, "forward"))
    sofie.sees(URBAN.state("forwarded").staff["da"])
    sofie.stop("4-forwarded-case")
    new = sofie.page.locator(f"a[href*='/sager/{KNOWLEDGE.prefix}']").first.inner_text()
    sofie.case(new)
    sofie.sees(
        title, written, number, "Fatima Aydin", email, "Suppe og lys", KNOWLEDGE.name["da"],
        "Når naboerne mødes på pladsen, tør flere gå hjem den vej.",
    )  # fmt: skip
    sofie.sees_not(sofie.say("The same applicant"))  # it is the same case, not another of theirs
    sofie.stop("4-new-case")

    # The link of the very first mail, in another browser.
    other = players.resident(js=False)
    pages.open_case(other, pages.case_link(receipt))
    other.sees(new, KNOWLEDGE.name["da"])
    other.stop("4-old-link")
    other.follow(other.say("Go to your case there"))
    other.sees(new, title, KNOWLEDGE.start.applicant["da"], written)
    other.stop("4-new-case-applicant")
    told = me.say(
        "Your application is now with %(pool)s (%(number)s)",
        pool=KNOWLEDGE.name["da"], number=new,
    )  # fmt: skip
    mail = follow_mail(me, email, told)
    assert reason in pages.flat(mail.text)
    me.sees(new, written)


def test_a_reopened_case_and_a_complaint(players: Cast, tmp_path: Path) -> None:
    me, email = players.resident(), "story-reopened@eksempel.example"
    number = application(me, email, "Fest for vores egen opgang")
    karim = players.staff("karim")
    karim.case(number)
    karim.decide(
        URBAN, "refuse",
        reasons="Det er et kriterium, at aktiviteten er åben. Kun opgangens beboere er med.",
        criterion="not-open",
    )  # fmt: skip
    refused = me.say("The answer to your application (%(number)s)", number=number)
    assert "Kun opgangens beboere er med." in letter_of(me, email, refused, tmp_path)

    sofie = players.staff("sofie", js=False)
    sofie.case(number)
    sofie.sees(URBAN.state("refused").staff["da"])
    complaint = "Hun skriver, at hele karréen var inviteret, og at det stod i opslaget."
    sofie.act(URBAN, "complaint", complaint=complaint, received_on=day(0))
    sofie.sees(complaint)
    why = "Der er kommet nye oplysninger: hele karréen er inviteret."
    sofie.follow(sofie.label(URBAN, "reopen"), within=sofie.actions)
    sofie.press(sofie.label(URBAN, "reopen"), status=422)  # not without reasons
    sofie.fill("reason", why)
    sofie.stop("5-reopen")
    sofie.press(sofie.label(URBAN, "reopen"))
    sofie.sees(URBAN.state("received").staff["da"], why)
    sofie.sees(sofie.say("Reopened: it does not stand"))
    sofie.stop("5-reopened-case")
    again = me.say("We are looking at your application again (%(number)s)", number=number)
    assert why in letter_of(me, email, again, tmp_path)

    karim.case(number)
    karim.decide(URBAN, "grant")
    karim.sees(URBAN.state("granted").staff["da"], sofie.say("Reopened: it does not stand"))
    undo = karim.actions.get_by_role("link", name=karim.label(URBAN, "undo"))
    for one in undo.all():  # only until the letter has left, and never what stands out
        expect(one).to_have_class(re.compile("button-tertiary"))
    karim.stop("5-granted-case")
    assert "4.000 kr." in letter_of(me, email, granted(me, number), tmp_path)
    follow_mail(me, email, granted(me, number))
    me.sees(URBAN.state("granted").applicant["da"])
    me.stop("5-applicant")


def test_a_paper_application_found_and_taken_out(players: Cast, tmp_path: Path) -> None:
    sofie = players.staff("sofie", js=False)
    sofie.open(INBOX)
    sofie.follow(sofie.say("Enter an application"))
    pages.fill_all(
        sofie,
        {"pool": "urban-life", "kind": "application", "channel": "paper", "received_on": day(-2)},
        prefix="",
    )
    sofie.stop("6-begin")
    sofie.press(sofie.say("Next"))
    sofie.fill("q_amount", "2.000")
    sofie.press(sofie.say("Next"))
    title = "Fællesskab i gården"
    pages.fill_all(
        sofie,
        {
            "title": title,
            "starts_on": day(30),
            "place": "Gården i Utterslevhuse",
            "safety": "Vi lærer hinanden at kende.",
            "outreach": "Sedler i postkasserne",
            "budget_line": "Kage",
            "contact_name": "Åse Ærø",
            "phone": "22 33 44 55",
        },
    )
    sofie.stop("6-step")
    sofie.press(sofie.say("Next"))
    sofie.sees(title, sofie.say("On paper"))
    sofie.stop("6-review")
    sofie.press(sofie.say("Enter the application"))
    number = sofie.page.url.rpartition("/")[2].partition("#")[0]
    sofie.sees(title, "Åse Ærø", sofie.say("On paper"), "Sofie Lund")

    sofie.open("/sager/")
    sofie.fill("text", "skab")
    sofie.press(sofie.say("Show"))
    assert "text=skab" in sofie.page.url
    expect(sofie.row(number)).to_contain_text(title)
    sofie.sees_not(sofie.say("Do something with the chosen cases"))  # the pool has no such feature
    sofie.stop("6-list")
    table = taken(sofie, sofie.say("Take the list out as CSV")).decode("utf-8-sig")
    [row] = [
        one for one in csv.DictReader(io.StringIO(table), delimiter=";")
        if one["Sagsnummer"] == number
    ]  # fmt: skip
    assert (row["Titel"], row["Ansøger"], row["Søgt"]) == (title, "Åse Ærø", "2000,00")
    book = taken(sofie, sofie.say("Take the list out as a workbook (XLSX)"))
    assert title in {value for sheet in cells(book).values() for one in sheet for value in one}

    karim = players.staff("karim")
    karim.open(INBOX)
    new = karim.say("New to you")
    expect(karim.row(number)).to_contain_text(new)
    karim.stop("6-inbox")
    karim.press(karim.say("Mark everything as read"))
    karim.sees(karim.say("Everything is marked as read."))
    karim.open(INBOX)
    karim.sees_not(new)
    expect(karim.row(number)).to_contain_text(karim.say("To be decided"))
    karim.stop("6-inbox-read")
