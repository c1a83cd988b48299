"""People, and the roles they have in one pool or in all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from pool import identity
from pool.db import Database
from pool.identity import Actor, IdentityError
from pool.models.identity import Person
from tests.support.together import together

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def add(session: Session, email: str = "anna@example.dk", name: str = "Anna Øst") -> Person:
    return identity.add_person(session, email=email, name=name, now=NOW)


def number(person: Person) -> int:
    assert person.id is not None
    return person.id


@pytest.fixture
def anna(database: Database) -> Person:
    return database.write(add)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Anna@Example.DK ", "anna@example.dk"),
        ("ÅSE@example.dk", "åse@example.dk"),
        ("a\u030ase@example.dk", "åse@example.dk"),
        ("o'brien+pulje@mail.example.org", "o'brien+pulje@mail.example.org"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert identity.normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "@example.dk",
        "anna@",
        "a b@example.dk",
        "a@b@c",
        "a@b\nBcc: x@y",
        "x" * 250 + "@e.dk",
        "<a@b.dk>",
        "a@b.dk,c@d.dk",
        "a\u202e@b.dk",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(IdentityError) as refused:
        identity.normalise_email(typed)
    assert refused.value.code == "email-shape"


def test_a_person_is_found_by_address_in_any_spelling(database: Database, anna: Person) -> None:
    with database.read() as session:
        found = identity.find_by_email(session, "ANNA@example.dk ")
        assert found is not None
        assert (found.id, found.name, found.active) == (anna.id, "Anna Øst", True)
        assert identity.find_by_email(session, "bo@example.dk") is None
        assert identity.find_by_email(session, "not an address") is None
        assert identity.get(session, number(anna)) is found


def test_one_address_is_one_person(database: Database, anna: Person) -> None:
    with pytest.raises(IdentityError) as refused:
        database.write(lambda s: add(s, "Anna@EXAMPLE.dk"))
    assert refused.value.code == "email-taken"


def test_one_address_is_one_person_even_when_added_twice_at_once(database: Database) -> None:
    outcomes = together(4, lambda: database.write(add))
    assert len(outcomes.results) == 1
    assert [type(error) for error in outcomes.errors] == [IdentityError] * 3


def test_a_person_has_a_name(database: Database) -> None:
    with pytest.raises(IdentityError) as refused:
        database.write(lambda s: add(s, name="  "))
    assert refused.value.code == "name-empty"


def test_roles_are_for_one_pool_or_for_all(database: Database, anna: Person) -> None:
    def work(session: Session) -> None:
        assert identity.grant_role(session, number(anna), "chair", "urban-life")
        assert identity.grant_role(session, number(anna), "auditor")
        assert identity.grant_role(session, number(anna), "auditor", "knowledge")
        assert not identity.grant_role(session, number(anna), "chair", "urban-life")
        assert not identity.grant_role(session, number(anna), "auditor")

    database.write(work)
    with database.read() as session:
        assert identity.roles_for(session, number(anna), "urban-life") == {"chair", "auditor"}
        assert identity.roles_for(session, number(anna), "knowledge") == {"auditor"}
        assert identity.roles_for(session, number(anna), None) == {"auditor"}
        assert identity.roles_for(session, 999, "urban-life") == frozenset()
        assert identity.all_roles(session, number(anna)) == {
            "urban-life": {"chair"},
            "knowledge": {"auditor"},
            None: {"auditor"},
        }
        assert identity.actor(session, anna, "urban-life") == Actor(
            "person", anna.id, "Anna Øst", frozenset({"chair", "auditor"}), "urban-life"
        )


def test_a_role_is_taken_away_as_it_was_given(database: Database, anna: Person) -> None:
    database.write(lambda s: identity.grant_role(s, number(anna), "chair", "urban-life"))
    assert not database.write(lambda s: identity.revoke_role(s, number(anna), "chair"))
    assert database.write(lambda s: identity.revoke_role(s, number(anna), "chair", "urban-life"))
    with database.read() as session:
        assert identity.all_roles(session, number(anna)) == {}


@pytest.mark.parametrize("role", ["applicant", "system", "king", ""])
def test_only_the_roles_of_staff_are_given(database: Database, anna: Person, role: str) -> None:
    with pytest.raises(IdentityError) as refused:
        database.write(lambda s: identity.grant_role(s, number(anna), role))
    assert refused.value.code == "role-unknown"


def test_the_same_role_given_by_two_at_once_is_given_once(database: Database, anna: Person) -> None:
    for pool in (None, "urban-life"):
        outcomes = together(
            4,
            lambda pool=pool: database.write(  # type: ignore[misc]
                lambda s: identity.grant_role(s, number(anna), "chair", pool)
            ),
        )
        assert outcomes.errors == []
        assert sorted(outcomes.results) == [False, False, False, True]


def test_who_is_locked_out_has_no_role_and_no_session(database: Database, anna: Person) -> None:
    def work(session: Session) -> int:
        identity.grant_role(session, number(anna), "chair")
        person = identity.get(session, number(anna))
        assert person is not None
        identity.set_active(session, person, False)
        return person.session_epoch

    assert database.write(work) == anna.session_epoch + 1
    with database.read() as session:
        assert identity.roles_for(session, number(anna), "urban-life") == frozenset()
        assert identity.all_roles(session, number(anna)) == {}
        assert identity.people_with(session, "chair", "urban-life") == []


def test_a_new_password_ends_every_session(database: Database, anna: Person) -> None:
    def work(session: Session) -> int:
        person = identity.get(session, number(anna))
        assert person is not None
        identity.set_password(session, person, "$argon2id$made-up")
        return person.session_epoch

    assert database.write(work) == 1
    assert database.write(work) == 2
    assert together(4, lambda: database.write(work)).errors == []
    with database.read() as session:
        person = identity.get(session, number(anna))
        assert person is not None
        assert (person.session_epoch, person.password_hash) == (6, "$argon2id$made-up")


def test_whom_to_notify(database: Database, anna: Person) -> None:
    def work(session: Session) -> None:
        bo = add(session, "bo@example.dk", "Bo")
        identity.grant_role(session, number(bo), "communications")
        identity.grant_role(session, number(anna), "communications", "urban-life")
        identity.grant_role(session, number(anna), "communications")

    database.write(work)
    with database.read() as session:

        def names(pool: str | None) -> list[str]:
            return [p.name for p in identity.people_with(session, "communications", pool)]

        assert names("urban-life") == ["Anna Øst", "Bo"]
        assert names(None) == ["Anna Øst", "Bo"]
        assert identity.people_with(session, "chair", "urban-life") == []
        assert [p.name for p in identity.everybody(session)] == ["Anna Øst", "Bo"]


def test_the_last_administrator_stays(database: Database, anna: Person) -> None:
    def admin(session: Session) -> Person:
        bo = add(session, "bo@example.dk", "Bo")
        for person in (anna, bo):
            identity.grant_role(session, number(person), identity.ADMIN)
        return bo

    bo = database.write(admin)
    assert database.write(lambda s: identity.revoke_role(s, number(bo), identity.ADMIN))

    def lock(session: Session) -> None:
        person = identity.get(session, number(anna))
        assert person is not None
        identity.set_active(session, person, False)

    for attempt in (lock, lambda s: identity.revoke_role(s, number(anna), identity.ADMIN)):
        with pytest.raises(IdentityError) as refused:
            database.write(attempt)
        assert refused.value.code == "last-admin"


def test_an_administrator_is_the_houses_not_a_pools(database: Database, anna: Person) -> None:
    with pytest.raises(IdentityError) as refused:
        database.write(lambda s: identity.grant_role(s, number(anna), identity.ADMIN, "urban-life"))
    assert refused.value.code == "role-unknown"


def test_two_administrators_who_leave_at_once_do_not_both(database: Database) -> None:
    def admins(session: Session) -> list[int]:
        both = [number(add(session, f"{n}@example.dk", n)) for n in ("anna", "bo")]
        for person_id in both:
            identity.grant_role(session, person_id, identity.ADMIN)
        return both

    leaving = iter(database.write(admins))

    def leave() -> None:
        person_id = next(leaving)
        database.write(lambda s: identity.revoke_role(s, person_id, identity.ADMIN))

    outcomes = together(2, leave)
    assert len(outcomes.results) == 1
    assert [getattr(error, "code", error) for error in outcomes.errors] == ["last-admin"]


@pytest.mark.parametrize(("kind", "person_id"), [("person", None), ("system", 3), ("applicant", 3)])
def test_only_a_person_acts_with_an_id(kind: identity.ActorKind, person_id: int | None) -> None:
    with pytest.raises(ValueError, match="acts with an id"):
        Actor(kind, person_id, "x")


def test_actors_have_keys() -> None:
    assert Actor("person", 3, "x").key == "person:3"
    assert identity.applicant("x").key == "applicant"
    assert identity.SYSTEM.key == "system"
