"""Ten messages against every way a relay can behave: what the outbox says is what happened."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from pool.db import Database
from pool.models.outbox import Document
from pool.outbox import queries
from pool.outbox.delivery import deliver_some
from pool.outbox.relay import resume
from tests.support import samples
from tests.support.outbox import HASTY, PATIENT, messages, outgoing, queue, states
from tests.support.smtp import BEHAVIOURS, Relay

NOW = samples.MOMENT
TEN = 10

# How ten messages stand after one round, and whether any mail may have been kept.
EXPECTED = {
    "accept": {"sent"},
    "busy greeting": {"queued"},
    "drop connection": {"queued"},
    "refuse sender": {"queued"},
    "rcpt 4xx": {"queued"},
    "rcpt 5xx": {"failed"},
    "data 4xx": {"queued"},
    "drop before 354": {"queued"},
    "hang before 354": {"queued"},
    "drop in body": {"queued", "unknown"},
    "final 4xx": {"queued"},
    "final 5xx": {"failed"},
    "drop after dot, kept": {"unknown", "queued"},
    "drop after dot, lost": {"unknown", "queued"},
    "hang after dot, kept": {"unknown", "queued"},
    "garbage after dot, kept": {"unknown", "queued"},
}


def fill(database: Database, count: int = TEN) -> None:
    database.write(lambda session: [queue(session, n) for n in range(count)] and None)


def check_truth(database: Database, relay: Relay) -> None:
    """sent ⊆ stored ⊆ sent ∪ unknown, and nothing stored twice."""
    stored = relay.message_ids()
    assert len(stored) == len(set(stored))
    now = messages(database)
    sent = {one.message_id for one in now if one.state == "sent"}
    unknown = {one.message_id for one in now if one.state == "unknown"}
    assert sent <= set(stored) <= sent | unknown


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_ten_messages(database: Database, behaviour: str) -> None:
    fill(database)
    with Relay(behaviour) as relay:
        timeouts = HASTY if behaviour.startswith("hang") else PATIENT
        deliver_some(database, outgoing(relay.url, timeouts=timeouts), NOW)
        check_truth(database, relay)
        assert set(states(database)) <= EXPECTED[behaviour]
        if behaviour == "accept":
            assert len(relay.stored) == TEN

        # Once the relay works again, all that is still queued gets there, once.
        relay.become("accept")
        deliver_some(database, outgoing(relay.url), NOW + timedelta(days=2))
        check_truth(database, relay)
    after = states(database)
    assert "queued" not in after
    assert set(after) <= {"sent"} | (EXPECTED[behaviour] - {"queued"})


def test_mixed_fortunes(database: Database) -> None:
    fill(database)
    fortunes = ["accept", "final 4xx", "drop after dot, kept", "rcpt 5xx", "drop in body"] * 2
    with Relay([*fortunes, "accept"]) as relay:
        for hours in range(0, 40, 8):
            deliver_some(database, outgoing(relay.url), NOW + timedelta(hours=hours))
        check_truth(database, relay)
    after = states(database)
    assert after.count("failed") == 2
    assert 2 <= after.count("unknown") <= 4
    assert after.count("sent") == TEN - 2 - after.count("unknown")


def test_without_a_relay_all_wait(database: Database) -> None:
    fill(database, 3)
    assert deliver_some(database, outgoing(None), NOW) == 0
    assert states(database) == ["queued"] * 3
    assert {one.attempts for one in messages(database)} == {0}


def test_relay_away_costs_no_attempt_and_is_left_alone(database: Database) -> None:
    fill(database, 3)
    with Relay() as relay:
        url = relay.url
    assert deliver_some(database, outgoing(url), NOW) == 1
    assert [one.attempts for one in messages(database)] == [0, 0, 0]
    with database.read() as session:
        until = queries.paused(session, NOW + timedelta(seconds=1))
        assert until is not None
        assert "refused" in (queries.relay_row(session).last_trouble or "").lower()
    assert deliver_some(database, outgoing(url), NOW + timedelta(seconds=5)) == 0
    assert deliver_some(database, outgoing(url), until + timedelta(seconds=1)) == 1


def test_unknowns_in_a_row_pause_the_relay(database: Database) -> None:
    fill(database)
    with Relay("drop after dot, kept") as relay:
        assert deliver_some(database, outgoing(relay.url), NOW) == 3
        assert states(database) == ["unknown"] * 3 + ["queued"] * 7
        assert deliver_some(database, outgoing(relay.url), NOW + timedelta(minutes=10)) == 0
        # A quarter of an hour later one is tried; still silent: half an hour this time.
        later = NOW + timedelta(minutes=16)
        assert deliver_some(database, outgoing(relay.url), later) == 1
        assert deliver_some(database, outgoing(relay.url), later + timedelta(minutes=20)) == 0
        relay.become("accept")
        assert deliver_some(database, outgoing(relay.url), later + timedelta(minutes=31)) == 6
        check_truth(database, relay)
    with database.read() as session:
        assert queries.relay_row(session).unknowns == 0


def test_the_answer_of_the_relay_is_kept(database: Database) -> None:
    fill(database, 2)
    with Relay(["rcpt 5xx", "rcpt 4xx"]) as relay:
        deliver_some(database, outgoing(relay.url), NOW)
    failed, queued = messages(database)
    assert failed.last_reply == "550 no such mailbox"
    assert queued.last_reply == "450 later"
    assert queued.attempts == 1
    wait = queued.next_try_at - NOW
    assert timedelta(seconds=50) < wait < timedelta(seconds=80)


def test_refusals_for_now_end_after_days(database: Database) -> None:
    fill(database, 1)
    now, waits = NOW, []
    with Relay("rcpt 4xx") as relay:
        while states(database) == ["queued"]:
            deliver_some(database, outgoing(relay.url), now)
            due = messages(database)[0].next_try_at
            waits.append(due - now)
            now = due + timedelta(seconds=1)
    assert states(database) == ["failed"]
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=6)
    assert max(waits) > timedelta(hours=20)


def test_the_mail_that_arrives(database: Database) -> None:
    database.write(
        lambda session: queue(session, template="decision-part", letter="decision-part", lang="en")
    )
    with Relay() as relay:
        deliver_some(database, outgoing(relay.url), NOW)
    (row,) = messages(database)
    mail = message_from_bytes(relay.stored[0], policy=policy.default)
    assert relay.envelopes == [("puljen@example.dk", "a1@example.org")]
    assert mail["From"] == "Pool for safe urban life <puljen@example.dk>"
    assert mail["Reply-To"] == "The secretariat <pulje@example.dk>"
    assert mail["To"] == "Anna Åkær 1 <a1@example.org>"
    assert mail["Message-ID"] == row.message_id
    assert mail["Date"] == "Fri, 18 Oct 2024 12:05:00 +0200"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    text = mail.get_body(("plain",))
    assert text is not None
    assert samples.URL in text.get_content()
    assert "Dansk" in text.get_content()
    (letter,) = mail.iter_attachments()
    assert letter.get_filename() == "Decision Gadefest ved Voldparken.pdf"
    with database.read() as session:
        kept = session.get_one(Document, row.document_id)
        as_sent = session.get_one(Document, row.mail_id)
    assert letter.get_content() == kept.body
    assert all(byte < 128 for byte in relay.stored[0])

    # The copy that is kept is the mail as sent, but for the personal link.
    assert as_sent.media_type == "message/rfc822"
    assert samples.URL.encode() in relay.stored[0].replace(b"=\r\n", b"").replace(b"=5F", b"_")
    text = message_from_bytes(as_sent.body, policy=policy.default).get_body(("plain",))
    assert text is not None
    assert "(link not kept)" in text.get_content()
    assert samples.URL.encode() not in as_sent.body.replace(b"=\r\n", b"").replace(b"=5F", b"_")


def test_no_log_has_the_link(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    fill(database, 4)
    with Relay(["drop after dot, kept", "rcpt 5xx", "final 4xx", "accept"]) as relay:
        deliver_some(database, outgoing(relay.url), NOW)
    secret = samples.URL.rpartition("/")[2]
    assert secret not in caplog.text
    assert all(secret not in (one.last_reply or "") for one in messages(database))


def test_a_page_behind_sign_in_is_no_secret(database: Database) -> None:
    data = samples.data("low-balance") | {"link": {"path": "/styring"}}
    database.write(lambda session: queue(session, template="low-balance", data=data))
    with Relay() as relay:
        deliver_some(database, outgoing(relay.url), NOW)
    (row,) = messages(database)
    with database.read() as session:
        kept = session.get_one(Document, row.mail_id)
    assert kept.body == relay.stored[0]


def test_one_bad_message_stops_no_other(database: Database) -> None:
    def work(session: object) -> None:
        queue(session, 1, email="jørgen@example.org")  # type: ignore[arg-type]
        queue(session, 2, email="a@example.org\r\nDATA")  # type: ignore[arg-type]
        queue(session, 3)  # type: ignore[arg-type]

    database.write(work)
    with Relay() as relay:
        assert deliver_some(database, outgoing(relay.url), NOW) == 3
    assert states(database) == ["failed", "failed", "sent"]
    assert "jørgen@example.org" in (messages(database)[0].last_reply or "")


def test_the_letter_is_made_once(database: Database) -> None:
    database.write(
        lambda session: queue(session, template="decision-refused", letter="decision-refused")
    )
    with Relay(["final 4xx", "accept"]) as relay:
        deliver_some(database, outgoing(relay.url), NOW)
        first = messages(database)[0].document_id
        deliver_some(database, outgoing(relay.url), NOW + timedelta(hours=1))
    (row,) = messages(database)
    assert row.state == "sent"
    assert row.document_id == first


def test_a_link_is_minted_for_the_sending_only(database: Database) -> None:
    minted: list[str] = []

    def mint(session: object, link: object, now: object) -> str:
        minted.append(str(link))
        return samples.URL

    fill(database, 1)
    with Relay(["busy greeting", "accept"]) as relay:
        deliver_some(database, outgoing(relay.url, addresses=mint), NOW)
        assert minted == []
        deliver_some(database, outgoing(relay.url, addresses=mint), NOW + timedelta(minutes=5))
    assert len(minted) == 1


def test_begins_nothing_once_its_time_is_up(database: Database) -> None:
    fill(database, 3)
    with Relay() as relay:
        assert deliver_some(database, outgoing(relay.url), NOW, seconds=0) == 0
        assert deliver_some(database, outgoing(relay.url), NOW, limit=2) == 2
    assert states(database) == ["sent", "sent", "queued"]


def test_a_person_lets_the_relay_go_on(database: Database) -> None:
    fill(database, 4)
    with Relay("drop after dot, kept") as relay:
        deliver_some(database, outgoing(relay.url), NOW)
        relay.become("accept")
        assert deliver_some(database, outgoing(relay.url), NOW) == 0
        database.write(resume)
        assert deliver_some(database, outgoing(relay.url), NOW) == 1
