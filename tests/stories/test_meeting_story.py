"""A big pool's way to its decisions: eight applications, a meeting to which only the chair comes, a
vote in writing, a meeting that decides with a member outside the door, and letters that nobody
outside knows of until all are sent.

``PULJEN_PICTURES=FOLDER`` keeps pictures of the pages at the width of a phone and of a desk.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from pool import money
from pool.clock import local_day, now
from pool.demo.district import AHEAD, APPLICATIONS, BUDGET, POOL
from pool.meetings.ballots import last_day
from pool.outbox.mailbox import Opened
from pool.render.words import words
from tests.stories import pages
from tests.stories.pages import Mails, day
from tests.stories.people import DESKTOP, PHONE, Person, Setting, persons
from tests.support.stack import RunningStack, running_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURES = os.environ.get("PULJEN_PICTURES")
LATER = timedelta(days=28)
"""From the first meeting to the second."""

DINNER, MUSIC, CHESS, GARDENS, BICYCLES, LIGHTS, TALES, FOOTBALL = (one[0] for one in APPLICATIONS)
ASKED = {one[0]: money.parse(one[1]) for one in APPLICATIONS}

CANNOT_WAIT = "Lysene skal bestilles i denne uge for at nå frem til december."
CONDITION = "Brikkerne bliver stående på biblioteket bagefter."
REFUSAL = (
    "Det er et kriterium, at aktiviteten er åben for alle. Arbejdsgruppen har lagt vægt på, at "
    "haverne kun åbner for foreningens egne."
)
IN_PART = "Bordene kan lånes af skolen, så der gives til råvarerne alene."
OWN_WORDS = "Kære Sara. Vi glæder os til at smage maden på torvet."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """``puljen demo --district``."""
    folder = tmp_path_factory.mktemp("district") / "data"
    with running_stack(folder, ("demo", "--district")) as running:
        yield running


@dataclass
class Play:
    """The persons, and what they have found out on the way."""

    stack: RunningStack
    sofie: Person
    karim: Person
    jens: Person
    amina: Person
    sara: Person
    tmp: Path
    numbers: dict[str, str] = field(default_factory=dict)
    meetings: list[str] = field(default_factory=list)
    mine: str = ""
    """The address of Sara's own page."""

    def say(self, text: str, **params: object) -> str:
        return words("da").t(text, **params)

    def paper(self, mail: Opened) -> str:
        """What the PDF of a mail says."""
        (body,) = (one.body for one in mail.enclosed if one.body.startswith(b"%PDF"))
        return pages.letter_text(body, self.tmp)


def test_a_meeting_of_eight_cases(browser: Browser, stack: RunningStack, tmp_path: Path) -> None:
    desk = Setting(DESKTOP, "da", js=True)
    phone = Setting(PHONE, "da", js=False)
    with (
        persons(browser, stack, desk) as at_a_desk,
        persons(browser, stack, phone) as on_a_phone,
    ):
        play = Play(
            stack, at_a_desk(), at_a_desk(), on_a_phone(), on_a_phone(), on_a_phone(), tmp_path
        )
        for one, name in ((play.sofie, "sofie"), (play.karim, "karim"), (play.jens, "jens")):
            pages.enter(one, name)
        stays_out(play)
        agenda(play)
        sent(play)
        days_pass(play, AHEAD)
        only_the_chair(play)
        vote(play)
        second_agenda(play)
        days_pass(play, LATER)
        before = outside(play)
        second_meeting(play)
        assert outside(play) == before
        letters(play)
        many_at_once(play)


def picture(person: Person, name: str) -> None:
    """The page at both widths, for somebody to look at."""
    if not PICTURES:
        return
    folder = Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in (PHONE, DESKTOP):
        person.page.set_viewport_size({"width": width, "height": height})
        person.page.screenshot(path=folder / f"meeting-{name}-{width}.png", full_page=True)
    width, height = person.setting.size
    person.page.set_viewport_size({"width": width, "height": height})


def days_pass(play: Play, days: timedelta) -> None:
    """A meeting is opened on its day, and a story cannot wait for it: the meetings come nearer."""
    shift = f"-{days.days} days"
    file = play.stack.data_dir / "puljen.sqlite"
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        database.execute(
            "UPDATE meeting SET held_on = date(held_on, ?), deadline_on = date(deadline_on, ?)",
            (shift, shift),
        )


