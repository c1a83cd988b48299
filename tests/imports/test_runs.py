"""A file on its way in, on both engines: the shipped one, a second time, changed, and stopped."""

from __future__ import annotations

import hashlib
import os
import signal
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

import pool.journal as journal
import pool.ledger as ledger
from pool import schedule
from pool.cases import fire, imported
from pool.cases.house import House
from pool.db import Database, make_engine
from pool.identity.actor import SYSTEM
from pool.imports import bringing, runs
from pool.imports.looking import CannotRun, RunView
from pool.models.case import Applicant, Case, Decision
from pool.models.imports import ImportedCase, ImportRow, ImportRun
from pool.models.journal import JournalEvent, JournalStream
from pool.models.ledger import BookYear, Transfer
from pool.models.outbox import Message
from tests.imports.tables import GOOD, SHIPPED, csv
from tests.support.databases import Factory
from tests.support.house import World, make_world
from tests.support.snapshot import changes, snapshot
from tests.support.together import together

BUDGET = 170_000_000
POOLS = ("urban-life", "bydelspulje")
SOME = b"\n".join(SHIPPED.read_bytes().split(b"\n")[:11])
"""The headings and ten rows, all of them grants."""


def prepared(world: World, body: bytes, pool: str = "urban-life", **changed: Any) -> int:
    how: dict[str, Any] = {
        "pool": pool,
        "year": 2017,
        "budget": BUDGET,
        "source": "Lokalavisens referater",
        "name": "bydelspuljen.csv",
        "body": body,
        "person": world.actor("sofie"),
        "now": world.now,
    }
    return runs.prepare(world.house, **how | changed)


def imported_now(world: World, body: bytes, pool: str = "urban-life", **changed: Any) -> int:
    run_id = prepared(world, body, pool, **changed)
    runs.run_now(world.house, run_id, world.actor("sofie"), world.now)
    return run_id


def seen(world: World, run_id: int) -> RunView:
    with world.database.read() as session:
        return runs.view(session, run_id)


def counts(world: World, run_id: int) -> dict[str, int]:
    return {state: n for state, n in seen(world, run_id).counts.items() if n}


def events(session: Session) -> list[JournalEvent]:
    """Those of the year 2017, in their order."""
    year = session.exec(select(BookYear.id).where(BookYear.year == 2017)).one()
    return list(
        session.exec(
            select(JournalEvent)
            .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
            .where(col(JournalStream.key) == f"book-year:{year}")
            .order_by(col(JournalEvent.n))
        )
    )


def sound(world: World) -> None:
    with world.database.read() as session:
        assert ledger.verify(session).faults == ()
        assert journal.verify(session) == []


@pytest.mark.parametrize("pool", POOLS)
def test_the_shipped_file_goes_through_the_real_workflow(world: World, pool: str) -> None:
    body = SHIPPED.read_bytes()
    run_id = imported_now(world, body, pool)
    view = seen(world, run_id)
    assert counts(world, run_id) == {"imported": 38}
    assert (view.sums.grants, view.sums.refusals, view.sums.granted) == (32, 6, 70_470_000)
    assert (view.run.state, view.run.sha256) == ("done", hashlib.sha256(body).hexdigest())
    with world.database.read() as session:
        cases = session.exec(select(Case).where(Case.pool == pool)).all()
        assert {case.year for case in cases} == {2017}
        assert Counter(case.outcome for case in cases) == {"granted": 32, "refused": 6}
        assert sum(case.granted or 0 for case in cases) == 70_470_000
        assert sum(case.asked or 0 for case in cases) == 10_937_300
        decisions = session.exec(select(Decision)).all()
        assert all(one.imported and one.announced_at for one in decisions)
        assert Counter(one.made_precision for one in decisions) == {"month": 18, "day": 20}
        assert {one.made_on.isoformat() for one in decisions if one.made_precision == "month"} == {
            "2016-12-31",
            "2017-10-31",
        }
        assert all(one.reasons for one in decisions if one.outcome == "refused")
        holds = session.exec(select(Transfer).where(Transfer.kind == "hold")).all()
        assert (len(holds), sum(each.amount for each in holds)) == (32, 70_470_000)
        assert Counter(each.precision for each in holds) == {"month": 16, "day": 16}
        status = ledger.status(session, pool, 2017)
        assert (status.budget, status.granted, status.free) == (BUDGET, 70_470_000, 99_530_000)
        assert {message.state for message in session.exec(select(Message)).all()} == {"kept"}
        assert session.exec(select(func.count()).select_from(Message)).one() == 38
        names = session.exec(select(Applicant.name).where(Applicant.kind == "person")).all()
        assert set(names) == {"Privatperson"}
        told = events(session)
        assert [event.kind for event in told] == ["year.opened", "import.started", "import.done"]
        assert f'"sha256":"{view.run.sha256}"' in told[1].data
        assert '"granted":70470000' in told[2].data
    sound(world)


