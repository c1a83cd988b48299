"""Colleagues are told what happened to their own sign-in: once, at once, and without a link."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from pool import identity
from pool.db import Database
from pool.identity import passwords, signin
from pool.models.identity import Person
from pool.models.outbox import Message
from pool.models.schedule import Job
from pool.outbox import security
from pool.outbox.templates import TEMPLATES
from pool.render.mail import mail
from tests.support import samples

NOW = samples.MOMENT
WRONG = passwords.Verdict(False, None)


@pytest.fixture
def anna(database: Database) -> Person:
    def work(session: Session) -> Person:
        person = identity.add_person(session, email="anna@example.dk", name="Anna", now=NOW)
        person.notices = "weekly"  # none of these waits for a digest
        identity.set_password(session, person, "a hash")
        return person

    return database.write(work)


def told(database: Database) -> list[Message]:
    with database.read() as session:
        return list(session.exec(select(Message).order_by(col(Message.id))))


def test_roles_and_access_are_told_of(database: Database, anna: Person) -> None:
    number = anna.id or 0

    def again(session: Session, active: bool, now: datetime) -> None:
        identity.set_active(session, session.get_one(Person, number), active, now=now)

    later = NOW + timedelta(minutes=1)
    database.write(lambda s: identity.grant_role(s, number, "member", now=NOW))
    database.write(lambda s: identity.grant_role(s, number, "member", now=NOW))  # had it
    database.write(lambda s: identity.revoke_role(s, number, "member", now=later))
    database.write(lambda s: again(s, False, NOW))
    database.write(lambda s: again(s, True, later))
    found = told(database)
    assert [one.template for one in found] == ["security-role"] * 2 + ["security-access"] * 2
    assert {(one.state, one.to_email) for one in found} == {("queued", "anna@example.dk")}
    assert found[0].data["given"] == ["medlem af arbejdsgruppen (alle puljer)"]
    assert found[1].data["taken"] == found[0].data["given"]
    subjects = [mail(one.template, one.lang, one.data).subject for one in found[2:]]
    assert subjects == ["Du kan ikke længere logge ind", "Du kan logge ind igen"]


def test_without_a_moment_nobody_is_told(database: Database, anna: Person) -> None:
    database.write(lambda s: identity.grant_role(s, anna.id or 0, "member"))
    assert told(database) == []


def test_no_mail_of_these_has_a_link(database: Database, anna: Person) -> None:
    for name in (one for one in TEMPLATES if one.startswith("security-")):
        assert "link" not in TEMPLATES[name].keys
        written = mail(name, "da", samples.rendered(name))
        assert "http" not in written.text
        assert "href" not in written.html


def fail(database: Database, email: str, address: str, now: datetime) -> None:
    candidate = database.write(lambda s: signin.begin(s, email, address, now))
    assert database.write(lambda s: signin.finish(s, candidate, WRONG, now)) is None


def jobs(database: Database) -> list[Job]:
    with database.read() as session:
        return list(session.exec(select(Job).where(col(Job.kind) == signin.LOCKED)))


def run(database: Database, now: datetime) -> list[bool]:
    return [
        database.write(lambda s, job=job: signin.tell_locked(s, job.payload, now))  # type: ignore[misc]
        for job in jobs(database)
    ]


def test_a_lock_is_told_once_and_nobody_s_costs_the_same(database: Database, anna: Person) -> None:
    for email in ("anna@example.dk", "nobody@example.dk"):
        for _ in range(signin.TOGETHER.count - 1):
            fail(database, email, "192.0.2.1", NOW)
        before = len(jobs(database))
        fail(database, email, "192.0.2.1", NOW)
        assert len(jobs(database)) == before + 1  # the same work, whether there is anybody
        for _ in range(2):
            with pytest.raises(signin.TooManyAttempts):
                fail(database, email, "192.0.2.1", NOW)
    assert told(database) == []  # nothing before the answer
    assert sorted(run(database, NOW)) == [False, True]
    run(database, NOW)
    for _ in range(signin.TOGETHER.count):  # from elsewhere, within the hour
        fail(database, "anna@example.dk", "192.0.2.2", NOW + timedelta(minutes=30))
    run(database, NOW)
    [one] = told(database)
    assert (one.template, one.person_id) == ("security-locked", anna.id)
    for _ in range(signin.TOGETHER.count):
        fail(database, "anna@example.dk", "192.0.2.1", NOW + timedelta(hours=2))
    run(database, NOW)
    assert len(told(database)) == 2


def test_the_right_password_at_the_last_try_locks_nothing(database: Database, anna: Person) -> None:
    for _ in range(signin.TOGETHER.count - 1):
        fail(database, "anna@example.dk", "192.0.2.1", NOW)
    candidate = database.write(lambda s: signin.begin(s, "anna@example.dk", "192.0.2.1", NOW))
    right = passwords.Verdict(True, None)
    assert database.write(lambda s: signin.finish(s, candidate, right, NOW)) is not None
    assert jobs(database) == []


def test_a_password_is_told_of_once(database: Database, anna: Person) -> None:
    for _ in range(2):
        database.write(
            lambda s: security.password_changed(
                s, s.get_one(Person, anna.id), by_link=True, now=NOW
            )
        )
    assert len(told(database)) == 1
