"""Somebody who stays out of a case after the papers were made: a paper of their own, and figures
that tell nothing of it. And the list of ready cases, in as many queries for many as for few."""

from __future__ import annotations

from pool.cases import recusal
from pool.meetings import papers
from pool.models.meetings import Meeting
from pool.outbox.delivery import deliver_some
from tests.meetings.scene import Scene
from tests.meetings.test_holding import ASKED, _cheap
from tests.support.district import FREE
from tests.support.outbox import outgoing
from tests.support.smtp import Relay
from tests.web.caseworking import queries


def readable(scene: Scene, meeting: int, name: str) -> list[tuple[str, int]]:
    with scene.world.database.read() as session:
        row = session.get_one(Meeting, meeting)
        return papers.readable(session, scene.world.house, row, scene.actor(name))


def stay_out(scene: Scene, case_id: int, name: str) -> None:
    recusal.declare(scene.world.house, case_id, "Bestyrelsen", scene.actor(name), scene.world.now)


def test_a_paper_kept_back_comes_again_without_the_case(scene: Scene) -> None:
    first, second, third = scene.ready(3)
    meeting = scene.plan("18.3.2026")
    scene.put_on(meeting, [first, second, third])
    scene.send(meeting)
    scene.run_errands()
    for out, left in ((second, (first, third)), (third, (first,))):
        stay_out(scene, out, "jens")
        assert readable(scene, meeting, "jens") == []  # no link that leads nowhere
        scene.run_errands()
        scene.run_errands()
        assert readable(scene, meeting, "jens") == [("agenda", 1)]
        [mail] = [
            one
            for one in scene.mails("agenda")
            if one.to_name == "Jens" and one.state != "discarded"
        ]
        assert len(scene.enclosed(mail)) == 2
        shown = [scene.world.case(one).title for one in left]
        assert [line.split(". ", 1)[1].split(" (")[0] for line in mail.data["lines"]] == shown
    assert len([one for one in scene.mails("agenda") if one.to_name == "Amina"]) == 1


def test_who_has_the_mail_gets_no_other(scene: Scene) -> None:
    first, second = scene.ready(2)
    meeting = scene.plan("18.3.2026")
    scene.put_on(meeting, [first, second])
    scene.send(meeting)
    scene.run_errands()
    with Relay() as relay:
        deliver_some(scene.world.database, outgoing(relay.url), scene.world.now)
    stay_out(scene, second, "jens")
    scene.run_errands()
    assert len([one for one in scene.mails("agenda") if one.to_name == "Jens"]) == 1
    assert readable(scene, meeting, "jens") == [("agenda", 1)]


def test_no_amount_can_be_read_off_the_balance(scene: Scene) -> None:
    meeting = scene.plan()
    seen, hidden = scene.ready(2)
    scene.put_on(meeting, [seen, hidden])
    stay_out(scene, hidden, "jens")
    scene.open(meeting, "karim", "jens", "amina")
    scene.decide(meeting, hidden)
    jens, karim = scene.room(meeting, "jens"), scene.room(meeting, "karim")
    assert (jens.balances[0].free, karim.balances[0].free) == (FREE, FREE - ASKED)
    assert (jens.left_out, karim.left_out) == (True, False)
    scene.decide(meeting, seen)
    assert scene.room(meeting, "jens").balances[0].free == FREE - ASKED


def test_as_many_queries_for_many_ready_cases_as_for_few(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    asked, count = [], 0
    for more in (2, 20):
        for _ in range(more):
            _cheap(scene, count)
            count += 1
        with queries(scene.world.database) as seen:
            assert len(scene.offered(meeting)) == count
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 16
