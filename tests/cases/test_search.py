"""Finding a case by its words, and Danish order, the same on both engines."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import Session

from pool.cases import queries, rendering, search
from pool.cases.messages import resend
from pool.db import Database
from pool.models.case import Case
from pool.models.casework import Rendering
from pool.models.outbox import Message
from pool.run import prepare
from pool.schedule import pending
from pool.settings import Settings
from tests.support.databases import Factory
from tests.support.house import World
from worker.duties import ERRANDS


def found(world: World, typed: str, who: str = "sofie", **filters: object) -> list[int]:
    """The cases ``who`` finds, in the list's order."""
    with world.database.read() as session:
        page = queries.list_cases(
            session,
            world.house,
            person_id=world.people[who],
            roles={"urban-life": world.actor(who).roles},
            filters=queries.Filters(text=typed, **filters),  # type: ignore[arg-type]
            now=world.now,
        )
    return [row.id for row in page.rows]


@pytest.fixture
def party(world: World) -> int:
    """A case among others, and one with other words."""
    world.apply(title="Noget helt andet", contact_name="Ib Sø", email="ib@eksempel.example")
    return world.apply(
        title="Fællesskab på Østergade",
        contact_name="Åse Æblegård",
        email="aase@eksempel.example",
        phone="22 33 44 55",
        safety="Café med naboerne i Café Müller, 100 % gratis.",
        focus_area="faellesskaber",
        applicant_kind="group",
        organisation="Høns & Børn",
    )


FINDS = (
    *("skab", "FÆLLES", "faelles", "fællesskab", "Østergade", "oestergade", "STERGAD"),
    *("æblegård", "ÆBLEGÅRD", "aeblegaard", "Åse", "aase", "aase æble", "æble åse"),
    *("A\u030ase", "bt-2026-2", "2026-2 gade", "cafe", "CAFÉ", "muller", "müller", "100 %"),
)
FINDS_NOT = ("skab Sø", "_", "f%skab", "fælles\\", "fæl les kage", "zzz")


def test_parts_of_words_in_any_order_and_spelling(world: World, party: int) -> None:
    assert [typed for typed in FINDS if found(world, typed) != [party]] == []
    assert [typed for typed in FINDS_NOT if found(world, typed)] == []


def test_the_words_of_a_choice_are_found(world: World) -> None:
    case_id = world.apply()
    question = world.house.definitions.current("urban-life").question("focus_area")
    assert question is not None
    label = question.options[0].label["da"]

    def choose(session: Session) -> None:
        case = session.get_one(Case, case_id)
        session.execute(
            text("INSERT INTO answer VALUES (:case, 'focus_area', 90, :value)"),
            {"case": case_id, "value": f'"{question.options[0].key}"'},
        )
        session.add(
            Rendering(
                case_id=case_id,
                question="safety",
                text="Vi taler sammen på dansk nu.",
                written_at=world.now,
                written_by="Sofie",
            )
        )
        search.refresh(session, case)

    assert found(world, label) == []
    world.database.write(choose)
    assert found(world, label) == [case_id]
    assert found(world, "taler dansk") == [case_id]


READS = {
    # who: finds by title, by the applicant's name, by an answer, by the address
    "sofie": (True, True, True, True),
    "rune": (True, True, True, True),
    "jens": (True, True, True, False),
    "ole": (True, True, False, True),
    "maja": (True, True, False, True),
    "birgit": (True, True, False, False),
}


def test_nobody_finds_by_what_they_may_not_read(world: World, party: int) -> None:
    world.do(party, "karim", "grant")
    words = ("skab gade", "æblegård", "müller", "aase@eksempel", "skab müller", "skab 22334455")
    for who, (title, name, answer, reach) in READS.items():
        expected = [title, name, answer, reach, answer, reach]
        assert [found(world, typed, who) == [party] for typed in words] == expected, who


def test_the_title_in_danish_is_for_who_reads_what_was_answered(world: World) -> None:
    case_id = world.apply(title="Street party", lang="en")
    sofie = world.actor("sofie")
    rendering.put(world.house, "da", case_id, {"title": "Gadefest"}, sofie, world.now)
    world.do(case_id, "karim", "grant")
    assert found(world, "gadefest") == found(world, "street") == [case_id]
    assert found(world, "street", "ole") == [case_id]
    assert found(world, "gadefest", "ole") == []


