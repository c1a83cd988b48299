"""Staying out of a case: declared once, and the case is gone for whoever declared it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.cases import access, notes, queries, recusal, view
from pool.cases.errors import Invalid, NotFound
from pool.models.case import Recusal
from pool.models.outbox import Message
from tests.support.house import World


def listed(world: World, name: str) -> list[int]:
    actor = world.actor(name)
    with world.database.read() as session:
        page = queries.list_cases(
            session,
            world.house,
            person_id=world.people[name],
            roles={"urban-life": actor.roles},
            filters=queries.Filters(),
            now=world.now,
        )
    return [row.id for row in page.rows]


def test_a_declared_interest_locks_the_member_out_and_nobody_else(world: World) -> None:
    case_id, other = world.apply(), world.apply()
    recusal.declare(world.house, case_id, "Min søster søger.", world.actor("karim"), world.now)

    assert listed(world, "karim") == [other]
    assert sorted(listed(world, "jens")) == [case_id, other]
    with world.database.read() as session:
        with pytest.raises(NotFound):
            view.case_view(session, world.house, case_id, world.actor("karim"), world.now)
        seen = view.case_view(session, world.house, case_id, world.actor("jens"), world.now)
    assert [person.name for _, person in seen.recused] == ["Karim"]
    with pytest.raises(NotFound):
        world.do(case_id, "karim", "grant")
    with pytest.raises(NotFound):
        notes.note(world.house, "n", case_id, "Hm.", world.actor("karim"), world.now)
    assert world.case(case_id).state == "received"


def test_declaring_twice_is_one_declaration(world: World) -> None:
    case_id = world.apply()
    for _ in range(2):
        recusal.declare(
            world.house, case_id, "Sidder i bestyrelsen.", world.actor("jens"), world.now
        )
    with world.database.read() as session:
        assert access.is_recused(session, case_id, world.people["jens"])
        seen = view.case_view(session, world.house, case_id, world.actor("sofie"), world.now)
    assert [event.kind for event in seen.journal].count("case.recusal") == 1


def test_a_ground_must_be_given(world: World) -> None:
    case_id = world.apply()
    with pytest.raises(Invalid):
        recusal.declare(world.house, case_id, "  ", world.actor("jens"), world.now)


def mails_to(world: World, name: str) -> int:
    with world.database.read() as session:
        return int(
            session.execute(
                select(func.count())
                .select_from(Message)
                .where(col(Message.person_id) == world.people[name])
            ).scalar_one()
        )


def test_no_mail_of_the_case_reaches_who_stays_out(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "sofie", "ask", questions="Hvor?", due_on="2026-03-20")
    before = mails_to(world, "sofie")

    def has_an_interest(session: Session) -> None:
        session.add(
            Recusal(
                case_id=case_id,
                person_id=world.people["sofie"],
                ground="Familie",
                declared_at=world.now,
            )
        )

    world.database.write(has_an_interest)
    world.do(case_id, "applicant", "answer", answer="I Voldparken.")
    assert mails_to(world, "sofie") == before
