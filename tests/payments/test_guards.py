"""What a payment list is, is held by the database itself: raw SQL, on both engines."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from tests.payments.scene import CVR, Scene

ITEM = (
    "INSERT INTO payment_item (list_id, case_id, decision_id, payee_id, action, amount, state,"
    " reference, ended_by, stopped, reason) SELECT i.list_id, {case}, {decision}, {payee}, 'pay',"
    " {amount}, 'listed', '', '', FALSE, '' FROM payment_item i JOIN payee p ON p.case_id = :free"
    " JOIN decision d ON d.case_id = :free WHERE i.list_id = :prepared"
)
OWN = {"case": ":free", "decision": "d.id", "payee": "p.id", "amount": "100"}
PAYMENT = (
    "INSERT INTO payment (case_id, decision_id, transfer_id, amount, paid_on, reference,"
    " recorded_at) SELECT t.case_id, t.decision_id, t.id, {amount}, t.effective_on, 'x',"
    " p.recorded_at FROM transfer t, payment p WHERE t.kind = '{kind}'"
)
RELEASE = (
    "UPDATE payment_list SET state = 'released', released_by = 'x', released_at = prepared_at,"
    " released_by_id = {by}, sha256 = {sha256}, sealed = {sealed} WHERE id = :prepared"
)
WHOLE = {"by": ":else", "sha256": "'" + "0" * 64 + "'", "sealed": "CAST('x' AS {blob})"}
DROP = "UPDATE payment_item SET state = 'dropped', ended_at = (SELECT prepared_at FROM payment_list"
DROPPED = f"{DROP} WHERE id = :released){{}} WHERE list_id = :released"

REFUSED = {
    "another file": "UPDATE payment_list SET sealed = 'x' WHERE id = :released",
    "another hash": "UPDATE payment_list SET sha256 = '0' WHERE id = :released",
    "another releaser": "UPDATE payment_list SET released_by_id = 1 WHERE id = :released",
    "back to prepared": "UPDATE payment_list SET state = 'prepared' WHERE id = :released",
    "dropped though released": (
        "UPDATE payment_list SET state = 'dropped', dropped_at = prepared_at WHERE id = :released"
    ),
    "its own releaser": (
        "UPDATE payment_list SET released_by_id = prepared_by_id WHERE id = :prepared"
    ),
    "released without a file": "UPDATE payment_list SET state = 'released' WHERE id = :prepared",
    "settled at once": "UPDATE payment_list SET state = 'settled' WHERE id = :prepared",
    "an older version": "UPDATE payment_list SET version = 0 WHERE id = :prepared",
    "another number": "UPDATE payment_list SET number = 9 WHERE id = :prepared",
    "no list": "DELETE FROM payment_list WHERE id = :prepared",
    "another amount": "UPDATE payment_item SET amount = 1 WHERE list_id = :released",
    "another payee": "UPDATE payment_item SET payee_id = 1 WHERE list_id = :prepared",
    "paid before it is released": (
        "UPDATE payment_item SET state = 'paid', ended_at = (SELECT prepared_at FROM payment_list"
        " WHERE id = :prepared) WHERE list_id = :prepared"
    ),
    "no line": "DELETE FROM payment_item WHERE list_id = :prepared",
    "a line on a released list": (
        "UPDATE payment_item SET list_id = :released WHERE list_id = :prepared"
    ),
    "another account": "UPDATE payee SET number = '10000000'",
    "no payee": "DELETE FROM payee WHERE case_id = :free",
    "a receiver of another case": ITEM.format(**OWN | {"payee": "i.payee_id"}),
    "a decision of another case": ITEM.format(**OWN | {"decision": "i.decision_id"}),
    "a case of another pool": ITEM.format(
        **OWN | {"case": "(SELECT min(id) FROM grant_case WHERE pool <> 'bydelspulje')"}
    ),
    "a case twice": ITEM.format(
        **OWN | {"case": "i.case_id", "decision": "i.decision_id", "payee": "i.payee_id"}
    ),
    "a short hash": RELEASE.format(**WHOLE | {"sha256": "'" + "0" * 63 + "'"}),
    "a hash of other signs": RELEASE.format(**WHOLE | {"sha256": "'" + "z" * 64 + "'"}),
    "an empty file": RELEASE.format(**WHOLE | {"sealed": "CAST('' AS {blob})"}),
    "released by who told the receiver": RELEASE.format(**WHOLE | {"by": ":teller"}),
    "settled with a line left": (
        "UPDATE payment_list SET state = 'settled', settled_at = prepared_at WHERE id = :released"
    ),
    "dropped with a line left": (
        "UPDATE payment_list SET state = 'dropped', dropped_at = prepared_at WHERE id = :prepared"
    ),
    "paid without a payment": DROPPED.replace("'dropped'", "'paid'").format(""),
    "taken off a file unsaid": DROPPED.format(", reason = 'Nej'"),
    "taken off a file for no reason": DROPPED.format(", stopped = TRUE, reason = ' '"),
    "a payment of less": PAYMENT.format(kind="post", amount="1"),
    "a payment twice": PAYMENT.format(kind="post", amount="t.amount"),
    "a payment of a hold": PAYMENT.format(kind="hold", amount="t.amount"),
    "another payment": "UPDATE payment SET amount = 1",
    "another reference": "UPDATE payment SET reference = 'x'",
    "failed with the money out": "UPDATE payment SET failed_on = paid_on, failed_at = recorded_at",
    "no payment": "DELETE FROM payment",
    "an instalment of another case": (
        "INSERT INTO instalment (case_id, decision_id, number, amount, due_on, account_id)"
        " SELECT d.case_id, d.id, 1, 1, d.made_on, a.id FROM decision d, account a"
        " WHERE d.case_id = :free AND a.kind = 'held' AND a.case_id <> :free"
    ),
    "a grant of another case carried": (
        "INSERT INTO carry_over (case_id, decision_id, from_year, to_year, amount, command_id,"
        " carried_at, carried_by) SELECT :free, d.id, 2026, 2027, 1, 'x', d.recorded_at, 'x'"
        " FROM decision d WHERE d.case_id <> :free"
    ),
    "a day that is not over": (
        "INSERT INTO snapshot (year_id, day, budget, earmarked, granted, disposed, paid, returned,"
        " free, n, hash, taken_at) SELECT y.id, '2026-03-03', 0, 0, 0, 0, 0, 0, 0, 0, 'x',"
        " l.prepared_at FROM book_year y, payment_list l WHERE l.id = :prepared"
    ),
}
NO_NUMBER = {
    "payment_item": ITEM.format(**OWN | {"amount": "{odd}"}),
    "payment": PAYMENT.format(kind="post", amount="{odd}"),
    "carry_over": REFUSED["a grant of another case carried"].replace("2027, 1,", "2027, {odd},"),
    "instalment": REFUSED["an instalment of another case"].replace("1, 1,", "1, {odd},"),
    "snapshot": REFUSED["a day that is not over"].replace("0, 'x'", "{odd}, 'x'"),
    "plan_move": (
        "INSERT INTO plan_move (year, edition, from_line, to_line, amount, decided_on, decided_by,"
        " steering, reason, command_id, recorded_at, recorded_by) VALUES (2026, 1, 1, 2, {odd},"
        " '2026-03-02', 'x', 'x', 'x', 'x', 'x', 'x')"
    ),
    "posting": (
        "INSERT INTO posting (pool, year, key, books_file_id, line, booked_on, amount, reference,"
        " text) VALUES ('bydelspulje', 2026, 'x', 1, 1, '2026-03-02', {odd}, '', '')"
    ),
}


def test_each_is_refused(scene: Scene) -> None:
    _each(scene, REFUSED)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_amount_is_a_whole_number(scene: Scene) -> None:
    """SQLite would keep anything."""
    _each(
        scene,
        {
            f"{table} {odd}": statement.replace("{odd}", odd)
            for table, statement in NO_NUMBER.items()
            for odd in ("0.5", "'abc'")
        },
        match="record:number",
    )


def _each(scene: Scene, statements: Mapping[str, str], match: str | None = None) -> None:
    scene.pay_all(scene.released(scene.granted(CVR)))
    scene.world.apply()  # of a light pool
    free, told = scene.granted(CVR), scene.granted()
    scene.world.do(told, "sofie", "payee", payee=dict(CVR))
    released, prepared = scene.released(scene.granted(CVR)), scene.prepared(told)
    values = {
        "released": released,
        "prepared": prepared,
        "free": free,
        "else": scene.world.people["else"],
        "teller": scene.world.people["sofie"],
    }
    blob = "BLOB" if scene.world.database.is_sqlite else "BYTEA"
    for what, statement in statements.items():
        statement = statement.replace("{blob}", blob)

        def attack(session: Session, statement: str = statement) -> int:
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            found = session.execute(text(statement), wanted)
            return int(found.rowcount)  # type: ignore[attr-defined]

        with pytest.raises(DBAPIError, match=match or "(record:|ck_|two_persons)"):
            pytest.fail(f"{what}: {scene.world.database.write(attack)} rows")
    assert scene.one(released).state == "released"
    assert scene.one(prepared).state == "prepared"
