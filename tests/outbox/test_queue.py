"""Putting messages in the outbox, and what a person does with them there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from pool.db import Database
from pool.models.outbox import Message
from pool.outbox import (
    MessageStateError,
    NoAddressError,
    TemplateDataError,
    counts,
    discard,
    for_case,
    latest,
    letter_bytes,
    letter_preview,
    mark_posted,
    release,
    resend,
    store,
    supersede,
    troubled,
    waiting_print,
)
from pool.outbox.delivery import deliver_some
from tests.support import samples
from tests.support.outbox import messages, outgoing, queue, states
from tests.support.smtp import Relay

NOW = samples.MOMENT


def test_the_same_event_makes_one_message(database: Database) -> None:
    first = database.write(queue)
    second = database.write(lambda session: queue(session, now=NOW + timedelta(hours=1)))
    assert first.id == second.id
    assert second.message_id == first.message_id
    assert second.date == NOW
    database.write(lambda session: queue(session, event="test:other"))
    database.write(lambda session: queue(session, template="closed"))
    assert len(messages(database)) == 3


def test_a_message_exists_exactly_when_its_cause_does(database: Database) -> None:
    def work(session: Session) -> None:
        queue(session)
        raise RuntimeError("the cause fell through")

    with pytest.raises(RuntimeError):
        database.write(work)
    assert messages(database) == []


def test_waking_the_workers(database: Database) -> None:
    woken: list[frozenset[str]] = []
    database.on_commit.append(woken.append)
    database.write(queue)
    database.write(lambda session: queue(session, 2, draft=True))
    assert woken == [frozenset({"letters"}), frozenset()]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"amount": None}, "amount is no ore: None"),
        ({"amount": 1.5}, "amount is no ore: 1.5"),
        ({"amount": True}, "amount is no ore: True"),
        ({"paid_on": "18/10"}, "paid_on is no day: '18/10'"),
        ({"pool_name": {"en": "Only English"}}, "pool_name is no texts: {'en': 'Only English'}"),
        ({"link": "https://x"}, "link is no link?: 'https://x'"),
        ({"surplus": 1}, "surplus is not known"),
    ],
)
def test_wrong_data_is_refused_at_once(change: dict[str, object], problem: str) -> None:
    with Session() as session, pytest.raises(TemplateDataError) as caught:
        queue(session, data=samples.data("payment") | change)
    assert caught.value.problems == (problem,)


def test_missing_data_is_refused_at_once() -> None:
    data = samples.data("decision-refused", "decision-refused")
    del data["reasons"]
    with Session() as session, pytest.raises(TemplateDataError, match="reasons is missing"):
        queue(session, template="decision-refused", letter="decision-refused", data=data)
    with Session() as session, pytest.raises(TemplateDataError, match="no such mail"):
        queue(session, template="nonsense", data={"x": 1})


def test_data_is_frozen(database: Database) -> None:
    data = samples.data("payment") | {"paid_on": date(2024, 10, 1), "title": "A\0B\ud800C"}
    database.write(lambda session: queue(session, data=data))
    data["title"] = "changed"
    (row,) = messages(database)
    assert row.data["paid_on"] == "2024-10-01"
    assert row.data["title"] == "ABC"


def test_without_an_address_it_waits_for_a_person(database: Database) -> None:
    database.write(
        lambda session: queue(
            session,
            template="decision-refused",
            letter="decision-refused",
            email=None,
        )
    )
    (row,) = messages(database)
    assert (row.state, row.channel) == ("waiting", "print")
    with Relay() as relay:
        assert deliver_some(database, outgoing(relay.url), NOW) == 0
    with database.read() as session:
        assert [one.id for one in waiting_print(session)] == [row.id]
        assert waiting_print(session, pool="knowledge") == []

    pdf = letter_bytes(row)
    assert pdf == letter_preview("decision-refused", "da", row.data, row.date)

    def post(session: Session) -> None:
        kept = store(
            session, name="x.pdf", media_type="application/pdf", body=pdf, now=NOW, case_id=12
        )
        mine = session.get_one(Message, row.id)
        mark_posted(session, mine, by="Bo", now=NOW, note="posted", document_id=kept.id)

    database.write(post)
    (row,) = messages(database)
    assert (row.state, row.decided_by, row.reason) == ("posted", "Bo", "posted")
    assert row.document_id is not None
    with pytest.raises(MessageStateError, match="cannot mark as posted a message that is posted"):
        database.write(
            lambda session: mark_posted(session, session.get_one(Message, row.id), by="Bo", now=NOW)
        )


def test_a_link_needs_an_address() -> None:
    with Session() as session, pytest.raises(NoAddressError):
        queue(session, template="draft-saved", email=None)


def test_drafts(database: Database) -> None:
    def draft(session: Session) -> None:
        for number in (1, 2, 3):
            queue(session, number, draft=True)
        queue(session, 4, draft=True, case_id=13)

    database.write(draft)
    with Relay() as relay:
        assert deliver_some(database, outgoing(relay.url), NOW) == 0
    first, second, *_ = messages(database)
    database.write(lambda s: release(s, s.get_one(Message, first.id), NOW))
    database.write(lambda s: discard(s, s.get_one(Message, second.id), reason="no", by="Bo"))
    assert database.write(lambda session: supersede(session, case_id=12)) == 1
    assert states(database) == ["queued", "discarded", "superseded", "draft"]
    with pytest.raises(MessageStateError):
        database.write(lambda s: release(s, s.get_one(Message, second.id), NOW))


def test_resending_what_failed_to_a_corrected_address(database: Database) -> None:
    database.write(queue)
    with Relay(["rcpt 5xx", "accept"]) as relay:
        deliver_some(database, outgoing(relay.url), NOW)
        (row,) = messages(database)
        with database.read() as session:
            assert [one.id for one in troubled(session)] == [row.id]
        again = database.write(
            lambda session: resend(
                session,
                session.get_one(Message, row.id),
                reason="misspelt",
                by="Bo",
                now=NOW,
                to_email="right@example.org",
            )
        )
        assert (again.resend_of, again.resend_number) == (row.id, 1)
        assert again.message_id != row.message_id
        with database.read() as session:
            assert troubled(session) == []
        deliver_some(database, outgoing(relay.url), NOW)
        assert relay.envelopes[-1][1] == "right@example.org"
    assert states(database) == ["failed", "sent"]


def test_resending_an_unknown_keeps_its_message_id(database: Database) -> None:
    database.write(
        lambda session: queue(session, template="decision-full", letter="decision-full", case_id=7)
    )
    with Relay(["drop after dot, lost", "accept"]) as relay:
        deliver_some(database, outgoing(relay.url), NOW)
        (row,) = messages(database)
        assert row.state == "unknown"
        database.write(
            lambda session: resend(
                session, session.get_one(Message, row.id), reason="not come", by="Bo", now=NOW
            )
        )
        deliver_some(database, outgoing(relay.url), NOW)
        assert relay.message_ids() == [row.message_id]
    first, second = messages(database)
    assert first.state == "unknown"
    assert second.state == "sent"
    assert second.document_id == first.document_id
    third = database.write(
        lambda session: resend(
            session, session.get_one(Message, second.id), reason="lost", by="Bo", now=NOW
        )
    )
    assert (third.resend_of, third.resend_number) == (first.id, 2)
    assert third.message_id != row.message_id


def test_what_may_not_be_resent(database: Database) -> None:
    row = database.write(queue)
    with pytest.raises(MessageStateError, match="cannot resend a message that is queued"):
        database.write(
            lambda session: resend(
                session, session.get_one(Message, row.id), reason="", by="Bo", now=NOW
            )
        )


def test_unknown_links_trouble_nobody(database: Database) -> None:
    def work(session: Session) -> None:
        queue(session, 1, template="draft-saved")
        queue(session, 2, template="receipt")

    database.write(work)
    with Relay("drop after dot, lost") as relay:
        deliver_some(database, outgoing(relay.url), NOW)
    assert states(database) == ["unknown", "unknown"]
    with database.read() as session:
        assert [one.template for one in troubled(session)] == ["receipt"]


def test_looking(database: Database) -> None:
    database.write(lambda session: [queue(session, n, case_id=n % 2) for n in range(4)] and None)
    with database.read() as session:
        assert [one.event for one in for_case(session, 1)] == ["test:1", "test:3"]
        assert counts(session) == {"queued": 4}
        newest = latest(session, limit=2)
        assert [one.event for one in newest] == ["test:3", "test:2"]
        rest = latest(session, before_id=newest[-1].id, state="queued", pool="urban-life")
        assert [one.event for one in rest] == ["test:1", "test:0"]
