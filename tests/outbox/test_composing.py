"""The bytes of a mail: no header can be slipped in, nothing typed ends the mail early."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from pool.db import Database
from pool.outbox.composing import compose
from pool.outbox.delivery import deliver_some
from pool.outbox.templates import TEMPLATES
from pool.render.mail import Mail
from tests.support import samples
from tests.support.outbox import messages, outgoing, queue, states
from tests.support.smtp import Relay

HEADERS = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Language", "Content-Type", "MIME-Version"),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_hostile_words_stay_words(database: Database, lang: str) -> None:
    names = list(TEMPLATES)

    def fill(session: object) -> None:
        for number, name in enumerate(names):
            queue(
                session,  # type: ignore[arg-type]
                number,
                template=name,
                lang=lang,
                data=samples.data(name, hostile=True),
            )

    database.write(fill)
    with Relay() as relay:
        deliver_some(database, outgoing(relay.url), samples.MOMENT)
        assert set(states(database)) == {"sent"}
        assert len(relay.stored) == len(names)
        for raw in relay.stored:
            mail = message_from_bytes(raw, policy=policy.default)
            assert set(mail.keys()) <= HEADERS
            assert len(mail.keys()) == len(set(mail.keys()))
            assert not mail.defects
            assert max(len(line) for line in raw.split(b"\r\n")) <= 998
            assert b"\n" not in raw.replace(b"\r\n", b"")
            assert b"\r" not in raw.replace(b"\r\n", b"")
        assert {one[1] for one in relay.envelopes} == {
            f"a{number}@example.org" for number in range(len(names))
        }


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_same_message_is_the_same_bytes(database: Database) -> None:
    database.write(queue)
    (row,) = messages(database)
    mail = Mail("Emne æøå", "Tekst\n", "<p>Tekst</p>", "da")
    first = compose(row, mail, "puljen@example.dk")
    assert first == compose(row, mail, "puljen@example.dk")
    assert b"=?utf-8?" in first
    assert message_from_bytes(first, policy=policy.default)["Subject"] == "Emne æøå"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_name_cannot_be_an_address(database: Database) -> None:
    database.write(queue)
    (row,) = messages(database)
    row.to_name = 'Eve" <spy@example.com>,\r\nBcc: spy@example.com'
    mail = message_from_bytes(
        compose(row, Mail("x", "x", "x", "da"), "puljen@example.dk"), policy=policy.default
    )
    assert mail["Bcc"] is None
    (address,) = mail["To"].addresses
    assert address.addr_spec == "a1@example.org"
