"""What the body settles about an interest, hints of one, and what is kept back."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from pool import journal
from pool.cases import access, recusal, recusal_hints
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.models.case import Applicant, Case
from pool.models.identity import Person
from pool.models.outbox import Message
from tests.support.house import World

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def settle(world: World, case_id: int, whom: str, by: str = "karim", **how: str) -> None:
    recusal.settle(
        world.house, how.get("id", world.new_id()), case_id, world.people[whom],
        how.get("ground", "Sidder i bestyrelsen"), world.actor(by), world.now,
    )  # fmt: skip


def lift(world: World, case_id: int, whom: str, how: str, reason: str, by: str = "karim") -> None:
    recusal.lift(
        world.house, world.new_id(), case_id, world.people[whom], how, reason,
        world.actor(by), world.now,
    )  # fmt: skip


def sees(world: World, case_id: int, name: str) -> bool:
    with world.database.read() as session:
        case = session.get_one(Case, case_id)
        return access.may_see(session, world.house, case, world.actor(name))


def events(world: World, case_id: int) -> list[tuple[str, str | None]]:
    with world.database.read() as session:
        return [(one.kind, one.actor_name) for one in journal.read(session, f"case:{case_id}")]


def test_the_group_settles_that_a_member_stays_out(world: World) -> None:
    case_id = world.apply()
    settle(world, case_id, "jens", id="s")
    settle(world, case_id, "jens", id="s")
    assert not sees(world, case_id, "jens")
    assert events(world, case_id)[-1] == ("case.recusal-settled", "Karim")
    with pytest.raises(CommandReused):
        settle(world, case_id, "amina", id="s")
    with world.database.read() as session:
        case = session.get_one(Case, case_id)
        assert recusal.left(session, case) == recusal.Left(2, 3)


@pytest.mark.parametrize(("whom", "by"), [("karim", "karim"), ("jens", "karim")])
def test_not_about_oneself_and_not_twice(world: World, whom: str, by: str) -> None:
    case_id = world.apply()
    if whom == "jens":
        settle(world, case_id, "jens")
    with pytest.raises(Invalid):
        settle(world, case_id, whom, by)


def test_who_may_not_settle(world: World) -> None:
    case_id = world.apply()
    for name in ("jens", "ole", "rune", "birgit"):
        with pytest.raises(NotFound):
            settle(world, case_id, "amina", name)
    assert sees(world, case_id, "amina")
    with pytest.raises(Invalid):
        settle(world, case_id, "amina", ground="  ")


@pytest.mark.parametrize("how", recusal.LIFTED)
def test_the_body_lifts_it_with_reasons(world: World, how: str) -> None:
    case_id = world.apply()
    recusal.declare(world.house, case_id, "Min nabo", world.actor("jens"), world.now)
    with pytest.raises(Invalid):
        lift(world, case_id, "jens", how, " ")
    with pytest.raises(Invalid):
        lift(world, case_id, "jens", "because", "Fordi")
    lift(world, case_id, "jens", how, "Vi er kun tre")
    assert sees(world, case_id, "jens")
    with world.database.read() as session:
        last = list(journal.read(session, f"case:{case_id}"))[-1]
    assert last.kind == "case.recusal-lifted"
    assert last.data["how"] == how
    assert last.personal == {"whom": "Jens", "ground": "Min nabo", "reason": "Vi er kun tre"}


def test_nobody_lifts_it_for_themselves(world: World) -> None:
    case_id = world.apply()
    recusal.declare(world.house, case_id, "Min nabo", world.actor("karim"), world.now)
    with pytest.raises(NotFound):
        lift(world, case_id, "karim", "settled", "Det går nok")
    lift(world, case_id, "karim", "settled", "Ingen interesse", "sofie")
    assert sees(world, case_id, "karim")


def test_mails_on_their_way_are_kept_back(world: World) -> None:
    case_id = world.apply()
    other = world.apply(email="x@eksempel.example")

    def mine(case: int) -> list[str]:
        with world.database.read() as session:
            return list(
                session.exec(
                    select(Message.state).where(
                        Message.case_id == case, col(Message.person_id) == world.people["sofie"]
                    )
                )
            )

    assert mine(case_id) == ["queued"]
    settle(world, case_id, "sofie")
    assert mine(case_id) == ["discarded"]
    assert mine(other) == ["queued"]
    with world.database.read() as session:
        last = list(journal.read(session, f"case:{case_id}"))[-1]
    assert last.data["kept_back"] == 1


def test_one_that_a_worker_has_in_hand_is_kept_back_too(world: World) -> None:
    from datetime import timedelta

    from pool.outbox import claiming

    case_id = world.apply()

    def take(session: Session) -> list[Message]:
        return [m for m in (claiming.claim(session, world.now) for _ in range(2)) if m]

    taken = world.database.write(take)
    settle(world, case_id, "sofie")
    for message in taken:
        held = claiming.Lease.of(message)

        def send(session: Session, held: claiming.Lease = held) -> bool:
            soon = world.now + timedelta(seconds=1)
            return claiming.begin_sending(session, held, soon, mail_id=None)

        going = world.database.write(send)
        assert going == (message.person_id is None)


# -- hints


@pytest.mark.parametrize(
    ("unit", "organisation", "same"),
    [
        ("Voldparkens Beboerforening", "voldparkens  beboerforening", True),
        ("fsb", "FSB, afdeling Voldparken", True),
        ("AAB", "SAB", False),
        ("Københavns Kommune", "Københavns Kommune", True),
        ("Børne- og Ungdomsforvaltningen, Københavns Kommune", "Københavns Kommune", False),
        ("Husum Fritidsklub", "Foreningen Husum Fritidsklub", True),
        ("Foreningen Solskin", "Foreningen Regnvejr", False),
        ("", "", False),
        ("Fællesskabet", "FÆLLESSKABET", True),
    ],
)
def test_whose_names_are_alike(unit: str, organisation: str, same: bool, world: World) -> None:
    assert recusal_hints.alike(unit, organisation) == same


def hints(world: World, case_id: int) -> list[tuple[str, str, str | None]]:
    with world.database.read() as session:
        case = session.get_one(Case, case_id)
        applicant = session.get_one(Applicant, case.applicant_id)
        events = list(journal.read(session, f"case:{case_id}"))
        found = recusal_hints.hints(session, case, applicant, events)
        return [(one.name, one.why, one.answer) for one in found]


def test_a_hint_locks_nobody_out_and_remembers_the_answer(world: World) -> None:
    case_id = world.apply(
        applicant_kind="association", organisation="Voldparkens Beboerforening", cvr=""
    )

    def works_there(session: Session) -> None:
        session.get_one(Person, world.people["jens"]).organisation = "Voldparkens beboerforening"
        case = session.get_one(Case, case_id)
        applicant = session.get_one(Applicant, case.applicant_id)
        applicant.organisation = "Voldparkens Beboerforening"
        applicant.email = "amina@test.example"

    world.database.write(works_there)
    assert hints(world, case_id) == [("Amina", "address", None), ("Jens", "unit", None)]
    assert sees(world, case_id, "jens")
    recusal.no_interest(world.house, "n", case_id, world.actor("jens"), world.now)
    recusal.no_interest(world.house, "n", case_id, world.actor("jens"), world.now)
    assert hints(world, case_id)[1] == ("Jens", "unit", "none")
    settle(world, case_id, "jens")
    assert [name for name, _, _ in hints(world, case_id)] == ["Amina"]
    lift(world, case_id, "jens", "exception", "Vi er kun tre")
    assert hints(world, case_id)[1] == ("Jens", "unit", "exception")
    assert [kind for kind, _ in events(world, case_id)].count("case.no-interest") == 1
