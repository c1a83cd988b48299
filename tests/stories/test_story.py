"""The main job, whole, for each pool: on a phone and on a desktop, in Danish and in English, with
JavaScript on and off.

Somebody applies, answers a question, gets a part of the money with the reasons why, is paid,
reports, pays back the rest; and the steering group reads what became of it. Over the four
playings each pool is met on both devices, in both languages, with and without scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pool import money
from pool.clock import local_day, now
from pool.render.words import words
from tests.stories import pages
from tests.stories.pages import Mails, day, kroner
from tests.stories.people import DESKTOP, PHONE, Person, Setting, plain
from workflows.calendar import add_working_days

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

YEAR = pages.this_year()


@dataclass(frozen=True, slots=True)
class Plot:
    """What happens to a pool's money in a story. Amounts as they are typed, in kroner."""

    pool: str
    answers: dict[str, str]
    asked: str
    granted: str
    spent: str
    back: str
    criterion: str


URBAN = Plot(
    pool="urban-life",
    answers={
        "q_title": "Lys og suppe på hjørnet ved Ruten",
        "q_starts_on": day(40),
        "q_place": "Hjørnet ved Ruten og Terrasserne",
        "q_safety": "Hjørnet er mørkt. Når naboerne mødes der, tør flere gå hjem den vej.",
        "q_outreach": "Opslag i opgangene og vores gruppe på nettet.",
        "q_budget_line": "Suppe til 60 for 4.500 kr., lyskæder 2.000 kr.",
        "q_contact_name": "Fatima Aydin",
    },
    asked="6.500",
    granted="4.500",
    spent="4.100",
    back="400",
    criterion="too-few",
)
KNOWLEDGE = Plot(
    pool="knowledge",
    answers={
        "q_title": "Et hæfte om tryghed i opgange",
        "q_knowledge_kind": "product",
        "q_description": "Vi samler, hvad tre boligafdelinger har lært, og deler det.",
        "q_audience": "Alle, der arbejder med naboskab i området",
        "q_starts_on": day(30),
        "q_budget_line": "Tryk af 100 hæfter",
        "q_contact_name": "Signe Munk",
        "q_organisation": "Den boligsociale helhedsplan",
    },
    asked="600",
    granted="450",
    spent="410,50",
    back="39,50",
    criterion="too-few",
)

PLAYINGS = [
    pytest.param(URBAN, Setting(PHONE, "da", js=True), id="urban-life-phone-da-js"),
    pytest.param(
        URBAN,
        Setting(DESKTOP, "en", js=False),
        id="urban-life-desktop-en-plain",
        marks=pytest.mark.soak,
    ),
    pytest.param(
        KNOWLEDGE,
        Setting(DESKTOP, "en", js=False),
        id="knowledge-desktop-en-plain",
        marks=pytest.mark.soak,
    ),
    pytest.param(
        KNOWLEDGE,
        Setting(PHONE, "da", js=True),
        id="knowledge-phone-da-js",
        marks=pytest.mark.soak,
    ),
]
"""Both pools, a phone and a desktop, Danish and English, with JavaScript and without: one of the
four tells it all; the others are told in ``make soak``."""

REASONS = (
    "Det er et kriterium, at prisen står i rimeligt forhold til, hvor mange der får glæde af det. "
    "Arbejdsgruppen har lagt vægt på, at en del kan laves billigere af frivillige."
)
QUESTION = "Hvor mange regner du med, og hvem står for det på dagen?"
ANSWER = "Omkring 60. Vi er fire naboer, og bestyrelsen hjælper."


@pytest.mark.parametrize(("plot", "setting"), PLAYINGS)
def test_the_whole_story(plot: Plot, setting: Setting, people: Any, tmp_path: Path) -> None:
    Story(plot, setting, people(), people(), tmp_path).play()


