"""Bringing in a case that was decided elsewhere, out of a record: through the pool's own rules.

The application, every move its definition asks for up to the announced decision, the money, the
journal and the letter (kept, never sent) come about as for any other case. What the record does
not say stays unknown. All in the caller's unit of work.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import search
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, Refused
from pool.cases.fire import fire_in, remember, seen_before
from pool.cases.house import House
from pool.cases.submit import next_number
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import IMPORT, Answer, Applicant, Case
from workflows.definition import Definition, Transition
from workflows.vocabulary import APPLICANT_KINDS, MADE_WHERE

NOT_TOLD = "Fremgår ikke af fortegnelsen"
"""Who took part, where the record does not say; Danish, as all that stands in the journal."""

ACTS_AS = frozenset({"secretariat"})
"""The role an import acts in, whoever starts it: it writes down what the group has decided."""

_MOVES = frozenset({"decide", "hold", "announce"})
"""What a move on the way may do. Whatever else (a recommendation, a payment) did not happen
here, and is not made up."""
_KNOWN_INPUTS = frozenset({"amount", "reasons", "criterion", "record", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCase:
    """What a record says of one case. Amounts are øre; None is *not known*.

    ``made_on`` is the month's last day where ``precision`` is ``month``. ``applicant`` None: a
    private person, not named.
    """

    pool: str
    year: int
    title: str
    applicant: str | None
    applicant_kind: str
    outcome: Literal["approved", "refused"]
    made_on: date
    asked: int | None = None
    granted: int | None = None
    reasons: str = ""
    criterion: str | None = None
    precision: Literal["day", "month"] = "day"
    made_how: str = "meeting"
    kind: Literal["application", "initiative"] = "application"
    focus_area: str | None = None
    place: str | None = None
    results: tuple[str, ...] = ()
    earmark: int | None = None
    """The account of the earmark the grant came out of; what is free if none."""

    @property
    def decides(self) -> str:
        """The outcome a move must have: ``full``, ``part`` or ``refused``."""
        if self.outcome == "refused":
            return "refused"
        if self.asked is not None and self.granted is not None and self.granted < self.asked:
            return "part"
        return "full"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a case cannot be brought in. ``column`` is a field of :class:`ImportedCase`; ``code``
    a code of this module, or of an obstacle of the rules."""

    column: str
    code: str
    params: Mapping[str, Any]


class CannotImport(Exception):
    """The record cannot become a case of this pool."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{one.column}: {one.code}" for one in problems))
        self.problems = problems


def problems(definition: Definition, one: ImportedCase) -> tuple[Problem, ...]:
    """What can be said without the database: forvaltningsloven §§22-24 for reasons, and what this
    pool's definition knows."""
    return tuple(_problems(definition, one))


def _problems(definition: Definition, one: ImportedCase) -> Iterator[Problem]:
    if not one.title.strip():
        yield Problem("title", "missing", {})
    elif len(one.title) > 200:
        yield Problem("title", "too-long", {"most": 200})
    if one.applicant is not None and len(one.applicant) > 200:
        yield Problem("applicant", "too-long", {"most": 200})
    if one.applicant_kind not in APPLICANT_KINDS:
        yield Problem("applicant_kind", "unknown-kind", {"value": one.applicant_kind})
    if one.asked is not None and one.asked <= 0:
        yield Problem("asked", "not-positive", {})
    if one.outcome == "approved":
        if not one.granted or one.granted < 0:
            yield Problem("granted", "grant-without-amount", {})
        elif one.asked is not None and one.granted > one.asked:
            yield Problem("granted", "more-than-asked", {"asked": one.asked})
    elif one.granted:
        yield Problem("granted", "refusal-with-amount", {})
    if one.decides in ("part", "refused") and not one.reasons.strip():
        yield Problem("reasons", f"{one.decides}-without-reasons", {})
    if one.made_how not in MADE_WHERE:
        yield Problem("made_how", "unknown-way", {"value": one.made_how})
    yield from _unknown(definition, one)
    if _way(definition, one.decides) is None:
        yield Problem("outcome", "no-way", {"outcome": one.decides})


def _unknown(definition: Definition, one: ImportedCase) -> Iterator[Problem]:
    known_lists: tuple[tuple[str, tuple[str, ...], Any], ...] = (
        ("criterion", (one.criterion,) if one.criterion else (), definition.refusal_reasons),
        ("focus_area", (one.focus_area,) if one.focus_area else (), definition.focus_areas),
        ("results", one.results, definition.results),
    )
    for column, given, options in known_lists:
        keys = {option.key for option in options}
        for value in given:
            if value not in keys:
                yield Problem(column, "unknown-key", {"value": value})