def stays_out(play: Play) -> None:
    """Amina has an interest in one of the cases."""
    amina = play.amina
    pages.enter(amina, "amina")
    amina.open(f"/sager/?pool={POOL}")
    amina.follow(MUSIC)
    amina.follow(play.say("I have an interest in this case"))
    amina.fill("ground", "Min søn spiller i det ene af bandene.")
    amina.press(play.say("I stay out of the case"))


# -- before the meeting


def agenda(play: Play) -> None:
    """The agenda is suggested from the cases that are ready, and put in order by hand."""
    sofie, say = play.sofie, play.say
    held_on = local_day(now()) + AHEAD
    sofie.open(f"/moeder/?aar={held_on.year}")
    sofie.follow(say("Plan meetings"))
    sofie.fill("days", day((AHEAD + LATER).days))
    sofie.fill("begins_at", "17.00")
    sofie.press(say("Plan the meetings"))
    play.meetings = []
    for year in sorted({held_on.year, (held_on + LATER).year}):
        sofie.open(f"/moeder/?aar={year}")
        links = sofie.page.locator("main table a").all()
        play.meetings += [str(one.get_attribute("href")) for one in links]
    assert len(play.meetings) == 2
    sofie.open(play.meetings[0])
    sofie.follow(say("Make the agenda"))
    options = sofie.page.locator("#ready .option")
    expect(options).to_have_count(8)
    for option in options.all():
        expect(option.locator("input")).to_be_checked()
        number = re.search(r"BP-\d{4}-\d+", option.inner_text())
        title = option.locator("label").evaluate("one => one.firstChild.textContent")
        assert number is not None
        play.numbers[str(title).strip()] = number[0]
    assert list(play.numbers) == list(ASKED)
    sofie.press(say("Put on the agenda"))
    sofie.fill("title", "Eventuelt")
    sofie.press(say("Add the heading"))
    assert on_agenda(sofie)[1:3] == [MUSIC, CHESS]
    sofie.page.get_by_label(say("Number of “%(point)s”", point=LIGHTS)).fill("1")
    sofie.press(say("Save the order"))
    assert on_agenda(sofie)[:3] == [LIGHTS, DINNER, MUSIC]
    row = sofie.page.locator("tbody tr").filter(has_text=MUSIC)
    sofie._go(row.get_by_role("button", name=say("Up")))
    assert on_agenda(sofie) == [
        LIGHTS, MUSIC, DINNER, CHESS, GARDENS, BICYCLES, TALES, FOOTBALL, "Eventuelt",
    ]  # fmt: skip
    picture(sofie, "agenda")


def on_agenda(person: Person) -> list[str]:
    """The points of the page where it is made."""
    rows = person.page.locator("tbody tr th").all()
    return [one.inner_text().split("\n")[-1 if one.locator("a").count() == 0 else 0].strip()
            for one in rows]  # fmt: skip


def sent(play: Play) -> None:
    """Every mail has the agenda and a calendar file; who stays out has nothing of the case."""
    sofie, say = play.sofie, play.say
    sofie.follow(say("Send the agenda"))
    sofie.sees(MUSIC, "Karim Holm", "Amina Yusuf")
    picture(sofie, "send")
    sofie.press(say("Send it"))
    held_on = local_day(now()) + AHEAD
    subject = say("Agenda for the meeting on %(day)s: %(pool)s", day=words("da").day(held_on),
                  pool="Bydelspuljen")  # fmt: skip
    for name in ("sofie", "karim", "jens", "amina"):
        mails = Mails(sofie, f"{name}@demo.example")
        opened = mails.folder.open(mails.wait(subject))
        assert opened is not None
        calendar = [one.body for one in opened.enclosed if b"BEGIN:VCALENDAR" in one.body]
        assert f"{held_on:%Y%m%d}T".encode() in calendar[0]
        text = play.paper(opened)
        assert text.index(LIGHTS) < text.index(DINNER) < text.index(FOOTBALL)
        for told in (text, opened.text, opened.html):
            assert (MUSIC in told) == (name != "amina"), name
            assert (play.numbers[MUSIC] in told) <= (name != "amina"), name
    sofie.open(play.meetings[0])
    sofie.sees(say("Agenda sent"))
    picture(sofie, "called")
    play.amina.open(play.meetings[0])
    play.amina.sees(LIGHTS, FOOTBALL)
    play.amina.sees_not(MUSIC, play.numbers[MUSIC])


# -- a meeting to which only the chair comes