def test_who_stays_out_of_a_case_does_not_find_it(world: World, party: int) -> None:
    from pool.cases.recusal import declare

    assert found(world, "skab", "jens") == [party]
    declare(world.house, party, "Min søster søger", world.actor("jens"), world.now)
    assert found(world, "skab", "jens") == []


def test_a_corrected_address_is_found_and_the_old_one_is_not(world: World, party: int) -> None:
    with world.database.read() as session:
        message = session.execute(
            text("SELECT id FROM message WHERE case_id = :c AND template = 'receipt'"), {"c": party}
        ).scalar_one()
        assert message
    world.database.write(
        lambda s: s.execute(update(Message).values(state="sent", sent_at=world.now))
    )
    resend(
        world.house, "again", party, message, "Stavet forkert", world.actor("sofie"), world.now,
        email="rettet@eksempel.example",
    )  # fmt: skip
    assert found(world, "rettet@") == [party]
    assert found(world, "aase@") == []


def test_what_is_forgotten_is_not_found_and_not_filled_again(world: World, party: int) -> None:
    world.database.write(lambda s: search.forget(s.get_one(Case, party)))
    assert found(world, "skab") == found(world, "åse") == found(world, "müller") == []
    assert found(world, "bt-2026-2") == [party]
    assert search.fill(world.house)
    assert found(world, "skab") == []
    case = world.case(party)
    assert (case.title_key, case.applicant_key) == ("", "")


def unfill(database: Database) -> None:
    """As the migration leaves cases from before it."""
    database.write(
        lambda s: s.execute(update(Case).values(search="", title_key="", applicant_key=""))
    )


def test_an_old_database_becomes_searchable_when_it_starts(
    world: World, party: int, make_database: Factory, tmp_path: Path
) -> None:
    unfill(world.database)
    assert found(world, "skab") == []
    settings = Settings(
        data_dir=tmp_path, database_url=make_database.url_of(world.database), definitions_dir=None
    )
    prepare.prepare(settings, filled=False)
    assert found(world, "skab") == [party]
    assert world.case(party).title_key == search.order_key("Fællesskab på Østergade")


def test_a_large_old_database_is_left_to_the_worker(
    world: World, party: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SLICE", 1)
    unfill(world.database)
    version = world.case(party).state_version
    prepare.make_searchable(world.house, world.now, seconds=0)
    assert found(world, "skab") == []
    with world.database.read() as session:
        [job] = [one for one in pending(session) if one.kind == search.ERRAND]
    assert ERRANDS[job.kind](world.house, job.payload, world.now)
    assert found(world, "skab") == [party]
    assert world.case(party).state_version == version
    assert not world.database.write(lambda s: search.ask(s, world.now))


DANISH = [
    "»1. maj«", "2 borde", "10 borde", "abe", "Abe 2", "Abe 10", "Café", "cafe b", "Dansk", "Über",
    "yder", "Zoo", "Ærø", "Æske", "øde", "Øst", "Östergren", "Aarhus", "Århus Å",
    "Åse",
]  # fmt: skip
"""In the order of a Danish dictionary; numbers by their value."""


def test_lists_are_in_danish_order(world: World) -> None:
    shuffled = list(DANISH)
    random.Random(4).shuffle(shuffled)
    for title in shuffled:
        world.apply(title=title, contact_name=title, amount="100")
    with world.database.read() as session:

        def listed(sort: str, *, down: bool = False) -> list[str]:
            page = queries.list_cases(
                session,
                world.house,
                person_id=world.people["sofie"],
                roles={"urban-life": world.actor("sofie").roles},
                filters=queries.Filters(sort=sort, down=down),
                now=world.now,
            )
            return [getattr(row, sort) for row in page.rows]

        assert listed("title") == DANISH
        assert listed("title", down=True) == DANISH[::-1]
        assert listed("applicant") == DANISH
        numbers = [f"BT-2026-{n}" for n in range(1, len(DANISH) + 1)]
        assert listed("number") == numbers
        assert listed("number", down=True) == numbers[::-1]


@pytest.mark.parametrize("typed", ["Fællesskab", "ﬁn İ Ⅷ", "x\x00y\u200bz", "أهلاً", "Ａ＿ｂ", "ǅ"])
def test_doing_it_twice_changes_nothing(typed: str) -> None:
    once = search.normalised(typed)
    assert search.normalised(once) == once
    assert "\n" not in once
    assert "\x00" not in once


def test_lower_takes_what_is_there(database: Database) -> None:
    with database.read() as session:
        assert session.execute(text("SELECT lower('ÆØÅ É'), lower(NULL)")).one() == ("æøå é", None)
