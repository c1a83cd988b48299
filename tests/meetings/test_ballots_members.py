"""Who stays out of a case after its vote, or takes part again; and what a failed vote, or a meeting
that is open, keeps back."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from pool.cases import access, recusal
from pool.cases.errors import NotFound, Refused
from pool.cases.tallies import Count
from pool.meetings import ballots, ballots_view
from pool.models.case import Decision, Recusal
from pool.summary import cases
from pool.summary.cuts import Cut
from tests.meetings.ballot_box import (
    alone,
    at,
    ballot,
    close,
    confirm,
    events,
    mails,
    propose,
    ready,
    vote,
)
from tests.meetings.scene import Scene
from tests.support.district import POOL
from tests.support.house import RECORD, World


@pytest.fixture
def world(scene: Scene) -> World:
    return scene.world


def stay_out(world: World, case_id: int, who: str) -> None:
    recusal.declare(world.house, case_id, "Min nabo.", world.actor(who, POOL), world.now)


def let_in(world: World, case_id: int, who: str) -> None:
    sofie = world.actor("sofie", POOL)
    recusal.lift(world.house, world.new_id(), case_id, world.people[who], "settled",
                 "Naboen er flyttet.", sofie, world.now)  # fmt: skip


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.explanation.obstacles]


def decided(world: World, case_id: int) -> Decision:
    with world.database.read() as session:
        return session.exec(select(Decision).where(col(Decision.case_id) == case_id)).one()


def seen(world: World, case_id: int, who: str = "karim") -> ballots_view.BallotView:
    with world.database.read() as session:
        definition = world.house.definitions.current(POOL)
        reader = world.actor(who, POOL)
        case = world.case(case_id)
        return ballots_view.of_case(session, definition, case, reader, world.now)[0]


def test_a_carried_vote_falls_with_those_who_carried_it(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    for who, choice in {"jens": "yes", "amina": "yes", "karim": "no"}.items():
        vote(world, ballot_id, who, choice)
    assert seen(world, case_id).can_confirm
    stay_out(world, case_id, "jens")
    now = seen(world, case_id)
    assert (now.count, now.entitled, now.needed) == (Count(yes=1, no=1), 2, 2)
    assert (now.fallen, now.can_confirm) == (True, False)
    assert [one.name for one in now.voters if one.out] == ["Jens"]
    with pytest.raises(ballots.NotNow) as told:
        confirm(world, ballot_id)
    assert told.value.code == "recount"
    with pytest.raises(Refused) as refused:
        world.do(case_id, "sofie", "grant", record=dict(RECORD))
    assert codes(refused) == ["vote-failed"]
    let_in(world, case_id, "jens")
    confirm(world, ballot_id)
    assert decided(world, case_id).took_part.split("\n") == ["Jens", "Amina", "Karim"]


def test_who_stays_out_after_the_vote_has_no_part_in_it(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    for who in ("jens", "amina", "karim"):
        vote(world, ballot_id, who, "yes")
    stay_out(world, case_id, "jens")
    confirm(world, ballot_id)
    made = decided(world, case_id)
    assert (made.took_part.split("\n"), made.stayed_out) == (["Amina", "Karim"], "Jens")
    assert seen(world, case_id).count == Count(yes=3), "as it was counted then"


def test_a_failed_vote_binds_the_case(scene: Scene) -> None:
    world = scene.world
    case_id, other, third = ready(world), ready(world), ready(world)
    for one, choice in ((case_id, "no"), (other, "yes"), (third, "no")):
        ballot_id = propose(world, one)
        vote(world, ballot_id, "jens", choice)
        if choice == "no":
            vote(world, ballot_id, "amina", "yes")
        assert close(world, ballot_id, "karim") == ("lost" if choice == "no" else "not-quorate")
        with pytest.raises(Refused) as refused:
            world.do(one, "sofie", "grant", record=dict(RECORD))
        assert codes(refused) == ["vote-failed"]
    alone(world, ballot_id=_last(world, other), why="Teltet skal bestilles i dag.")
    meeting = scene.plan()
    scene.put_on(meeting, [case_id])
    scene.open(meeting, "karim", "jens")
    scene.decide(meeting, case_id)  # the group, at its meeting, thinks otherwise
    assert decided(world, case_id).made_how == "meeting"
    at(world, world.now, hours=1)
    world.do(third, "sofie", "ask", questions="Hvor mange kommer?", due_on="2026-03-20")
    world.do(third, "applicant", "answer", answer="Hundrede.")
    world.do(third, "sofie", "screen")
    world.do(third, "sofie", "recommend", advice="full", reasons="Mange.")
    world.do(third, "sofie", "grant", record=dict(RECORD))


def _last(world: World, case_id: int) -> int:
    return seen(world, case_id).ballot.id or 0


def test_a_case_of_an_open_meeting_is_decided_there(scene: Scene) -> None:
    world = scene.world
    meeting = scene.plan()
    one, two = scene.ready(2)
    scene.put_on(meeting, [one, two])
    scene.open(meeting, "karim")
    for who in ("sofie", "karim"):
        with pytest.raises(Refused) as refused:
            world.do(one, who, "grant", record=dict(RECORD))
        assert codes(refused) == ["at-meeting"], "too few are there, and nobody else decided"
    world.do(one, "karim", "grant")
    scene.open(meeting, "karim", "jens")
    scene.decide(meeting, two)


def test_who_takes_part_again_votes_again(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    vote(world, ballot_id, "jens", "yes")
    stay_out(world, case_id, "jens")
    stay_out(world, case_id, "amina")
    assert (ballot(world, ballot_id).entitled, ballot(world, ballot_id).quorum) == (1, 1)
    for who in ("jens", "amina"):
        let_in(world, case_id, who)
    now = ballot(world, ballot_id)
    assert (now.state, now.entitled, now.quorum) == ("open", 3, 2)
    asked = [(one.to_name, one.state) for one in mails(world, "vote-wanted")]
    assert asked[-2:] == [("Jens", "queued"), ("Amina", "queued")]
    vote(world, ballot_id, "amina", "yes")
    assert events(world, case_id).count("ballot-back") == 2
    world.do(case_id, "applicant", "withdraw")
    assert {one.state for one in mails(world, "vote-wanted")} == {"discarded", "superseded"}


def test_it_closes_when_the_one_it_waits_for_stays_out(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    vote(world, ballot_id, "jens", "yes")
    vote(world, ballot_id, "amina", "yes")
    stay_out(world, case_id, "karim")
    assert ballot(world, ballot_id).state == "carried"
    assert {one.to_name for one in mails(world, "vote-result")} == {"Sofie"}
    assert events(world, case_id)[-2:] == ["ballot-recount", "ballot-carried"]


def test_a_proposal_sent_twice_gives_its_own_ballot(world: World) -> None:
    case_id = ready(world)
    karim = world.actor("karim", POOL)
    wish = ballots.Propose("p", case_id, "grant", world.case(case_id).state_version)
    first = ballots.propose(world.house, wish, karim, world.now)
    close(world, first, "karim")
    second = propose(world, case_id)
    assert second != first
    assert ballots.propose(world.house, wish, karim, world.now) == first


def test_a_lifted_recusal_is_kept_and_locks_nobody_out(world: World) -> None:
    case_id = ready(world)
    jens = world.people["jens"]
    before = world.now
    stay_out(world, case_id, "jens")
    at(world, before, days=2)
    let_in(world, case_id, "jens")
    with world.database.read() as session:
        told = [
            cases.recusals(session, POOL, 2026, Cut(known, None)) for known in (before, world.now)
        ]
    assert told == [(1, 1), (0, 0)], "as of a day before it was lifted it counts"

    def rows(session: Session) -> list[bool]:
        found = session.exec(select(Recusal).order_by(col(Recusal.id)))
        return [one.lifted_at is not None for one in found]

    with world.database.read() as session:
        assert rows(session) == [True]
        assert not access.is_recused(session, case_id, jens)
        assert access.locked_out(session, case_id) == frozenset()
    with pytest.raises(NotFound):
        let_in(world, case_id, "jens")
    stay_out(world, case_id, "jens")
    with world.database.read() as session:
        assert rows(session) == [True, False]
        assert access.is_recused(session, case_id, jens)
