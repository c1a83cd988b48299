"""A CPR number in clear stands in no table, log, mail or export."""

from __future__ import annotations

import hashlib
import json
import logging

import pytest
from sqlmodel import select

import pool.journal as journal
from pool import keys
from pool.cases import payees
from pool.cases.commands import Command
from pool.cases.errors import CommandReused, NotFound
from pool.db import Database
from pool.models.base import metadata
from pool.models.command import Command as CommandRow
from pool.payments import sealed
from tests.payments.scene import CPR, CVR, PERSON, POOL, Scene
from workflows import cpr

FORMS = (CPR, cpr.shown(CPR))


def holds_it(value: object) -> bool:
    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return any(form.encode() in raw for form in FORMS)


def everywhere(database: Database) -> list[str]:
    """``table.column`` of every value of the database that has the number in clear."""
    with database.read() as session:
        return [
            f"{table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            for value in session.execute(select(column)).scalars()
            if value is not None and holds_it(value)
        ]


def test_in_clear_it_stands_nowhere(
    scene: Scene, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    caplog.set_level(logging.DEBUG)
    world = scene.world
    case_id = scene.granted(PERSON)
    world.do(case_id, "sofie", "payee", payee=dict(PERSON))  # and once more by a colleague
    list_id = scene.released(case_id)
    assert holds_it(scene.file(list_id)[1])
    ole = world.actor("ole", POOL)
    for _ in range(2):  # one press of the button, sent twice
        assert payees.reveal(world.house, "look", case_id, ole, world.now) == FORMS[1]
    scene.pay_all(list_id)
    world.do(case_id, "ole", "payment-failed", reason="Lukket konto", failed_on="02.03.2026")

    assert everywhere(database) == []
    assert not holds_it(caplog.text)
    with database.read() as session:
        kinds = [event.kind for event in journal.read(session, f"case:{case_id}")]
    assert kinds.count("case.payee-revealed") == 2  # each time it was shown
    if database.is_sqlite:
        path = database.engine.url.database
        assert path is not None
        with open(path, "rb") as file:
            assert not holds_it(file.read())


def test_nobody_but_finance_reads_it(scene: Scene) -> None:
    case_id = scene.granted(PERSON)
    world = scene.world
    for who in ("sofie", "karim", "rune"):
        with pytest.raises(NotFound):
            payees.reveal(world.house, who, case_id, world.actor(who, POOL), world.now)
    other = scene.granted(CVR)
    with pytest.raises(NotFound):
        payees.reveal(world.house, "none", other, world.actor("ole", POOL), world.now)


def test_a_command_remembers_it_by_a_digest_nobody_can_try_out(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted()
    world.do(case_id, "applicant", "payee", command_id="tell", payee=dict(PERSON))
    again = world.do(case_id, "applicant", "payee", command_id="tell", payee=dict(PERSON))
    assert again.repeated
    with pytest.raises(CommandReused):
        world.do(
            case_id, "applicant", "payee", command_id="tell",
            payee={**PERSON, "number": "020190-4321"},
        )  # fmt: skip
    command = Command("x", case_id, "payee", None, {"payee": dict(PERSON)})
    body = json.dumps(["payee", case_id, {"payee": PERSON}, []], sort_keys=True)
    with world.database.read() as session:
        kept = session.get_one(CommandRow, "tell").digest
    assert kept == command.digest()
    assert kept != hashlib.sha256(body.encode()).hexdigest()


def test_without_the_key_nothing_opens_and_the_start_says_so(
    scene: Scene, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = scene.granted(PERSON)
    first = keys.ring()
    with database.read() as session:
        sealed.check(session)
    monkeypatch.setattr(keys, "_given", [keys.Keyring([b"2" * 32])])
    with database.read() as session, pytest.raises(keys.CannotOpen, match="key file"):
        sealed.check(session)
    ole = scene.world.actor("ole", POOL)
    with pytest.raises(keys.CannotOpen):
        payees.reveal(scene.world.house, "look", case_id, ole, scene.world.now)
    monkeypatch.setattr(
        keys, "_given", [keys.Keyring([b"2" * 32, b"only for the tests' sealed data!"])]
    )
    with database.read() as session:  # a new key on top, the old one below it
        sealed.check(session)
    assert first.open(scene.payee(case_id).secret or b"") == CPR.encode()
