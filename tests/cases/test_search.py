"""Finding a case by its words, the same on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from pool.cases import queries
from pool.db import Database
from tests.support.house import World


@pytest.mark.parametrize("typed", ["æblegård", "ÆBLEGÅRD", "Æblegård", "ØSTER", "øster", "bt-2026"])
def test_capitals_do_not_matter(world: World, typed: str) -> None:
    case_id = world.apply(title="Fest på Østergade", contact_name="Bo Æblegård")
    with world.database.read() as session:
        page = queries.list_cases(
            session,
            world.house,
            person_id=world.people["sofie"],
            roles={"urban-life": world.actor("sofie").roles},
            filters=queries.Filters(text=typed),
            now=world.now,
        )
    assert [row.id for row in page.rows] == [case_id]


def test_lower_takes_what_is_there(database: Database) -> None:
    with database.read() as session:
        assert session.execute(text("SELECT lower('ÆØÅ É'), lower(NULL)")).one() == ("æøå é", None)
