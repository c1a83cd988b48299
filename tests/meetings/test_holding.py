"""A meeting while it is held: who is there, deciding, holding over, and the missing quorum."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from pool import journal
from pool.cases import recusal
from pool.cases.errors import CommandReused
from pool.meetings import attendance, deciding
from pool.meetings.errors import CannotBe, NoSuchMeeting, NotNow, NotQuorate
from pool.models.case import Decision
from pool.models.identity import Person
from pool.models.meetings import Attendance
from tests.meetings.scene import Scene
from tests.support.district import FREE, POOL, apply
from tests.web.caseworking import queries

ASKED = 950_000


@pytest.fixture
def held(scene: Scene) -> tuple[int, list[int]]:
    """An open meeting of Karim (chair), Jens and Amina, with three cases."""
    meeting = scene.plan()
    cases = scene.ready(3)
    scene.put_on(meeting, cases)
    scene.open(meeting, "karim", "jens", "amina")
    return meeting, cases


def decision(scene: Scene, case_id: int) -> Decision:
    with scene.world.database.read() as session:
        found = session.exec(select(Decision).where(Decision.case_id == case_id)).one()
        session.expunge_all()
        return found


def test_it_opens_on_its_day_with_those_entitled_then(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    with pytest.raises(NotNow) as told:
        scene.open(meeting, "karim")
    assert told.value.code == "too-early"
    scene.world.now += timedelta(days=16)
    scene.open(meeting, "karim", "sofie")  # Sofie is no member
    row = scene.meeting(meeting)
    assert (row.state, row.entitled, row.quorum) == ("open", 3, 2)
    room = scene.room(meeting)
    assert [(one.name, one.present) for one in room.people] == [
        ("Amina", False), ("Jens", False), ("Karim", True),
    ]  # fmt: skip
    assert (room.count.present, room.count.enough) == (1, False)
    # a new member, or one who leaves the group, changes nothing of this meeting
    scene.member("per")
    scene.world.database.write(
        lambda s: setattr(s.get_one(Person, scene.world.people["jens"]), "active", False)
    )
    scene.open(meeting, "karim", "jens", "per")
    room = scene.room(meeting)
    assert (room.count.present, room.count.entitled, room.count.enough) == (2, 3, True)
    with scene.world.database.read() as session:
        kinds = [one.kind for one in journal.read(session, f"meeting:{meeting}")]
    assert kinds[-3:] == ["meeting.opened", "meeting.attendance", "meeting.attendance"]


def test_deciding_keeps_the_meeting_s_record(scene: Scene, held: tuple[int, list[int]]) -> None:
    meeting, (first, second, _) = held
    scene.decide(meeting, first, command_id="d1")
    made = decision(scene, first)
    assert (made.made_how, made.made_on, made.meeting_id) == (
        "meeting", scene.meeting(meeting).held_on, meeting,
    )  # fmt: skip
    assert (made.took_part, made.stayed_out) == ("Amina, Jens, Karim", "")
    item = scene.item(meeting, first)
    assert (item.outcome, item.decision_id) == ("grant", made.id)
    room = scene.room(meeting)
    [balance] = room.balances
    assert balance.free == FREE - ASKED
    assert (balance.cases, balance.left_in_full) == (2, FREE - 3 * ASKED)
    with pytest.raises(NotNow):
        scene.decide(meeting, first)

    scene.open(meeting, "karim", "jens")  # Amina leaves; the first press comes again
    assert scene.decide(meeting, first, command_id="d1").repeated
    with pytest.raises(CommandReused):
        scene.decide(meeting, first, "refuse", command_id="d1", reasons="Nej.")
    scene.decide(
        meeting, second, "grant-part", amount="5.000", reasons="Teltet kan lånes gratis.",
    )  # fmt: skip
    assert decision(scene, second).took_part == "Jens, Karim"
    assert scene.room(meeting).balances[0].free == FREE - ASKED - 500_000


def test_if_all_the_rest_were_granted_as_recommended(scene: Scene) -> None:
    meeting = scene.plan()
    a, b = scene.ready(2)
    for case_id, advice, amount in ((a, "part", "4.000"), (b, "refused", "")):
        scene.world.do(case_id, "sofie", "ask", questions="?", due_on="2026-03-20")
        scene.world.do(case_id, "applicant", "answer", answer="!")
        scene.world.do(case_id, "sofie", "screen")
        scene.world.do(
            case_id, "sofie", "recommend", advice=advice, amount=amount, reasons="Sådan."
        )
    scene.put_on(meeting, [a, b])
    scene.open(meeting, "karim", "jens")
    [balance] = scene.room(meeting).balances
    assert (balance.asked, balance.advised) == (2 * ASKED, 400_000)
    assert balance.left_as_advised == FREE - 400_000


def test_who_stays_out_sees_neither_case_nor_figures(
    scene: Scene, held: tuple[int, list[int]]
) -> None:
    meeting, (first, second, third) = held
    recusal.declare(scene.world.house, second, "Bestyrelsen", scene.actor("jens"), scene.world.now)
    mine = scene.room(meeting, "jens")
    assert [one.case.id for one in mine.stands if one.case] == [first, third]
    assert [one.point.item.position for one in mine.stands] == [1, 3]
    assert mine.balances[0].asked == 2 * ASKED
    stand = scene.room(meeting).stands[1]
    assert stand.count == attendance.Count(present=2, entitled=2, needed=2)
    assert (stand.took_part, stand.stayed_out) == (("Amina", "Karim"), ("Jens",))
    scene.decide(meeting, second)
    made = decision(scene, second)
    assert (made.took_part, made.stayed_out) == ("Amina, Karim", "Jens")
    # and one who runs the meeting cannot decide what they stay out of
    recusal.declare(scene.world.house, third, "Min bror", scene.actor("karim"), scene.world.now)
    with pytest.raises(NoSuchMeeting):
        scene.decide(meeting, third, who="karim")


def test_too_few_decide_nothing_and_the_chair_only_what_cannot_wait(scene: Scene) -> None:
    meeting = scene.plan("2.3.2026\n18.3.2026")
    first, second = scene.ready(2)
    scene.put_on(meeting, [first, second])
    scene.open(meeting, "karim")
    for who, why in (("sofie", ""), ("sofie", "Det haster."), ("karim", "  ")):
        with pytest.raises(NotQuorate) as told:
            scene.decide(meeting, first, who=who, why=why)
    assert (told.value.present, told.value.needed, told.value.entitled) == (1, 2, 3)
    assert scene.world.case(first).state == "recommended"

    scene.decide(meeting, first, who="karim", why="Festen er på lørdag.", command_id="alone")
    made = decision(scene, first)
    assert (made.made_how, made.actor_name, made.meeting_id) == ("system", "Karim", None)
    assert scene.decide(
        meeting, first, who="karim", why="Festen er på lørdag.", command_id="alone"
    ).repeated
    item = scene.item(meeting, first)
    assert (item.outcome, item.note, item.decision_id) == ("grant", "Festen er på lørdag.", made.id)
    with scene.world.database.read() as session:
        [decided] = journal.read(session, f"case:{first}", kinds=["case.grant"])
        assert decided.personal["note"] == "Festen er på lørdag."
    [told_next] = scene.items(meeting + 1)
    assert (told_next.kind, told_next.case_id, told_next.note) == (
        "told", first, "Festen er på lørdag.",
    )  # fmt: skip
    scene.open(meeting, "karim", "amina")
    scene.decide(meeting, second)
    assert decision(scene, second).meeting_id == meeting


def test_one_who_stays_out_may_be_the_one_too_few(
    scene: Scene, held: tuple[int, list[int]]
) -> None:
    """Two of three are enough; without Jens two are entitled, both must be there, and one is."""
    meeting, (first, second, _) = held
    scene.open(meeting, "karim", "jens")
    recusal.declare(scene.world.house, first, "Bestyrelsen", scene.actor("jens"), scene.world.now)
    with pytest.raises(NotQuorate):
        scene.decide(meeting, first)
    scene.decide(meeting, second)


def test_holding_over_and_taking_up_again(scene: Scene, held: tuple[int, list[int]]) -> None:
    meeting, (first, second, _) = held
    later = scene.plan("18.3.2026")
    with pytest.raises(CannotBe):
        scene.hold_over(meeting, first, meeting)
    scene.hold_over(meeting, first, later, "Budgettet mangler.")
    scene.hold_over(meeting, second, None)
    assert scene.order(later) == [first]
    assert scene.item(meeting, first).note == "Budgettet mangler."
    assert scene.offered(later) == [second]
    with pytest.raises(NotNow):
        scene.decide(meeting, first)
    item = scene.item(meeting, first)
    wish = deciding.TakeUp("up", meeting, item.id or 0)
    deciding.take_up(scene.world.house, wish, scene.actor("sofie"), scene.world.now)
    assert scene.order(later) == []
    scene.decide(meeting, first)
    with scene.world.database.read() as session:
        kinds = [one.kind for one in journal.read(session, f"case:{first}")]
    assert kinds[-3:] == ["case.held-over", "case.on-agenda", "case.grant"]


def test_closing_holds_over_what_was_not_reached(scene: Scene, held: tuple[int, list[int]]) -> None:
    meeting, (first, second, third) = held
    scene.decide(meeting, first)
    scene.world.do(second, "karim", "refuse", reasons="Ikke lokalt forankret.")  # on its own page
    scene.close(meeting, "Tak for kaffe.")
    assert [one.outcome for one in scene.items(meeting)] == ["grant", "refuse", "held-over"]
    row = scene.meeting(meeting)
    assert (row.state, row.remarks) == ("closed", "Tak for kaffe.")
    assert scene.item(meeting, second).decision_id == decision(scene, second).id
    for late in (
        lambda: scene.decide(meeting, third),
        lambda: scene.open(meeting, "karim"),
        lambda: scene.close(meeting),
        lambda: scene.hold_over(meeting, third, None),
    ):
        with pytest.raises(NotNow):
            late()
    assert scene.offered(scene.plan("18.3.2026")) == [third]


def test_as_many_queries_for_thirty_cases_as_for_three(scene: Scene) -> None:
    meeting = scene.plan()
    scene.put_on(meeting, scene.ready(3))
    scene.open(meeting, "karim", "jens")
    asked = []
    for more in (0, 27):
        scene.world.database.write(
            lambda s: setattr(s.get_one(type(scene.meeting(meeting)), meeting), "state", "planned")
        )
        if more:
            scene.put_on(meeting, [_cheap(scene, n) for n in range(more)])
        with queries(scene.world.database) as seen:
            room = scene.room(meeting)
        asked.append(len(seen))
    assert len(room.stands) == 30
    assert asked[0] == asked[1] <= 16


def _cheap(scene: Scene, number: int) -> int:
    """A case that is ready, the short way: in the state a recommendation leaves it in."""
    from pool.models.case import Case, Recommendation

    case_id = apply(scene.world, title=f"Sag {number}")

    def work(session: Session) -> None:
        case = session.get_one(Case, case_id)
        case.state = "recommended"
        session.add(
            Recommendation(
                case_id=case_id, number=1, advice="full", amount=ASKED, reasons="Ja.",
                actor_person_id=None, actor_name="Sofie", recorded_at=scene.world.now,
            )
        )  # fmt: skip

    scene.world.database.write(work)
    return case_id


def test_attendance_is_of_the_pool_alone(scene: Scene) -> None:
    """Somebody who is a member elsewhere is not entitled here."""
    import pool.identity as identity

    def elsewhere(session: Session) -> None:
        person = identity.add_person(
            session,
            email="else@test.example",
            name="Else",
            now=scene.world.now,
        )
        identity.grant_role(session, person.id or 0, "member", "knowledge")

    scene.world.database.write(elsewhere)
    scene.open(scene.plan(), "karim")
    with scene.world.database.read() as session:
        names = session.exec(select(Attendance.name)).all()
        assert "Else" not in names
        entitled = [one.name for one in attendance.entitled(session, POOL)]
    assert sorted(names) == sorted(entitled) == ["Amina", "Jens", "Karim"]
