"""``kill -9`` in the middle of submissions and decisions, Redis and the mail relay away: every
case exactly once, every message once, and the books whole."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pool.run.embedded import EmbeddedRedis
from pool.run.logbook import Logbook
from pool.run.stack import Stack
from pool.settings import Settings
from tests.stories.visitor import DROPPED, Page, Visitor, short_answers
from tests.support.processes import children, started, until
from tests.support.stack import RunningStack, running_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(280)]

CASES, MANY = 50, 1_000
KRONER = "10"
"""Each asks for, so that the pool is not emptied by a thousand."""
ONE_IN = 3
"""Of so many cases one is met by a kill, in its submission or in its decision."""


def _workers() -> list[str]:
    """The workers' names, in the order the supervisor starts them."""
    with TemporaryDirectory() as folder, closing(Logbook(Path(folder))) as logbook:
        specs = Stack(Settings(), False, logbook, 0, None, None).worker_specs()
    return [spec.name for spec in specs]


WORKERS = _workers()
STARTED = ("redis", "mailbox", "web", *WORKERS, "beat")
"""The supervisor's children in the order it starts them."""
VICTIMS = ("web", *WORKERS, "beat", "redis")
FEW, WITHIN = 4, 62.0
"""A child that dies five times within a minute is given up, as it should be: so many are
killed."""


class House:
    """The running stack, its processes by name."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.pids = dict(zip(STARTED, sorted(stack.children()), strict=True))
        self._deaths: dict[str, deque[float]] = {name: deque() for name in STARTED}

    def may_die(self, name: str) -> bool:
        deaths = self._deaths[name]
        while deaths and time.monotonic() - deaths[0] > WITHIN:
            deaths.popleft()
        return len(deaths) < FEW

    def kill(self, name: str) -> None:
        """End a child as a power cut would; of the web also the process that answers."""
        pid = self.pids[name]
        for member in [*children(pid), pid]:
            os.kill(member, signal.SIGKILL)
        self._deaths[name].append(time.monotonic())

    def wait_for(self, name: str) -> None:
        """Until the supervisor has started another."""
        known = set(self.pids.values())

        def new() -> set[int]:
            return set(self.stack.children()) - known

        until(new, f"{name} is started again", 40)
        self.pids[name] = min(new())

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A child that neither answers nor ends."""
        os.kill(self.pids[name], signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pids[name], signal.SIGCONT)

    # -- what came of it

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.stack.data_dir / "puljen.sqlite", timeout=20)) as line:
            return line.execute(question, values).fetchall()

    def mail_ids(self) -> list[str]:
        """Of every mail the relay took."""
        folder = self.stack.data_dir / "mailbox"
        found = [message_from_bytes(file.read_bytes())["Message-ID"] for file in _mails(folder)]
        return [str(one) for one in found]

    def messages_like(self, title: str) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT m.template, m.state, m.message_id FROM message m JOIN grant_case c"
            " ON c.id = m.case_id WHERE c.title LIKE ?",
            title,
        )

    def settle_messages(self, title: str) -> None:
        """Until each has ended. What a killed worker held is held for minutes, so that nobody
        sends beside it; those minutes are taken off it once nothing else is on its way."""

        def those(*states: str) -> list[tuple[Any, ...]]:
            return [row for row in self.messages_like(title) if row[1] in states]

        until(lambda: not those("queued"), "the letters are out", 120)
        before = those("leased", "sending")
        time.sleep(5)
        left_behind = [row[2] for row in those("leased", "sending") if row in before]
        with closing(sqlite3.connect(self.stack.data_dir / "puljen.sqlite", timeout=20)) as line:
            line.executemany(
                "UPDATE message SET lease_until = '2026-01-01T00:00:00.000000Z'"
                " WHERE message_id = ? AND state IN ('leased', 'sending')",
                [(one,) for one in left_behind],
            )
            line.commit()
        on_its_way = ("queued", "leased", "sending")  # asked at once: it goes from one to another
        until(lambda: not those(*on_its_way), "what was left behind is settled", 90)

    def verified(self) -> None:
        told = self.stack.puljen("ledger", "verify")
        assert told.returncode == 0, told.stdout + told.stderr