class Story:
    """Told from top to bottom; each step begins where the one before left off."""

    def __init__(
        self, plot: Plot, setting: Setting, resident: Person, office: Person, folder: Path
    ) -> None:
        self.plot, self.say, self.folder = plot, setting.say, folder
        self.resident, self.office = resident, office
        device = "phone" if setting.phone else "desktop"
        self.email = f"story-{plot.pool}-{device}-{setting.lang}@eksempel.example"
        self.mails = Mails(resident, self.email)
        self.scripts = setting.js
        self.definition = pages.DEFINITIONS[plot.pool]
        self.number = self.promised = ""
        self.case_link = ""
        self.ore = {
            name: money.parse(getattr(plot, name)) for name in ("asked", "granted", "spent", "back")
        }
        self.before = self.before_steering = 0
        self.figures: dict[str, int] = {}

    def shown(self, name: str) -> str:
        return money.show(self.ore[name])

    def play(self) -> None:
        self.look_at_what_is_left()
        self.apply_with_a_fault_first()
        self.review_and_change_something()
        self.send_and_keep_the_number()
        self.read_the_receipt()
        self.caseworker_asks()
        self.applicant_answers_by_the_link()
        self.record_a_part_grant_after_reading_the_letter()
        self.read_the_decision_and_its_letter()
        self.see_the_balance_fall()
        self.finance_marks_it_paid()
        self.applicant_reports()
        self.the_rest_comes_back()
        self.close_the_case()
        self.the_steering_group_reads()

    # -- applying

    def look_at_what_is_left(self) -> None:
        pages.come(self.resident)
        self.before = pages.balance(self.resident, self.plot.pool)
        pages.enter(self.office, "birgit")
        self.office.open(f"/styring/{self.plot.pool}/{YEAR}")
        self.figures = pages.steering_figures(self.office)

    def apply_with_a_fault_first(self) -> None:
        me, say = self.resident, self.say
        pages.come(me)
        card = me.page.locator("article.card").filter(
            has=me.page.locator(f"a[href*='/puljer/{self.plot.pool}']")
        )
        me.follow(say("Apply"), within=card.locator(".card-action"))
        me.fill("q_amount", "en hel del")
        me.press(say("Begin"), status=422)
        self.fault_is_told("q_amount", "en hel del")
        me.fill("q_amount", self.plot.asked)
        me.press(say("Begin"))
        some = dict(list(self.plot.answers.items())[:3])
        pages.fill_all(me, some | {"q_email": "naboen.eksempel"}, prefix="")
        me.press(say("Next"), status=422)
        self.fault_is_told("q_email", "naboen.eksempel")
        expect(me.field("q_title")).to_have_value(self.plot.answers["q_title"])
        pages.fill_all(me, self.plot.answers | {"q_email": self.email}, prefix="")
        me.press(say("Next"))

    def fault_is_told(self, name: str, kept: str) -> None:
        """In a summary that has the focus and leads to the field, beside the field, in the title;
        and what was typed is still there."""
        page = self.resident.page
        summary = page.locator("[data-error-summary]")
        if self.scripts:
            expect(summary).to_be_focused()
        expect(summary.locator(f"a[href='#{name}']")).to_be_visible()
        expect(page.locator(f"#{name}-error")).to_be_visible()
        expect(self.resident.field(name)).to_have_value(kept)
        assert page.title().startswith(self.say("Error") + ":")
        summary.locator(f"a[href='#{name}']").click()
        if self.scripts:
            expect(page.locator(f"#{name}")).to_be_focused()

    def review_and_change_something(self) -> None:
        me, say = self.resident, self.say
        assert me.page.url.partition("#")[0].endswith("/gennemse")
        me.sees(*[a for k, a in self.plot.answers.items() if k in ("q_title", "q_contact_name")])
        me.sees(money.show(self.ore["asked"]))
        edit = me.page.locator(".review-head a").last
        expect(edit).to_contain_text("Redigér" if me.setting.lang == "da" else "Edit")
        me._go(edit)
        changed = self.plot.answers["q_contact_name"] + " Holm"
        me.fill("q_contact_name", changed)
        me.press(say("Next"))
        me.sees(changed)

    def send_and_keep_the_number(self) -> None:
        me = self.resident
        me.press(self.say("Send the application"))
        self.number = pages.case_number(me)
        me.sees(self.plot.answers["q_title"], self.email)
        due = add_working_days(local_day(now()), self.definition.promise_days)
        self.promised = words(me.setting.lang).day(due)
        me.sees(self.promised)

    def read_the_receipt(self) -> None:
        me = self.resident
        mail = self.mails.read(self.number)
        assert pages.flat(self.say("We have received your application")) in pages.flat(mail.text)
        assert plain(self.promised) in plain(mail.text)
        me.open("/demo/postkasse")
        me.sees(self.number)
        self.mails.read(self.number)
        self.case_link = self.mails.link(mail)
        pages.open_case(me, self.case_link)
        me.sees(self.number, self.plot.answers["q_title"])

    # -- asking

    def caseworker_asks(self) -> None:
        sofie = self.office
        pages.enter(sofie, "sofie")
        pages.find_case(sofie, self.number)
        sofie.sees(self.plot.answers["q_title"], self.shown("asked"), self.email)
        sofie.follow(self.label("ask"), within=sofie.page.locator(".actions-first"))
        sofie.fill("questions", QUESTION)
        sofie.press(self.label("ask"))
        sofie.sees(QUESTION, self.state("asked"))

    def label(self, action: str) -> str:
        found = self.definition.transition(action)
        assert found is not None
        return found.label[self.office.setting.lang]

    def state(self, key: str) -> str:
        return self.definition.state(key).staff[self.office.setting.lang]

    def applicant_answers_by_the_link(self) -> None:
        me, say = self.resident, self.say
        mail = self.mails.read(
            say("We need to know more about your application (%(number)s)", number=self.number)
        )
        assert QUESTION in pages.flat(mail.text)
        me.context.clear_cookies()
        pages.come(me)
        pages.open_case(me, pages.case_link(mail))
        me.sees(QUESTION)
        me.follow(say("Answer the question"))
        me.press(say("Send the answer"), status=422)
        me.fill("answer", ANSWER)
        me.press(say("Send the answer"))
        me.sees(self.definition.state("received").applicant[me.setting.lang])

    # -- deciding

    def record_a_part_grant_after_reading_the_letter(self) -> None:
        sofie, say = self.office, self.say
        pages.find_case(sofie, self.number)
        sofie.sees(ANSWER)
        sofie.follow(self.label("grant-part"), within=sofie.page.locator(".actions-first"))
        sofie.fill("outcome", "grant-part")
        sofie.fill("amount", self.plot.granted)
        sofie.press(say("See the letter first"), status=422)
        sofie.fill("reasons", REASONS)
        sofie.fill("criterion", self.plot.criterion)
        pages.record(sofie, took_part="Karim Holm, Amina Yusuf, Jens Winther")
        sofie.press(say("See the letter first"))
        paper = pages.flat(sofie.page.locator(".paper").first.inner_text())
        assert self.shown("granted").replace("\u00a0", " ") in paper
        assert REASONS in paper
        assert pages.flat(self.guidance())[:80] in paper
        assert kroner(sofie.figure(say("Left in the pool afterwards"))) == (
            self.before - self.ore["granted"]
        )
        sofie.press(say("Record and send the letter"))
        sofie.sees(self.state("granted"))
        assert kroner(sofie.figure(say("Granted"))) == self.ore["granted"]

    def guidance(self) -> str:
        return self.definition.guidance[self.resident.setting.lang].strip().split("\n\n")[0]

    def read_the_decision_and_its_letter(self) -> None:
        me, say = self.resident, self.say
        mail = self.mails.read(
            say(
                "You have been granted %(amount)s (%(number)s)",
                amount=self.shown("granted"),
                number=self.number,
            )
        )
        [letter] = mail.enclosed
        assert letter.media_type == "application/pdf"
        with me.page.expect_download() as coming:
            me.page.locator("ul.files a").first.click()
        pdf = Path(coming.value.path()).read_bytes()
        assert pdf == letter.body
        text = pages.letter_text(pdf, self.folder)
        assert self.shown("granted").replace("\u00a0", " ") in text
        assert REASONS in text
        assert pages.flat(self.guidance()) in text
        pages.open_case(me, pages.case_link(mail))
        me.sees(REASONS, self.shown("granted"))
        with me.page.expect_download() as coming:
            me.page.locator("ul.files a").first.click()
        assert Path(coming.value.path()).read_bytes() == pdf

    def see_the_balance_fall(self) -> None:
        left = self.before - self.ore["granted"]
        assert pages.balance(self.resident, self.plot.pool) == left
        self.office.page.reload()
        label = self.say("Left in the pool %(year)s", year=YEAR)
        assert kroner(self.office.figure(label)) == left

    # -- money and report

    def finance_marks_it_paid(self) -> None:
        ole = self.office
        pages.enter(ole, "ole")
        pages.find_case(ole, self.number)
        ole.follow(self.label("pay"), within=ole.page.locator(".actions-first"))
        ole.press(self.label("pay"), status=422)
        ole.fill("reference", "BILAG-4711")
        ole.press(self.label("pay"))
        ole.sees("BILAG-4711", self.state("paid"))

    def applicant_reports(self) -> None:
        me, say = self.resident, self.say
        mail = self.mails.read(
            say(
                "We have paid out %(amount)s to you (%(number)s)",
                amount=self.shown("granted"),
                number=self.number,
            )
        )
        pages.open_case(me, pages.case_link(mail))
        me.follow(say("Send the report"))
        me.fill("held", "yes")
        me.fill("participants", "58")
        me.fill("spent", self.plot.spent)
        me.press(say("Send the report"), status=422)
        expect(me.field("participants")).to_have_value("58")
        me.fill("worked", "Suppen samlede naboerne, og lyset hænger der endnu.")
        me.press(say("Send the report"))
        me.sees(self.definition.state("reported").applicant[me.setting.lang], self.shown("back"))

    def the_rest_comes_back(self) -> None:
        ole = self.office
        pages.find_case(ole, self.number)
        ole.follow(self.label("return"), within=ole.page.locator(".actions-first"))
        expect(ole.field("returned")).to_have_value(self.plot.back)
        ole.press(self.label("return"))
        assert kroner(ole.figure(self.say("Came back"))) == self.ore["back"]

    def close_the_case(self) -> None:
        sofie = self.office
        pages.enter(sofie, "sofie")
        pages.find_case(sofie, self.number)
        sofie.follow(self.label("close"), within=sofie.page.locator(".actions-first"))
        sofie.press(self.label("close"))
        sofie.sees(self.state("closed"))
        self.mails.read(self.say("Thank you, your case is closed (%(number)s)", number=self.number))

    # -- the steering group

    def the_steering_group_reads(self) -> None:
        birgit, say = self.office, self.say
        pages.enter(birgit, "birgit")
        birgit.open(f"/styring/{self.plot.pool}/{YEAR}")
        figures = pages.steering_figures(birgit)
        change = {
            "Granted in all": self.ore["granted"],
            "Disposed": self.ore["spent"],
            "Paid out": self.ore["granted"],
            "Money back": self.ore["back"],
            "Left to dispose of": -self.ore["spent"],
            "Budget": 0,
            "Earmarked": 0,
        }
        for label, amount in change.items():
            assert figures[say(label)] - self.figures[say(label)] == amount, label
        row = birgit.page.locator("table tbody tr").filter(has_text=self.plot.answers["q_title"])
        told = plain(row.first.inner_text())
        assert plain(self.shown("granted")) in told
        assert say("paid") in told
        back = say("%(amount)s back", amount=self.shown("back"))
        assert plain(back) in told
        self.every_figure_opens(figures)

    def every_figure_opens(self, figures: dict[str, int]) -> None:
        """Each leads to the transfers it is made of, and they add up to it."""
        birgit = self.office
        home = birgit.page.url
        for n, (label, amount) in enumerate(figures.items()):
            birgit._go(birgit.page.locator(".figures > div").nth(n).locator("a"))
            assert kroner(birgit.page.locator("h1 bdi").inner_text()) == amount, label
            assert sum(pages.transfers(birgit)) == amount, label
            birgit.page.goto(home)
