"""The way of a summary: made, written, submitted, asked about, received. On both engines."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

import pool.identity as identity
import pool.journal as journal
from pool.cases.errors import CommandReused
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.migrations.guards import refusal
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition
from pool.summary import editions
from pool.summary import editions_people as people
from pool.summary import editions_questions as asking
from pool.summary.editions import Receive, Submit, WriteWords
from pool.summary.editions_errors import (
    CannotBe,
    NobodyToTell,
    NoSuchEdition,
    NoSuchParagraph,
    NotForYou,
    NotNow,
    WordsChanged,
)
from pool.summary.editions_questions import Answer, Ask
from pool.summary.model import Request, from_json, sha256
from tests.support.house import World, make_world
from tests.support.people import make_person
from tests.support.together import together

NOW = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
POOLS = ("urban-life", "knowledge")


@pytest.fixture
def world(database: Database) -> World:
    world = make_world(database, NOW)
    granted = world.apply(title="Gadefest")
    world.do(granted, "karim", "grant")
    refused = world.apply(title="Fest")
    world.do(refused, "karim", "refuse", reasons="Ikke åben for alle.", criterion="not-open")
    return world


def make(world: World, *, key: str = "a-key", pools: tuple[str, ...] = ("urban-life",)) -> int:
    request = Request.make(pools, 2026, "provisional", now=NOW)
    return editions.make(world.house, request, key=key, actor=world.actor("sofie"), now=NOW)


def submit(world: World, number: int, *, command: str = "submit-1", also: str = "") -> None:
    editions.submit(
        world.house,
        Submit(command, number, look(world, number).version),
        world.actor("sofie"),
        NOW,
        also=people.written_addresses(also),
    )


def look(world: World, number: int) -> SummaryEdition:
    with world.database.read() as session:
        found = editions.find(session, number)
        assert found is not None
        return found


def mails(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        query = select(Message).where(col(Message.template) == template).order_by(col(Message.id))
        return list(session.exec(query))


def events(world: World, *kinds: str) -> list[journal.EventView]:
    with world.database.read() as session:
        return journal.read(session, "system", kinds=kinds)


def guest(world: World, subject: str, also: str = "") -> people.Guest | None:
    with world.database.read() as session:
        return people.guest(session, subject, people.written_addresses(also))


def test_an_edition_has_its_figures_their_hash_and_a_draft_of_words(world: World) -> None:
    made = look(world, make(world))
    figures = from_json(made.figures)
    assert figures.pools[0].counts.granted == 1
    assert figures.pools[0].counts.refused == 1
    assert made.sha256 == sha256(made.figures)
    assert (made.state, made.version, made.wanted, made.files_version) == ("draft", 1, 8, 0)
    assert "9.500\u00a0kr." in made.own_words
    assert made.own_words_en != made.own_words
    assert made.created_by == "Sofie"


def test_the_same_key_is_the_same_edition(world: World) -> None:
    first = make(world)
    world.apply(title="Kom til siden")
    again = make(world, pools=POOLS)
    assert again == first
    assert look(world, first).pools == ["urban-life"]
    assert together(2, lambda: make(world, key="raced")).results == [first + 1] * 2


def test_only_the_secretariat_and_the_chair_of_every_pool_make_one(world: World) -> None:
    for name in ("jens", "ole", "birgit", "maja", "rune"):
        with pytest.raises(NotForYou):
            editions.make(
                world.house,
                Request.make(("urban-life",), 2026, "final", now=NOW),
                key=name,
                actor=world.actor(name),
                now=NOW,
            )
    one_pool = make_person(world.database, "Kun Byliv", "secretariat", now=NOW, pool="urban-life")
    world.people["kun"] = one_pool.id or 0
    request = Request.make(POOLS, 2026, "final", now=NOW)
    with pytest.raises(NotForYou):
        editions.make(world.house, request, key="k", actor=world.actor("kun"), now=NOW)
    assert editions.make(world.house, request, key="k", actor=SYSTEM, now=NOW)


def test_who_lost_the_race_of_two_writers_sees_the_others_words(world: World) -> None:
    number = make(world)

    def write(words: str) -> int:
        command = WriteWords(number, 1, words, "")
        return editions.write_words(world.house, command, world.actor("sofie"), NOW)

    texts = iter(("Det første.", "Det andet."))
    done = together(2, lambda: write(next(texts)))
    assert done.results == [2]
    (lost,) = done.errors
    assert isinstance(lost, WordsChanged)
    stored = look(world, number)
    assert lost.edition.own_words == stored.own_words
    assert stored.version == lost.edition.version == 2
    # Saying once more what stands there is no conflict: a second click.
    assert write(stored.own_words) == 2


def test_a_draft_nobody_touched_is_not_called_theirs_in_english(world: World) -> None:
    number = make(world)
    drafted = look(world, number).own_words_en
    editions.write_words(
        world.house, WriteWords(number, 1, "Det gik godt.", drafted), world.actor("sofie"), NOW
    )
    assert (look(world, number).own_words, look(world, number).own_words_en) == (
        "Det gik godt.",
        "",
    )
    editions.write_words(
        world.house,
        WriteWords(number, 2, "Det gik godt.", "It went well."),
        world.actor("sofie"),
        NOW,
    )
    assert look(world, number).own_words_en == "It went well."


def test_words_that_cannot_be_kept(world: World) -> None:
    number = make(world)
    command = WriteWords(number, 1, "x" * (editions.LONGEST_WORDS + 1), "")
    with pytest.raises(CannotBe) as refused:
        editions.write_words(world.house, command, world.actor("sofie"), NOW)
    assert (refused.value.field, refused.value.code) == ("danish", "too-long")
    written = WriteWords(number, 1, "To\r\nlinjer\0\ud800", "")
    editions.write_words(world.house, written, world.actor("karim"), NOW)
    assert look(world, number).own_words == "To\nlinjer?"
    with pytest.raises(NotForYou):
        editions.write_words(world.house, written, world.actor("rune"), NOW)
    with pytest.raises(NoSuchEdition):
        editions.write_words(world.house, WriteWords(99, 1, "", ""), world.actor("sofie"), NOW)


def test_submitting_tells_the_steering_group_and_the_journal(world: World) -> None:
    number = make(world, pools=POOLS)
    submit(world, number, also="Anne Borg <Anne@Kk.Example>, birgit@test.example, no address")
    stored = look(world, number)
    assert (stored.state, stored.submitted_by, stored.version) == ("submitted", "Sofie", 2)
    told = mails(world, "summary-submitted")
    assert [(one.to_name, one.to_email) for one in told] == [
        ("Birgit", "birgit@test.example"),
        ("Anne Borg", "anne@kk.example"),
    ]
    assert told[0].data["link"] == {
        "purpose": "steering",
        "subject": f"edition:{number}:person:{world.people['birgit']}",
    }
    assert "anne" not in json.dumps(told[1].data["link"]).lower()
    assert told[0].data["pool_name"]["da"].count(" og ") >= 1
    assert len(told[0].data["sentences"]) == 3
    (event,) = events(world, editions.SUBMITTED)
    assert event.data["sha256"] == stored.sha256
    assert event.data["edition"] == number
    assert {head["chain"] for head in event.data["heads"]} >= {"ledger:urban-life", "journal"}


def test_a_second_press_submits_once(world: World) -> None:
    number = make(world)
    version = look(world, number).version
    command = Submit("once", number, version)
    done = together(2, lambda: editions.submit(world.house, command, world.actor("sofie"), NOW))
    assert done.errors == []
    assert len(events(world, editions.SUBMITTED)) == len(mails(world, "summary-submitted")) == 1
    with pytest.raises(CommandReused):
        editions.submit(world.house, command, world.actor("karim"), NOW)
    with pytest.raises(NotNow):
        submit(world, number, command="another")


def test_what_was_not_previewed_is_not_submitted(world: World) -> None:
    number = make(world)
    words = WriteWords(number, 1, "Nye ord.", "")
    editions.write_words(world.house, words, world.actor("karim"), NOW)
    with pytest.raises(WordsChanged):
        editions.submit(world.house, Submit("s", number, 1), world.actor("sofie"), NOW)
    assert look(world, number).state == "draft"


def test_with_nobody_to_tell_it_is_not_submitted(world: World) -> None:
    number = make(world)
    world.database.write(
        lambda session: identity.revoke_role(session, world.people["birgit"], "steering")
    )
    with pytest.raises(NobodyToTell):
        submit(world, number)
    submit(world, number, also="borg@kk.example")
    assert look(world, number).state == "submitted"


FROZEN = {
    "the figures": ("record:append-only", "UPDATE summary_edition SET figures = '{}'"),
    "the hash": ("record:append-only", "UPDATE summary_edition SET sha256 = 'x'"),
    "the day": ("record:append-only", "UPDATE summary_edition SET as_of = '2026-01-01'"),
    "the pools": ("record:append-only", "UPDATE summary_edition SET pools = '[\"other\"]'"),
    "the words": ("record:submitted", "UPDATE summary_edition SET own_words = 'Bedre.'"),
    "the state": (
        "record:submitted",
        "UPDATE summary_edition SET state = 'draft', submitted_at = NULL, submitted_by = NULL",
    ),
    "the edition": ("record:append-only", "DELETE FROM summary_edition"),
    "a question": ("record:append-only", "UPDATE summary_question SET question = 'Andet?'"),
    "an answer": ("record:answered", "UPDATE summary_question SET answer = 'Nej.'"),
    "an asker": ("record:append-only", "DELETE FROM summary_question"),
}


def test_the_database_refuses_to_change_what_was_submitted(world: World) -> None:
    number = make(world)
    submit(world, number)
    asked = ask(world, number, "three-1", "Hvorfor?")
    answer(world, asked, "Fordi.")
    for what, (code, statement) in FROZEN.items():
        with pytest.raises(DBAPIError) as refused, world.database.engine.begin() as connection:
            connection.execute(text(statement))
        assert refusal(refused.value) == code, what
    receive(world, number, "birgit")
    with pytest.raises(DBAPIError) as refused, world.database.engine.begin() as connection:
        connection.execute(text("UPDATE summary_edition SET received_note = 'Nej'"))
    assert refusal(refused.value) == "record:received"


def test_figures_of_a_draft_are_frozen_too(world: World) -> None:
    make(world)
    with pytest.raises(DBAPIError) as refused, world.database.engine.begin() as connection:
        connection.execute(text("UPDATE summary_edition SET figures = '{}'"))
    assert refusal(refused.value) == "record:append-only"


def receive(world: World, number: int, who: str, *, command: str = "", note: str = "") -> None:
    actor = world.actor(who)
    editions.receive(world.house, Receive(command or f"r-{who}", number, note), actor, NOW)


def test_two_who_receive_at_once_are_both_noted_and_one_moves_it(world: World) -> None:
    number = make(world)
    with pytest.raises(NotNow):
        receive(world, number, "birgit")
    submit(world, number)
    other = make_person(world.database, "Bo Styr", "steering", now=NOW, pool="urban-life")
    world.people["bo"] = other.id or 0
    names = iter(("birgit", "bo"))
    done = together(2, lambda: receive(world, number, next(names), note="Taget til efterretning."))
    assert done.errors == []
    stored = look(world, number)
    assert stored.state == "received"
    assert stored.received_by in {"Birgit", "Bo Styr"}
    with world.database.read() as session:
        found = editions.receipts(session, stored)
    assert {one.by for one in found} == {"Birgit", "Bo Styr"}
    assert found[0].by == stored.received_by
    assert [one.to_name for one in mails(world, "summary-received")] == ["Sofie", "Sofie"]
    receive(world, number, "birgit", note="Taget til efterretning.")  # the same press again
    receive(world, number, "birgit", command="another", note="Og igen.")
    assert len(events(world, editions.RECEIVED)) == 2
    assert len(mails(world, "summary-received")) == 2


def test_only_the_steering_group_receives_and_asks(world: World) -> None:
    number = make(world)
    submit(world, number)
    for name in ("sofie", "karim", "jens", "ole", "maja", "rune"):
        with pytest.raises(NotForYou):
            receive(world, number, name)
        with pytest.raises(NotForYou):
            ask(world, number, "three-1", "Hvad?", who=name)
    assert look(world, number).state == "submitted"


def ask(
    world: World, number: int, anchor: str, question: str, *, who: str = "birgit", key: str = "q"
) -> int:
    command = Ask(key, number, anchor, question)
    return asking.ask(world.house, command, world.actor(who), NOW)


def answer(world: World, asked: int, words: str, *, key: str = "svar") -> None:
    asking.answer(world.house, Answer(key, asked, words), world.actor("sofie"), NOW)


def test_a_question_at_a_paragraph_and_its_answer(world: World) -> None:
    number = make(world)
    with pytest.raises(NotNow):
        ask(world, number, "three-1", "For tidligt?")
    submit(world, number)
    for anchor in ("no-such-paragraph", "", "../etc"):
        with pytest.raises(NoSuchParagraph):
            ask(world, number, anchor, "Hvor?")
    with pytest.raises(CannotBe):
        ask(world, number, "three-1", "  \n")
    asked = ask(world, number, "three-1", "Hvorfor kun én?")
    assert ask(world, number, "three-1", "Hvorfor kun én?") == 0  # the same press again
    (told,) = mails(world, "summary-question")
    assert told.to_name == "Sofie"
    assert told.data["question"] == "Hvorfor kun én?"
    assert told.data["where"] != "three-1"
    with pytest.raises(NotForYou):
        asking.answer(world.house, Answer("a", asked, "Nå."), world.actor("birgit"), NOW)
    answer(world, asked, "Der kom kun to.")
    answer(world, asked, "Der kom kun to.")
    with pytest.raises(NotNow):
        answer(world, asked, "Noget andet.", key="igen")
    (back,) = mails(world, "summary-answer")
    assert (back.to_name, back.data["answer"]) == ("Birgit", "Der kom kun to.")
    assert [one.kind for one in events(world, "summary.asked", "summary.answered")] == [
        "summary.asked",
        "summary.answered",
    ]
    assert "Hvorfor" not in json.dumps(events(world, "summary.asked")[0].data)
