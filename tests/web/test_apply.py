"""Applying, page by page, as somebody without scripts does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlmodel import select

from pool.cases.errors import Invalid
from pool.db import Database
from pool.models.outbox import Message
from pool.web.apply.start import not_too_much
from tests.support.client import HostileClient, Page
from tests.support.house import World, make_world
from tests.web.applying import (
    SHORT,
    STEPS,
    answers,
    begin,
    cases,
    draft,
    fill,
    send,
)
from tests.web.conftest import Clock
from workflows.definition import Definition


@pytest.fixture(autouse=True)
def story(database: Database, clock: Clock) -> World:
    """Both pools are open."""
    return make_world(database, clock())


def _title(page: Page) -> str:
    return "".join(page.all("title")[0].itertext())


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_short_form_from_the_amount_to_the_receipt(
    client: HostileClient, database: Database
) -> None:
    page = begin(client)
    assert page.heading == "Din ansøgning"
    review = fill(client, page)
    assert "9.500 kr." in review.text
    assert "1. maj 2026" in review.text
    receipt = send(client, review)
    [case] = cases(database)
    assert receipt.heading == "Vi har fået din ansøgning"
    assert case.number == "BT-2026-1"
    assert case.number in receipt.text
    assert "25. marts 2026" in receipt.text  # fifteen working days from 4 March
    assert "lene@eksempel.example" in receipt.text
    assert case.asked == 950_000
    assert answers(database, case.id)["safety"] == SHORT["q_safety"]
    assert draft(database).raw == {}
    sent = database.write(lambda s: [m.template for m in s.exec(select(Message))])
    assert sorted(sent) == ["new-case", "receipt"]


def test_the_full_form_in_its_steps(client: HostileClient, database: Database) -> None:
    page = begin(client, "25.000")
    assert page.heading == "Aktiviteten"
    review = fill(client, page)
    assert "Honorar til kunstnere, oplægsholdere og undervisere – To skuespillere" in review.text
    receipt = send(client, review)
    assert "vi ringer til dig på 22 33 44 55" in receipt.text
    [case] = cases(database)
    given = answers(database, case.id)
    assert given["amount"] == 2_500_000
    assert given["participants"] == 1200
    assert given["ends_on"] == "2026-06-04"
    assert given["unsafe_what"] == STEPS["safety"]["q_unsafe_what"]
    assert given["budget"][1] == {"post": "materials", "text": "", "amount": 500_000}
    assert "organisation" not in given


def test_the_same_in_english(client: HostileClient, database: Database) -> None:
    client.look("/?lang=en")
    receipt = send(client, fill(client, begin(client, "25.000")))
    assert receipt.heading == "We have your application"
    assert receipt.root.attrib["lang"] == "en"
    assert cases(database)[0].lang == "en"


def test_what_is_wrong_stands_beside_the_field_and_first_on_the_page(
    client: HostileClient, database: Database
) -> None:
    answer = client.submit(
        begin(client), {**SHORT, "q_starts_on": "1.5.", "q_title": ""}, button="Næste"
    )
    assert answer.status_code == 422
    page = client.page(answer)
    assert _title(page).startswith("Fejl: Din ansøgning")
    assert page.errors == [
        "Hvad skal der ske? Udfyld feltet.",
        "Hvornår begynder det? Skriv også årstallet, for eksempel 18.10.2024.",
    ]
    assert page.link("Udfyld feltet") == "#q_title"
    assert page.field("q_starts_on") == "1.5."
    assert page.field("q_safety") == SHORT["q_safety"]
    wrong = [e for e in page.all("input") if e.attrib.get("aria-invalid")]
    assert [e.attrib["name"] for e in wrong] == ["q_title", "q_starts_on"]
    assert draft(database).raw["place"] == SHORT["q_place"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Udfyld feltet."),
        ("mange", "Skriv et beløb i kroner"),
        ("10.50", "Skriv komma før ørerne"),
        ("-5", "Beløbet kan ikke være under 0 kr."),
        ("0", "1 kr. eller mere"),
    ],
)
def test_an_amount_that_is_none_keeps_the_typing(
    client: HostileClient, typed: str, said: str
) -> None:
    answer = client.submit(client.look("/ansoeg/urban-life"), {"q_amount": typed}, button="Begynd")
    page = client.page(answer)
    assert answer.status_code == 422
    assert said in page.errors[0]
    assert page.field("q_amount") == typed


def test_a_larger_amount_leads_to_the_full_form_and_keeps_the_answers(
    client: HostileClient, database: Database
) -> None:
    review = fill(client, begin(client))
    amount = client.look(review.link("Redigér Beløbet"))
    page = client.follow(client.submit(amount, {"q_amount": "12.000"}, button="Næste"))
    assert page.heading == "Aktiviteten"
    assert page.field("q_title") == SHORT["q_title"]
    assert draft(database).form == "full"
    people = client.look(page.url.replace("activity", "people"))
    assert people.field("q_outreach") == SHORT["q_outreach"]


def test_from_the_review_to_a_step_and_back_to_the_review(client: HostileClient) -> None:
    review = fill(client, begin(client, "25.000"))
    page = client.look(review.link("Redigér Deltagerne"))
    again = client.follow(client.submit(page, {"q_audience": "Alle"}, button="Næste"))
    assert again.heading == "Gennemse og send"
    assert "Alle" in again.text


@pytest.mark.parametrize("button", ["Tilbage", "Gem, og fortsæt senere", "English"])
def test_whatever_is_pressed_the_typing_is_kept(
    client: HostileClient, database: Database, button: str
) -> None:
    page = begin(client, "25.000")
    name = {"English": ("switch_language", "en"), "Tilbage": ("back", "1")}.get(
        button, ("later", "1")
    )
    answer = client.submit(page, {"q_title": "Halvt skrevet", name[0]: name[1]}, button="Næste")
    assert answer.status_code == 303
    after = client.follow(answer)
    assert draft(database).raw["title"] == "Halvt skrevet"
    if button == "English":
        assert after.heading == "The activity"
        assert after.field("q_title") == "Halvt skrevet"
        assert draft(database).lang == "en"


def test_the_enter_key_goes_on_and_nothing_else(client: HostileClient) -> None:
    """A browser presses the first submit button of the form, wherever on the page it stands."""
    page = begin(client, "25.000")
    for last in ("activity", "budget", "contact"):
        page = client.look(page.url.rpartition("/")[0] + f"/{last}")
        [form] = page.forms()
        within = {id(one) for one in form.iter("button")}
        buttons = [
            one
            for one in page.all("button")
            if (one.attrib.get("form") == "answers" or id(one) in within)
            and one.attrib.get("type", "submit") == "submit"
        ]
        assert "name" not in buttons[0].attrib


def test_a_question_that_hangs_on_another_says_when_it_is_to_be_answered(
    client: HostileClient,
) -> None:
    page = begin(client, "25.000")
    safety = client.look(page.url.replace("activity", "safety"))
    assert "Skal kun besvares, hvis du siger ja til “Er der sket noget utrygt" in safety.text
    when = [e.attrib["data-when"] for e in safety.all("div") if "data-when" in e.attrib]
    assert when == ["q_unsafe_event=yes"] * 4
    contact = client.look(page.url.replace("activity", "contact"))
    assert "Skal ikke besvares, hvis du vælger “Mig som privatperson”" in contact.text
    answer = client.submit(
        safety, {**STEPS["safety"], "q_unsafe_event": "no", "q_unsafe_what": ""}, button="Næste"
    )
    assert answer.status_code == 303
    asked = client.submit(safety, {**STEPS["safety"], "q_unsafe_what": ""}, button="Næste")
    assert client.page(asked).errors == ["Hvad er der sket? Udfyld feltet."]


def test_a_budget_is_told_what_is_wrong_line_by_line(client: HostileClient) -> None:
    url = begin(client, "25.000").url.replace("activity", "budget")
    values = {**STEPS["budget"], "q_budget-1-amount": "fem tusind", "q_budget-1-post": ""}
    page = client.page(client.submit(client.look(url), values, button="Næste"))
    assert _title(page).startswith("Fejl:")
    assert page.link("Linje 2, beløb: Skriv et beløb") == "#q_budget-1-amount"
    assert page.field("q_budget-1-amount") == "fem tusind"
    assert page.field("q_budget-0-text") == "To skuespillere"


def test_a_budget_that_does_not_add_up_is_told_at_once(client: HostileClient) -> None:
    url = begin(client, "25.000").url.replace("activity", "budget")
    values = {**STEPS["budget"], "q_budget-1-amount": "4.000"}
    answer = client.submit(client.look(url), values, button="Næste")
    assert answer.status_code == 422
    [said] = client.page(answer).errors
    assert "24.000 kr." in said
    assert "25.000 kr." in said


def test_more_lines_for_the_budget_without_a_script(client: HostileClient) -> None:
    url = begin(client, "25.000").url.replace("activity", "budget")
    answer = client.submit(client.look(url), STEPS["budget"], button="Tilføj flere linjer")
    page = client.page(answer)
    assert page.field("q_budget-6-amount") == ""
    assert page.field("q_budget-0-amount") == "20.000"
    assert "I alt: 25.000 kr." in page.text


def test_pressing_twice_sends_once(client: HostileClient, database: Database) -> None:
    review = fill(client, begin(client))
    first = client.submit(review, button="Send ansøgningen")
    second = client.submit(review, button="Send ansøgningen")
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert len(cases(database)) == 1


def test_what_is_not_complete_is_not_sent_and_says_what_is_missing(
    client: HostileClient, database: Database
) -> None:
    page = begin(client, "25.000")
    page = client.follow(client.submit(page, STEPS["activity"], button="Næste"))
    review = client.look(page.url.replace("safety", "gennemse"))
    answer = client.submit(review, button="Send ansøgningen")
    assert answer.status_code == 422
    again = client.page(answer)
    assert "Får eller søger I også penge andre steder? Vælg en af mulighederne." in again.errors
    assert again.link("Hvem er det for?").endswith("/people#q_audience")
    assert _title(again).startswith("Fejl:")
    assert cases(database) == []


@pytest.mark.parametrize("last", ["contact", "gennemse"])
def test_the_privacy_notice_stands_where_it_is_due(client: HostileClient, last: str) -> None:
    page = client.look(begin(client, "25.000").url.replace("activity", last))
    assert "Københavns Kommune er dataansvarlig" in page.text
    assert page.link("Dine rettigheder") == "/privatliv#pool-urban-life"


def test_every_page_says_whom_to_ring(client: HostileClient) -> None:
    page = begin(client, "25.000")
    for last in ("activity", "contact", "gennemse", "senere", "beloeb"):
        text = client.look(page.url.replace("activity", last)).text
        assert "Ring på 33 66 33 66" in text


def test_a_step_that_the_form_does_not_have_is_not_there(client: HostileClient) -> None:
    page = begin(client)
    assert client.get(page.url.replace("ansoegning", "budget")).status_code == 404
    assert client.get("/ansoeg/no-such-pool").status_code == 404


def test_a_trap_that_was_filled_in_begins_nothing_but_a_person_can_press_again(
    client: HostileClient, database: Database
) -> None:
    page = client.look("/ansoeg/urban-life")
    answer = client.submit(
        page, {"q_amount": "500", "website": "http://x.example"}, button="Begynd"
    )
    assert answer.status_code == 422
    again = client.page(answer)
    assert again.field("website") == ""
    assert again.field("q_amount") == "500"
    assert client.submit(again, button="Begynd").status_code == 303
    draft(database)


def test_a_trap_at_the_end_sends_nothing(client: HostileClient, database: Database) -> None:
    review = fill(client, begin(client))
    answer = client.submit(review, {"website": "x"}, button="Send ansøgningen")
    assert answer.status_code == 422
    assert cases(database) == []
    send(client, client.page(answer))


def test_beginning_by_the_hundred_is_slowed_down(client: HostileClient) -> None:
    for _ in range(30):
        begin(client)
    page = client.look("/ansoeg/urban-life")
    answer = client.submit(page, {"q_amount": "500"}, button="Begynd")
    assert answer.status_code == 429


def test_a_pool_without_a_year_says_so(client: HostileClient, clock: Clock) -> None:
    clock.advance(days=365)
    page = client.look("/ansoeg/urban-life")
    assert page.heading == "Der kan ikke søges lige nu"
    assert "ikke åben for ansøgninger i 2027" in page.text
    assert "33 66 33 66" in page.text
    assert page.forms() == []


def test_a_pool_that_is_used_up_says_so_also_in_the_middle(
    client: HostileClient, story: World, database: Database
) -> None:
    review = fill(client, begin(client, "5.000", "urban-life"))
    case_id = story.apply(amount="9.500")
    for _ in range(9):
        story.do(case_id, "karim", "grant")
        case_id = story.apply(amount="9.500")
    story.do(case_id, "karim", "grant")
    rest = story.apply(amount="1.000")
    story.do(rest, "karim", "grant")
    assert "brugt op for 2026" in client.look("/ansoeg/urban-life").text
    before = len(cases(database))
    answer = client.submit(review, button="Send ansøgningen")
    page = client.page(answer)
    assert answer.status_code == 422
    assert "brugt op for 2026" in page.text
    assert "Din kladde er gemt til" in page.text
    assert len(cases(database)) == before


def test_the_step_guide_leads_to_what_is_done(client: HostileClient) -> None:
    page = begin(client, "25.000")
    page = client.follow(client.submit(page, STEPS["activity"], button="Næste"))
    steps = [one for one in page.all("li") if "step" in one.attrib.get("class", "").split()]
    assert [s.attrib["class"].split()[1] for s in steps] == [
        "step-done", "step-done", "step-current", "step-todo", "step-todo", "step-todo",
        "step-todo",
    ]  # fmt: skip
    assert page.link("Aktiviteten").endswith("/activity")


def test_more_than_the_pool_gives_to_anybody_is_told_at_once(
    definitions: Mapping[str, Definition],
) -> None:
    plain = definitions["urban-life"]
    limited = replace(plain, limits=replace(plain.limits, max_amount=5_000_000))
    not_too_much(limited, {"amount": "50.000"})
    not_too_much(plain, {"amount": "60.000"})
    with pytest.raises(Invalid) as refused:
        not_too_much(limited, {"amount": "60.000"})
    assert [fault.code for fault in refused.value.faults] == ["amount-too-large"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("1.1.2026", "Den dag er gået. Er det rigtigt?"),
        ("10.3.2026", "Ring til os, hvis det er for sent."),
        ("1.5.2026", ""),
    ],
)
def test_the_review_asks_what_a_helpful_person_would(
    client: HostileClient, database: Database, day: str, words: str
) -> None:
    review = client.follow(
        client.submit(begin(client), {**SHORT, "q_starts_on": day}, button="Næste")
    )
    said = [one for one in ("Den dag er gået", "hvis det er for sent") if one in review.text]
    assert (words in review.text) if words else (said == [])
    send(client, review)
    assert len(cases(database)) == 1


def test_a_mistyped_e_mail_is_one_fault_and_not_two(client: HostileClient) -> None:
    typed = {**SHORT, "q_email": "fatma@mail", "q_phone": ""}
    page = client.page(client.submit(begin(client), typed, button="Næste"))
    assert "Telefonnummer: Udfyld feltet" not in page.text
    assert "E-mail:" in page.text
