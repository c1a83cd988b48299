"""Links: looked at freely, claimed once, known to nobody but their bearer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from pool import identity
from pool.db import Database
from pool.identity import tokens
from pool.models.identity import Token
from tests.support.together import together

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
TOO_LATE = NOW + timedelta(minutes=30)


def signin(session: Session) -> str:
    return identity.mint(session, "signin", "person:3", now=NOW, minutes=30, once=True)


def draft(session: Session) -> str:
    return identity.mint(session, "draft", "draft:7", now=NOW, days=60, once=False)


def state(database: Database, raw: str, purpose: tokens.Purpose, now: datetime) -> str | None:
    with database.read() as session:
        seen = identity.look(session, raw, purpose, now)
        assert (identity.peek(session, raw, purpose, now) is not None) == (
            seen is not None and seen.state == "good"
        )
        return seen.state if seen else None


def test_the_database_never_sees_what_the_link_carries(database: Database) -> None:
    raw = database.write(signin)
    assert len(raw) == 43
    assert raw != database.write(signin)
    with database.read() as session:
        dump = str(session.connection().execute(text("SELECT * FROM token")).all())
    assert raw not in dump
    assert tokens.digest(raw) in dump


def test_looking_changes_nothing(database: Database) -> None:
    raw = database.write(signin)
    for _ in range(3):
        assert state(database, raw, "signin", LATER) == "good"
    claimed = database.write(lambda s: identity.claim(s, raw, "signin", LATER))
    assert claimed is not None
    assert (claimed.subject, claimed.claimed_at) == ("person:3", LATER)


def test_a_link_that_works_once_works_once(database: Database) -> None:
    raw = database.write(signin)
    assert database.write(lambda s: identity.claim(s, raw, "signin", LATER)) is not None
    assert database.write(lambda s: identity.claim(s, raw, "signin", LATER)) is None
    assert state(database, raw, "signin", LATER) == "claimed"


def test_a_link_that_works_until_it_expires(database: Database) -> None:
    raw = database.write(draft)
    for minutes in (1, 2):
        at = NOW + timedelta(minutes=minutes)
        token = database.write(lambda s, at=at: identity.claim(s, raw, "draft", at))  # type: ignore[misc]
        assert token is not None
        assert token.claimed_at == NOW + timedelta(minutes=1)
    assert state(database, raw, "draft", NOW + timedelta(days=59, hours=23)) == "good"
    assert state(database, raw, "draft", NOW + timedelta(days=60)) == "expired"


def test_an_expired_link_does_nothing_but_still_tells_whose_it_was(database: Database) -> None:
    raw = database.write(signin)
    assert database.write(lambda s: identity.claim(s, raw, "signin", TOO_LATE)) is None
    with database.read() as session:
        seen = identity.look(session, raw, "signin", TOO_LATE)
        assert seen is not None
        assert (seen.state, seen.token.subject) == ("expired", "person:3")


def test_a_link_is_for_one_purpose(database: Database) -> None:
    raw = database.write(signin)
    assert state(database, raw, "reset", LATER) is None
    assert database.write(lambda s: identity.claim(s, raw, "reset", LATER)) is None
    assert state(database, raw, "signin", LATER) == "good"


@pytest.mark.parametrize("raw", ["", "x" * 43, "æøå", "\ud800", "a\0b"])
def test_a_made_up_link_is_nothing(database: Database, raw: str) -> None:
    database.write(signin)
    assert state(database, raw, "signin", LATER) is None
    assert database.write(lambda s: identity.claim(s, raw, "signin", LATER)) is None


def test_links_are_revoked_one_or_all(database: Database) -> None:
    raws = [database.write(signin) for _ in range(3)]
    other = database.write(draft)
    with database.read() as session:
        first = session.exec(select(Token.id).order_by(col(Token.id))).first()
    assert first is not None
    assert database.write(lambda s: identity.revoke(s, first, LATER))
    assert not database.write(lambda s: identity.revoke(s, first, LATER))
    assert database.write(lambda s: identity.revoke_all(s, "signin", "person:3", LATER)) == 2
    assert [state(database, raw, "signin", LATER) for raw in raws] == ["revoked"] * 3
    assert database.write(lambda s: identity.claim(s, raws[1], "signin", LATER)) is None
    assert state(database, other, "draft", LATER) == "good"


def test_a_link_needs_a_purpose_and_time(database: Database) -> None:
    with pytest.raises(ValueError, match="purpose"):
        database.write(lambda s: identity.mint(s, "x", "y", now=NOW, days=1, once=True))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="time to live"):
        database.write(lambda s: identity.mint(s, "case", "case:1", now=NOW, once=True))


def test_old_links_are_forgotten(database: Database) -> None:
    raw = database.write(signin)
    late = NOW + timedelta(days=90)
    assert database.write(lambda s: tokens.forget_old(s, late)) == 0
    assert database.write(lambda s: tokens.forget_old(s, late + timedelta(hours=1))) == 1
    assert state(database, raw, "signin", late) is None


def test_of_many_who_press_at_once_one_gets_in(database: Database) -> None:
    for _ in range(25):
        raw = database.write(signin)
        outcomes = together(
            3,
            lambda raw=raw: database.write(  # type: ignore[misc]
                lambda s: identity.claim(s, raw, "signin", LATER)
            ),
        )
        assert outcomes.errors == []
        assert sum(token is not None for token in outcomes.results) == 1


def test_without_the_guarded_update_several_would(database: Database) -> None:
    """The pair of the test above: look first, then write, as one might."""
    raw = database.write(signin)

    meanwhile = threading.Barrier(3)

    def write(session: Session) -> None:
        session.connection().execute(
            update(Token).where(col(Token.subject) == "person:3").values(claimed_at=LATER)
        )

    def claim_by_looking() -> bool:
        with database.read() as session:
            token = identity.peek(session, raw, "signin", LATER)
        meanwhile.wait(10)
        if token is not None:
            database.write(write)
        return token is not None

    outcomes = together(3, claim_by_looking)
    assert outcomes.errors == []
    assert outcomes.results == [True, True, True]
