"""Who gets a summary, comes by its link and is told of it. On both engines."""

from __future__ import annotations

import pytest
from sqlmodel import Session

import pool.identity as identity
from pool.cases.errors import CommandReused
from pool.outbox import Recipient
from pool.summary import editions
from pool.summary import editions_people as people
from pool.summary import editions_questions as asking
from pool.summary.editions import Receive
from pool.summary.editions_errors import NotForYou
from pool.summary.editions_questions import Ask
from tests.summary.test_editions import (
    NOW,
    POOLS,
    answer,
    guest,
    look,
    mails,
    make,
    receive,
    submit,
    world,
)
from tests.support.house import World
from tests.support.people import make_person

__all__ = ["world"]  # the fixture


def test_who_comes_by_a_link_is_who_it_was_sent_to(world: World) -> None:
    number = make(world)
    birgit = people.subject_for(number, Recipient("", "", person_id=world.people["birgit"]))
    anne = people.subject_for(number, Recipient("Anne Borg", "anne@kk.example"))
    assert guest(world, birgit) is None, "a draft opens for nobody"
    submit(world, number, also="Anne Borg <anne@kk.example>")
    known = guest(world, birgit)
    assert known is not None
    assert known.actor.key == f"person:{world.people['birgit']}"
    assert guest(world, anne) is None, "no longer in the setting"
    unknown = guest(world, anne, "Anne Borg <anne@kk.example>")
    assert unknown is not None
    assert (unknown.actor.kind, unknown.actor.name) == ("applicant", "Anne Borg")
    assert guest(world, people.subject_for(number, Recipient("", "spy@kk.example"))) is None

    asked = asking.ask(world.house, Ask("anne-1", number, "three-1", "Hvem?"), unknown.actor, NOW)
    answer(world, asked, "Alle.")
    assert [one.to_email for one in mails(world, "summary-answer")] == ["anne@kk.example"]
    editions.receive(world.house, Receive("anne-2", number), unknown.actor, NOW)
    assert look(world, number).received_by == "Anne Borg"

    world.database.write(
        lambda session: identity.revoke_role(session, world.people["birgit"], "steering")
    )
    assert guest(world, birgit) is None, "no longer of the steering group"


def test_a_colleague_who_left_comes_by_no_link(world: World) -> None:
    number = make(world)
    submit(world, number)
    subject = people.subject_for(number, Recipient("", "", person_id=world.people["birgit"]))

    def leave(session: Session) -> None:
        person = identity.get(session, world.people["birgit"])
        assert person is not None
        identity.set_active(session, person, False)

    world.database.write(leave)
    assert guest(world, subject) is None


def test_the_secretariat_told_is_one_that_can_work_on_it(world: World) -> None:
    make_person(world.database, "Kun Viden", "secretariat", now=NOW, pool="knowledge")
    with world.database.read() as session:
        both = people.secretaries(session, POOLS)
        one = people.secretaries(session, ["knowledge"])
    assert [to.name for to in both] == ["Sofie"]
    assert [to.name for to in one] == ["Kun Viden", "Sofie"]


def test_two_of_one_name_are_told_apart_by_their_addresses(world: World) -> None:
    number, also = make(world), "Styregruppen <a@kk.example>, Styregruppen <b@kk.example>"
    submit(world, number, also=also)
    a, b = (
        guest(world, people.subject_for(number, Recipient("", email)), also)
        for email in ("a@kk.example", "b@kk.example")
    )
    assert a is not None
    assert b is not None
    asked = asking.ask(world.house, Ask("b-1", number, "three-1", "Fra B?"), b.actor, NOW)
    answer(world, asked, "Til B.")
    assert [one.to_email for one in mails(world, "summary-answer")] == ["b@kk.example"]
    first = editions.receive(world.house, Receive("a-1", number, "Tak."), a.actor, NOW)
    with pytest.raises(CommandReused):
        editions.receive(world.house, Receive("a-1", number, "Tak."), b.actor, NOW)
    assert editions.receive(world.house, Receive("a-2", number), a.actor, NOW) == first
    with world.database.read() as session:
        stored = look(world, number)
        assert editions.receipt_of(session, stored, a.actor.key) == first
        assert editions.receipt_of(session, stored, b.actor.key) is None


def test_the_steering_group_is_that_of_all_its_pools(world: World) -> None:
    half = make_person(world.database, "Kun Viden", "steering", now=NOW, pool="knowledge")
    number = make(world, pools=POOLS)
    submit(world, number)
    assert [one.to_name for one in mails(world, "summary-submitted")] == ["Birgit"]
    assert guest(world, f"edition:{number}:person:{half.id}") is None
    world.people["half"] = half.id or 0
    with pytest.raises(NotForYou):
        receive(world, number, "half")
    with world.database.read() as session:
        assert [(one.name, pools) for one, pools in people.left_out(session, POOLS)] == [
            ("Kun Viden", ["urban-life"])
        ]


def test_nobody_is_told_who_cannot_work_on_it(world: World) -> None:
    def leave(session: Session) -> None:
        for name, role in (("sofie", "secretariat"), ("karim", "chair")):
            identity.revoke_role(session, world.people[name], role)

    world.database.write(leave)
    make_person(world.database, "Kun Viden", "secretariat", now=NOW, pool="knowledge")
    with world.database.read() as session:
        assert people.secretaries(session, POOLS) == []
        assert [to.name for to in people.secretaries(session, ["knowledge"])] == ["Kun Viden"]
