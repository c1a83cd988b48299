"""A payment list from what can be paid to the money marked paid, on both engines."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

import pool.ledger as ledger
from pool import payments
from pool.cases import recusal
from pool.cases.errors import CommandReused, Invalid, Refused
from pool.models.case import Payment
from pool.models.journal import JournalEvent
from pool.models.payments import PaymentList
from pool.payments import due
from tests.payments.scene import CPR, CVR, INVOICE, PERSON, POOL, Scene


def test_from_grant_to_paid(scene: Scene) -> None:
    world = scene.world
    ours = [scene.granted(CVR), scene.granted(PERSON), scene.granted(INVOICE)]
    untold = scene.granted()
    assert {one.case_id for one in scene.chosen(*ours, untold)} == set(ours)

    list_id = scene.prepared(*ours)
    assert scene.chosen(*ours) == []  # they are on a list
    with pytest.raises(Refused) as refused:  # and nothing else is done with their money
        world.do(ours[0], "ole", "pay", reference="KOR-1", paid_on="02.03.2026")
    assert [one.code for one in refused.value.explanation.obstacles] == ["on-list"]
    with pytest.raises(Refused):
        world.do(ours[0], "applicant", "payee", payee=dict(INVOICE))

    sha256 = scene.release(list_id)
    name, body = scene.file(list_id)
    assert name == f"betalingsliste-{POOL}-1.csv"
    assert hashlib.sha256(body).hexdigest() == sha256 == scene.one(list_id).sha256
    assert scene.file(list_id)[1] == body
    rows = [line.split(";") for line in body.decode("utf-8-sig").splitlines()]
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert [row[0] for row in rows[:5]] == ["Post", "BETALING", "BETALING", "BETALING", "SUM"]
    number = world.case(ours[0]).number
    assert rows[1] == [
        *("BETALING", f"{POOL}-1", "1", number, "Til ansøger", "CVR", "64942212"),
        *("Husum Beboere", "9500,00", number, "02-03-2026"),
    ]
    assert rows[2][6] == f"{CPR[:6]}-{CPR[6:]}"
    assert rows[3][5:8] == ["EAN", "5798009811578", "Teltudlejning ApS"]
    assert rows[3][9].endswith(" F-1020")
    assert rows[4][2] == "3"
    assert rows[4][8] == "28500,00"
    heads = {(head.book, head.hash) for head in _heads(scene)}
    assert {tuple(row[9].split()[1::2]) for row in rows[5:]} == heads

    assert [one.error for one in scene.pay_all(list_id)] == [None, None, None]
    assert {world.case(one).state for one in ours} == {"paid"}
    assert scene.one(list_id).state == "settled"
    assert {one.reference for one in scene.items(list_id)} == {"KOR-1"}
    with world.database.read() as session:
        assert ledger.status(session, POOL, 2026).paid == 3 * 950_000
        assert ledger.verify(session).ok
        kinds = [row.kind for row in session.exec(select(JournalEvent))]
    assert kinds.count("payment-list.taken-out") == 2
    assert kinds.count("case.payment-listed") == kinds.count("case.payment-released") == 3


def _heads(scene: Scene) -> list[ledger.Head]:
    with scene.world.database.read() as session:
        return ledger.heads(session)


def test_what_cannot_be_paid_keeps_nothing_off_the_page(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many wait for their payee, or are on a list."""
    monkeypatch.setattr(due, "MOST", 1)
    untold, listed, ready = scene.granted(), scene.granted(CVR), scene.granted(CVR)
    assert [one.case_id for one in scene.chosen(untold, listed, ready)] == [listed]
    scene.prepared(listed)
    assert [one.case_id for one in scene.chosen(untold, listed, ready)] == [ready]


def test_who_prepared_cannot_release(scene: Scene) -> None:
    list_id = scene.prepared(scene.granted(CVR))
    with pytest.raises(payments.SamePerson):
        scene.release(list_id, "ole")

    def by_hand(session: Session) -> None:  # nor by way of the database
        found = session.get_one(PaymentList, list_id)
        found.released_by_id = found.prepared_by_id
        session.add(found)
        session.flush()

    with pytest.raises(IntegrityError, match="two_persons"):
        scene.world.database.write(by_hand)


