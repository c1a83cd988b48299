"""What a run is careful of: who acts, whom it shows what, how long it is kept, whom it holds up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from pool import schedule
from pool.cases import recusal
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.imports import checking, looking, runs
from pool.imports.looking import CannotRun
from pool.models.case import Case, Decision
from pool.models.identity import Person
from pool.models.imports import ImportRow, ImportRun
from pool.models.schedule import Job
from tests.imports.tables import GOOD, csv
from tests.support.house import World
from worker.duties import DUTIES

OTHER = GOOD.replace("Gadefest", "Loppemarked")


def prepared(world: World, *rows: str, **changed: Any) -> int:
    how: dict[str, Any] = {
        "pool": "urban-life",
        "year": 2017,
        "budget": 10_000_000,
        "source": "Referater",
        "name": "sager.csv",
        "body": csv(*(rows or (GOOD,))),
        "person": world.actor("sofie"),
        "now": world.now,
    }
    return runs.prepare(world.house, **how | changed)


def imported(world: World, *rows: str) -> int:
    run_id = prepared(world, *rows)
    runs.run_now(world.house, run_id, world.actor("sofie"), world.now)
    return run_id


def run_of(world: World, run_id: int) -> ImportRun:
    with world.database.read() as session:
        return session.get_one(ImportRun, run_id)


def test_who_begins_it_is_who_acts(world: World) -> None:
    run_id = prepared(world, person=world.actor("ole"))
    runs.start(world.house, run_id, world.actor("sofie"), world.now)
    runs.start(world.house, run_id, world.actor("karim"), world.now)  # a second press
    assert runs.work(world.house, {"run": run_id}, world.now)
    run = run_of(world, run_id)
    assert (run.person_id, run.person_name) == (world.people["sofie"], "Sofie")
    with world.database.read() as session:
        decision = session.exec(select(Decision)).one()
    assert (decision.actor_person_id, decision.actor_name) == (world.people["sofie"], "Sofie")


def test_a_day_told_later_finds_the_case_of_its_month(world: World) -> None:
    imported(world, GOOD.replace("16.03.2017", "2017-03"))
    run_id = imported(world, GOOD)
    with world.database.read() as session:
        view = runs.view(session, run_id)
        assert len(session.exec(select(Case)).all()) == 1
    (row,) = view.rows
    assert (row.state, [one.column for one in row.problems]) == ("conflict", ["meeting"])
    assert row.problems[0].params == {"before": "2017-03", "now": "2017-03-16"}


def test_a_case_one_stays_out_of_is_hidden_in_every_run(world: World) -> None:
    first = imported(world, GOOD, OTHER)
    changed = GOOD.replace(";10.000;10.000", ";20.000;20.000")
    refused = GOOD.replace(";10.000;10.000;bevilget", ";10.000;9.000;bevilget")  # not even matched
    again = prepared(world, changed, refused, OTHER)
    with world.database.read() as session:
        case_id = session.exec(select(Case.id).where(Case.title == "Gadefest")).one()
    assert case_id is not None
    sofie, karim = world.people["sofie"], world.people["karim"]
    recusal.declare(world.house, case_id, "Min søster", world.actor("sofie"), world.now)
    with world.database.read() as session:
        for run_id, hidden in ((first, {2}), (again, {2, 3})):
            rows = runs.view(session, run_id, reader=sofie).rows
            assert {row.line for row in rows if row.hidden} == hidden
            for row in rows:
                if row.hidden:
                    told = (row.values, row.problems, row.case_id, row.number)
                    assert told == ({}, (), None, None)
            assert looking.lines_hidden(session, run_id, sofie) == hidden
            assert not looking.lines_hidden(session, run_id, karim)
            for reader in (None, karim):
                assert not any(
                    row.hidden for row in looking.view(session, run_id, reader=reader).rows
                )
        assert looking.runs_closed(session, sofie) == {first, again}
        assert looking.runs_closed(session, karim) == looking.runs_closed(session, None) == set()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_others_write_while_a_file_is_tried(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, written = checking.check, []

    def slowly(*given: Any, **named: Any) -> Any:
        rename = update(Person).where(col(Person.id) == world.people["ole"]).values(name="Ole")
        database.write(lambda session: written.append(session.exec(rename).rowcount), attempts=1)
        return whole(*given, **named)

    monkeypatch.setattr(checking, "check", slowly)
    run_id = prepared(world)
    runs.again(world.house, run_id, now=world.now)
    assert written == [1, 1]
    with world.database.read() as session:
        assert runs.view(session, run_id).counts["good"] == 1


def test_a_run_begun_while_it_is_tried_again_stays_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, whole = prepared(world), checking.check

    def slowly(*given: Any, **named: Any) -> Any:
        runs.start(world.house, run_id, SYSTEM, world.now)
        return whole(*given, **named)

    monkeypatch.setattr(checking, "check", slowly)
    with pytest.raises(CannotRun, match="not-checked"):
        runs.again(world.house, run_id, now=world.now)
    with pytest.raises(CannotRun, match="not-checked"):
        runs.again(world.house, run_id, now=world.now)
    assert runs.work(world.house, {"run": run_id}, world.now)
    assert run_of(world, run_id).state == "done"


def stalled(world: World, run_id: int) -> bool:
    with world.database.read() as session:
        return runs.stalled(session, session.get_one(ImportRun, run_id))


def test_a_run_whose_job_was_given_up_can_go_on(world: World) -> None:
    run_id = prepared(world)
    assert not stalled(world, run_id)
    runs.start(world.house, run_id, SYSTEM, world.now)
    assert not stalled(world, run_id)
    for later in range(schedule.MAX_ATTEMPTS):
        moment = world.now + timedelta(days=later)

        def fail(session: Any, at: Any = moment) -> None:
            job = schedule.claim_due(session, at, [runs.ERRAND])
            assert job is not None
            schedule.fail(session, job, "no more room on the disk", at)

        assert not stalled(world, run_id)
        world.database.write(fail)
    assert stalled(world, run_id)
    runs.start(world.house, run_id, SYSTEM, world.now)
    assert not stalled(world, run_id)
    assert runs.work(world.house, {"run": run_id}, world.now)
    assert not stalled(world, run_id)


def test_another_runs_job_is_not_its_own(world: World) -> None:
    run_id = prepared(world)
    runs.start(world.house, run_id, SYSTEM, world.now)
    rename = update(Job).values(key=f"{runs.ERRAND}:{run_id}7")
    world.database.write(lambda session: session.exec(rename))
    assert stalled(world, run_id)


def test_a_file_that_was_only_tried_is_erased_after_a_month(world: World) -> None:
    begun, waiting = prepared(world, OTHER), prepared(world)
    runs.start(world.house, begun, SYSTEM, world.now)
    day = timedelta(days=1)
    assert runs.forget(world.house, world.now + 30 * day - timedelta(seconds=1)) == 0
    late = world.now + 30 * day
    assert DUTIES["drafts"].do(world.house, late) == 1
    assert runs.forget(world.house, late) == 0
    run = run_of(world, waiting)
    assert (run.state, run.body, run.finished_at) == ("dropped", b"", late)
    assert run_of(world, begun).state == "running"
    with world.database.read() as session:
        assert {row.run_id for row in session.exec(select(ImportRow))} == {begun}