def only_the_chair(play: Play) -> None:
    karim, sofie, say = play.karim, play.sofie, play.say
    karim.open(play.meetings[0])
    karim.follow(say("Open the meeting"))
    attend(karim, "Karim Holm")
    karim.press(say("Open the meeting"))
    too_few = say(
        "Too few are here to decide this case: %(present)s of %(entitled)s who may take part, and "
        "%(needed)s are needed. The chair can decide what cannot wait.",
        present=1, entitled=3, needed=2,
    )  # fmt: skip
    karim.sees(f"1. {LIGHTS}", too_few)
    sofie.open(f"{play.meetings[0]}/gennemgang")
    sofie.sees(too_few)
    assert sofie.field("outcome").count() == 0
    assert left(karim) == BUDGET
    assert left_if_all(karim, 8) == BUDGET - sum(ASKED.values())
    advised = BUDGET - sum(ASKED.values()) + ASKED[GARDENS] + 400_000
    label = say("Left if they got what is recommended")
    assert pages.kroner(karim.figure(label)) == advised
    picture(karim, "not-quorate")
    decide(karim, LIGHTS, "grant", 422)
    karim.sees(say("Write why the decision cannot wait for a meeting."))
    karim.fill("cannot_wait", CANNOT_WAIT)
    decide(karim, LIGHTS, "grant")
    karim.sees(say("Decided: %(number)s.", number=play.numbers[LIGHTS]))
    # The next point waits. In it the chair is one of two, who must both be there.
    for title in (MUSIC, DINNER):
        assert karim.page.locator("h1").inner_text().endswith(title)
        karim.follow(say("Hold over"))
        karim.fill("note", "For få var mødt.")
        karim.press(say("Hold over"))
    karim.follow(say("Close the meeting"))
    karim.sees(CHESS, FOOTBALL)
    karim.sees_not(LIGHTS, MUSIC)
    karim.fill("remarks", "Mødet var ikke beslutningsdygtigt.")
    picture(karim, "close")
    karim.press(say("Close it and send the minutes"))
    karim.sees(say("Held"), say("Held over"), CANNOT_WAIT)


def attend(person: Person, *names: str) -> None:
    for option in person.page.locator("#there .option").all():
        if any(name in option.inner_text() for name in names):
            option.locator("label").click()


def left(person: Person) -> int:
    year = pages.this_year()
    return pages.kroner(person.figure(person.say("Left in the pool %(year)s", year=year)))


def left_if_all(person: Person, waiting: int) -> int:
    label = words("da").plural(
        "Left if the case that waits got all of it",
        "Left if the %(n)s cases that wait got all of it",
        waiting,
    )
    return pages.kroner(person.figure(label))


def decide(person: Person, title: str, outcome: str, status: int = 200, **typed: Any) -> None:
    """What is decided on the case that is shown; ``typed`` by the fields' names."""
    heading = person.page.locator("h1").inner_text()
    assert heading.endswith(title), heading
    person.fill("outcome", outcome)
    folded = person.page.locator("form > details.notice")
    if folded.count() and folded.get_attribute("open") is None:
        folded.locator("> summary").click()
    for name, value in typed.items():
        if name.startswith("by_post"):
            posts = person.page.locator("details[data-when] > summary").first
            if not person.field(name).is_visible():
                posts.click()
        person.fill(name, value)
    person.press(person.say("Decide"), status=status)


# -- between the meetings


def vote(play: Play) -> None:
    """One case is decided in writing, by the links of the mails."""
    karim, say = play.karim, play.say
    number = play.numbers[TALES]
    karim.open(f"/sager/{number}/afstemning")
    karim.follow(say("Put a decision to the vote"))
    karim.fill("outcome", "grant")
    karim.press(say("Open the vote and send the links"))
    last = words("da").day(last_day(pages.DEFINITIONS[POOL], local_day(now())))
    subject = say("Your vote is wanted no later than %(day)s: %(number)s, %(title)s",
                  day=last, number=number, title=TALES)  # fmt: skip
    for voter, name in ((play.jens, "jens"), (play.amina, "amina")):
        mails = Mails(voter, f"{name}@demo.example")
        mail = mails.folder.open(mails.wait(subject))
        assert mail is not None
        voter.context.clear_cookies()  # on a machine where nobody is signed in
        voter.open(next(one for one in mail.links if "/stem" in one))
        voter.sees(TALES)
        voter.fill("choice", "yes")
        picture(voter, "vote-link")
        voter.press(say("Vote"))
    karim.open(f"/sager/{number}/afstemning")
    karim.sees(say("Has voted"))
    karim.follow(say("Close the vote now"))
    karim.press(say("Close the vote now"))
    karim.follow(say("Confirm the decision"))
    karim.sees("Jens Winther", "Amina Yusuf")
    picture(karim, "vote-confirm")
    karim.press(say("Confirm the decision"))
    for voter, name in ((play.jens, "jens"), (play.amina, "amina")):
        pages.enter(voter, name)


