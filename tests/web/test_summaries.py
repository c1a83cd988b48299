"""The pages of a summary's way, for colleagues."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlmodel import col, select

import pool.identity as identity
from pool.db import Database
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition
from pool.summary import editions, editions_files
from pool.summary import editions_people as people
from pool.summary import editions_questions as asking
from pool.summary.editions import Submit
from pool.summary.editions_questions import Ask
from pool.summary.model import Request
from pool.web.steering.room import READERS
from pool.web.summaries import wording
from tests.support.client import HostileClient, words_of
from tests.support.house import World, make_world
from tests.web.conftest import Clock, MakeColleague

LIST = "/styring/opgoerelser/"


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    world = make_world(database, clock())
    world.do(world.apply(title="Gadefest"), "karim", "grant")
    refused = world.apply(title="Fest")
    world.do(refused, "karim", "refuse", reasons="Ikke åben for alle.", criterion="not-open")
    return world


def make(world: World, *pools: str, key: str = "a-key") -> int:
    request = Request.make(pools or ("urban-life",), 2026, "provisional", now=world.now)
    return editions.make(world.house, request, key=key, actor=world.actor("sofie"), now=world.now)


def submitted(world: World, *pools: str, key: str = "a-key") -> int:
    number = make(world, *pools, key=key)
    version = look(world, number).version
    command = Submit(f"submit-{number}", number, version)
    editions.submit(world.house, command, world.actor("sofie"), world.now)
    return number


def look(world: World, number: int) -> SummaryEdition:
    with world.database.read() as session:
        found = editions.find(session, number)
        assert found is not None
        return found


def mails(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        return list(session.exec(select(Message).where(col(Message.template) == template)))


def ask(world: World, number: int, anchor: str = "three-1", question: str = "Hvorfor?") -> int:
    command = Ask(f"ask-{anchor}-{question}", number, anchor, question)
    return asking.ask(world.house, command, world.actor("birgit"), world.now)


def files(world: World, number: int, monkeypatch: pytest.MonkeyPatch, *forms: str) -> None:
    """Have the worker make these forms."""
    some = tuple((lang, form) for form in forms for lang in ("da", "en"))
    monkeypatch.setattr(editions_files, "FORMS", some)
    payload = {"edition": number, "version": look(world, number).version}
    assert editions_files.work(world.house, payload, world.now)


def test_the_readers_are_those_of_the_figures() -> None:
    assert set(READERS) == people.READERS


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_secretariat_makes_writes_previews_and_submits(
    world: World, colleague: MakeColleague
) -> None:
    colleague("steering", name="Styr Gruppe")
    _, client = colleague("secretariat", name="Kim Sekretær")
    form = client.look(client.look(LIST).link("Lav en opgørelse"))
    assert form.field("as_of") == "04.03.2026"
    assert form.field("year") == "2026"
    page = client.follow(client.submit(form, {"pools": ["urban-life"]}))
    assert page.heading == "Bylivs- og tryghedspuljen 2026"
    assert "Lavet 4. marts 2026 kl. 11.15 af Kim Sekretær." in page.text
    assert "Filerne er ved at blive lavet: 0 af 8 er klar." in page.text
    assert 'http-equiv="refresh"' in page.html

    form = client.look(page.link("Skriv jeres egne ord"))
    assert "9.500" in form.field("danish")
    seen = client.submit(form, {"danish": "Første afsnit.\n\nAndet <b>afsnit</b>."}, button="Se")
    preview = client.page(seen)
    assert "Andet <b>afsnit</b>." in preview.text
    assert "ikke gemt endnu" in preview.text
    assert "9.500" in look(world, 1).own_words, "a preview saves nothing"
    page = client.follow(client.submit(preview, button="Gem"))
    assert "Jeres ord er gemt." in page.text
    assert "Første afsnit." in page.text
    assert look(world, 1).own_words == "Første afsnit.\n\nAndet <b>afsnit</b>."

    form = client.look(page.link("Forelæg for styregruppen"))
    assert "Styr Gruppe" in form.text
    assert "Birgit birgit@test.example" in form.text
    page = client.follow(client.submit(form))
    assert "Opgørelsen er forelagt." in page.text
    assert "Forelagt 4. marts 2026" in page.text
    assert len(mails(world, "summary-submitted")) == 2
    again = client.submit(form)
    assert client.follow(again).heading == page.heading
    assert len(mails(world, "summary-submitted")) == 2
    assert "kan ikke længere ændres" in client.follow(client.get(f"{LIST}1/ord")).text


def test_pressing_twice_makes_one(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("chair")
    form = client.look(f"{LIST}ny")
    first, second = (client.submit(form, {"pools": ["urban-life"]}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert client.look(LIST).text.count("Foreløbig opgørelse for 2026") == 1


def test_what_cannot_be_made_is_said_at_its_field(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("secretariat")
    form = client.look(f"{LIST}ny")
    for values, said in (
        ({"pools": []}, "Vælg mindst én pulje"),
        ({"pools": ["urban-life"], "as_of": "05.03.2026"}, "Dagen er ikke kommet endnu"),
        ({"pools": ["urban-life"], "as_of": "31.02.2026"}, ""),
        ({"pools": ["no-such-pool"]}, ""),
        ({"pools": ["urban-life"], "edition": "best"}, ""),
    ):
        answer = client.submit(form, values)
        assert answer.status_code == 422, values
        assert any(said in one for one in client.page(answer).errors), values
    assert "Der er endnu ingen opgørelse" in client.look(LIST).text


def test_a_past_year_final_and_by_the_day_it_is_about(
    world: World, colleague: MakeColleague
) -> None:
    _, client = colleague("secretariat")
    form = client.look(f"{LIST}ny")
    values = {"pools": ["knowledge", "urban-life"], "edition": "final", "axis": "effective"}
    page = client.follow(client.submit(form, values | {"as_of": "1.3.2026"}))
    made = look(world, 1)
    assert (made.edition, made.axis, made.as_of.isoformat()) == ("final", "effective", "2026-03-01")
    assert "Endelig opgørelse for 2026" in page.root.find("head/title").text  # type: ignore[operator,union-attr]


def test_who_lost_the_race_has_both_texts(world: World, colleague: MakeColleague) -> None:
    number = make(world)
    _, client = colleague("secretariat")
    form = client.look(f"{LIST}{number}/ord")
    editions.write_words(
        world.house,
        editions.WriteWords(number, 1, "Karims ord.", "Karim's words."),
        world.actor("karim"),
        world.now,
    )
    answer = client.submit(form, {"danish": "Mine ord."}, button="Gem")
    assert answer.status_code == 422
    page = client.page(answer)
    assert page.field("danish") == "Mine ord."
    assert "Karims ord." in page.text
    assert "En kollega har skrevet imens" in page.errors[0]
    client.follow(client.submit(page, {"danish": "Karims og mine ord."}, button="Gem"))
    assert look(world, number).own_words == "Karims og mine ord."


def test_submitting_shows_that_the_words_have_changed(
    world: World, colleague: MakeColleague
) -> None:
    number = make(world)
    _, client = colleague("secretariat")
    form = client.look(f"{LIST}{number}/forelaeg")
    words = editions.WriteWords(number, 1, "Nyt.", "")
    editions.write_words(world.house, words, world.actor("karim"), world.now)
    answer = client.submit(form)
    assert answer.status_code == 422
    assert look(world, number).state == "draft"
    client.follow(client.submit(client.page(answer)))
    assert look(world, number).state == "submitted"


def test_with_nobody_to_send_it_to_there_is_no_button(
    world: World, colleague: MakeColleague
) -> None:
    number = make(world)
    world.database.write(
        lambda session: identity.revoke_role(session, world.people["birgit"], "steering")
    )
    _, client = colleague("secretariat")
    page = client.look(f"{LIST}{number}/forelaeg")
    assert "PULJEN_SUMMARY_RECIPIENTS" in page.text
    assert page.forms() == []


DRAFT = {"secretariat", "chair", "auditor"}
READ = {"steering", "chair", "secretariat", "finance", "auditor", "member", "communications"}


@pytest.mark.parametrize("role", sorted(READ))
def test_a_draft_is_for_few_and_what_is_submitted_for_all_who_read(
    world: World, colleague: MakeColleague, role: str
) -> None:
    draft, done = make(world), submitted(world, key="other")
    _, client = colleague(role)
    assert client.get(f"{LIST}{draft}").status_code == (200 if role in DRAFT else 403)
    page = client.look(f"{LIST}{done}")
    found = client.look(LIST)
    assert (f"{LIST}{draft}" in found.html) == (role in DRAFT)
    assert f"{LIST}{done}" in found.html
    assert ("Lav en opgørelse" in found.text) == (role in {"secretariat", "chair"})
    assert ("Tag den til efterretning" in page.text) == (role == "steering")
    assert client.get(f"{LIST}999").status_code == 404
    year = client.look("/styring/urban-life/2026")
    assert (f"{LIST}{draft}" in year.html) == (role in DRAFT)
    assert f"{LIST}{done}" in year.html


def test_an_edition_of_two_pools_is_for_who_has_a_role_in_both(
    world: World, colleague: MakeColleague
) -> None:
    both = submitted(world, "urban-life", "knowledge")
    draft = make(world, "urban-life", "knowledge", key="draft")
    _, half = colleague("secretariat", pool="knowledge", name="Kun Viden")
    for path in ("", "/ord", "/forelaeg", "/fil/da/pdf"):
        refused = half.get(f"{LIST}{draft}{path}")
        assert refused.status_code == 403, path
    assert half.get(f"{LIST}{both}").status_code == 403
    assert "Lav en opgørelse" in half.look(LIST).text
    form = half.look(f"{LIST}ny")
    assert "Bylivs" not in words_of(form.form())
    answer = half.submit(form, {"pools": ["urban-life", "knowledge"]})
    assert answer.status_code == 422


def test_the_files_come_with_progress_and_are_made_anew(
    world: World, colleague: MakeColleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = make(world)
    _, client = colleague("secretariat")
    assert client.get(f"{LIST}{number}/fil/da/json").status_code == 404
    files(world, number, monkeypatch, "csv", "json", "xlsx")
    page = client.look(f"{LIST}{number}")
    assert "refresh" not in page.html
    assert [words_of(one) for one in page.all("h3") if "files-" in one.attrib.get("id", "")] == [
        "Dansk",
        "Engelsk",
    ]
    got = client.get(page.link("Til programmer (JSON)"))
    assert got.content_type == "application/json"
    assert "urban-life-2026-provisional-da.json" in got.headers["Content-Disposition"]
    assert client.get(page.link("regneark")).data.startswith(b"PK")
    editions.write_words(
        world.house, editions.WriteWords(number, 1, "Nyt.", ""), world.actor("karim"), world.now
    )
    page = client.look(f"{LIST}{number}")
    assert "Filerne er lavet af en tidligere tekst." in page.text
    page = client.follow(client.submit(page, button="Lav filerne"))
    assert "Filerne er ved at blive lavet: 0 af 6 er klar." in page.text
    files(world, number, monkeypatch, "csv", "json", "xlsx")
    page = client.look(f"{LIST}{number}")
    assert "tidligere tekst" not in page.text
    for path in ("/fil/da/exe", "/fil/xx/pdf", "/fil/da/.."):
        assert client.get(f"{LIST}{number}{path}").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_signed_in_steering_member_asks_and_receives(
    world: World, colleague: MakeColleague
) -> None:
    number = submitted(world)
    _, client = colleague("steering", name="Stine Styr")
    page = client.look(f"{LIST}{number}")
    form = client.look(page.link("Spørg til et afsnit") + "?ved=three-2")
    assert form.field("anchor") == "three-2"
    empty = client.submit(form, {"question": " "})
    assert client.page(empty).errors == ["Dit spørgsmål: Skriv noget her"]
    tampered = client.submit(form, {"anchor": "nowhere", "question": "Hvad?"})
    assert client.page(tampered).errors == ["Hvad spørger du til? Vælg, hvad du spørger til"]
    page = client.follow(client.submit(form, {"question": "Hvad <i>nu</i>?"}))
    assert "Dit spørgsmål er sendt." in page.text
    assert "Hvad <i>nu</i>?" in page.text
    assert "Ikke besvaret endnu." in page.text

    _, secretary = colleague("secretariat", name="Kim Sekretær")
    assert "1 spørgsmål til en opgørelse venter på dit svar" in secretary.look("/opgaver").text
    assert "1 spørgsmål venter på svar" in secretary.look(LIST).text
    page = secretary.look(f"{LIST}{number}")
    form = secretary.look(page.link("Svar"))
    page = secretary.follow(secretary.submit(form, {"answer": "Det ved vi i maj."}))
    assert "Det ved vi i maj." in page.text
    twice = secretary.submit(form, {"answer": "Noget andet."})
    assert "allerede besvaret" in secretary.follow(twice).text
    assert [one.to_name for one in mails(world, "summary-answer")] == ["Stine Styr"]
    assert "venter på dit svar" not in secretary.look("/opgaver").text

    form = client.look(client.look(f"{LIST}{number}").link("Tag den til efterretning"))
    page = client.follow(client.submit(form, {"note": "Godt år."}))
    assert "Taget til efterretning 4. marts 2026" in page.text
    assert "Godt år." in page.text
    assert look(world, number).received_by == "Stine Styr"


def test_files_that_went_wrong_are_told(world: World, colleague: MakeColleague) -> None:
    from pool import schedule

    number = make(world)

    def break_it(session: object) -> None:
        job = schedule.claim_due(session, world.now, (editions_files.ERRAND,))  # type: ignore[arg-type]
        assert job is not None
        schedule.fail(session, job, "RuntimeError", world.now)  # type: ignore[arg-type]

    world.database.write(break_it)
    _, client = colleague("secretariat")
    page = client.look(f"{LIST}{number}")
    assert "Filerne kunne ikke laves." in page.text
    assert client.submit(page, button="Lav filerne").status_code == 303


def test_every_word_of_a_state_has_its_translation() -> None:
    from pool.render.words import words

    for table in (wording.STATES, wording.EDITIONS, wording.AXES, wording.FORMS):
        for english in table.values():
            assert words("da").t(english) != english


Visit = Callable[[HostileClient], None]


def test_in_english(world: World, colleague: MakeColleague) -> None:
    number = submitted(world)
    ask(world, number)
    _, client = colleague("secretariat")
    page = client.look(f"{LIST}{number}?lang=en")
    assert "Noted" not in page.heading
    assert re.search(r"Submitted .* by Sofie\.", page.text)
    assert "Not answered yet." not in page.text  # the secretariat has the button instead
    assert client.look(f"{LIST}?lang=en").heading == "Summaries"


def test_numbers_no_database_keeps_and_unknown_files_are_no_page(
    world: World, colleague: MakeColleague
) -> None:
    number = submitted(world)
    _, client = colleague("secretariat")
    for digits in (str(2**31), "9" * 30, "9" * 5000):
        for path in ("", "/ord", "/fil/da/csv", "/modtagere/person:1/send"):
            assert client.get(f"{LIST}{digits}{path}").status_code == 404
        assert client.get(f"{LIST}{number}/svar/{digits}").status_code == 404
        whom = f"{LIST}{number}/modtagere/person:{digits}/send"
        assert client.get(whom).status_code == 404
    for path in ("/fil/sv/csv", "/fil/da/exe", "/fil/da%00/csv"):
        assert client.get(f"{LIST}{number}{path}").status_code == 404


def test_who_is_left_out_is_said_before_it_is_submitted(
    world: World, colleague: MakeColleague
) -> None:
    number = make(world, "urban-life", "knowledge")
    half, member = colleague("steering", pool="knowledge", name="Kun Viden")
    world.database.write(lambda s: identity.grant_role(s, half.id or 0, "member"))
    _, client = colleague("secretariat")
    page = client.look(f"{LIST}{number}/forelaeg")
    assert "Kun Viden: ikke for Bylivs- og tryghedspuljen" in page.text
    client.follow(client.submit(page))
    assert [one.to_name for one in mails(world, "summary-submitted")] == ["Birgit"]
    page = member.look(f"{LIST}{number}")
    assert "Tag den til efterretning" not in page.text
    for path in ("/spoerg", "/modtag"):
        assert member.get(f"{LIST}{number}{path}").status_code == 403


def test_one_event_is_a_line_and_several_are_a_list(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("secretariat")
    page = client.look(f"{LIST}{make(world)}")
    assert [words_of(one) for one in page.all("p") if "Lavet" in words_of(one)]
    page = client.look(f"{LIST}{submitted(world, key='b')}")
    assert [words_of(one) for one in page.all("li") if "Lavet" in words_of(one)]
