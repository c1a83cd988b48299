"""Whatever anybody tries: a machine that lets people of every role, the applicant and the program
do anything a definition names, with good and bad words, in any order; and what must hold then.

What must hold is read from the tables by plain SQL, so that it does not lean on what it judges.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text
from sqlmodel import Session

from pool.cases import deadlines, notes, screening
from pool.cases.commands import Command
from pool.cases.errors import CommandReused, Invalid, NotFound, Refused, Stale
from pool.cases.fire import fire
from pool.db import Database
from pool.identity.actor import SYSTEM, applicant
from pool.ledger import LedgerError
from tests.support.district import APPLICATION, make_district
from tests.support.house import PEOPLE, RECORD, REPORT, World
from tests.support.snapshot import changes, snapshot

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POOLS = ("urban-life", "knowledge", "bydelspulje")
ACTORS = (*PEOPLE, "applicant", "system")

TYPED: Mapping[str, tuple[Any, ...]] = {
    "amount": ("", "100", "1.000", "9.500", "5.000.000", "0", "-3", "meget"),
    "reasons": ("", "   ", "Kriteriet om åbenhed er opfyldt, fordi alle kan komme."),
    "reason": ("", "Den var ikke med i dagsordenen."),
    "advice": ("full", "part", "refused", "måske"),
    "criterion": ("", "too-few", "no-such"),
    "record": (None, dict(RECORD), {"made_on": "2031-01-01", "made_where": "mail"}),
    "questions": ("", "Hvem står for maden?"),
    "answer": ("", "Det gør vi selv."),
    "due_on": ("", "2026-03-20", "2025-01-01"),
    "until": ("", "2026-04-10", "2025-01-01"),
    "promised_on": ("", "2026-06-06", "2025-01-01"),
    "reference": ("", "4711"),
    "paid_on": ("", "2026-03-02", "2027-01-01"),
    "report": (None, dict(REPORT), {"held": "no"}, {**REPORT, "income": "500"}),
    "returned": ("", "1", "500", "9.999.999"),
    "returned_on": ("", "2026-03-02"),
    "facts": ("", "Naboen siger, at pladsen er lejet ud."),
    "source": ("", "Nabo"),
    "to_pool": ("", *POOLS, "no-such"),
    "complaint": ("", "Jeg forstår ikke afslaget."),
    "received_on": ("", "2026-03-02"),
    "conditions": ("", "At boligforeningen siger ja."),
    "by_post": (None, {"food": "100"}, {"no-such": "5"}),
    "grant_type": ("", "fixed", "deficit", "gift"),
    "advance": ("", "100", "9.999.999"),
    "early_start": ("", "yes", "no"),
    "becomes": ("", "1", "999"),
    "note": ("", "Talt med formanden."),
}
"""What may be typed for each input: something good, and something else."""

KNOWLEDGE: Mapping[str, Any] = {
    "description": "Et fyraftensmøde for alle, der arbejder i opgangene.",
    "knowledge_kind": "event",
    "audience": "Medarbejdere i boligafdelingerne",
}
GOOD: Mapping[str, Any] = {
    "amount": "1.000",
    "reasons": "Kriteriet om åbenhed er opfyldt, fordi alle kan komme.",
    "reason": "Der er kommet nye oplysninger.",
    "advice": "full",
    "record": dict(RECORD),
    "questions": "Hvem står for maden?",
    "answer": "Det gør vi selv.",
    "reference": "4711",
    "report": {**REPORT, "spent": "9.000", "income": "500"},
    "returned": "1",
    "facts": "Naboen siger, at pladsen er lejet ud.",
    "source": "Nabo",
    "complaint": "Jeg forstår ikke afslaget.",
}
"""What does for each input in most cases. Days follow the day it is."""

USUAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "urban-life": (("karim", "grant"),),
    "knowledge": (("karim", "grant"),),
    "bydelspulje": (
        *(("sofie", "screen"), ("sofie", "recommend"), ("karim", "grant")),
        ("sofie", "announce-grant"),
    ),
}
AFTER = (("ole", "pay"), ("applicant", "report"), ("sofie", "close"))

REFUSALS = (Refused, Invalid, Stale, NotFound, CommandReused, LedgerError)


def _rows(session: Session, statement: str, **given: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(text(statement), given)]


class Anything(RuleBasedStateMachine):
    """One pool's cases in a fresh database, which ``fresh`` gives."""

    pool = ""
    visited: set[str]
    """Every state a case of the pool was seen in."""
    fresh: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).fresh()
        self.world: World = make_district(self.database, START)
        self.cases: list[int] = []
        self.done: list[tuple[Command, str, Any]] = []
        self.moves: dict[int, int] = {}
        self.been: set[str] = set()

    # -- what is tried

    @initialize(seed=st.integers(0, 10**9))
    def first(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.apply("9.500")

    @rule(amount=st.sampled_from(["1.000", "9.500", "4.000"]))
    def apply(self, amount: str) -> None:
        if len(self.cases) < 6:
            given: dict[str, Any] = {"amount": amount}
            if self.pool == "bydelspulje":
                given |= APPLICATION
            if self.pool == "knowledge":
                given |= KNOWLEDGE
            case_id = self.world.apply(self.pool, **given)
            self.cases.append(case_id)
            self.moves[case_id] = 0

    @rule(data=st.data())
    def try_something(self, data: st.DataObject) -> None:
        """Any action of the definition, by anybody; mostly one that leaves the state."""
        case_id = data.draw(st.sampled_from(self.cases), "case")
        case = self.world.case(case_id)
        with self.database.read() as session:
            definition = self.world.house.definitions.version(
                session, case.pool, case.definition_version
            )
        leaving = [move.key for move in definition.leaving(case.state)]
        every = [move.key for move in definition.transitions]
        action = data.draw(st.sampled_from([*leaving * 3, *every, "no-such-action"]), "action")
        move = definition.transition(action)
        likely = list(move.who) if move else []
        who = data.draw(st.sampled_from([*self._likely(likely) * 4, *ACTORS]), "who")
        inputs: dict[str, Any] = {}
        for wanted in move.inputs if move else ():
            good = st.sampled_from(TYPED.get(wanted.name, ("",)))
            inputs[wanted.name] = data.draw(good, wanted.name)
        seen = data.draw(st.sampled_from([case.state_version] * 4 + [1, 99]), "version")
        command = Command(self.world.new_id(), case_id, action, seen, inputs)
        self._carry_out(command, who)

    @rule(steps=st.integers(3, 9))
    def do_something_sensible(self, steps: int) -> None:
        """Somebody whose business it is does what leaves the state, with good words: what
        nothing but a drawn history would seldom come to."""
        for _ in range(steps):
            self._something_sensible(self.chance.choice(self.cases))

    def _something_sensible(self, case_id: int) -> None:
        case = self.world.case(case_id)
        with self.database.read() as session:
            definition = self.world.house.definitions.version(
                session, case.pool, case.definition_version
            )
        leaving = list(definition.leaving(case.state))
        if not leaving:
            return
        onward = [m for m in leaving if not (m.stays or definition.state(m.to).final)]
        ending = [m for m in leaving if not m.stays and definition.state(m.to).final]
        unknown = [m for m in onward if m.to not in self.been]  # what was not seen yet, first
        move = self.chance.choice([*unknown * 12, *onward * 6, *ending, *leaving])
        if "checklist-done" in move.guards:
            self.go_through_the_checklist(case_id, True)
        today = self.world.now.date()
        days: dict[str, Any] = {
            "due_on": today + timedelta(days=14),
            "until": today + timedelta(days=20),
            "promised_on": max(today, case.promised_on or today) + timedelta(days=9),
            "paid_on": today,
            "returned_on": today,
            "received_on": today,
            "to_pool": next(pool for pool in POOLS if pool != case.pool),
            "record": {**RECORD, "made_on": today},
        }
        inputs = {
            one.name: ({**GOOD, **days}).get(one.name, "")
            for one in move.inputs
            if one.required or one.name == "record" or self.chance.random() < 0.2
        }
        who = self.chance.choice(self._likely(list(move.who)))
        self._carry_out(Command(self.world.new_id(), case_id, move.key, None, inputs), who)

    @rule(steps=st.integers(1, 8))
    def go_the_usual_way(self, steps: int) -> None:
        """A case of its own from the start, so many steps of the way most cases go."""
        known = len(self.cases)
        self.apply("1.000")
        if len(self.cases) == known:
            return
        case_id = self.cases[-1]
        self.go_through_the_checklist(case_id, True)
        today = self.world.now.date().isoformat()
        for who, action in [*USUAL[self.pool], *AFTER][:steps]:
            move = self.world.house.definitions.current(self.pool).transition(action)
            assert move is not None, action
            inputs = {one.name: GOOD.get(one.name, today) for one in move.inputs if one.required}
            self._carry_out(Command(self.world.new_id(), case_id, action, None, inputs), who)

    @rule(good=st.booleans())
    def look_at_the_checklist(self, good: bool) -> None:
        self.go_through_the_checklist(self.chance.choice(self.cases), good)

    def go_through_the_checklist(self, case_id: int, good: bool) -> None:
        case = self.world.case(case_id)
        points = self.world.house.definitions.current(case.pool).checklist
        marks = {point.key: ("yes" if good else "no", "") for point in points}
        with suppress(*REFUSALS):
            screening.mark(
                *(self.world.house, self.world.new_id(), case_id, marks),
                *(self._actor("sofie"), self.world.now),
            )

    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        """A command that was carried out is given once more: by who gave it, or by another."""
        if not self.done:
            return
        command, who, first = data.draw(st.sampled_from(self.done), "command")
        before = snapshot(self.database)
        other = data.draw(st.sampled_from([who, who, "rune"]), "who")
        try:
            repeated = fire(self.world.house, command, self._actor(other), self.world.now)
        except REFUSALS:
            assert other != who
        else:
            assert (repeated.repeated, repeated.state_version) == (True, first.state_version)
        assert changes(before, snapshot(self.database)) == []

    @rule(days=st.sampled_from([1, 8, 30]))
    def time_goes_by(self, days: int) -> None:
        self.world.now += timedelta(days=days)
        deadlines.fire_due(self.world.house, self.world.now)
        for case_id in self.cases:
            self.moves[case_id] = self.world.case(case_id).state_version - 1

    @rule(data=st.data(), words=st.sampled_from(["", "Ringede til ansøgeren."]))
    def note(self, data: st.DataObject, words: str) -> None:
        case_id = data.draw(st.sampled_from(self.cases))
        version = self.world.case(case_id).state_version
        who = data.draw(st.sampled_from([*PEOPLE]))
        try:
            notes.note(
                *(self.world.house, self.world.new_id(), case_id, words),
                *(self._actor(who), self.world.now),
            )
        except REFUSALS:
            return
        assert self.world.case(case_id).state_version == version, "a note makes no page stale"

    def _likely(self, roles: list[str]) -> list[str]:
        names = [name for name, held in PEOPLE.items() if set(held) & set(roles)]
        return [*names, *(role for role in roles if role in ("applicant", "system"))]

    def _actor(self, who: str) -> Any:
        if who == "applicant":
            return applicant("Lene Bruun")
        return SYSTEM if who == "system" else self.world.actor(who, self.pool)

    def _carry_out(self, command: Command, who: str) -> None:
        before = snapshot(self.database)
        try:
            result = fire(self.world.house, command, self._actor(who), self.world.now)
        except REFUSALS:
            assert changes(before, snapshot(self.database)) == [], (
                "a refused action changes nothing"
            )
            return
        self.done.append((command, who, result))
        self.been.add(result.state)
        self.visited.add(result.state)
        self.moves[command.case_id] += 1
        with self.database.read() as session:
            for (case_id,) in _rows(session, "SELECT id FROM grant_case ORDER BY id"):
                if case_id not in self.moves:  # it was sent on to another pool
                    self.cases.append(case_id)
                    self.moves[case_id] = 0

    # -- what must hold

    @invariant()
    def no_state_without_its_facts(self) -> None:
        with self.database.read() as session:
            for row in _rows(session, _CASES):
                state, pool, decided, announced, held, paid, version, number_of = row[:8]
                definition = self.world.house.definitions.version(session, pool, number_of)
                what = definition.state(state)
                where = (pool, state, version)
                self.visited.add(state)
                if what.money == "none":
                    assert held == 0, where
                if what.money == "held":
                    assert (held > 0, bool(decided)) == (True, True), where
                if what.money == "paid":
                    assert (paid > 0, bool(decided)) == (True, True), where
                if what.undisclosed:
                    assert (bool(decided), bool(announced)) == (True, False), where
                if state in ("received", "asked", "screened", "recommended", "postponed"):
                    assert not decided, where
                if state in ("granted", "refused"):
                    assert (bool(decided), bool(announced)) == (True, True), where

    @invariant()
    def no_event_is_lost(self) -> None:
        with self.database.read() as session:
            for key, head, count, last in _rows(session, _STREAMS):
                assert head == count == last, key
            for case_id, moves in self.moves.items():
                found = _rows(session, _MOVES, stream=f"case:{case_id}", like='%"state_version"%')
                version = self.world.case(case_id).state_version
                assert len(found) == version == moves + 1, (case_id, found)

    @invariant()
    def numbers_have_no_gap(self) -> None:
        with self.database.read() as session:
            given: dict[tuple[str, int], list[int]] = {}
            for pool, year, number in _rows(session, "SELECT pool, year, number FROM grant_case"):
                given.setdefault((pool, year), []).append(int(number.rsplit("-", 1)[1]))
            for key, numbers in given.items():
                assert sorted(numbers) == list(range(1, len(numbers) + 1)), key

    @invariant()
    def a_letter_once(self) -> None:
        with self.database.read() as session:
            assert _rows(session, _TWICE) == []

    def teardown(self) -> None:
        try:
            self.verified()
        finally:
            self.database.engine.dispose()

    def verified(self) -> None:
        """The books and the record are whole."""
        from pool.ledger import verify

        with self.database.read() as session:
            report = verify(session)
        assert report.ok, report


_CASES = """
SELECT c.state, c.pool,
  c.decision_id IS NOT NULL,
  (SELECT d.announced_at IS NOT NULL FROM decision d WHERE d.id = c.decision_id),
  coalesce((SELECT sum(a.balance) FROM account a WHERE a.case_id = c.id AND a.kind = 'held'), 0),
  coalesce((SELECT sum(t.amount) FROM transfer t WHERE t.case_id = c.id AND t.kind = 'post'), 0),
  c.state_version, c.definition_version
FROM grant_case c
"""
_STREAMS = """
SELECT s.key, s.head_n, count(e.id), coalesce(max(e.n), 0)
FROM journal_stream s LEFT JOIN journal_event e ON e.stream_id = s.id GROUP BY s.key, s.head_n
"""
_MOVES = """
SELECT e.kind FROM journal_event e JOIN journal_stream s ON s.id = e.stream_id
WHERE s.key = :stream AND e.data LIKE :like
"""
_TWICE = """
SELECT case_id, template, event, recipient FROM message
GROUP BY case_id, template, event, recipient, resend_number HAVING count(*) > 1
"""