def _mails(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_stack(tmp_path_factory.mktemp("outages") / "data") as stack:
        yield House(stack)


def interrupted(house: House, victim: str, delay: float, act: Callable[[], Page]) -> Page | None:
    """``act`` while ``victim`` dies ``delay`` seconds after it began; its answer, if any came."""
    answers: list[Page] = []

    def run() -> None:
        with suppress(*DROPPED):
            answers.append(act())

    acting = threading.Thread(target=run)
    acting.start()
    time.sleep(delay)
    house.kill(victim)
    acting.join(60)
    assert not acting.is_alive()
    house.wait_for(victim)
    return answers[0] if answers else None


def number_on(page: Page) -> str:
    found = re.search(r'receipt-number">.*?<strong>([^<]+)</strong>', page.body, re.DOTALL)
    assert found is not None, page.body
    return found[1]


@pytest.mark.parametrize(
    "count", [CASES, pytest.param(MANY, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])]
)
def test_kills_in_the_middle_lose_and_double_nothing(house: House, count: int) -> None:
    """Half the kills fall into a submission, half into a decision, each process is met. Each
    command is then given again as it was, as by somebody who presses the button once more."""
    chance = random.Random(20261123)
    decided: dict[str, str] = {}
    karim = Visitor(house.stack, 9)
    karim.until_done(lambda: karim.get("/health"))
    karim.enter("karim")
    turns: list[str] = []
    for n in range(count):
        title, email = f"Nødlys {n}", f"kill-{n}@eksempel.example"
        resident = Visitor(house.stack, 10 + n)
        falls = chance.choice(("submission", "decision")) if n % ONE_IN == 0 else ""
        review = resident.draft(short_answers(title, email, KRONER))
        fields = review.hidden()

        def send(resident: Visitor = resident, at: str = review.url, what: Any = fields) -> Page:
            return resident.post(at, what)

        delay, victim = chance.uniform(0.0, 0.08), ""
        if falls:
            turns = turns or chance.sample(VICTIMS, len(VICTIMS))
            victim = turns.pop()
            until(lambda victim=victim: house.may_die(victim), "it may die again", WITHIN)  # type: ignore[misc]
        if falls == "submission":
            interrupted(house, victim, delay, send)
        number = number_on(resident.until_done(send))
        assert number_on(resident.until_done(send)) == number

        page = karim.until_done(
            lambda number=number: karim.get(f"/sager/{number}/afgoer?valg=grant")  # type: ignore[misc]
        )
        decision = page.hidden("state_version") | {"outcome": "grant", "do": "send"}

        def decide(number: str = number, what: Any = decision) -> Page:
            return karim.post(f"/sager/{number}/afgoer", what)

        if falls == "decision":
            interrupted(house, victim, delay, decide)
        done = karim.until_done(decide)
        assert done.url.endswith(f"/sager/{number}"), done.body
        decided[title] = number

    # Every case once, every decision once, every krone held once.
    cases = house.rows("SELECT title, number, state FROM grant_case WHERE title LIKE ?", "Nødlys %")
    assert sorted(cases) == sorted((title, n, "granted") for title, n in decided.items())
    holds = house.rows(
        "SELECT c.title, t.amount FROM transfer t JOIN grant_case c ON c.id = t.case_id"
        " WHERE t.kind = 'hold' AND c.title LIKE ?",
        "Nødlys %",
    )
    assert sorted(holds) == sorted((title, 100 * int(KRONER)) for title in decided)
    house.verified()

    # Every message once. A kill of the sender in the middle of a mail leaves that one to its
    # lease, which is made to be over here; no message stays between two states.
    house.settle_messages("Nødlys %")
    rows = house.messages_like("Nødlys %")
    to_applicants = Counter(template for template, _, _ in rows)
    assert to_applicants["receipt"] == to_applicants["decision-full"] == count
    assert {state for _, state, _ in rows} <= {"sent", "unknown"}
    twice = house.rows(
        "SELECT event, recipient, template FROM message"
        " GROUP BY event, recipient, template, resend_number HAVING count(*) > 1"
    )
    assert twice == []
    arrived = Counter(house.mail_ids())
    assert max(arrived.values()) == 1, "a mail arrived twice"
    for template, state, message_id in rows:
        if state == "sent":
            assert arrived[message_id] == 1, template