def second_agenda(play: Play) -> None:
    """What the chair decided is on it by itself, what was held over too; the rest is put on."""
    sofie, say = play.sofie, play.say
    sofie.open(f"{play.meetings[1]}/dagsorden")
    points = on_agenda(sofie)
    assert LIGHTS in points[0]
    assert points[1:] == [MUSIC, DINNER]
    sofie.sees(CANNOT_WAIT)
    expect(sofie.page.locator("#ready .option")).to_have_count(4)
    for option in sofie.page.locator("#ready .option").all():
        expect(option.locator("input")).to_be_checked()
    sofie.press(say("Put on the agenda"))
    choice = sofie.page.locator("[name=told] option").filter(has_text=TALES)
    sofie.fill("told", str(choice.get_attribute("value")))
    sofie.press(say("Add for information"))
    picture(sofie, "second-agenda")
    assert len(on_agenda(sofie)) == 8


# -- the meeting that decides


def outside(play: Play) -> tuple[str, int, int]:
    """What somebody outside can know: the applicant's page and mails, and the public balance."""
    sara = play.sara
    mails = Mails(sara, "sara@eksempel.example")
    if not sara.met:
        number = play.numbers[DINNER]
        receipt = mails.read(play.say("We have received your application (%(number)s)",
                                      number=number))  # fmt: skip
        pages.open_case(sara, pages.case_link(receipt))
        play.mine = sara.page.url
    sara.open(play.mine)
    text = sara.text
    return text, len(mails.all()), pages.balance(sara, POOL)


def second_meeting(play: Play) -> None:
    karim, say = play.karim, play.say
    free = BUDGET - ASKED[LIGHTS] - ASKED[TALES]
    karim.open(play.meetings[1])
    karim.follow(say("Open the meeting"))
    attend(karim, "Karim Holm", "Jens Winther", "Amina Yusuf")
    karim.press(say("Open the meeting"))
    karim.sees(MUSIC, "Amina Yusuf", say(
        "Stays out of the case, and is not in the room: %(names)s. %(present)s of %(entitled)s who "
        "may take part are here; %(needed)s are needed.",
        names="Amina Yusuf", present=2, entitled=2, needed=2,
    ))  # fmt: skip
    waiting = [MUSIC, DINNER, CHESS, GARDENS, BICYCLES, FOOTBALL]
    assert left(karim) == free
    assert left_if_all(karim, 6) == free - sum(ASKED[one] for one in waiting)
    picture(karim, "decide")
    decide(karim, MUSIC, "grant")
    free -= ASKED[MUSIC]
    assert left(karim) == free
    play.amina.open(f"{play.meetings[1]}/gennemgang")
    play.amina.sees(DINNER)
    play.amina.sees_not(MUSIC, play.numbers[MUSIC])
    posts: dict[str, Any] = {"by_post-food": "6.300", "by_post-publicity": "500"}
    decide(karim, DINNER, "grant-part", reasons=IN_PART, **posts)
    free -= 680_000
    assert left(karim) == free
    decide(karim, CHESS, "grant", conditions=CONDITION)
    free -= ASKED[CHESS]
    decide(karim, GARDENS, "refuse", reasons=REFUSAL)
    assert left(karim) == free
    assert left_if_all(karim, 2) == free - ASKED[BICYCLES] - ASKED[FOOTBALL]
    postpone(play)
    assert left_if_all(karim, 1) == free - ASKED[FOOTBALL]
    decide(karim, FOOTBALL, "grant", grant_type="deficit", advance="4.000")
    assert left(karim) == free - ASKED[FOOTBALL]
    picture(karim, "all-decided")
    play.jens.open(f"{play.meetings[1]}/gennemgang")
    picture(play.jens, "member")
    karim.follow(say("Close the meeting"))
    karim.press(say("Close it and send the minutes"))
    karim.sees(CANNOT_WAIT)
    picture(karim, "closed")
    minutes(play)


