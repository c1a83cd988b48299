"""What the steering group asks at a paragraph of a summary, and what the secretariat answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

import pool.journal as journal
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.summary import SummaryEdition, SummaryQuestion
from pool.render.paper import Block, Chart, Heading, Paper, Para
from pool.summary import editions_mails as mails
from pool.summary import files
from pool.summary.editions_errors import NoSuchEdition, NoSuchParagraph, NotForYou, NotNow
from pool.summary.editions_files import locked
from pool.summary.editions_once import plain, remember, seen_before
from pool.summary.editions_people import is_steering, may_manage

LONGEST = 2_000
"""Characters of a question."""
LONGEST_ANSWER = 4_000
LONGEST_PLACE = 80


@dataclass(frozen=True, slots=True)
class Ask:
    """A question at the block ``anchor`` of an edition."""

    id: str
    edition_id: int
    anchor: str
    question: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The secretariat's answer to a question."""

    id: str
    question_id: int
    answer: str


def ask(house: House, command: Ask, actor: Actor, now: datetime) -> int:
    """Ask at a paragraph; the question's id. The secretariat is told.

    Raises :class:`NoSuchEdition`, :class:`NotForYou`, :class:`NotNow`, :class:`NoSuchParagraph`,
    :class:`CannotBe`, ``CommandReused``.
    """
    text = plain(command.question, "question", LONGEST, required=True)

    def work(session: Session) -> int:
        edition = locked(session, command.edition_id)
        if not is_steering(session, actor, edition.pools):
            raise NotForYou(str(edition.id))
        if seen_before(session, command, actor):
            return 0
        if edition.state == "draft":
            raise NotNow(edition.state)
        where = dict(places(files.paper(edition, "da"))).get(command.anchor)
        if where is None:
            raise NoSuchParagraph(command.anchor)
        question = SummaryQuestion(
            edition_id=command.edition_id,
            anchor=command.anchor,
            question=text,
            asked_at=now,
            asked_by_id=actor.person_id,
            asked_by=actor.name,
        )
        session.add(question)
        session.flush()
        mails.asked(session, edition, question, where, now)
        remember(session, command, actor, now)
        _note(session, mails.ASKED, question, actor, now)
        return question.id or 0

    return house.database.write(work)


def answer(house: House, command: Answer, actor: Actor, now: datetime) -> None:
    """Answer a question, once. Who asked is told.

    Raises :class:`NoSuchEdition` (no such question), :class:`NotForYou`, :class:`NotNow` (there
    is an answer), :class:`CannotBe`, ``CommandReused``.
    """
    text = plain(command.answer, "answer", LONGEST_ANSWER, required=True)

    def work(session: Session) -> None:
        question = session.get(SummaryQuestion, command.question_id)
        if question is None:
            raise NoSuchEdition(f"question {command.question_id}")
        edition = locked(session, question.edition_id)
        session.refresh(question)
        if not may_manage(session, actor, edition.pools):
            raise NotForYou(str(edition.id))
        if seen_before(session, command, actor):
            return
        if question.answer is not None:
            raise NotNow("answered")
        question.answer, question.answered_at, question.answered_by = text, now, actor.name
        session.add(question)
        session.flush()
        mails.answered(session, house, edition, question, now)
        remember(session, command, actor, now)
        _note(session, "summary.answered", question, actor, now)

    house.database.write(work)


def _note(
    session: Session, kind: str, question: SummaryQuestion, actor: Actor, now: datetime
) -> None:
    data = {
        "edition": question.edition_id,
        "question": question.id,
        "anchor": question.anchor,
        "by": actor.key,
    }
    journal.write(session, "system", kind, actor, now=now, data=data)


def questions(session: Session, edition: SummaryEdition) -> list[SummaryQuestion]:
    """All questions about an edition, in the order they were asked."""
    return list(
        session.exec(
            select(SummaryQuestion)
            .where(col(SummaryQuestion.edition_id) == edition.id)
            .order_by(col(SummaryQuestion.id))
        )
    )


def places(paper: Paper) -> Iterator[tuple[str, str]]:
    """What can be asked about: each block's id, and what it is called in a list."""
    for block in paper.blocks:
        yield block.id, _called(block)


def _called(block: Block) -> str:
    if isinstance(block, Heading | Para):
        name = block.text
    elif isinstance(block, Chart):
        name = block.title
    else:
        name = block.caption
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_PLACE else name[: LONGEST_PLACE - 1].rstrip() + "…"


def unanswered(session: Session) -> dict[int, int]:
    """By edition: how many questions wait for an answer."""
    query = (
        select(SummaryQuestion.edition_id, func.count())
        .where(col(SummaryQuestion.answered_at).is_(None))
        .group_by(col(SummaryQuestion.edition_id))
    )
    return {edition_id: int(many) for edition_id, many in session.exec(query)}
