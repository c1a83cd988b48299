"""What the rules are told of a case, read from its rows."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlmodel import Session, col, select

from pool.cases import facts
from pool.models.case import Case
from pool.models.casework import ChecklistMark
from pool.models.outbox import Message
from tests.support.house import World
from workflows.facts import Facts


def known(world: World, case_id: int) -> Facts:
    with world.database.read() as session:
        case = session.get_one(Case, case_id)
        version = case.definition_version
        definition = world.house.definitions.version(session, case.pool, version)
        return facts.gather(session, definition, case, world.now)


def _add(row: ChecklistMark, session: Session) -> None:
    session.add(row)


def test_a_letter_counts_as_unsent_until_it_has_left(world: World) -> None:
    case_id = world.apply()
    assert not known(world, case_id).letter_unsent, "nothing is decided"
    world.do(case_id, "karim", "grant")
    assert known(world, case_id).letter_unsent

    def put(state: str) -> None:
        def work(session: Session) -> None:
            letter = session.execute(
                select(Message).where(
                    col(Message.case_id) == case_id, col(Message.template) == "decision-full"
                )
            ).scalar_one()
            letter.state = state
            if state == "leased":
                letter.lease_token, letter.lease_until = "x", world.now + timedelta(minutes=1)
            session.add(letter)

        world.database.write(work)

    for state in ("leased", "sent"):
        put(state)
        assert not known(world, case_id).letter_unsent, state


def test_a_hearing_is_open_to_the_end_of_its_day(world: World) -> None:
    case_id = world.apply()
    found = known(world, case_id)
    assert (found.open_hearings, found.hearing_unended) == (0, False)
    day = found.today + timedelta(days=10)
    world.do(
        case_id, "sofie", "hear", facts="Pladsen er lejet ud.", source="fsb",
        due_on=day.isoformat(),
    )  # fmt: skip
    found = known(world, case_id)
    assert (found.open_hearings, found.hearing_unended) == (1, True)
    world.now += timedelta(days=10)
    assert known(world, case_id).open_hearings == 1, "its last day"
    world.now += timedelta(days=1)
    found = known(world, case_id)
    assert (found.open_hearings, found.hearing_unended) == (0, True)


def test_a_checklist_is_done_when_each_point_has_a_mark(world: World) -> None:
    case_id = world.apply()
    points = [point.key for point in world.house.definitions.current("urban-life").checklist]
    assert len(points) > 1
    assert not known(world, case_id).checklist_done
    for place, point in enumerate(points):
        mark = ("yes", "no", "not-relevant")[place % 3]
        row = ChecklistMark(
            case_id=case_id, item=point, mark=mark, marked_at=world.now, marked_by="Sofie"
        )
        world.database.write(partial(_add, row))
        assert known(world, case_id).checklist_done == (place == len(points) - 1)


def test_the_houses_other_pools(world: World) -> None:
    case_id = world.apply()
    assert known(world, case_id).other_pools == {"bydelspulje", "knowledge"}
    world.do(case_id, "karim", "grant")
    assert known(world, case_id).other_pools == frozenset(), "asked only where it can be sent on"
