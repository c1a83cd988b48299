"""The kinds of case: suggestions, own initiatives, what is typed in for somebody, and helpers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

import pool.journal as journal
from pool.cases import drafts, facts, forgetting, messages, starting
from pool.cases.commands import Submission
from pool.cases.errors import Invalid, NotFound, PoolClosed, Refused, TakenUp
from pool.cases.starting import Start
from pool.cases.submit import Suggested, submit, suggest
from pool.clock import local_day
from pool.db import Database
from pool.identity import revoke_role
from pool.models.case import Applicant, Case, Recusal
from pool.models.draft import Draft
from pool.models.outbox import Message
from tests.support.house import SHORT, World, make_world
from tests.support.together import together
from workflows.calendar import add_working_days

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
WORDS = (
    "Stien bag skolen er mørk, og mange går en omvej om aftenen, fordi de ikke tør gå der.\n"
    "En lampe ville hjælpe."
)


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, NOW)


def suggested(world: World, **changed: Any) -> int:
    raw = {
        "suggestion": WORDS,
        "place": "Stien bag skolen",
        "contact_name": "Aida",
        "email": "aida@eksempel.example",
        **changed,
    }
    command = Suggested(world.new_id(), "urban-life", "da", raw)
    return suggest(world.house, command, world.now).case_id


def entered(world: World, start: Start, *, who: str = "sofie", **answers: Any) -> int:
    """A case that a colleague typed in; its id."""
    draft_id = begun(world, start, who=who, **answers)
    return submit(
        world.house, Submission(world.new_id(), draft_id), world.now, actor=world.actor(who)
    ).case_id


def begun(
    world: World,
    start: Start,
    *,
    who: str = "sofie",
    origin: int | None = None,
    **answers: Any,
) -> int:
    actor = world.actor(who)
    draft_id = starting.begin(world.house, "urban-life", start, actor, world.now, origin_id=origin)
    drafts.save(world.house, draft_id, answers, world.now)
    return draft_id


def mails(world: World, case_id: int) -> dict[str, Message]:
    """By template and whom it is to."""
    with world.database.read() as session:
        found = session.exec(select(Message).where(Message.case_id == case_id)).all()
    return {f"{one.template} {one.recipient}": one for one in found}


def applicant(world: World, case_id: int) -> Applicant:
    with world.database.read() as session:
        return session.get_one(Applicant, session.get_one(Case, case_id).applicant_id)


# -- suggestions


def test_a_suggestion_is_a_case_without_money(world: World) -> None:
    case_id = suggested(world)
    case = world.case(case_id)
    assert (case.kind, case.form, case.state, case.asked) == (
        "suggestion", "suggestion", "suggested", None,
    )  # fmt: skip
    assert case.title == (
        "Stien bag skolen er mørk, og mange går en omvej om aftenen, fordi de ikke tør…"
    )
    assert len(case.title) <= 80
    assert case.number == "BT-2026-1"
    assert case.place == "Stien bag skolen"
    told = mails(world, case_id)
    assert told["suggestion-received aida@eksempel.example"].data["case_number"] == case.number
    assert any(one.startswith("new-suggestion person:") for one in told)
    with world.database.read() as session:
        assert [e.kind for e in journal.read(session, f"case:{case_id}")] == ["case.suggested"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kort", "Kort"),
        ("\n  To   ord\nmere", "To ord"),
        ("x" * 200, "x" * 79 + "…"),
        ("ord " * 40, ("ord " * 20).strip() + "…"),
        ("a" * 79 + " b", "a" * 79 + "…"),
        ("a" * 80, "a" * 80),
    ],
)
def test_a_title_is_the_first_words(text: str, title: str) -> None:
    assert starting.first_words(text) == title
    assert len(title) <= 80


def test_nobody_need_say_who_they_are(world: World) -> None:
    case_id = suggested(world, contact_name="", email="")
    assert list(mails(world, case_id)) == [
        one for one in mails(world, case_id) if one.startswith("new-suggestion")
    ]
    world.do(case_id, "sofie", "answer-suggestion", answer="Der kommer en lampe.")
    assert not any("suggestion-answered" in one for one in mails(world, case_id))


def test_what_a_suggestion_must_say_and_what_it_may_not_be(world: World) -> None:
    with pytest.raises(Invalid) as invalid:
        suggested(world, suggestion=" ", email="aida@")
    assert {(one.key, one.code) for one in invalid.value.faults} == {
        ("suggestion", "required"),
        ("email", "email"),
    }
    with pytest.raises(NotFound):  # this pool takes none
        suggest(world.house, Suggested("x", "knowledge", "da", {}), world.now)


def test_a_suggestion_is_taken_without_money_and_not_before_the_first_year(
    database: Database,
) -> None:
    world = make_world(database, NOW, budgets={"urban-life": 10_000})
    case_id = world.apply(amount="10.000")
    world.do(case_id, "karim", "grant")
    with pytest.raises(PoolClosed):
        world.apply()
    assert world.case(suggested(world)).kind == "suggestion"
    with pytest.raises(NotFound):
        suggest(
            world.house,
            Suggested("y", "bydelspulje", "da", {"suggestion": "x", "place": "y"}),
            world.now,
        )


def test_a_double_press_is_one_suggestion(world: World) -> None:
    raw = {"suggestion": WORDS, "place": "Her"}
    command = Suggested("the-same", "urban-life", "da", raw)
    first = suggest(world.house, command, world.now)
    again = suggest(world.house, command, world.now)
    assert again.repeated
    assert again.case_id == first.case_id


def test_a_suggestion_is_answered(world: World) -> None:
    case_id = suggested(world)
    world.do(case_id, "sofie", "answer-suggestion", answer="Der kommer en lampe i maj.")
    assert world.case(case_id).state == "suggestion-answered"
    letter = mails(world, case_id)["suggestion-answered aida@eksempel.example"]
    assert letter.data["answer"] == "Der kommer en lampe i maj."
    with pytest.raises(TakenUp) as taken:
        begun(world, Start("application", "phone"), origin=case_id)
    assert taken.value.number is None


# -- a suggestion becomes a case


def taking(world: World, case_id: int, kind: Any = "application", who: str = "sofie") -> int:
    """A draft out of a suggestion, with the rest of what the short form needs."""
    start = Start(kind, "phone", proposer="Jens")
    missing = {
        key: SHORT[key] for key in ("amount", "safety", "outreach", "budget_line", "starts_on")
    }
    return begun(world, start, who=who, origin=case_id, **missing)


def send(world: World, draft_id: int, who: str = "sofie") -> Case:
    result = submit(
        world.house, Submission(world.new_id(), draft_id), world.now, actor=world.actor(who)
    )
    return world.case(result.case_id)


def test_a_suggestion_becomes_an_application_in_their_name(world: World) -> None:
    origin = suggested(world)
    draft_id = taking(world, origin)
    assert world.case(origin).state == "suggested", "begun is not done"
    case = send(world, draft_id)
    assert (case.kind, case.origin_id, case.origin_kind) == ("application", origin, "suggestion")
    assert case.place == "Stien bag skolen"
    whom = applicant(world, case.id or 0)
    assert (whom.name, whom.email) == ("Aida", "aida@eksempel.example")
    assert world.case(origin).state == "taken-up"
    with world.database.read() as session:
        last = journal.read(session, f"case:{origin}")[-1]
        assert (last.kind, last.data["becomes"]) == ("case.take-up", case.id)
        became = starting.became_of(session, origin)
        assert became is not None
        assert became.id == case.id
    letter = mails(world, origin)["suggestion-taken-up aida@eksempel.example"]
    assert letter.data["became"] == case.number
    assert letter.data["initiative"] is False
    assert "receipt aida@eksempel.example" in mails(world, case.id or 0)


def test_a_suggestion_becomes_an_own_initiative(world: World) -> None:
    origin = suggested(world)
    case = send(world, taking(world, origin, "initiative"))
    assert (case.kind, case.channel, case.proposer) == ("initiative", "group", "Jens")
    assert case.proposer_id == world.people["jens"]
    whom = applicant(world, case.id or 0)
    assert "Sekretariatet" in whom.name
    assert mails(world, origin)["suggestion-taken-up aida@eksempel.example"].data["initiative"]
    world.do(case.id or 0, "karim", "grant")
    assert world.case(case.id or 0).granted == 950_000


def test_a_draft_thrown_away_leaves_the_suggestion(world: World) -> None:
    origin = suggested(world)
    draft_id = taking(world, origin)
    starting.throw_away(world.house, draft_id, world.actor("sofie"))
    assert world.case(origin).state == "suggested"
    assert send(world, taking(world, origin)).origin_id == origin


def test_whoever_comes_second_is_told_which_case_it_became(world: World) -> None:
    origin = suggested(world)
    first, second = taking(world, origin), taking(world, origin)
    case = send(world, first)
    with pytest.raises(TakenUp) as taken:
        send(world, second)
    assert taken.value.number == case.number
    with world.database.read() as session:
        assert len(session.exec(select(Case)).all()) == 2
        assert session.get_one(Draft, second).case_id is None


def test_two_at_once_make_one_case(world: World) -> None:
    origin = suggested(world)
    made = [taking(world, origin), taking(world, origin)]

    def one() -> str:
        try:
            return send(world, made.pop()).number
        except TakenUp as taken:
            return f"lost to {taken.number}"

    found = sorted(together(2, one).results)
    assert found == ["BT-2026-2", "lost to BT-2026-2"]


def test_nobody_says_of_a_suggestion_that_it_became_another_case(world: World) -> None:
    origin, other = suggested(world), world.apply()
    with pytest.raises(Invalid):
        world.do(origin, "sofie", "take-up", becomes=str(other))
    with pytest.raises(Refused):
        world.do(other, "sofie", "take-up", becomes=str(other))
    assert world.case(origin).state == "suggested"


# -- for somebody


def test_a_paper_application_is_promised_from_the_day_it_came(world: World) -> None:
    start = Start("application", "paper", "23.2.2026")
    case = world.case(entered(world, start, **{**SHORT, "email": "", "phone": "33663366"}))
    assert (case.channel, case.entered_by) == ("paper", "Sofie")
    assert local_day(case.received_at) == date(2026, 2, 23)
    assert case.promised_on == add_working_days(date(2026, 2, 23), 15)
    with world.database.read() as session:
        event = journal.read(session, f"case:{case.id}")[0]
    assert (event.kind, event.actor_kind, event.actor_name) == (
        "case.received", "person", "Sofie",
    )  # fmt: skip
    assert event.effective_on == date(2026, 2, 23)
    told = mails(world, case.id or 0)
    assert told["receipt name:lene bruun"].state == "waiting", "to be rung or printed"
    assert f"new-case person:{world.people['sofie']}" not in told, "she did it herself"


@pytest.mark.parametrize(
    ("start", "fault"),
    [
        (Start("application", "pigeon"), ("channel", "required-choice")),
        (Start("application", "paper", "5.3.2026"), ("received_on", "date-ahead")),
        (Start("application", "paper", "1.3.2024"), ("received_on", "date-before")),
        (Start("application", "paper", "i går"), ("received_on", "date-shape")),
        (Start("initiative"), ("proposer", "required")),
    ],
)
def test_how_it_came_is_asked(world: World, start: Start, fault: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as invalid:
        begun(world, start)
    assert [(one.key, one.code) for one in invalid.value.faults] == [fault]


def test_paper_is_taken_also_when_the_pool_is_empty(database: Database) -> None:
    world = make_world(database, NOW, budgets={"urban-life": 10_000})
    world.do(world.apply(amount="10.000"), "karim", "grant")
    assert world.case(entered(world, Start("application", "mail"), **SHORT)).state == "received"


def test_only_the_secretariat_goes_on_with_it(world: World) -> None:
    with pytest.raises(NotFound):
        begun(world, Start("application", "phone"), who="jens")
    draft_id = begun(world, Start("application", "phone"), **SHORT)
    with world.database.read() as session:
        jens = world.actor("jens")
        with pytest.raises(NotFound):
            starting.open_entry(session, world.house, draft_id, jens, world.now)
    with pytest.raises(NotFound):
        send(world, draft_id, "jens")
    with pytest.raises(NotFound):  # and no resident's page sends it
        submit(world.house, Submission("x", draft_id), world.now)
    own, _ = drafts.start(world.house, "urban-life", "da", {"amount": "900"}, world.now)
    with pytest.raises(NotFound):  # nor a colleague a resident's
        submit(world.house, Submission("y", own), world.now, actor=world.actor("sofie"))


def test_a_colleagues_draft_is_listed_and_kept_without_mail(world: World) -> None:
    draft_id = begun(world, Start("application", "phone"), **SHORT)
    sofie = world.people["sofie"]

    def listed(roles: dict[str, frozenset[str]]) -> list[str]:
        with world.database.read() as session:
            found = starting.unfinished(session, world.house, roles, sofie, world.now)
        return [one.title for one in found]

    assert listed({"urban-life": frozenset({"secretariat"})}) == ["Gadefest ved hjørnet"]
    assert listed({"urban-life": frozenset({"member"})}) == []
    assert listed({"knowledge": frozenset({"secretariat"})}) == []
    soon = world.now + timedelta(days=55)
    assert forgetting.sweep(world.house, soon) == (0, 0), "nobody is mailed the link"
    assert forgetting.sweep(world.house, world.now + timedelta(days=61)) == (0, 1)
    with world.database.read() as session:
        assert session.get(Draft, draft_id) is None


def test_who_stays_out_of_the_suggestion_does_not_see_its_draft(world: World) -> None:
    origin = suggested(world)
    draft_id = taking(world, origin)
    sofie = world.people["sofie"]
    world.database.write(
        lambda s: s.add(
            Recusal(case_id=origin, person_id=sofie, ground="Min søn", declared_at=world.now)
        )
    )
    roles = {"urban-life": frozenset({"secretariat"})}
    with world.database.read() as session:
        assert starting.unfinished(session, world.house, roles, sofie, world.now) == ()
        with pytest.raises(NotFound):
            starting.open_entry(session, world.house, draft_id, world.actor("sofie"), world.now)
    for act in (
        lambda: send(world, draft_id),
        lambda: starting.throw_away(world.house, draft_id, world.actor("sofie")),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_initiative_is_from_the_group(world: World) -> None:
    start = Start("initiative", proposer="Beboerrådet")
    case = world.case(entered(world, start, **{k: SHORT[k] for k in SHORT if k != "email"}))
    assert (case.kind, case.channel, case.proposer, case.proposer_id) == (
        "initiative", "group", "Beboerrådet", None,
    )  # fmt: skip
    with world.database.read() as session:
        whom = session.get(Applicant, case.applicant_id)
        assert whom is not None
        assert whom.kind == "municipal", "a figure by kind of applicant counts no private person"
    world.database.write(lambda s: revoke_role(s, world.people["sofie"], "secretariat") or None)
    with pytest.raises(NotFound):
        begun(world, start)


# -- a helper


def test_whoever_is_helped_is_told(world: World) -> None:
    case_id = world.apply(on_behalf_of="Fatma Ali", behalf_email="fatma@eksempel.example")
    whom = applicant(world, case_id)
    assert (whom.for_name, whom.for_email, whom.shown) == (
        "Fatma Ali", "fatma@eksempel.example", "Lene Bruun for Fatma Ali",
    )  # fmt: skip
    told = mails(world, case_id)
    letter = told["applied-for-you fatma@eksempel.example"]
    assert (letter.to_name, letter.data["helper"]) == ("Fatma Ali", "Lene Bruun")
    assert "receipt lene@eksempel.example" in told


def test_whoever_is_helped_and_has_no_mail_is_rung(world: World) -> None:
    case_id = world.apply(on_behalf_of="Fatma Ali", behalf_phone="22334455")
    letter = mails(world, case_id)["applied-for-you name:fatma ali"]
    assert letter.state == "waiting"
    with world.database.read() as session:
        waiting = messages.tasks(
            session,
            world.house,
            person_id=world.people["sofie"],
            roles={"urban-life": frozenset({"secretariat"})},
        )
    assert [(one.message.template, one.phone) for one in waiting.tell] == [
        ("applied-for-you", "22 33 44 55")
    ]


def test_how_to_reach_somebody_without_a_name_is_not_dropped(world: World) -> None:
    with pytest.raises(Invalid) as invalid:
        world.apply(behalf_email="fatma@eksempel.example")
    assert [(one.key, one.code) for one in invalid.value.faults] == [("on_behalf_of", "required")]
    assert not applicant(world, world.apply()).for_name


# -- acute


def test_an_acute_case_says_what_where_and_when(world: World) -> None:
    said = {"unsafe_event": "yes", "urgent": "yes"}
    with pytest.raises(Invalid) as invalid:
        world.apply(**said)
    assert {one.key for one in invalid.value.faults} == {
        "unsafe_what", "unsafe_where", "unsafe_when",
    }  # fmt: skip
    case_id = world.apply(
        **said, unsafe_what="Slagsmål", unsafe_where="Ruten", unsafe_when="Fredag aften"
    )
    assert world.case(case_id).urgent
    with world.database.read() as session:
        given = facts.answers(session, case_id)
    assert given["unsafe_when"] == "Fredag aften"
    assert not world.case(world.apply(urgent="yes")).urgent, "urgent is why something happened"