def apply_and_decide(house: House, title: str, number: int) -> None:
    """Somebody applies, and the chair grants it."""
    resident, karim = Visitor(house.stack, number), Visitor(house.stack, 9)
    review = resident.draft(short_answers(title, f"{number}@eksempel.example"))
    case = number_on(resident.post(review.url, review.hidden()))
    karim.enter("karim")
    page = karim.get(f"/sager/{case}/afgoer?valg=grant")
    fields = page.hidden("state_version") | {"outcome": "grant", "do": "send"}
    done = karim.post(f"/sager/{case}/afgoer", fields)
    assert done.url.endswith(f"/sager/{case}"), done.body


def all_sent(house: House, title: str) -> bool:
    states = {state for _, state, _ in house.messages_like(title)}
    return states == {"sent"}


def test_without_redis_people_work_and_mails_follow(house: House) -> None:
    until(lambda: _mails(house.stack.data_dir / "mailbox"), "the demonstration's mails", 60)
    with house.frozen("redis"):
        began = time.monotonic()
        apply_and_decide(house, "Uden Redis", 50)
        assert time.monotonic() - began < 30
    until(lambda: all_sent(house, "Uden Redis"), "the mails go when it is back", 90)
    arrived = Counter(house.mail_ids())
    assert all(arrived[row[2]] == 1 for row in house.messages_like("Uden Redis"))


def test_without_a_relay_messages_wait_and_then_go(house: House) -> None:
    folder = house.stack.data_dir / "mailbox"
    until(lambda: _mails(folder), "the demonstration's mails", 60)
    before = len(_mails(folder))
    with house.frozen("mailbox"):
        apply_and_decide(house, "Uden post", 51)
        time.sleep(3)
        assert not any(row[1] == "sent" for row in house.messages_like("Uden post"))
    until(lambda: all_sent(house, "Uden post"), "the mails go when it is back", 150)
    assert len(_mails(folder)) > before
    arrived = Counter(house.mail_ids())
    assert all(arrived[row[2]] == 1 for row in house.messages_like("Uden post"))


def test_two_beats_do_no_harm(house: House) -> None:
    """A second beat beside the first says *tick* as well: each message is there once."""
    env = house.stack.env | {"PULJEN_REDIS_URL": EmbeddedRedis(house.stack.data_dir).url}
    code = "from worker import run; run.beat(ready=lambda: print('ready', flush=True))"
    with started("-c", code, env=env) as second:
        assert second.stdout is not None
        until(lambda: "ready" in (second.stdout.readline() if second.stdout else ""), "it beats")
        apply_and_decide(house, "To slag", 52)
        until(lambda: all_sent(house, "To slag"), "the mails go", 60)
        time.sleep(12)  # a tick of each
        assert second.poll() is None
    rows = house.messages_like("To slag")
    assert len(rows) == len({row[2] for row in rows})
    arrived = Counter(house.mail_ids())
    assert all(arrived[row[2]] == 1 for row in rows)
    again = house.rows(
        "SELECT count(*) FROM message GROUP BY event, recipient, template, resend_number"
        " HAVING count(*) > 1"
    )
    assert again == []
    house.verified()
