"""Assessments: what each member of the working group thinks of a case, by the pool's criteria,
before the group decides (feature ``criteria``).

Members and the chair give them, anew until the case is decided. Who stays out of the case neither
gives nor sees, and what they gave before counts no more (forvaltningsloven §§3-6). Where the pool
hides the others' until one's own is in, that holds for whoever is to give one; the secretariat,
which prepares the meeting, and the auditor give none and read them from the start.
Amounts are øre, moments UTC.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, select

import pool.journal as journal
from pool.cases import access, activity
from pool.cases.commands import Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.facts import answers
from pool.cases.fire import actor_key, lock, remember, seen_before
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case, Recusal
from pool.models.casework import Assessment
from workflows import values
from workflows.definition import Criterion, Definition, Text
from workflows.questions import AnswerFault

FEATURE = "criteria"
GIVERS = frozenset({"member", "chair"})
"""Who assesses."""
LONGEST = 4000
"""Characters of the comment."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the application's own budget, with what was asked for it in all."""

    key: str
    label: Text
    asked: int


@dataclass(frozen=True, slots=True)
class Assess:
    """One member's assessment, as typed. ``marks`` by criterion; ``by_post`` by the key of a post,
    where the case has a budget; else ``amount``."""

    id: str
    case_id: int
    marks: Mapping[str, Any]
    comment: str = ""
    by_post: Mapping[str, Any] = field(default_factory=dict)
    amount: Any = ""

    def digest(self) -> str:
        """sha256 of the contents."""
        body = json.dumps(
            ["assess", self.case_id, dict(self.marks), self.comment, dict(self.by_post),
             self.amount],
            sort_keys=True, ensure_ascii=False,
        )  # fmt: skip
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Given:
    """An assessment's contents, checked. ``amount`` is the sum of ``by_post`` where there is one,
    None where no amount is recommended."""

    marks: dict[str, int | bool]
    comment: str
    by_post: dict[str, int]
    amount: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion over all assessments. On a scale: ``average`` with the ``least`` and the
    ``most`` given; for yes or no: how many said ``yes``. ``count`` is of how many."""

    criterion: Criterion
    count: int
    average: float | None = None
    least: int | None = None
    most: int | None = None
    yes: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the assessments a reader may see. ``average`` and ``median`` are of the ``amounts``
    recommended (øre, rounded down to whole kroner); None where nobody recommends one."""

    count: int
    lines: tuple[Line, ...]
    amounts: tuple[int, ...]
    average: int | None
    median: int | None
    by_post: Mapping[str, int]
    """Median by post, øre, of those who recommend by post."""


def posts(definition: Definition, given: Mapping[str, Any]) -> tuple[Post, ...]:
    """The posts of the budget among a case's answers ``given``, in the definition's order; none
    where the case has no budget."""
    sums: dict[str, int] = {}
    for question in definition.questions:
        if question.type == "budget":
            for row in given.get(question.key) or ():
                sums[row["post"]] = sums.get(row["post"], 0) + int(row["amount"])
    return tuple(
        Post(post.key, post.label, sums[post.key])
        for post in definition.budget_posts
        if sums.get(post.key)
    )


def may_give(definition: Definition, case: Case, actor: Actor) -> bool:
    """Whether ``actor``, who may see the case, may assess it now."""
    return (
        definition.has(FEATURE)
        and definition.assessment is not None
        and actor.person_id is not None
        and bool(actor.roles & GIVERS)
        and case.decision_id is None
        and not definition.state(case.state).final
        and definition.state(case.state).kind == "application"
    )