def test_a_dry_run_does_nothing_and_can_be_dropped(world: World) -> None:
    before = snapshot(world.database)
    run_id = prepared(world, SHIPPED.read_bytes())
    assert set(changes(before, snapshot(world.database))) == {"import_run", "import_row"}
    assert counts(world, run_id) == {"good": 38}
    assert seen(world, run_id).run.mapping["reason"] == "reason"
    runs.drop(world.house, run_id, world.actor("sofie"), world.now)
    with world.database.read() as session:
        run = session.get_one(ImportRun, run_id)
        assert (run.state, run.body, len(run.sha256)) == ("dropped", b"", 64)
        assert session.exec(select(ImportRow)).all() == []
    with pytest.raises(CannotRun, match="not-checked"):
        runs.start(world.house, run_id, SYSTEM, world.now)


def test_a_second_import_changes_nothing(world: World) -> None:
    imported_now(world, SOME)
    before = snapshot(world.database)
    run_id = imported_now(world, SOME, name="again.csv", budget=None)
    assert counts(world, run_id) == {"unchanged": 10}
    assert set(changes(before, snapshot(world.database))) == {"import_run", "import_row"}
    assert all(row.number for row in seen(world, run_id).rows)


def test_a_changed_amount_is_a_conflict_shown_and_the_rest_stands(world: World) -> None:
    body = SOME
    imported_now(world, body)
    before = snapshot(world.database)
    changed = body.replace(b",12700,", b",12800,")
    run_id = imported_now(world, changed)
    assert counts(world, run_id) == {"unchanged": 9, "conflict": 1}
    (row,) = (row for row in seen(world, run_id).rows if row.state == "conflict")
    (problem,) = row.problems
    assert (row.line, problem.column, problem.heading, problem.code) == (
        2,
        "granted",
        "granted",
        "differs",
    )
    assert problem.params == {"before": 1_270_000, "now": 1_280_000}
    assert set(changes(before, snapshot(world.database))) == {"import_run", "import_row"}


def test_bad_rows_are_refused_with_line_column_and_reason_and_the_good_ones_stand(
    world: World,
) -> None:
    body = csv(
        GOOD,
        "16.03.2017;Uden grund;B;forening;100;;afslag;",
        "forår;Uden dag;C;gruppe;;100;bevilget;",
        "17.03.2017;God;D;privatperson;;200;bevilget;",
    )
    run_id = imported_now(world, body)
    view = seen(world, run_id)
    assert counts(world, run_id) == {"imported": 2, "bad": 2}
    assert [
        (row.line, one.column, one.heading, one.code) for row in view.rows for one in row.problems
    ] == [
        (3, "reason", "Begrundelse", "refused-without-reasons"),
        (4, "meeting", "Møde", "meeting-shape"),
    ]
    with world.database.read() as session:
        assert {case.title for case in session.exec(select(Case))} == {"Gadefest", "God"}
    sound(world)