def bring_in(
    session: Session,
    house: House,
    one: ImportedCase,
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Make the case and take it to its announced decision; returns its id. The same
    ``command_id`` again returns the case it made.

    Raises :class:`CannotImport`, and the ledger's ``NotEnough`` where the pool's year has not the
    money. ``CommandReused`` for the same id with other contents.
    """
    acting = replace(actor, roles=actor.roles | ACTS_AS)
    key = f"import:{actor.key}"
    digest = _digest(one)
    if first := seen_before(session, command_id, key, digest):
        return first.case_id
    definition = house.definitions.current(one.pool)
    if found := problems(definition, one):
        raise CannotImport(found)
    way = _way(definition, one.decides)
    assert way is not None, "asked among the problems"
    case = _case(session, definition, one, acting, now)
    case_id = known(case.id)
    for step, transition in enumerate(way, start=1):
        _fire(session, house, one, transition, f"{command_id}:{step}", case_id, acting, now)
    session.refresh(case)
    case.activity_at = case.activity_by = None  # what is read in from a record is no news
    session.add(case)
    result = Result(case_id, case.number, case.state, case.state_version, "import")
    remember(session, command_id, key, digest, result, now)
    return case_id


def _digest(one: ImportedCase) -> str:
    told = asdict(one)
    if one.earmark is None:  # as it was before a record could tell of an earmark
        del told["earmark"]
    text = json.dumps(told, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _case(
    session: Session, definition: Definition, one: ImportedCase, actor: Actor, now: datetime
) -> Case:
    applicant = Applicant(
        kind=one.applicant_kind,
        name=one.applicant or _nobody(one.applicant_kind),
        organisation=one.applicant if one.applicant_kind != "person" else None,
    )
    session.add(applicant)
    session.flush()
    case = Case(
        number=next_number(session, definition, one.year),
        pool=one.pool,
        year=one.year,
        definition_version=definition.version,
        form="import",
        kind=one.kind,
        channel=IMPORT,
        state=definition.start.key,
        clock="stopped",
        title=one.title,
        asked=one.asked,
        applicant_id=known(applicant.id),
        place=one.place,
        focus_area=one.focus_area,
        received_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    search.write(case, applicant, definition, {"results": list(one.results)})
    if one.results:
        session.add(
            Answer(case_id=known(case.id), question="results", position=0, value=list(one.results))
        )
    journal.write(
        session,
        f"case:{case.id}",
        "case.imported",
        actor,
        now=now,
        effective_on=min(one.made_on, local_day(now)),
        precision=one.precision,
        data={
            "case": case.id,
            "to": case.state,
            "state_version": case.state_version,
            "asked": case.asked,
            "pool": case.pool,
            "year": case.year,
            "definition": definition.version,
        },
        personal={"title": case.title},
    )
    return case


def _nobody(kind: str) -> str:
    """What stands where a name was not published."""
    return "Privatperson" if kind == "person" else "Ikke oplyst"


def _fire(
    session: Session,
    house: House,
    one: ImportedCase,
    transition: Transition,
    command_id: str,
    case_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    given: dict[str, Any] = {}
    if "decide" in transition.effects:
        given = {
            "reasons": one.reasons,
            "criterion": one.criterion,
            "record": {
                "made_on": min(one.made_on, local_day(now)),
                "made_where": one.made_how,
                "took_part": NOT_TOLD,
                "precision": one.precision,
            },
        }
        if one.granted:
            given["amount"] = one.granted
        if one.earmark is not None:
            given["earmark"] = one.earmark
    command = Command(command_id, case_id, transition.key, None, given, quiet=True)
    try:
        fire_in(session, house, command, actor, now)
    except Refused as refused:
        raise _refused(refused) from refused
    except Invalid as invalid:
        raise CannotImport(
            tuple(Problem(fault.key, fault.code, fault.params) for fault in invalid.faults)
        ) from invalid


def _refused(refused: Refused) -> Exception:
    obstacles = refused.explanation.obstacles
    short = next((each for each in obstacles if each.code in ("not-enough", "pool-empty")), None)
    if short is not None and len(obstacles) == 1:
        return ledger.NotEnough(
            free=short.params["free"], wanted=short.params.get("amount", 0), account_id=0
        )
    return CannotImport(
        tuple(Problem(each.field or "outcome", each.code, each.params) for each in obstacles)
    )


def _way(definition: Definition, outcome: str) -> tuple[Transition, ...] | None:
    """The shortest row of moves from the start to an announced decision of ``outcome``, of those
    an import can make; None where the pool's rules have none."""
    start = (definition.start.key, False)
    queue: deque[tuple[tuple[str, bool], tuple[Transition, ...]]] = deque([(start, ())])
    seen = {start}
    while queue:
        (state, decided), way = queue.popleft()
        if way and decided and way[-1].letter == "decision":
            return way
        for move in definition.transitions:
            if state not in move.from_states or not _makes(move, outcome):
                continue
            node = (move.target(state), decided or "decide" in move.effects)
            if node not in seen:
                seen.add(node)
                queue.append((node, (*way, move)))
    return None


def _makes(move: Transition, outcome: str) -> bool:
    needed = {each.name for each in move.inputs if each.required}
    return (
        not ACTS_AS.isdisjoint(move.who)
        and needed <= _KNOWN_INPUTS
        and _MOVES.issuperset(move.effects)
        and ("decide" not in move.effects or move.outcome == outcome)
    )
