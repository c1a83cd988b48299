"""A claim of the big pool waits until another has approved it; what happened leaves no doubt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from pool.cases import deadlines, facts_money, letter_drafts
from pool.cases.announcing_drafts import Edited
from pool.cases.errors import Invalid, NotFound
from pool.cases.letter_drafts import Draft, NotApproved, OwnDraft, Wish
from pool.db import Database
from pool.models.outbox import Message
from pool.outbox import MessageStateError
from pool.render.mail import mail
from tests.reports import scene
from tests.support.district import POOL, make_district
from tests.support.house import World

OWN = {"opening": {"da": "Kære Lene. Tak for rapporten."}, "closing": {"da": "Ring til Sofie."}}


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


@pytest.fixture
def case_id(world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    """Money was asked back by Sofie."""
    scene.draw_always(monkeypatch, drawn=False)
    found = scene.paid(world)
    scene.tell(world, found, food="10.000", rent="6.000", materials="3.000")
    world.do(found, "sofie", "claim-unspent", reasons="Der er 6.000 kr. til overs.")
    return found


def claim(world: World, case_id: int) -> Message:
    return scene.mails(world, case_id, "claim")[-1]


def waiting(world: World, name: str) -> tuple[Draft, ...]:
    actor = world.actor(name, POOL)
    with world.database.read() as session:
        found = letter_drafts.waiting(session, world.house, world.people[name], {POOL: actor.roles})
        session.expunge_all()
        return found


def go(world: World, case_id: int, name: str, wish: Wish, **how: str) -> None:
    message = claim(world, case_id)
    letter_drafts.let_go(
        world.house, how.get("id", world.new_id()), case_id, message.id or 0, wish,
        how.get("seen", letter_drafts.digest(message.data.get("own") or {})),
        world.actor(name, POOL), world.now,
    )  # fmt: skip


def edit(world: World, case_id: int, name: str, words: Mapping[str, Mapping[str, str]]) -> None:
    message = claim(world, case_id)
    letter_drafts.edit(
        world.house, world.new_id(), case_id, message.id or 0, words,
        letter_drafts.digest(message.data.get("own") or {}), world.actor(name, POOL), world.now,
    )  # fmt: skip


def test_it_goes_when_another_has_approved_it_and_once(world: World, case_id: int) -> None:
    assert claim(world, case_id).state == "draft"
    assert [one.case.id for one in waiting(world, "karim")] == [case_id]
    assert waiting(world, "jens") == ()
    with pytest.raises(OwnDraft):
        go(world, case_id, "sofie", "approve-and-send")
    with pytest.raises(NotApproved):
        go(world, case_id, "karim", "send")
    with pytest.raises(NotFound):
        go(world, case_id, "jens", "approve")
    go(world, case_id, "karim", "approve", id="once")
    go(world, case_id, "karim", "approve", id="once")
    with pytest.raises(MessageStateError):
        go(world, case_id, "karim", "approve")
    go(world, case_id, "sofie", "send")
    sent = claim(world, case_id)
    assert (sent.state, sent.approved_by) == ("queued", "Karim")
    with pytest.raises(MessageStateError):
        go(world, case_id, "sofie", "send")
    kinds = [one.kind for one in scene.events(world, case_id)]
    assert (kinds.count("case.draft-approve"), kinds.count("case.draft-send")) == (1, 1)
    assert waiting(world, "karim") == ()


def test_own_words_stand_around_the_letter_and_take_an_approval_away(
    world: World, case_id: int
) -> None:
    go(world, case_id, "karim", "approve")
    edit(world, case_id, "karim", OWN)
    changed = claim(world, case_id)
    assert changed.approved_by is None
    with pytest.raises(OwnDraft):  # he wrote it, she made the move: a third has to
        go(world, case_id, "karim", "approve")
    with pytest.raises(Edited):
        go(world, case_id, "karim", "approve", seen="")
    with pytest.raises(Invalid):
        edit(world, case_id, "karim", {"opening": {"da": "x" * 3001}})
    made = mail("claim", "da", {**changed.data, "link": None}, legal=True)
    for text in (made.text, made.html):
        first, law, last = (
            text.index(part) for part in ("Tak for rapporten", "Ankestyrelsen", "Ring til Sofie")
        )
        assert first < law < last
    told = scene.last(world, case_id, "case.draft-edited")
    assert (told.personal or {})["opening"] == OWN["opening"]["da"]


def test_when_the_money_is_back_it_is_superseded(world: World, case_id: int) -> None:
    world.do(case_id, "ole", "return", returned="1.000", returned_on=str(world.now.date()))
    assert claim(world, case_id).state == "draft"
    world.do(case_id, "ole", "return", returned="5.000", returned_on=str(world.now.date()))
    assert claim(world, case_id).state == "superseded"
    told = scene.last(world, case_id, "case.draft-superseded")
    assert (told.actor_name, told.data["message"]) == ("Ole", claim(world, case_id).id)
    with pytest.raises(MessageStateError):
        go(world, case_id, "karim", "approve-and-send")


def test_the_days_to_pay_count_from_when_the_letter_goes(world: World, case_id: int) -> None:
    made = date.fromisoformat(claim(world, case_id).data["pay_by"])
    assert due(world, case_id) == made
    world.now += timedelta(days=9)
    go(world, case_id, "karim", "approve")
    assert due(world, case_id) == made, "an approval alone sends nothing"
    world.now += timedelta(days=3)
    go(world, case_id, "sofie", "send")
    sent = claim(world, case_id)
    assert sent.data["pay_by"] == str(made + timedelta(days=12))
    assert due(world, case_id) == made + timedelta(days=12)
    with world.database.read() as session:
        assert facts_money.claim(session, case_id, 0) == 600_000


def due(world: World, case_id: int) -> date:
    with world.database.read() as session:
        return deadlines.open_deadlines(session, case_id)["repay"]


def test_it_is_discarded_with_a_reason(world: World, case_id: int) -> None:
    message_id = claim(world, case_id).id or 0
    karim = world.actor("karim", POOL)
    with pytest.raises(Invalid):
        letter_drafts.discard(world.house, "no", case_id, message_id, " ", karim, world.now)
    letter_drafts.discard(world.house, "d", case_id, message_id, "Ringet", karim, world.now)
    gone = claim(world, case_id)
    assert (gone.state, gone.reason, gone.decided_by) == ("discarded", "Ringet", "Karim")
