"""Accounts that were drawn: the vouchers, what was found, and that nothing is closed before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pool.cases import deadlines, inbox, wants
from pool.cases.errors import Invalid, Refused
from pool.cases.view import case_view
from pool.cases.wants import Reader
from pool.clock import local_day
from tests.reports import scene
from tests.support.district import POOL
from tests.support.house import World

ALL = {"materials": "3.000", "food": "16.000", "rent": "6.000"}


def wanted(world: World, name: str) -> list[tuple[str, tuple[int, ...]]]:
    """What the inbox of ``name`` has: case numbers and what they want."""
    reader = Reader(
        world.people[name],
        {POOL: world.actor(name, POOL).roles},
        tuple(world.house.definitions.all()),
        world.now,
    )
    with world.database.read() as session:
        known = inbox.known(session, reader.person_id)
        found = inbox.items(session, world.house, reader, known)
    return [(row.number, row.wants) for row in found.rows]


def codes(refused: Refused) -> list[str]:
    return [obstacle.code for obstacle in refused.explanation.obstacles]


def test_from_the_draw_to_the_closing(district: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = scene.paid(district)
    number = district.case(case_id).number
    scene.tell(district, case_id, **ALL)
    [mail] = scene.mails(district, case_id, "vouchers-wanted")
    day = local_day(district.now) + timedelta(days=14)
    assert (mail.to_email, mail.data["one_in"]) == ("sara@eksempel.example", 10)
    assert mail.data["vouchers_by"] == day.isoformat()
    assert mail.data["link"]["subject"] == f"case:{case_id}"
    assert scene.due(district, case_id)["vouchers"] == day
    assert wanted(district, "sofie") == []  # it waits for the applicant

    with pytest.raises(Refused) as waits:
        district.do(case_id, "sofie", "close")
    assert codes(waits.value) == ["spot-check-open"]
    with pytest.raises(Invalid) as nothing:
        district.do(case_id, "applicant", "vouchers", note="De kommer.")
    assert [(f.key, f.code) for f in nothing.value.faults] == [("files", "required")]

    two = (scene.voucher(), scene.voucher("2.pdf"))
    scene.send(district, case_id, "applicant", "vouchers", two)
    assert "vouchers" not in scene.due(district, case_id)
    assert [one.data["files"] for one in scene.mails(district, case_id, "vouchers-received")] == [2]
    assert wanted(district, "sofie") == [(number, (wants.CHECK,))]
    assert wanted(district, "ole") == [(number, (wants.CHECK,))]
    with pytest.raises(Refused) as still:
        district.do(case_id, "sofie", "close")
    assert codes(still.value) == ["spot-check-open"]

    with pytest.raises(Refused) as silent:
        district.do(case_id, "ole", "spot-check", result="remarks", findings=" ")
    assert codes(silent.value) == ["no-findings"]
    district.do(case_id, "ole", "spot-check", result="remarks", findings="Ét bilag mangler.")
    event = scene.last(district, case_id, "case.spot-check")
    assert (event.data["result"], (event.personal or {})["findings"]) == (
        "remarks", "Ét bilag mangler.",
    )  # fmt: skip
    check = scene.check_of(district, case_id)
    assert check is not None
    assert (check.checked_by, check.checked_at) == ("Ole", district.now)
    with pytest.raises(Refused) as again:
        district.do(case_id, "ole", "spot-check", result="good")
    assert codes(again.value) == ["spot-checked"]
    assert wanted(district, "sofie") == [(number, (wants.MOVE,))]
    district.do(case_id, "sofie", "close")
    [closed] = scene.mails(district, case_id, "closed")
    assert (closed.data["approved"], closed.data["spent"]) == (True, 2_500_000)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whoever_is_not_drawn_is_told_nothing(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.draw_always(monkeypatch, drawn=False)
    case_id = scene.paid(district)
    scene.tell(district, case_id, **ALL)
    assert scene.mails(district, case_id, "vouchers-wanted") == []
    assert "vouchers" not in scene.due(district, case_id)
    assert scene.last(district, case_id, "case.report").data["draw"]["drawn"] is False
    with pytest.raises(Refused) as none:
        scene.send(district, case_id, "applicant", "vouchers", (scene.voucher(),))
    assert codes(none.value) == ["not-drawn"]
    district.do(case_id, "sofie", "close")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_vouchers_may_come_in_parts_and_a_colleague_may_have_seen_them_on_paper(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = scene.paid(district)
    scene.tell(district, case_id, **ALL)
    scene.send(district, case_id, "applicant", "vouchers", (scene.voucher("1.pdf"),))
    scene.send(district, case_id, "applicant", "vouchers", (scene.voucher("2.pdf"),), note="Resten")
    district.do(case_id, "sofie", "vouchers", note="Set på papir, mappe 3.")
    with district.database.read() as session:
        actor = district.actor("sofie", POOL)
        view = case_view(session, district.house, case_id, actor, district.now)
        assert [one.file.name for one in view.files if one.purpose == "voucher"] == [
            "1.pdf", "2.pdf",
        ]  # fmt: skip
    district.do(case_id, "sofie", "spot-check", result="good")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_vouchers_that_do_not_come_are_late(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = scene.paid(district)
    number = district.case(case_id).number
    scene.tell(district, case_id, **ALL)
    scene.later(district, days=16)
    assert deadlines.fire_due(district.house, district.now) == 1
    assert scene.events(district, case_id)[-1].kind == "deadline.vouchers"
    assert wanted(district, "sofie") == [(number, (wants.LATE,))]


def test_a_question_about_the_report_holds_the_closing(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.draw_always(monkeypatch, drawn=False)
    case_id = scene.paid(district)
    scene.tell(district, case_id, **ALL)
    number = district.case(case_id).number
    assert wanted(district, "sofie") == [(number, (wants.MOVE,))]
    district.do(case_id, "sofie", "ask-report", questions="Hvad var 16.000?", due_on="2026-03-20")
    [mail] = scene.mails(district, case_id, "question")
    assert (mail.data["report"], mail.data["answer_by"]) == (True, "2026-03-20")
    assert wanted(district, "sofie") == []
    with pytest.raises(Refused) as open_:
        district.do(case_id, "sofie", "close")
    assert codes(open_.value) == ["question-open"]
    district.do(case_id, "applicant", "answer-report", answer="Mad til 60.")
    assert district.case(case_id).state == "reported"
    assert scene.mails(district, case_id, "answer-received")[0].data["answer"] == "Mad til 60."
    assert wanted(district, "sofie") == [(number, (wants.MOVE,))]
    district.do(case_id, "sofie", "close")


REFUSED = {
    "UPDATE spot_check SET seed = 'another'": "record:append-only",
    "UPDATE spot_check SET drawn = NOT drawn": "record:append-only",
    "UPDATE spot_check SET one_in = 1000": "record:append-only",
    "DELETE FROM spot_check": "record:append-only",
    "UPDATE spot_check SET findings = 'Alt i orden'": "record:checked",
    "UPDATE spot_check SET result = NULL, checked_at = NULL": "record:checked",
}


def test_the_database_keeps_the_draw_and_what_was_found(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = scene.paid(district)
    scene.tell(district, case_id, **ALL)
    district.do(case_id, "ole", "spot-check", result="good")
    for statement, code in REFUSED.items():
        engine = district.database.engine
        with engine.connect() as connection, pytest.raises(DBAPIError, match=code):
            connection.execute(text(statement))