def test_who_decided_may_prepare_and_neither_release_nor_pay(scene: Scene) -> None:
    case_id = scene.granted(CVR)
    list_id = scene.prepared(case_id, who="sofie")
    scene.release(list_id, "ole")
    (refused,) = scene.pay_all(list_id, "sofie")
    assert isinstance(refused.error, Refused)
    assert scene.pay_all(list_id)[0].error is None

    other = scene.prepared(scene.granted(CVR))
    with pytest.raises(payments.CannotBePaid):
        scene.release(other, "sofie")


def test_a_line_is_marked_by_itself_and_the_rest_is_dropped(scene: Scene) -> None:
    world = scene.world
    first, second = scene.granted(CVR), scene.granted(PERSON)
    list_id = scene.released(first, second)
    one, other = scene.items(list_id)
    ole = world.actor("ole", POOL)
    with pytest.raises(Invalid):
        payments.mark_line(
            world.house, "bad", one.id or 0, None, "KOR-9", "not a day", ole, world.now
        )
    for _ in range(2):  # the second press of a double click
        payments.mark_line(
            world.house, "mark-1", one.id or 0, 2, "KOR-9", "02.03.2026", ole, world.now
        )
    with pytest.raises(CommandReused):
        payments.mark_line(
            world.house, "mark-1", one.id or 0, 2, "KOR-8", "02.03.2026", ole, world.now
        )
    with pytest.raises(payments.NotNow):
        payments.mark_line(
            world.house, "mark-2", one.id or 0, 3, "KOR-9", "02.03.2026", ole, world.now
        )
    with pytest.raises(Invalid):
        payments.drop_line(world.house, "drop-0", other.id or 0, 3, " ", ole, world.now)
    with pytest.raises(Invalid) as invalid:  # it stands in the file
        payments.drop_line(world.house, "drop-1", other.id or 0, 3, "Navn", ole, world.now)
    assert [(one.key, one.code) for one in invalid.value.faults] == [("stopped", "not-stopped")]
    payments.drop_line(
        world.house, "drop-2", other.id or 0, 3, "Forkert navn", ole, world.now, stopped=True
    )
    assert scene.one(list_id).state == "settled"
    assert [item.state for item in scene.items(list_id)] == ["paid", "dropped"]
    world.do(second, "applicant", "payee", payee=dict(CVR))  # free to be handled again
    assert [chosen.case_id for chosen in scene.chosen(first, second)] == [second]
    with world.database.read() as session:
        assert [row.reference for row in session.exec(select(Payment))] == ["KOR-9"]


def test_a_prepared_list_is_dropped_whole(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    list_id = scene.prepared(case_id)
    ole = world.actor("ole", POOL)
    with pytest.raises(payments.ListMoved):
        payments.drop(world.house, "d-0", list_id, 7, "Forkert måned", ole, world.now)
    for _ in range(2):
        payments.drop(world.house, "d-1", list_id, 1, "Forkert måned", ole, world.now)
    assert scene.one(list_id).state == "dropped"
    assert scene.one(list_id).reason == "Forkert måned"
    assert [one.case_id for one in scene.chosen(case_id)] == [case_id]
    with pytest.raises(payments.NotNow):
        scene.file(list_id)
    with pytest.raises(payments.NotNow):
        scene.release(list_id)


def test_what_was_seen_is_what_is_listed(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    seen = scene.chosen(case_id)
    world.do(case_id, "sofie", "payee", payee=dict(INVOICE))
    ole = world.actor("ole", POOL)
    with pytest.raises(payments.CannotBePaid) as refused:
        payments.prepare(world.house, "p-1", POOL, seen, ole, world.now)
    assert refused.value.numbers == (world.case(case_id).number,)
    with pytest.raises(payments.NothingChosen):
        payments.prepare(world.house, "p-2", POOL, [], ole, world.now)
    with pytest.raises(payments.NoSuchList):
        payments.prepare(world.house, "p-3", POOL, seen, world.actor("jens", POOL), world.now)


def test_the_file_is_for_finance_and_not_for_who_stays_out(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    list_id = scene.released(case_id)
    with pytest.raises(payments.NoSuchList):
        scene.file(list_id, "sofie")
    assert scene.file(list_id, "else")[1]
    stays_out = world.actor("else", POOL)
    recusal.declare(world.house, case_id, "Min søn er formand", stays_out, world.now)
    with pytest.raises(payments.StaysOut):
        scene.file(list_id, "else")
    with world.database.read() as session:
        found = scene.one(list_id)
        seen = payments.view(session, world.house, found, world.actor("else", POOL))
    assert (seen.lines, seen.hidden) == ((), 1)
