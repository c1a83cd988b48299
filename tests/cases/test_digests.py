"""What can wait is told together: each thing once, each person at most once a day or a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

import pool.outbox as outbox
from pool.cases import digests
from pool.identity import grant_role, revoke_role, set_active
from pool.models.identity import Person
from pool.models.outbox import Message
from pool.outbox.templates import TEMPLATES
from pool.render.mail import mail
from tests.support.house import World

MORNING = datetime(2026, 3, 3, 6, 5, tzinfo=UTC)
"""Tuesday; the world begins the day before."""


def choose(world: World, notices: str, name: str = "sofie") -> bool:
    return digests.choose(world.house, world.people[name], notices, world.actor(name), world.now)


def rows(world: World, *states: str, name: str = "sofie") -> list[Message]:
    with world.database.read() as session:
        found = select(Message).where(
            col(Message.person_id) == world.people[name], col(Message.state).in_(states)
        )
        return list(session.execute(found.order_by(col(Message.id))).scalars())


def made(world: World) -> list[Message]:
    return [one for one in rows(world, "queued") if one.kind == "digest"]


def test_one_digest_tells_it_all_and_a_second_run_nothing(world: World) -> None:
    assert choose(world, "daily")
    assert not choose(world, "daily")
    world.apply()
    world.apply()
    waiting = rows(world, "collected")
    assert [one.template for one in waiting] == ["new-case", "new-case"]
    assert digests.tell_due(world.house, world.now) == 0  # chosen today: from tomorrow on
    assert digests.tell_due(world.house, MORNING) == 1
    assert digests.tell_due(world.house, MORNING + timedelta(hours=1)) == 0
    [digest] = made(world)
    assert {one.digest_id for one in rows(world, "collected")} == {digest.id}
    assert len(digest.data["notices"]) == 2
    [first, _] = digest.data["waiting"]
    with world.database.read() as session:
        assert session.get_one(Person, world.people["sofie"]).digested_on == MORNING.date()
    assert first["href"] == f"{world.house.base_url}/sager/{first['case'].split(':')[0]}"
    assert first["wants"]
    assert first["due_on"]
    written = mail("digest", "da", digest.data | {"link": "https://x.example/indbakke"})
    assert first["href"] in written.text
    assert first["href"] in written.html
    assert first["wants"] in written.text


def test_who_wants_each_gets_each(world: World) -> None:
    world.apply()
    [one] = [m for m in rows(world, "queued") if m.template == "new-case"]
    assert one.digest_id is None
    assert digests.tell_due(world.house, MORNING) == 0


def test_nothing_to_tell_makes_no_digest(world: World) -> None:
    choose(world, "daily")
    assert digests.tell_due(world.house, MORNING) == 0
    assert made(world) == []


def test_weekly_is_once_a_week_and_none_on_days_off(world: World) -> None:
    choose(world, "weekly")
    world.apply()
    for days in range(6):  # Tuesday to Sunday
        assert digests.tell_due(world.house, MORNING + timedelta(days=days)) == 0
    monday = MORNING + timedelta(days=6)
    assert [digests.tell_due(world.house, monday + timedelta(days=n)) for n in range(3)] == [
        1,
        0,
        0,
    ]


def test_killed_in_between_tells_it_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(world, "daily")
    world.apply()
    real = outbox.put

    def dies(*args: object, **more: object) -> None:
        real(*args, **more)  # type: ignore[arg-type]
        raise RuntimeError("killed")

    monkeypatch.setattr(outbox, "put", dies)
    assert digests.tell_due(world.house, MORNING) == 0
    assert made(world) == []
    monkeypatch.setattr(outbox, "put", real)
    assert digests.tell_due(world.house, MORNING) == 1
    assert {one.digest_id for one in rows(world, "collected")} == {made(world)[0].id}


def test_one_that_cannot_be_made_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(world, "daily")
    choose(world, "daily", "amina")
    amina = world.people["amina"]
    world.database.write(lambda s: grant_role(s, amina, "secretariat"))
    world.apply()
    real = digests._one

    def bad(session: Session, **more: object) -> int:
        if more["id_"] == min(world.people["sofie"], world.people["amina"]):
            raise KeyError("bad row")
        return real(session, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(digests, "_one", bad)
    assert digests.tell_due(world.house, MORNING) == 1


def test_a_changed_mind_loses_nothing(world: World) -> None:
    choose(world, "weekly")
    world.apply()
    world.now += timedelta(hours=1)
    choose(world, "each")
    world.apply()
    assert len(rows(world, "collected")) == 1
    assert digests.tell_due(world.house, world.now) == 0
    assert digests.tell_due(world.house, MORNING) == 1
    assert len(made(world)[0].data["notices"]) == 1
    assert digests.tell_due(world.house, MORNING + timedelta(days=1)) == 0


def test_who_has_left_or_may_not_see_it_is_told_nothing_and_it_is_said_why(world: World) -> None:
    choose(world, "daily")
    world.apply()
    sofie = world.people["sofie"]
    world.database.write(lambda s: revoke_role(s, sofie, "secretariat") or None)
    assert digests.tell_due(world.house, MORNING) == 0
    assert [one.reason for one in rows(world, "discarded")] == [digests.NOT_THEIRS]
    world.database.write(lambda s: grant_role(s, sofie, "secretariat"))
    world.apply()
    world.database.write(lambda s: set_active(s, s.get_one(Person, sofie), False))
    assert digests.tell_due(world.house, MORNING + timedelta(days=1)) == 0
    assert rows(world, "discarded")[-1].reason == digests.LEFT


def test_a_recusal_takes_the_case_out_of_a_digest_that_has_not_left(world: World) -> None:
    choose(world, "daily")
    hidden, other = world.apply(), world.apply()
    assert digests.tell_due(world.house, MORNING) == 1
    sofie = world.people["sofie"]
    world.database.write(
        lambda s: outbox.discard_unsent(
            s, case_id=hidden, person_id=sofie, reason="stays out", by="Amina"
        )
    )
    assert made(world) == []
    [left] = rows(world, "collected")
    assert (left.case_id, left.digest_id) == (other, None)
    assert digests.tell_due(world.house, MORNING + timedelta(days=1)) == 1
    assert len(made(world)[0].data["notices"]) == 1


def test_what_is_urgent_or_has_a_day_never_waits() -> None:
    waits = {name for name, one in TEMPLATES.items() if one.digestible}
    at_once = ("vote", "agenda", "minutes", "meeting", "overdue", "promise", "security", "message-")
    assert not [name for name in waits if name.startswith(at_once)]
    assert waits.isdisjoint({"ring-or-print", "payment-failed", "list-waits", "low-balance"})


def test_an_urgent_application_is_told_at_once(world: World) -> None:
    choose(world, "weekly")

    def put(session: Session, urgent: bool) -> str:
        message = outbox.put(
            session,
            event=f"test:{urgent}",
            template="new-case",
            to=outbox.Recipient("Sofie", "s@x.example", "da", world.people["sofie"], "weekly"),
            case_id=None,
            pool=None,
            data={
                "pool_name": {"da": "P", "en": "P"},
                "case_number": "1",
                "title": "T",
                "applicant": "A",
                "asked": None,
                "answer_by": "2026-03-10",
                "urgent": urgent,
                "link": None,
            },
            now=world.now,
        )
        return message.state

    assert world.database.write(lambda s: put(s, True)) == "queued"
    assert world.database.write(lambda s: put(s, False)) == "collected"