def check(definition: Definition, own_posts: Iterable[Post], typed: Assess) -> Given:
    """What was typed, as values. Raises :class:`Invalid`; fields are ``mark-<criterion>``,
    ``post-<post>``, ``amount`` and ``comment``."""
    assert definition.assessment is not None, "the caller asked for the feature"
    faults: list[AnswerFault] = []
    marks: dict[str, int | bool] = {}
    for criterion in definition.assessment.criteria:
        key, raw = f"mark-{criterion.key}", typed.marks.get(criterion.key)
        if values.blank(raw):
            faults.append(AnswerFault(key, "required-choice", {}))
            continue
        try:
            marks[criterion.key] = (
                values.yes_no(raw)
                if criterion.type == "yesno"
                else values.whole(raw, 1, criterion.most)
            )
        except values.Bad as bad:
            faults.append(AnswerFault(key, bad.code, bad.params))
    by_post: dict[str, int] = {}
    amount: int | None = None
    asked = {post.key: post.asked for post in own_posts}
    wanted: list[tuple[str, Any, int | None]] = [
        (f"post-{key}", typed.by_post.get(key), most) for key, most in asked.items()
    ]
    for key, raw, most in wanted or [("amount", typed.amount, None)]:
        if values.blank(raw):
            continue
        try:
            read = values.amount(raw, 0, most)
        except values.Bad as bad:
            faults.append(AnswerFault(key, bad.code, bad.params))
            continue
        amount = (amount or 0) + read
        if wanted:
            by_post[key.removeprefix("post-")] = read
    comment = ""
    try:
        comment = values.lines(typed.comment, LONGEST)
    except values.Bad as bad:
        faults.append(AnswerFault("comment", bad.code, bad.params))
    if faults:
        raise Invalid(tuple(faults))
    return Given(marks, comment, by_post, amount)


def give(house: House, command: Assess, actor: Actor, now: datetime) -> Result:
    """Give an assessment, or give it anew. Raises :class:`Invalid`, and :class:`NotFound` where
    ``actor`` may not see the case or give one (any more)."""

    def work(session: Session) -> Result:
        case = lock(session, command.case_id)
        key = actor_key(actor, command.case_id)
        if not access.may_see(session, house, case, actor):
            raise NotFound(str(command.case_id))
        if first := seen_before(session, command.id, key, command.digest()):
            return first
        definition = house.definitions.version(session, case.pool, case.definition_version)
        if not may_give(definition, case, actor):
            raise NotFound(str(command.case_id))
        own_posts = posts(definition, answers(session, command.case_id))
        checked = check(definition, own_posts, command)
        row = own(session, command.case_id, actor.person_id)
        again = row is not None
        if row is None:
            row = Assessment(
                case_id=command.case_id,
                person_id=actor.person_id or 0,
                name=actor.name,
                given_at=now,
            )
        row.name, row.given_at = actor.name, now
        row.marks, row.comment = dict(checked.marks), checked.comment
        row.by_post, row.amount = dict(checked.by_post), checked.amount
        session.add(row)
        session.flush()
        journal.write(
            session,
            f"case:{command.case_id}",
            "case.assessment",
            actor,
            now=now,
            data={
                "case": command.case_id,
                "assessment": row.id,
                "again": again,
                "marks": checked.marks,
                "by_post": checked.by_post,
                "recommended": checked.amount,
            },
            personal={"assessment": checked.comment},
        )
        activity.touch(case, actor, now)
        session.add(case)
        result = Result(command.case_id, case.number, case.state, case.state_version, "assess")
        remember(session, command.id, key, command.digest(), result, now)
        return result

    return house.database.write(work)


def own(session: Session, case_id: int, person_id: int | None) -> Assessment | None:
    """What this person gave."""
    return session.exec(
        select(Assessment).where(
            col(Assessment.case_id) == case_id, col(Assessment.person_id) == person_id
        )
    ).one_or_none()


def count(session: Session, case_id: int) -> int:
    """How many assessments count."""
    return len(_standing(session, [case_id]))


def visible(
    session: Session, definition: Definition, case_id: int, reader: Actor
) -> tuple[Assessment, ...]:
    """The assessments of the case ``reader`` may see, in the order they were first given: the one
    door for pages, exports and meetings. Empty for who is none of the working group's, and for who
    stays out of the case."""
    return visible_many(session, definition, [case_id], reader).get(case_id, ())


