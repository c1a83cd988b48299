"""The agenda and the minutes on paper and by mail, and the calendar file."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest

from pool.cases import recusal
from pool.meetings import calendar, closing, ics, papers
from pool.meetings.errors import AgendaMoved, NotNow
from pool.models.meetings import Meeting
from pool.models.outbox import Document
from pool.outbox.delivery import deliver_some
from tests.meetings.scene import Scene
from tests.support.outbox import outgoing
from tests.support.smtp import Relay

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


def text_of(pdf: bytes) -> str:
    """What stands on a PDF, in one line."""
    found = subprocess.run(
        ["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return " ".join(found.split())


def parsed(body: bytes) -> dict[str, str]:
    """The lines of a calendar file, unfolded, by the rules of RFC 5545."""
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    unfolded = body.decode("utf-8").replace("\r\n ", "")
    return dict(line.split(":", 1) for line in unfolded.split("\r\n") if line)


def event(**changed: Any) -> tuple[bytes, dict[str, str]]:
    row = Meeting(
        id=7, pool="bydelspulje", held_on=date(2026, 7, 1), begins_at="17:00", ends_at="19:30",
        place="Huset; 2. sal, til højre", agenda_version=3, created_at=datetime.now(UTC),
    )  # fmt: skip
    given: dict[str, Any] = {
        "summary": "Møde", "description": "Se her:\n" + "å" * 100, "host": "puljen.example.dk",
        "url": "https://puljen.example.dk/moeder/7", "organiser": ('Den "lille" pulje', "p@x.dk"),
        "stamp": datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
    }  # fmt: skip
    for name in set(changed) - set(given):
        setattr(row, name, changed.pop(name))
    body = ics.calendar(row, "PUBLISH", **{**given, **changed})
    return body, parsed(body)


def test_the_calendar_file_is_as_the_rfc_has_it() -> None:
    body, lines = event()
    assert lines["METHOD"] == "PUBLISH"
    assert lines["UID"] == "meeting-7@puljen.example.dk"
    assert lines["SEQUENCE"] == "3"
    assert (lines["DTSTART"], lines["DTEND"]) == ("20260701T150000Z", "20260701T173000Z")
    assert lines["LOCATION"] == r"Huset\; 2. sal\, til højre"
    assert lines["DESCRIPTION"] == r"Se her:\n" + "å" * 100
    assert lines['ORGANIZER;CN="Den lille pulje"'] == "mailto:p@x.dk"
    assert body == event()[0]
    winter = event(held_on=date(2026, 1, 7), ends_at="", place="")[1]
    assert winter["DTSTART"] == "20260107T160000Z"
    assert "DTEND" not in winter
    assert "LOCATION" not in winter


@needs_poppler
def test_the_agenda_goes_to_everybody_and_lacks_what_its_reader_stays_out_of(
    scene: Scene,
) -> None:
    meeting = scene.plan("18.3.2026")
    first, second = scene.ready(2)
    scene.put_on(meeting, [first, second])
    recusal.declare(scene.world.house, second, "Bestyrelsen", scene.actor("jens"), scene.world.now)
    scene.send(meeting)
    scene.run_errands()
    scene.run_errands()  # a second worker, or a restart: nothing is sent twice
    mails = scene.mails("agenda")
    assert [one.to_name for one in mails] == ["Amina", "Jens", "Karim", "Sofie"]
    by_name = {one.to_name: (one, scene.enclosed(one)) for one in mails}
    for name, (mail, (paper, file)) in by_name.items():
        assert (paper.media_type, paper.name) == ("application/pdf", "Dagsorden 18.03.2026.pdf")
        told = text_of(paper.body) + " ".join(mail.data["lines"])
        assert "Sag nummer 1" in told
        assert ("Sag nummer 2" in told) is (name != "Jens")
        assert parsed(file.body)["SEQUENCE"] == "1"
        assert (scene.world.case(second).number in told) is (name != "Jens")
    assert by_name["Amina"][1][0].id == by_name["Karim"][1][0].id
    whole = text_of(by_name["Karim"][1][0].body)
    for words in (
        "Dagsorden · Bydelspuljen", "18. marts 2026 kl. 17.00–19.30 · Bydelshuset, mødelokale 2",
        "Indstillet til: Fuld bevilling, 9.500 kr.", "Mange får glæde af det.",
    ):  # fmt: skip
        assert words in whole, words


def test_sent_again_it_is_a_new_version(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    with pytest.raises(NotNow):
        scene.send(meeting)
    first, second = scene.ready(2)
    scene.put_on(meeting, [first])
    scene.send(meeting)
    scene.run_errands()

    def changed() -> bool:
        with scene.world.database.read() as session:
            return closing.changed_since_sent(session, session.get_one(Meeting, meeting))

    assert not changed()
    seen = scene.meeting(meeting).version
    scene.put_on(meeting, [second])
    assert changed()
    wish = closing.SendAgenda("old page", meeting, seen)
    with pytest.raises(AgendaMoved):
        closing.send_agenda(scene.world.house, wish, scene.actor("sofie"), scene.world.now)
    scene.send(meeting)
    scene.run_errands()
    karims = [one for one in scene.mails("agenda") if one.to_name == "Karim"]
    assert [one.data["version"] for one in karims] == [1, 2]
    files = [parsed(scene.enclosed(one)[1].body) for one in karims]
    assert [one["SEQUENCE"] for one in files] == ["1", "2"]
    assert files[0]["UID"] == files[1]["UID"]
    with scene.world.database.read() as session:
        assert papers.sent(session, meeting) == [("agenda", 2), ("agenda", 1)]


def test_called_off_it_leaves_the_calendars(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    scene.put_on(meeting, scene.ready(1))
    scene.send(meeting)
    scene.run_errands()
    off = calendar.CallOff("off", meeting)
    calendar.call_off(scene.world.house, off, scene.actor("sofie"), scene.world.now)
    mails = scene.mails("meeting-off")
    assert [one.to_name for one in mails] == ["Amina", "Jens", "Karim", "Sofie"]
    [file] = scene.enclosed(mails[0])
    lines = parsed(file.body)
    assert (lines["METHOD"], lines["STATUS"], lines["SEQUENCE"]) == ("CANCEL", "CANCELLED", "2")
    sent = parsed(scene.enclosed(scene.mails("agenda")[0])[1].body)
    assert (sent["UID"], sent["STATUS"]) == (lines["UID"], "CONFIRMED")


def test_the_mail_as_it_leaves(scene: Scene) -> None:
    """The raw bytes a relay gets: both files, the calendar's method as a parameter (RFC 6047)."""
    meeting = scene.plan("18.3.2026")
    scene.put_on(meeting, scene.ready(1))
    scene.send(meeting)
    scene.run_errands()
    with Relay() as relay:
        deliver_some(scene.world.database, outgoing(relay.url), scene.world.now)
        raw = list(relay.stored)
    mail = next(
        found
        for found in (BytesParser(policy=policy.default).parsebytes(one) for one in raw)
        if "Amina" in str(found["To"]) and "Dagsorden" in str(found["Subject"])
    )
    assert mail["Subject"] == "Dagsorden for mødet den 18. marts 2026: Bydelspuljen"
    paper, file = list(mail.iter_attachments())
    assert paper.get_content_type() == "application/pdf"
    assert paper.get_content().startswith(b"%PDF-")
    assert file.get_content_type() == "text/calendar"
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert file.get_filename() == "Møde 18.03.2026.ics"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "1. Sag nummer 1" in body.get_content()