def test_money_that_is_not_there_any_more_is_refused_by_the_ledger(world: World) -> None:
    rows = [GOOD.replace("Gadefest", f"Fest {n}") for n in range(4)]
    run_id = prepared(world, csv(*rows), budget=3_500_000)
    assert counts(world, run_id) == {"good": 3, "bad": 1}
    # somebody is faster
    other = csv(GOOD.replace("10.000", "25.000"))
    assert counts(world, imported_now(world, other, budget=3_500_000)) == {"imported": 1}
    runs.run_now(world.house, run_id, SYSTEM, world.now)
    assert counts(world, run_id) == {"imported": 1, "bad": 3}
    short = [row.problems[0] for row in seen(world, run_id).rows if row.state == "bad"]
    assert {one.code for one in short[:2]} <= {"not-enough"}
    assert short[0].params == {"granted": 1_000_000, "left": 0}
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(Case)).one() == 2
    sound(world)


def test_what_can_keep_a_whole_file_out(world: World, now: datetime) -> None:
    def refused(body: bytes = SHIPPED.read_bytes(), **changed: Any) -> str:
        with pytest.raises(CannotRun) as caught:
            prepared(world, body, **changed)
        return caught.value.code

    before = snapshot(world.database)
    assert refused(budget=None) == "no-budget"
    assert refused(pool="nowhere") == "no-pool"
    assert refused(year=1917) == "no-year"
    assert refused(mapping={"title": "projekt"}) == "no-heading"
    assert changes(before, snapshot(world.database)) == []
    world.database.write(lambda s: ledger.set_year_state(s, "urban-life", 2026, "closing"))
    assert refused(year=2026) == "year-closed"


def test_columns_may_be_chosen_after_the_file_was_handed_in(world: World) -> None:
    body = SHIPPED.read_bytes().replace(b"meeting,title", b"hvornaar,noget")
    run_id = prepared(world, body)
    view = seen(world, run_id)
    assert (view.missing, view.rows, view.total) == (("meeting", "title"), (), 0)
    with pytest.raises(CannotRun, match="columns-missing"):
        runs.start(world.house, run_id, SYSTEM, world.now)
    assert runs.table(world.house, run_id).headings[:2] == ("hvornaar", "noget")
    chosen = dict(view.run.mapping) | {"meeting": "hvornaar", "title": "noget", "asked": ""}
    runs.again(world.house, run_id, mapping=chosen, now=world.now)
    view = seen(world, run_id)
    assert (view.missing, view.counts["good"]) == ((), 38)
    assert "asked" not in view.run.mapping
    assert all(row.values["asked"] is None for row in view.rows)
    with world.database.read() as session:
        assert runs.runs(session, "urban-life") == [view.run]
        part = runs.view(session, run_id, states=["good"], offset=10, limit=5)
        assert ([row.line for row in part.rows], part.total) == ([12, 13, 14, 15, 16], 38)


class Stop(Exception):
    pass


def test_an_import_that_was_stopped_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = prepared(world, SOME)
    done: list[tuple[int, int, str]] = []

    def progress(*told: Any) -> None:
        done.append(told)
        if len(done) == 4:
            raise Stop

    with pytest.raises(Stop):
        runs.run_now(world.house, run_id, SYSTEM, world.now, progress)
    assert counts(world, run_id) == {"imported": 4, "good": 6}
    assert seen(world, run_id).handled == 4

    # in the middle of a row
    whole = fire.fire_in
    fired = iter(range(100))

    def fire_some(*given: Any) -> Any:
        if next(fired) == 3:
            raise Stop
        return whole(*given)

    monkeypatch.setattr(imported, "fire_in", fire_some)
    with pytest.raises(Stop):
        runs.work(world.house, {"run": run_id}, world.now)
    monkeypatch.undo()
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(Case)).one() == 7
    runs.run_now(world.house, run_id, SYSTEM, world.now, lambda *told: done.append(told))
    assert done[-1] == (10, 10, "imported")
    assert counts(world, run_id) == {"imported": 10}
    with world.database.read() as session:
        assert [event.kind for event in events(session)] == [
            "year.opened",
            "import.started",
            "import.done",
        ]
        assert ledger.status(session, "urban-life", 2017).granted == 20_770_000
    sound(world)