def visible_many(
    session: Session, definition: Definition, case_ids: Collection[int], reader: Actor
) -> dict[int, tuple[Assessment, ...]]:
    """As :func:`visible`, for several cases of one definition: two queries, however many."""
    if not definition.has(FEATURE) or definition.assessment is None or not case_ids:
        return {}
    if reader.kind != "system" and not access.reads(reader.roles, "assessment"):
        return {}
    found: dict[int, list[Assessment]] = {}
    for one in _standing(session, case_ids):
        found.setdefault(one.case_id, []).append(one)
    locked = _closed_to(session, definition, case_ids, reader)
    return {
        case_id: tuple(
            one for one in given if case_id not in locked or one.person_id == reader.person_id
        )
        for case_id, given in found.items()
        if locked.get(case_id) != "recused"
    }


def _standing(session: Session, case_ids: Collection[int]) -> list[Assessment]:
    """Those of people who take part in the case."""
    recused = (
        select(Recusal.id)
        .where(
            col(Recusal.case_id) == col(Assessment.case_id),
            col(Recusal.person_id) == col(Assessment.person_id),
            access.standing(),
        )
        .exists()
    )
    return list(
        session.exec(
            select(Assessment)
            .where(col(Assessment.case_id).in_(case_ids), ~recused)
            .order_by(col(Assessment.id))
        )
    )


def _closed_to(
    session: Session, definition: Definition, case_ids: Collection[int], reader: Actor
) -> dict[int, str]:
    """Cases whose assessments by others are closed to the reader: ``recused``, or ``own-first``."""
    if reader.person_id is None:
        return {}
    given = select(Assessment.case_id).where(col(Assessment.person_id) == reader.person_id)
    out = access.stays_out_of(reader.person_id)
    rows = session.exec(
        select(
            col(Case.id),
            and_(col(Case.decision_id).is_(None), col(Case.closed_at).is_(None)),
            col(Case.id).in_(given),
            col(Case.id).in_(out),
        ).where(col(Case.id).in_(case_ids))
    )
    assert definition.assessment is not None
    own_first = definition.assessment.hidden_until_own and bool(reader.roles & GIVERS)
    found: dict[int, str] = {}
    for case_id, awaited, has_own, recused in rows:
        if recused:
            found[known(case_id)] = "recused"
        elif own_first and awaited and not has_own:
            found[known(case_id)] = "own-first"
    return found


def is_hidden(session: Session, definition: Definition, case_id: int, reader: Actor) -> bool:
    """Whether the others' are kept from ``reader`` until theirs is in."""
    if not definition.has(FEATURE) or definition.assessment is None:
        return False
    return _closed_to(session, definition, [case_id], reader).get(case_id) == "own-first"


def summary(definition: Definition, given: Collection[Assessment]) -> Summary:
    """Averages by criterion, their spread, and what is recommended, of the assessments
    ``given`` (those :func:`visible` to the reader)."""
    criteria = definition.assessment.criteria if definition.assessment is not None else ()
    amounts = sorted(one.amount for one in given if one.amount is not None)
    by_post: dict[str, list[int]] = {}
    for one in given:
        for key, amount in one.by_post.items():
            by_post.setdefault(key, []).append(int(amount))
    return Summary(
        count=len(given),
        lines=tuple(_line(criterion, given) for criterion in criteria),
        amounts=tuple(amounts),
        average=_kroner(fmean(amounts)) if amounts else None,
        median=_kroner(median(amounts)) if amounts else None,
        by_post={key: _kroner(median(sums)) for key, sums in by_post.items()},
    )


def _line(criterion: Criterion, given: Iterable[Assessment]) -> Line:
    marks = [one.marks[criterion.key] for one in given if criterion.key in one.marks]
    if criterion.type == "yesno":
        return Line(criterion, len(marks), yes=sum(mark is True for mark in marks))
    if not marks:
        return Line(criterion, 0)
    return Line(criterion, len(marks), average=fmean(marks), least=min(marks), most=max(marks))


def _kroner(ore: float) -> int:
    """Rounded down to whole kroner, in øre."""
    return int(ore) // 100 * 100
