"""The big pool with grants that can be paid, and people enough to pay them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

import pool.identity as identity
from pool import payments
from pool.cases.effects_payments import current
from pool.db import Database
from pool.models.payments import Payee, PaymentItem, PaymentList
from tests.support import district
from tests.support.house import World

POOL = district.POOL
CPR = "0101904321"
CVR = {"way": "applicant", "number_kind": "cvr", "number": "64942212", "name": "Husum Beboere"}
PERSON = {"way": "applicant", "number_kind": "cpr", "number": "010190-4321", "name": "Sara Holm"}
INVOICE = {
    "way": "invoice",
    "number_kind": "ean",
    "number": "5798009811578",
    "name": "Teltudlejning ApS",
    "reference": "F-1020",
}


@dataclass
class Scene:
    """``world`` with ``ole`` and ``else`` of finance; ``sofie`` decides for the group."""

    world: World

    def granted(self, payee: dict[str, Any] | None = None, **changed: Any) -> int:
        """A case that is granted and announced, with its payee; its id."""
        case_id = district.apply(self.world, **changed)
        district.to_granted(self.world, case_id)
        if payee is not None:  # an invoice on paper is told by a colleague
            teller = "sofie" if payee["way"] == "invoice" else "applicant"
            self.world.do(case_id, teller, "payee", payee=dict(payee))
        return case_id

    def chosen(self, *case_ids: int, who: str = "ole") -> list[payments.Chosen]:
        """What the page would offer of these cases."""
        with self.world.database.read() as session:
            due = payments.can_be_paid(
                session, self.world.house, POOL, self.world.actor(who, POOL), self.world.now
            )
            return [
                payments.Chosen(one.case.id or 0, one.amount, one.payee.id or 0)
                for one in due
                if one.case.id in case_ids
            ]

    def prepared(self, *case_ids: int, who: str = "ole") -> int:
        """A prepared list with these cases; its id."""
        number = payments.prepare(
            self.world.house,
            self.world.new_id(),
            POOL,
            self.chosen(*case_ids, who=who),
            self.world.actor(who, POOL),
            self.world.now,
        )
        with self.world.database.read() as session:
            return payments.find(session, POOL, number).id or 0

    def release(self, list_id: int, who: str = "else") -> str:
        return payments.release(
            self.world.house,
            self.world.new_id(),
            list_id,
            self.one(list_id).version,
            self.world.actor(who, POOL),
            self.world.now,
        )

    def released(self, *case_ids: int) -> int:
        list_id = self.prepared(*case_ids)
        self.release(list_id)
        return list_id

    def one(self, list_id: int) -> PaymentList:
        with self.world.database.read() as session:
            return session.get_one(PaymentList, list_id)

    def items(self, list_id: int) -> list[PaymentItem]:
        with self.world.database.read() as session:
            return list(
                session.exec(
                    select(PaymentItem)
                    .where(PaymentItem.list_id == list_id)
                    .order_by(PaymentItem.id)  # type: ignore[arg-type]
                )
            )

    def file(self, list_id: int, who: str = "ole") -> tuple[str, bytes]:
        return payments.take_out(
            self.world.house,
            self.world.new_id(),
            list_id,
            self.world.actor(who, POOL),
            self.world.now,
        )

    def pay_all(
        self, list_id: int, who: str = "ole", reference: str = "KOR-1"
    ) -> tuple[payments.Outcome, ...]:
        return payments.mark_all(
            self.world.house,
            self.world.new_id(),
            list_id,
            self.one(list_id).version,
            reference,
            f"{self.world.now:%d.%m.%Y}",
            self.world.actor(who, POOL),
            self.world.now,
        )

    def payee(self, case_id: int) -> Payee:
        with self.world.database.read() as session:
            found = current(session, case_id)
            assert found is not None
            return found


def another(session: Session, world: World) -> None:
    """Else, of finance: two people are needed."""
    person = identity.add_person(session, email="else@test.example", name="Else", now=world.now)
    assert person.id is not None
    world.people["else"] = person.id
    identity.grant_role(session, person.id, "finance")


def make_scene(database: Database, now: datetime) -> Scene:
    world = district.make_district(database, now)
    database.write(lambda session: another(session, world))
    return Scene(world)
