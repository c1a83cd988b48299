"""What the world of :mod:`tests.web.world` has of the municipality's books: a payment of the big
pool, a posting of another, and a file that waits for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session

import pool.ledger as ledger
from pool import books
from pool.books import Layout, agreement
from pool.cases import money
from tests.support.district import POOL, apply, to_granted
from tests.web.world_later import open_district

if TYPE_CHECKING:
    from tests.web.world import World


def add(world: World) -> None:
    """Something to show under the addresses of the comparison."""
    story, year = world.story, world.now.year
    open_district(world)
    case_id = apply(story, title="Betalt og ikke bogført")
    to_granted(story, case_id)

    def pay(session: Session) -> int:
        (held,) = money.held_accounts(session, case_id)
        paid = ledger.pay(
            session,
            held_id=held.id or 0,
            amount=held.balance,
            command_id="world-books",
            actor="system",
            now=world.now,
        )
        return paid.id or 0

    world.values["transfer_id"] = world.database.write(pay)

    def upload(name: str, rows: str, **chosen: str) -> int:
        return books.upload(
            story.house, f"books-{name}", pool=POOL, year=year, name=name,
            body=f"Dato;Beløb;Bilag\n{rows}".encode(), chosen=Layout(**chosen),  # type: ignore[arg-type]
            actor=story.actor("ole", POOL), now=world.now,
        ).file_id  # fmt: skip

    upload("posteringer.csv", f"13-03-{year};120,00;Q-1\n", sign="plus")
    with world.database.read() as session:
        world.values["posting_id"] = agreement.postings(session, POOL, year)[0].id
    waiting = upload("venter.csv", f"02-03-{year};7,00;Q-2\n;9,00;\n", sign="plus", dates="dmy")
    world.values |= {"books.pool_key": POOL, "books_file_id": waiting}
