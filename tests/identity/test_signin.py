"""Signing in: counted before the password is looked at, the same for nobody as for somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlmodel import Session, select

from pool import identity
from pool.db import Database
from pool.identity import signin
from pool.models.identity import Person
from tests.support.together import together

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GOOD = "tre heste på en altan"
HOME, CAFE = "192.0.2.1", "2001:db8::7"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""So that the tests of counting need not wait for hashing."""


@pytest.fixture
def anna(database: Database) -> Person:
    def work(session: Session) -> Person:
        person = identity.add_person(session, email="anna@example.dk", name="Anna", now=NOW)
        identity.set_password(session, person, QUICK.hash(GOOD))
        return person

    return database.write(work)


def stored(session: Session, person: Person) -> Person:
    return session.exec(select(Person).where(Person.id == person.id)).one()


def attempt(
    database: Database,
    raw: str,
    *,
    email: str = "anna@example.dk",
    address: str = HOME,
    now: datetime = NOW,
) -> Person | None:
    candidate = database.write(lambda s: signin.begin(s, email, address, now))
    verdict = signin.check(candidate, raw)
    return database.write(lambda s: signin.finish(s, candidate, verdict, now))


def test_the_right_password_lets_in_and_is_hashed_anew_where_it_was_weak(
    database: Database, anna: Person
) -> None:
    person = attempt(database, GOOD, email=" ANNA@example.dk")
    assert person is not None
    assert (person.id, person.signed_in_at) == (anna.id, NOW)
    assert person.password_hash != anna.password_hash
    assert person.session_epoch == anna.session_epoch
    again = attempt(database, GOOD)
    assert again is not None
    assert again.password_hash == person.password_hash


def test_everybody_else_stays_out(database: Database, anna: Person) -> None:
    assert attempt(database, "wrong") is None
    assert attempt(database, GOOD, email="bo@example.dk") is None
    assert attempt(database, GOOD, email="not an address") is None

    database.write(lambda s: identity.set_active(s, stored(s, anna), False))
    assert attempt(database, GOOD) is None


def test_who_has_no_password_does_not_get_in_with_any(database: Database) -> None:
    database.write(lambda s: identity.add_person(s, email="bo@example.dk", name="Bo", now=NOW))
    for raw in ("", "nobody has this password"):
        assert attempt(database, raw, email="bo@example.dk") is None


def test_a_password_changed_meanwhile_counts(database: Database, anna: Person) -> None:
    candidate = database.write(lambda s: signin.begin(s, "anna@example.dk", HOME, NOW))
    verdict = signin.check(candidate, GOOD)
    database.write(lambda s: identity.set_password(s, stored(s, anna), QUICK.hash("new")))
    assert database.write(lambda s: signin.finish(s, candidate, verdict, NOW)) is None


@pytest.mark.parametrize("email", ["anna@example.dk", "nobody@example.dk", "no address"])
def test_after_six_wrong_ones_there_is_a_wait_known_or_not(
    database: Database, anna: Person, email: str
) -> None:
    for second in range(6):
        late = NOW + timedelta(seconds=second)
        assert attempt(database, "wrong", email=email, now=late) is None
    with pytest.raises(signin.TooManyAttempts) as refused:
        attempt(database, GOOD, email=email, now=NOW + timedelta(minutes=14))
    assert refused.value.until == NOW + timedelta(minutes=15)
    assert attempt(database, "wrong", email=email, now=NOW + timedelta(minutes=15)) is None


def test_from_elsewhere_the_right_one_still_gets_in(database: Database, anna: Person) -> None:
    for _ in range(6):
        attempt(database, "wrong", address=CAFE)
    assert attempt(database, GOOD) is not None


def test_success_clears_the_pair_and_only_takes_itself_off_the_rest(
    database: Database, anna: Person
) -> None:
    for _ in range(5):
        attempt(database, "wrong")
    assert attempt(database, GOOD) is not None
    with database.read() as session:
        rows = session.connection().execute(text("SELECT key, count FROM signin_attempt"))
        counts = {key.partition(":")[0]: count for key, count in rows}
    assert counts == {"account": 5, "address": 5}
    for _ in range(6):
        assert attempt(database, "wrong") is None


def test_one_address_cannot_try_everybody(database: Database) -> None:
    for n in range(60):
        database.write(lambda s, n=n: signin.begin(s, f"{n}@example.dk", HOME, NOW))  # type: ignore[misc]
    with pytest.raises(signin.TooManyAttempts):
        database.write(lambda s: signin.begin(s, "x@example.dk", HOME, NOW))
    database.write(lambda s: signin.begin(s, "x@example.dk", CAFE, NOW))


def test_one_account_cannot_be_tried_from_everywhere_until_it_is_forgiven(
    database: Database, anna: Person
) -> None:
    for n in range(60):
        database.write(lambda s, n=n: signin.begin(s, anna.email, f"192.0.2.{n}", NOW))  # type: ignore[misc]
    with pytest.raises(signin.TooManyAttempts) as refused:
        attempt(database, GOOD, address=CAFE)
    assert refused.value.until == NOW + timedelta(hours=1)
    database.write(lambda s: signin.forgive(s, "Anna@example.dk"))
    assert attempt(database, GOOD, address=CAFE) is not None


def test_many_at_once_get_no_more_tries(database: Database, anna: Person) -> None:
    outcomes = together(
        12, lambda: database.write(lambda s: signin.begin(s, anna.email, HOME, NOW))
    )
    assert len(outcomes.results) == 6
    assert {type(error) for error in outcomes.errors} == {signin.TooManyAttempts}


def test_neither_address_nor_account_is_written_down(database: Database, anna: Person) -> None:
    attempt(database, "wrong", email="min hemmelige kode")
    with database.read() as session:
        dump = str(session.connection().execute(text("SELECT * FROM signin_attempt")).all())
    assert "hemmelige" not in dump
    assert HOME not in dump


def test_old_counters_are_forgotten(database: Database, anna: Person) -> None:
    attempt(database, "wrong")
    assert database.write(lambda s: signin.forget_old(s, NOW + timedelta(hours=23))) == 0
    assert database.write(lambda s: signin.forget_old(s, NOW + timedelta(days=1))) == 3