def postpone(play: Play) -> None:
    """From the meeting to the case's own page, and back."""
    karim = play.karim
    karim.follow(play.say("Open the case"))
    karim.follow("Udsæt afgørelsen")
    karim.fill("reason", "Fritidscentret er ved at finde et andet lokale.")
    karim.fill("until", day(40))
    karim.press("Udsæt afgørelsen")
    karim.open(f"{play.meetings[1]}/gennemgang")


def minutes(play: Play) -> None:
    """Sent to everybody, each their own."""
    subject = play.say("Minutes of the meeting on %(day)s: %(pool)s",
                       day=words("da").day(local_day(now())), pool="Bydelspuljen")  # fmt: skip
    for name in ("sofie", "jens", "amina"):
        mails = Mails(play.sofie, f"{name}@demo.example")
        opened = mails.folder.open(mails.wait(subject))
        assert opened is not None
        text = play.paper(opened)
        assert "6.800 kr." in text
        assert "Udsat." in text
        assert CANNOT_WAIT in text
        assert (MUSIC in text) == (name != "amina")


# -- the letters


def letters(play: Play) -> None:
    """Drafts until now: one gets words of its own, all are seen, all are sent."""
    sofie, say = play.sofie, play.say
    sofie.open(f"/meddel/{POOL}")
    expect(sofie.page.locator("tbody tr")).to_have_count(7)
    picture(sofie, "announce")
    sofie.follow(f"{say('Read and edit')} {play.numbers[DINNER]}")
    sofie.fill("opening-da", OWN_WORDS)
    sofie.press(say("Save the words"))
    sofie.sees(OWN_WORDS, IN_PART, "6.800 kr.")
    picture(sofie, "letter")
    sofie.open(f"/meddel/{POOL}")
    sofie.sees(say("with own words"))
    sofie.press(say("See the letters first"))
    picture(sofie, "announce-preview")
    sofie.press(words("da").plural("Announce %(n)s decision", "Announce %(n)s decisions", 7))
    sofie.sees(words("da").plural(
        "%(n)s case: all of it was done.", "%(n)s cases: all of it was done.", 7
    ))  # fmt: skip
    sara = play.sara
    amount = money.show(680_000)
    mail = Mails(sara, "sara@eksempel.example").read(
        say("You have been granted %(amount)s (%(number)s)", amount=amount,
            number=play.numbers[DINNER])
    )  # fmt: skip
    letter = play.paper(mail)
    assert OWN_WORDS in letter
    assert IN_PART in letter
    refused = Mails(sara, "bo@eksempel.example")
    told = refused.folder.open(refused.wait(
        say("The answer to your application (%(number)s)", number=play.numbers[GARDENS])
    ))  # fmt: skip
    assert told is not None
    assert REFUSAL in play.paper(told)
    public = outside(play)[-1]
    sara.open(play.mine)
    sara.sees(amount, IN_PART)
    granted = [LIGHTS, TALES, MUSIC, CHESS, FOOTBALL]
    assert public == BUDGET - 680_000 - sum(ASKED[one] for one in granted)


def many_at_once(play: Play) -> None:
    """Two grants that are not needed after all: tried out first, and a third case says why not."""
    sofie, say = play.sofie, play.say
    chosen = "&".join(f"valgt={play.numbers[one]}" for one in (MUSIC, CHESS, GARDENS))
    sofie.open(f"/sager/flere?{chosen}")
    lapse = pages.DEFINITIONS[POOL].transition("lapse")
    assert lapse is not None
    sofie.page.get_by_label(lapse.label["da"], exact=True).check()
    sofie.press(say("Continue"))
    sofie.fill("reason", "Foreningerne har fået pengene et andet sted.")
    sofie.press(say("Try it out"))
    rows = sofie.page.locator("tbody tr")
    expect(rows.filter(has_text=say("Yes"))).to_have_count(2)
    expect(rows.filter(has_text=GARDENS)).to_contain_text(say("No"))
    before = left(sofie)
    after = pages.kroner(sofie.figure(say("Left in the pool afterwards")))
    assert after == before + ASKED[MUSIC] + ASKED[CHESS]
    picture(sofie, "many-dry-run")
    sofie.press(words("da").plural("Do it to %(n)s case", "Do it to %(n)s cases", 2))
    sofie.sees(play.numbers[MUSIC], play.numbers[CHESS])
    sofie.sees_not(play.numbers[GARDENS])
    picture(sofie, "many-done")
    assert pages.balance(play.sara, POOL) == after