def _kill_in_a_child(url: str, world: World, run_id: int, rows: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            house = House(Database(make_engine(url)), world.house.definitions, "http://127.0.0.1")
            left = iter(range(rows))

            def progress(*_: Any) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            runs.run_now(house, run_id, SYSTEM, world.now, progress)
        finally:
            os._exit(7)
    return os.waitpid(pid, 0)[1]


def test_kill_nine_between_rows(make_database: Factory, now: datetime) -> None:
    database = make_database()
    world = make_world(database, now, budgets={"urban-life": 96_000})
    run_id = prepared(world, SOME)
    url = make_database.url_of(database)
    for rows in (2, 3):
        database.engine.dispose()
        assert os.WIFSIGNALED(_kill_in_a_child(url, world, run_id, rows))
    assert counts(world, run_id) == {"imported": 7, "good": 3}
    with database.read() as session:
        sha256 = seen(world, run_id).run.sha256
        assert runs.unfinished(session, "urban-life", 2017, sha256) == run_id
    assert runs.work(world.house, {"run": run_id}, now)
    assert counts(world, run_id) == {"imported": 10}
    with database.read() as session:
        assert runs.unfinished(session, "urban-life", 2017, sha256) is None
    sound(world)


@pytest.fixture
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SLICE", 0.0)


@pytest.mark.usefixtures("short_slices")
def test_a_worker_brings_it_in_slice_by_slice(world: World) -> None:
    from worker.duties import ERRANDS

    run_id = prepared(world, SOME)
    runs.start(world.house, run_id, world.actor("sofie"), world.now)
    runs.start(world.house, run_id, world.actor("sofie"), world.now)
    with world.database.read() as session:
        (job,) = schedule.pending(session, runs.ERRAND)
        assert job.payload == {"run": run_id}
        assert session.exec(select(Case)).all() == []
    slices = 1
    while not ERRANDS[job.kind](world.house, job.payload, world.now):
        slices += 1
    assert slices == 10
    assert counts(world, run_id) == {"imported": 10}
    assert ERRANDS[job.kind](world.house, job.payload, world.now)
    with world.database.read() as session:
        person = world.people["sofie"]
        assert {one.actor_person_id for one in session.exec(select(Decision))} == {person}


def test_two_workers_and_two_files_at_once_bring_each_case_in_once(world: World) -> None:
    first = prepared(world, SOME)
    second = prepared(world, SOME, name="the same.csv")
    for run_id in (first, second):
        runs.start(world.house, run_id, SYSTEM, world.now)
    order = iter([first, second, first, second])
    outcomes = together(4, lambda: runs.work(world.house, {"run": next(order)}, world.now))
    assert outcomes.errors == []
    assert set(outcomes.results) == {True}
    both = Counter(counts(world, first)) + Counter(counts(world, second))
    assert both == {"imported": 10, "unchanged": 10}
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(Case)).one() == 10
        assert session.exec(select(func.count()).select_from(ImportedCase)).one() == 10
    sound(world)


def test_what_another_file_brought_in_meanwhile_is_seen_at_the_last_moment(world: World) -> None:
    first, second = (
        prepared(world, csv(GOOD)),
        prepared(world, csv(GOOD.replace("10.000", "9.000"))),
    )
    runs.run_now(world.house, first, SYSTEM, world.now)
    with world.database.read() as session:
        (row_id,) = session.exec(select(ImportRow.id).where(ImportRow.run_id == second)).all()
    assert row_id is not None
    assert bringing.bring(world.house, row_id, SYSTEM, world.now) == "conflict"
    runs.run_now(world.house, second, SYSTEM, world.now)
    assert [one.column for one in seen(world, second).rows[0].problems] == ["asked", "granted"]
