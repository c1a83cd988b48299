"""A written procedure from proposal to decision, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

import pool.identity as identity
from pool import journal, schedule
from pool.cases import money, open_ballots, recusal
from pool.cases.errors import CommandReused, Invalid, NotFound, Refused, Stale
from pool.clock import local, local_day
from pool.db import Database
from pool.identity import tokens
from pool.meetings import ballots, ballots_ending, ballots_view
from pool.migrations.guards import refusal
from pool.models.case import Decision
from pool.models.meetings import AgendaItem, Ballot
from tests.meetings.ballot_box import (
    MEMBERS,
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
    votes,
)
from tests.support.district import POOL, apply, make_district
from tests.support.house import World
from worker import duties, links


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def decision(world: World, case_id: int) -> Decision:
    with world.database.read() as session:
        return session.exec(select(Decision).where(col(Decision.case_id) == case_id)).one()


def test_carried_and_confirmed(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id, who="karim")
    opened = ballot(world, ballot_id)
    assert (opened.entitled, opened.quorum, opened.amount) == (3, 2, 950_000)
    assert local_day(opened.closes_at) == date(2026, 3, 11), "seven working days"
    assert sorted(one.to_name for one in mails(world, "vote-wanted")) == ["Amina", "Jens", "Karim"]
    with pytest.raises(Refused) as locked:
        world.do(case_id, "karim", "grant")
    assert "vote-open" in [o.code for o in locked.value.explanation.obstacles]

    vote(world, ballot_id, "jens", "no")
    vote(world, ballot_id, "jens", "yes", comment="Ombestemt.")
    vote(world, ballot_id, "amina", "abstain", via="mail")
    assert ballot(world, ballot_id).state == "open"
    vote(world, ballot_id, "karim", "yes")
    assert ballot(world, ballot_id).state == "carried", "all have voted"
    assert votes(world, ballot_id) == {"Jens": "yes", "Amina": "abstain", "Karim": "yes"}
    assert {one.to_name for one in mails(world, "vote-result")} == {"Karim", "Sofie"}
    told = mails(world, "vote-result")[0].data
    assert (told["yes"], told["no"], told["abstain"], told["carried"]) == (2, 0, 1, True)
    assert world.case(case_id).state == "recommended", "nothing is decided yet"

    at(world, world.now, days=1)
    confirm(world, ballot_id)
    made = decision(world, case_id)
    assert (made.made_how, made.ballot_id, made.made_on) == ("written", ballot_id, date(2026, 3, 2))
    assert made.took_part.split("\n") == ["Jens", "Amina", "Karim"]
    assert ballot(world, ballot_id).decision_id == made.id
    with world.database.read() as session:
        assert money.of_case(session, case_id).held == 950_000
    assert events(world, case_id) == [
        "ballot", "vote", "vote", "vote", "vote", "ballot-carried",
    ]  # fmt: skip
    with world.database.read() as session:
        cast = journal.read(session, f"case:{case_id}", kinds=["case.vote"])
    assert [(event.data["choice"], event.data["again"]) for event in cast][:2] == [
        ("no", False),
        ("yes", True),
    ]


def test_lost_at_the_deadline(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id, closes="05.03.2026")
    vote(world, ballot_id, "jens", "yes")
    vote(world, ballot_id, "amina", "no")
    with pytest.raises(ballots.NotNow):
        close(world, ballot_id)
    at(world, ballot(world, ballot_id).closes_at)
    with pytest.raises(ballots.NotNow) as late:
        vote(world, ballot_id, "karim", "yes")
    assert late.value.code == "closed", "also before the worker came by"
    assert duties.ERRANDS[ballots.CLOSE](world.house, {"ballot": ballot_id}, world.now)
    assert ballot(world, ballot_id).state == "lost", "as many for as against"
    assert duties.ERRANDS[ballots.CLOSE](world.house, {"ballot": ballot_id}, world.now)
    assert len(mails(world, "vote-result")) == 2, "told once"
    with pytest.raises(ballots.NotNow) as nothing:
        confirm(world, ballot_id)
    assert nothing.value.code == "not-carried"
    world.do(case_id, "karim", "refuse", reasons="Kriteriet om pris er ikke opfyldt.")


def test_the_jobs_are_due_once(world: World) -> None:
    ballot_id = propose(world, ready(world), closes="09.03.2026")  # a Monday
    with world.database.read() as session:
        jobs = {job.kind: job for job in schedule.pending(session, "ballot-")}
    assert jobs[ballots.CLOSE].due_at == ballot(world, ballot_id).closes_at
    reminder = local(jobs[ballots.REMIND].due_at)
    assert f"{reminder:%a %d %H:%M}" == "Fri 06 08:00", "a working day before"
    vote(world, ballot_id, "jens", "yes")
    at(world, jobs[ballots.REMIND].due_at)
    for _ in range(2):
        assert duties.ERRANDS[ballots.REMIND](world.house, {"ballot": ballot_id}, world.now)
    assert [one.to_name for one in mails(world, "vote-reminder")] == ["Amina", "Karim"]
    assert mails(world, "vote-reminder")[0].data["voted"] == 1


def test_too_few_and_it_cannot_wait(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(
        world, case_id, "grant-part", closes="04.03.2026", amount="6.000", reasons="Maden er dyr."
    )
    vote(world, ballot_id, "jens", "yes")
    at(world, ballot(world, ballot_id).closes_at, seconds=1)
    assert close(world, ballot_id) == "not-quorate"
    with pytest.raises(ballots.NotNow):
        confirm(world, ballot_id)
    with pytest.raises(Invalid) as silent:
        alone(world, ballot_id, " ")
    assert silent.value.faults[0].key == "why"
    with pytest.raises(NotFound):
        alone(world, ballot_id, "Det haster.", who="amina")
    alone(world, ballot_id, "Teltet skal bestilles i morgen.")
    made = decision(world, case_id)
    assert (made.made_how, made.amount, made.ballot_id) == ("system", 600_000, ballot_id)
    with world.database.read() as session:
        found = journal.read(session, f"case:{case_id}")
        on_agenda = session.exec(select(AgendaItem)).all()
    told = {event.kind: event for event in found}
    assert told["case.grant-part"].personal["note"] == "Teltet skal bestilles i morgen."
    assert told["case.ballot-alone"].data["decision"] == made.id
    assert "case.carried" in told, "the next agenda tells the group"
    assert not on_agenda, "no meeting is planned yet, so it waits for one"
    assert not mails(world, "vote-alone"), "that is for pools without meetings"


def test_the_link_works_to_the_deadline(world: World) -> None:
    ballot_id = propose(world, ready(world))
    wanted = mails(world, "vote-wanted")[0]
    until = ballot(world, ballot_id).closes_at
    make = links.addresses("https://puljen.example")
    address = world.database.write(lambda s: make(s, wanted.data["link"], world.now))
    assert address.startswith("https://puljen.example/stem/")
    with world.database.read() as session:
        seen = tokens.look(session, address.rsplit("/", 1)[1], "vote", world.now)
    assert seen is not None
    assert seen.token.subject == open_ballots.subject(ballot_id, wanted.person_id or 0)
    assert timedelta(0) <= seen.token.expires_at - until < timedelta(minutes=1)
    assert not seen.token.once
    late = world.database.write(lambda s: make(s, wanted.data["link"], until + timedelta(days=2)))
    assert late, "a mail that was sent too late leads to a page that says so"


def test_the_mail_tells_all_one_needs(world: World) -> None:
    case_id = ready(world)
    propose(world, case_id, "grant-part", amount="6.000", reasons="Maden er dyr.")
    told = mails(world, "vote-wanted")[0].data
    assert (told["free"], told["left"]) == (70_000_000, 69_400_000)
    assert told["recommended"][1:] == ["Mange får glæde af det."]
    assert "Hvor: Husum" in told["essentials"]
    assert any("Naboer laver maden sammen" in line for line in told["essentials"])
    assert (told["reasons"], told["needed"], told["entitled"]) == ("Maden er dyr.", 2, 3)


def test_a_recusal_takes_the_vote_and_the_right(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    vote(world, ballot_id, "jens", "no")
    vote(world, ballot_id, "amina", "yes")
    wanted = {one.to_name: one for one in mails(world, "vote-wanted")}
    make = links.addresses("")
    secret = world.database.write(lambda s: make(s, wanted["Jens"].data["link"], world.now))
    recusal.declare(world.house, case_id, "Min nabo.", world.actor("jens", POOL), world.now)
    now_ = ballot(world, ballot_id)
    assert (now_.entitled, now_.quorum) == (2, 2)
    with pytest.raises(NotFound):
        vote(world, ballot_id, "jens", "yes")
    with world.database.read() as session:
        assert tokens.peek(session, secret.rsplit("/", 1)[1], "vote", world.now) is None
        assert ballots.count(session, now_) == ballots.Count(yes=1)
    states = {one.to_name: one.state for one in mails(world, "vote-wanted")}
    assert states == {"Jens": "discarded", "Amina": "queued", "Karim": "queued"}
    vote(world, ballot_id, "karim", "yes")
    assert ballot(world, ballot_id).state == "carried"
    confirm(world, ballot_id)
    made = decision(world, case_id)
    assert (made.took_part.split("\n"), made.stayed_out) == (["Amina", "Karim"], "Jens")
    assert "ballot-recount" in events(world, case_id)


def test_who_stays_out_is_never_asked(world: World) -> None:
    case_id = ready(world)
    recusal.declare(world.house, case_id, "Min nabo.", world.actor("karim", POOL), world.now)
    ballot_id = propose(world, case_id)
    assert sorted(one.to_name for one in mails(world, "vote-wanted")) == ["Amina", "Jens"]
    vote(world, ballot_id, "jens", "yes")
    vote(world, ballot_id, "amina", "yes")
    assert {one.to_name for one in mails(world, "vote-result")} == {"Sofie"}
    with pytest.raises(NotFound):
        confirm(world, ballot_id, "karim")
    confirm(world, ballot_id, "sofie")  # the only chair stays out, and the group has decided
    assert decision(world, case_id).stayed_out == "Karim"


def test_a_withdrawal_stops_it(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    vote(world, ballot_id, "jens", "yes")
    world.do(case_id, "applicant", "withdraw")
    assert ballot(world, ballot_id).state == "stopped"
    assert sorted(one.to_name for one in mails(world, "vote-stopped")) == sorted(
        name.capitalize() for name in MEMBERS
    )
    assert {one.state for one in mails(world, "vote-wanted")} == {"superseded"}
    with pytest.raises((NotFound, ballots.NotNow)):
        vote(world, ballot_id, "amina", "yes")
    assert events(world, case_id) == ["ballot", "vote", "ballot-stopped"]


def test_a_hearing_stops_it_and_a_note_does_not(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    world.do(case_id, "sofie", "hear", facts="Der er klaget over støj.", source="Politiet",
             due_on="2026-03-20")  # fmt: skip
    assert ballot(world, ballot_id).state == "stopped"


def test_what_was_carried_is_confirmed_while_the_case_stands(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    for who in MEMBERS:
        vote(world, ballot_id, who, "yes")
    seen = world.case(case_id).state_version
    at(world, world.now, hours=1)
    world.do(case_id, "sofie", "hear", facts="Der er klaget over støj.", source="Politiet",
             due_on="2026-03-20")  # fmt: skip
    with pytest.raises(Stale):
        confirm(world, ballot_id, version=seen)
    world.do(case_id, "applicant", "hearing-answer", answer="Vi holder op kl. 20.")
    with pytest.raises(ballots.NotNow) as moved:
        confirm(world, ballot_id)
    assert moved.value.code == "moved", "they voted on something else"
    again = propose(world, case_id)
    assert ballot(world, again).number == 2


def test_what_cannot_be_put_to_the_vote(world: World) -> None:
    raw = apply(world)
    with pytest.raises(Refused):
        propose(world, raw)
    light = world.apply()
    with pytest.raises(NotFound):
        propose(world, light)
    case_id = ready(world)
    for who in ("jens", "rune", "ole"):
        with pytest.raises(NotFound):
            propose(world, case_id, who=who)
    with pytest.raises(Invalid) as faults:
        propose(world, case_id, "grant-part", amount="mange", reasons="Dyrt.", closes="02.03.2026")
    assert {fault.key for fault in faults.value.faults} == {"amount", "closes_on"}
    with pytest.raises(Refused):
        propose(world, case_id, "grant-part", amount="800.000", reasons="Dyrt.")
    with pytest.raises(NotFound):
        propose(world, case_id, "withdraw")
    propose(world, case_id)
    with pytest.raises((Refused, ballots.NotNow)):
        propose(world, case_id)


def test_a_double_click_does_it_once(world: World) -> None:
    case_id = ready(world)
    karim = world.actor("karim", POOL)
    wish = ballots.Propose("p", case_id, "grant", world.case(case_id).state_version)
    first = ballots.propose(world.house, wish, karim, world.now)
    assert ballots.propose(world.house, wish, karim, world.now) == first
    cast = ballots.Cast("v", first, "yes")
    assert not ballots.cast(world.house, cast, karim, world.now).repeated
    assert ballots.cast(world.house, cast, karim, world.now).repeated
    with pytest.raises(CommandReused):
        ballots.cast(world.house, ballots.Cast("v", first, "no"), karim, world.now)
    for who in ("jens", "amina"):
        vote(world, first, who, "yes")
    sure = ballots_ending.Confirm("c", first, world.case(case_id).state_version)
    results = [ballots_ending.confirm(world.house, sure, karim, world.now) for _ in range(2)]
    assert [one.repeated for one in results] == [False, True]
    with pytest.raises((Refused, Stale, ballots.NotNow)):
        confirm(world, first)


def test_the_database_refuses_a_late_vote(world: World) -> None:
    ballot_id = propose(world, ready(world))
    vote(world, ballot_id, "jens", "yes")
    assert close(world, ballot_id, "karim") == "not-quorate"

    for sql in (
        "UPDATE vote SET choice = 'no'",
        "INSERT INTO vote (ballot_id, person_id, name, choice, comment, via, cast_at)"
        f" SELECT ballot_id, {world.people['amina']}, 'Amina', 'no', '', 'page', cast_at FROM vote",
    ):
        with pytest.raises(DBAPIError) as error:
            world.database.write(partial(run, sql=sql))
        assert refusal(error.value) == "record:ballot-closed"


def run(session: Session, sql: str) -> None:
    session.execute(text(sql))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_sees_how_others_vote_until_it_is_over(world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    vote(world, ballot_id, "jens", "no", comment="For dyrt.")

    def looks(who: str) -> list[tuple[str, bool, str | None]]:
        case = world.case(case_id)
        with world.database.read() as session:
            definition = world.house.definitions.current(POOL)
            views = ballots_view.of_case(
                session, definition, case, world.actor(who, POOL), world.now
            )
            return [
                (one.name, one.voted, one.vote.choice if one.vote else None)
                for view in views
                for one in view.voters
            ]

    assert looks("jens") == [("Amina", False, None), ("Jens", True, "no"), ("Karim", False, None)]
    for who in ("karim", "sofie", "rune"):
        assert looks(who)[1] == ("Jens", True, None)
    for who in ("ole", "birgit", "maja"):
        assert looks(who) == []
    close(world, ballot_id, "karim")
    assert looks("karim")[1] == ("Jens", True, "no")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_left_the_group_votes_no_more(world: World) -> None:
    ballot_id = propose(world, ready(world))
    jens = world.people["jens"]
    world.database.write(lambda s: identity.revoke_role(s, jens, "member"))
    with pytest.raises(NotFound):
        vote(world, ballot_id, "jens", "yes")
    assert ballot(world, ballot_id).entitled == 3, "as it was when it was opened"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("cast", "state"),
    [
        ({"jens": "yes", "amina": "yes", "karim": "no"}, "carried"),
        ({"jens": "yes", "amina": "no", "karim": "abstain"}, "lost"),
        ({"jens": "abstain", "amina": "abstain"}, "lost"),
        ({"jens": "yes", "amina": "abstain"}, "carried"),
        ({"jens": "yes"}, "not-quorate"),
        ({}, "not-quorate"),
    ],
)
def test_quorum_and_majority(world: World, cast: dict[str, str], state: str) -> None:
    ballot_id = propose(world, ready(world))
    for who, choice in cast.items():
        vote(world, ballot_id, who, choice)
    assert close(world, ballot_id, "karim") == state
    with world.database.read() as session:
        assert session.exec(select(Ballot.state)).all() == [state]