@needs_poppler
def test_the_minutes_say_what_happened(scene: Scene) -> None:
    meeting = scene.plan("2.3.2026\n15.4.2026")
    a, b, c, d = scene.ready(4)
    scene.put_on(meeting, [a, b, c, d])
    scene.open(meeting, "karim", "jens", "amina")
    recusal.declare(scene.world.house, b, "Bestyrelsen", scene.actor("jens"), scene.world.now)
    scene.decide(meeting, a)
    scene.decide(
        meeting, b, "grant-part", amount="5.000",
        reasons="Kriteriet om prisen: teltet kan lånes gratis af boligafdelingen.",
    )  # fmt: skip
    scene.hold_over(meeting, c, meeting + 1, "Budgettet mangler.")
    scene.close(meeting, "Næste gang mødes vi på biblioteket.")
    scene.run_errands()
    mails = {one.to_name: one for one in scene.mails("minutes")}
    assert sorted(mails) == ["Amina", "Jens", "Karim", "Sofie"]
    [whole] = scene.enclosed(mails["Karim"])
    [jens] = scene.enclosed(mails["Jens"])
    assert whole.name == "Referat 02.03.2026.pdf"
    told, his = text_of(whole.body), text_of(jens.body)
    for words in (
        "Til stede: Amina, Jens, Karim.",
        "3 af 3 medlemmer var til stede, og der skulle være 2: mødet var beslutningsdygtigt.",
        "1. Sag nummer 1", "Afgørelse: Fuld bevilling, 9.500 kr.",
        "Afgørelse: Delvis bevilling, 5.000 kr.",
        "teltet kan lånes gratis af boligafdelingen", "Deltog ikke i sagen: Jens.",
        "Sat til et senere møde.", "Budgettet mangler.",
        "Næste gang mødes vi på biblioteket.", "15. april 2026 kl. 17.00–19.30",
    ):  # fmt: skip
        assert words in told, words
    assert "Sag nummer 2" not in his
    assert "teltet kan lånes" not in his
    assert "Sag nummer 3" in his

    def for_reader(name: str) -> Document | None:
        with scene.world.database.read() as session:
            row = session.get_one(Meeting, meeting)
            return papers.for_reader(
                session, scene.world.house, row, "minutes", 1, scene.actor(name)
            )

    found = for_reader("jens")
    assert found is not None
    assert found.id == jens.id
    # somebody who declares an interest afterwards is not shown the whole paper again
    assert for_reader("amina") is not None
    recusal.declare(scene.world.house, a, "Min bror", scene.actor("amina"), scene.world.now)
    assert for_reader("amina") is None


@needs_poppler
def test_a_missing_quorum_stands_in_the_minutes(scene: Scene) -> None:
    meeting = scene.plan()
    [case_id] = scene.ready(1)
    scene.put_on(meeting, [case_id])
    scene.open(meeting, "karim")
    scene.decide(meeting, case_id, who="karim", why="Festen er på lørdag.")
    scene.close(meeting)
    scene.run_errands()
    [whole] = scene.enclosed(scene.mails("minutes")[0])
    told = text_of(whole.body)
    assert "1 af 3 medlemmer var til stede, og der skulle være 2" in told
    assert "mødet var ikke beslutningsdygtigt" in told
    assert re.search(r"Afgjort af formanden.*Festen er på lørdag\.", told)
    assert "Der er ikke planlagt noget møde endnu." in told
