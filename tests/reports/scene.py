"""Cases that are paid and wait for their report, in the light pool and in the big one; and what
came of them, as the journal and the messages have it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

import pool.journal as journal
from pool.cases import effects_reports
from pool.cases.commands import Command, Result
from pool.cases.deadlines import open_deadlines
from pool.cases.fire import fire
from pool.clock import local_day
from pool.files import Prepared, prepare
from pool.identity.actor import applicant
from pool.journal import EventView
from pool.models.outbox import Message
from pool.models.payments import PaymentItem
from pool.models.reports import SpotCheck
from pool.payments import lists, paying
from pool.payments.due import can_be_paid
from tests.support.district import APPLICATION, POOL, apply, to_recommended
from tests.support.house import World
from workflows import drawing

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TOLD: Mapping[str, Any] = {
    "held": "yes",
    "participants": "60",
    "worked": "Maden slog til.",
    "safety": "Folk hilser.",
    "links": "",
}
FULL: Mapping[str, Any] = {
    **APPLICATION,
    "amount": "25.000",
    "description": "Vi laver mad sammen på torvet hver onsdag i maj.",
    "ends_on": "2026-05-27",
    "focus_area": "faellesskab",
    "audience": "Alle i bydelen.",
    "children": "no",
    "other_funding": "no",
    "applicant_kind": "person",
    "results": ["networks"],
    "budget": [
        {"post": "food", "text": "Mad", "amount": "15.000"},
        {"post": "rent", "text": "Telt", "amount": "6.000"},
        {"post": "food", "text": "Saft", "amount": "1.000"},
        {"post": "materials", "text": "", "amount": "3.000"},
    ],
}
"""What a long application to the big pool has besides; four lines of three posts."""
BUDGET = {"materials": 300_000, "food": 1_600_000, "rent": 600_000}


def light(world: World, **changed: Any) -> int:
    """A case of the light pool that is granted and paid: 9.500 kr."""
    case_id = world.apply(**changed)
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on=world.now.date().isoformat())
    return case_id


def granted(world: World, action: str = "grant", *, full: bool = True, **inputs: Any) -> int:
    """A case of the big pool, granted by the chair and waiting to be paid: 25.000 kr. with a
    budget by post; not ``full``: 9.500 kr. with a line in words."""
    case_id = apply(world, **FULL) if full else apply(world)
    to_recommended(world, case_id)
    world.do(case_id, "karim", action, **inputs)
    world.do(case_id, "sofie", "announce-grant")
    return case_id


def pay(world: World, case_id: int) -> None:
    """Paid by a line of a payment list that Sofie makes and Ole releases."""
    told = {
        "way": "applicant",
        "number_kind": "cvr",
        "number": "10150817",
        "name": "Naboforeningen",
    }
    world.do(case_id, "applicant", "payee", payee=told)
    sofie, ole = world.actor("sofie", POOL), world.actor("ole", POOL)
    with world.database.read() as session:
        [due] = [
            one
            for one in can_be_paid(session, world.house, POOL, sofie, world.now)
            if one.case.id == case_id
        ]
        chosen = lists.Chosen(case_id, due.amount, due.payee.id or 0)
    lists.prepare(world.house, world.new_id(), POOL, [chosen], sofie, world.now)
    with world.database.read() as session:
        item = session.exec(
            select(PaymentItem).where(PaymentItem.case_id == case_id).order_by(col(PaymentItem.id))
        ).all()[-1]
    lists.release(world.house, world.new_id(), item.list_id, 1, ole, world.now)
    day = f"{local_day(world.now):%d.%m.%Y}"
    paying.mark_line(world.house, world.new_id(), item.id or 0, None, "B-7", day, ole, world.now)


def paid(world: World, **granting: Any) -> int:
    """A case of the big pool that is paid; ``granting`` as :func:`granted`."""
    case_id = granted(world, **granting)
    pay(world, case_id)
    return case_id


def tell(world: World, case_id: int, **spent: str) -> Result:
    """The applicant's accounts, by post."""
    accounts = dict.fromkeys(BUDGET, "0") | spent
    return world.do(case_id, "applicant", "report", report={**TOLD, "accounts": accounts})


def posts(world: World) -> list[str]:
    """The posts of the big pool's budget."""
    return [post.key for post in world.house.definitions.current(POOL).budget_posts]


def send(
    world: World, case_id: int, who: str, action: str, files: tuple[Prepared, ...], **inputs: Any
) -> Result:
    """A move with files."""
    case = world.case(case_id)
    actor = applicant("Lene Bruun") if who == "applicant" else world.actor(who, case.pool)
    command = Command(
        world.new_id(), case_id, action, case.state_version, inputs=inputs, files=files
    )
    return fire(world.house, command, actor, world.now)


def voucher(name: str = "bilag.pdf") -> Prepared:
    return prepare(name, PDF)


def draw_always(monkeypatch: pytest.MonkeyPatch, *, drawn: bool) -> None:
    """The draws of the first case come out so: the seed is chosen, everything else is real."""
    seed = seed_for("BP-2026-1", drawn=drawn)
    monkeypatch.setattr(effects_reports, "new_seed", lambda: seed)
    monkeypatch.setattr(effects_reports, "drawn", drawing.drawn)


def seed_for(number: str, *, drawn: bool) -> str:
    """A seed by which the case comes out so."""
    tries = (f"{n:032x}" for n in range(1000))
    return next(one for one in tries if drawing.drawn(one, number, 10) is drawn)


def events(world: World, case_id: int) -> list[EventView]:
    with world.database.read() as session:
        return list(journal.read(session, f"case:{case_id}"))


def last(world: World, case_id: int, kind: str) -> EventView:
    return [event for event in events(world, case_id) if event.kind == kind][-1]


def mails(world: World, case_id: int, template: str) -> list[Message]:
    with world.database.read() as session:
        found = session.exec(
            select(Message)
            .where(Message.case_id == case_id, Message.template == template)
            .order_by(col(Message.id))
        ).all()
        session.expunge_all()
        return list(found)


def due(world: World, case_id: int) -> dict[str, date]:
    with world.database.read() as session:
        return open_deadlines(session, case_id)


def check_of(world: World, case_id: int) -> SpotCheck | None:
    with world.database.read() as session:
        found = effects_reports.of_case(session, case_id)
        session.expunge_all()
        return found


def later(world: World, **parts: float) -> datetime:
    world.now += timedelta(**parts)
    return world.now
