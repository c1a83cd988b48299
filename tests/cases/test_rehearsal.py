"""What a move would send is found by carrying it out and taking it back: nothing stays."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from pool.cases import rehearsal
from pool.cases.commands import Command
from pool.cases.errors import Invalid, Refused, Stale
from pool.cases.fire import fire
from pool.cases.messages import resend
from pool.db import Database
from pool.models.outbox import Message
from tests.support.house import RECORD, World
from tests.support.outbox import messages
from tests.support.snapshot import snapshot

REASONS = "Prisen er høj for så få deltagere."


def command(world: World, case_id: int, action: str, **inputs: object) -> Command:
    return Command(world.new_id(), case_id, action, world.case(case_id).state_version, inputs)


def rehearse(world: World, wish: Command) -> rehearsal.Rehearsal:
    """What the move would send if Sofie made it."""
    house, found = rehearsal.rehearsing(world.house)
    fire(house, wish, world.actor("sofie"), world.now)
    return found()


def test_what_is_shown_is_what_is_sent_and_nothing_stays(world: World) -> None:
    case_id = world.apply()
    woken: list[frozenset[str]] = []
    world.database.on_commit.append(woken.append)
    before = snapshot(world.database)
    wish = command(world, case_id, "grant-part", amount="8.000", reasons=REASONS, record=RECORD)
    found = rehearse(world, wish)
    assert [(one.template, one.state) for one in found.messages] == [
        ("decision-part", "queued"), ("supported", "queued"),
    ]  # fmt: skip
    assert found.messages[0].data["granted"] == 800_000
    assert found.messages[0].letter == "decision-part"
    assert found.taken_back == ()
    assert snapshot(world.database) == before, "the state, the money, the journal: as they were"
    assert woken == [], "no worker is called for what rolled back"

    fire(world.house, wish, world.actor("sofie"), world.now)  # the command's id was not used up
    sent = messages_of(world.database, case_id)
    for shown in found.messages:
        real = next(one for one in sent if one.template == shown.template)
        same = {"event", "recipient", "lang", "to_email", "data", "letter", "template_version"}
        assert real.model_dump(include=same) == shown.model_dump(include=same)


def test_it_is_refused_as_the_move_would_be(world: World) -> None:
    case_id = world.apply()
    before = snapshot(world.database)
    for wrong, error in (
        (command(world, case_id, "pay", reference="1", paid_on="2026-03-02"), Refused),
        (command(world, case_id, "refuse", reasons="", record=RECORD), Invalid),
        (Command(world.new_id(), case_id, "withdraw", 7, {"reason": "x"}), Stale),
    ):
        with pytest.raises(error):
            rehearse(world, wrong)
    assert snapshot(world.database) == before


def test_what_would_not_go_after_all_is_told(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "sofie", "grant", record=RECORD)
    wish = command(world, case_id, "undo", reason="Forkert sag")
    found = rehearse(world, wish)
    assert "decision-full" in [one.template for one in found.taken_back]
    assert {one.state for one in found.taken_back} == {"superseded"}
    assert {one.state for one in messages_of(world.database, case_id)} == {"queued"}


def test_any_use_case_of_a_house_can_be_rehearsed(world: World) -> None:
    """A resend is no move of the case: the same way shows it."""
    case_id = world.apply()
    receipt = messages_of(world.database, case_id)[0]
    world.database.write(lambda session: _failed(session, receipt.id or 0))
    before = snapshot(world.database)
    house, found = rehearsal.rehearsing(world.house)
    resend(
        house, world.new_id(), case_id, receipt.id or 0, "Ny adresse", world.actor("sofie"),
        world.now, email="ny@eksempel.example",
    )  # fmt: skip
    assert [(one.template, one.to_email) for one in found().messages] == [
        ("receipt", "ny@eksempel.example")
    ]
    assert snapshot(world.database) == before


def messages_of(database: Database, case_id: int) -> list[Message]:
    return [one for one in messages(database) if one.case_id == case_id]


def _failed(session: Session, message_id: int) -> None:
    message = session.get_one(Message, message_id)
    message.state = "failed"
    session.add(message)
