"""A mail relay that takes a letter and says no more: people sign in as fast as ever, and who asks
for a link to a new password has it."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import place
from tests.stories.visitor import Visitor, short_answers
from tests.support.processes import until
from tests.support.smtp import Relay
from tests.support.stack import running_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

SOFIE = "secretariat@benchmark.example"
APPLICANT = "venter@eksempel.example"


def silent_to_applicants(recipient: str) -> str:
    return "hang after dot, kept" if recipient == APPLICANT else "accept"


def test_signing_in_while_a_letter_hangs(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    place.make_ready(data_dir)

    def state_of(recipient: str) -> list[str]:
        question = "SELECT state FROM message WHERE to_email = ? AND template <> 'draft-saved'"
        with closing(sqlite3.connect(place.database_file(data_dir), timeout=20)) as line:
            return [state for (state,) in line.execute(question, (recipient,))]

    with (
        Relay(silent_to_applicants) as relay,
        running_stack(
            data_dir, ("run",), smtp_url=relay.url, mail_from="puljen@example.dk"
        ) as stack,
    ):
        sofie = Visitor(stack, 2)

        def sign_in() -> float:
            page = sofie.get("/log-ind")
            began = time.perf_counter()
            typed = {"email": SOFIE, "password": place.PASSWORD}
            done = sofie.post("/log-ind", page.hidden("csrf_token") | typed)
            took = time.perf_counter() - began
            assert done.status == 200, done.body
            assert not done.url.endswith("/log-ind"), done.body
            out = sofie.get("/log-ud")
            sofie.post("/log-ud", out.hidden("csrf_token"))
            return took

        sign_in()
        before = statistics.median(sign_in() for _ in range(4))

        resident = Visitor(stack, 3)
        review = resident.draft(short_answers("Den venter på svar", APPLICANT))
        assert resident.post(review.url, review.hidden()).status == 200
        until(lambda: "sending" in state_of(APPLICANT), "the relay is silent over a letter", 30)

        during = statistics.median(sign_in() for _ in range(4))
        assert during < 2 * before + 0.25, (before, during)

        page = sofie.get("/glemt-adgangskode")
        asked = time.monotonic()
        sofie.post("/glemt-adgangskode", page.hidden() | {"email": SOFIE})
        until(lambda: state_of(SOFIE)[-1:] == ["sent"], "the link leaves", 20)
        assert time.monotonic() - asked < 10
        assert SOFIE in [recipient for _, recipient in relay.envelopes]
        assert "sending" in state_of(APPLICANT), "the letter hangs still"
        relay.die()
        until(lambda: "unknown" in state_of(APPLICANT), "nobody can say whether it left", 30)
