"""The whole story where everything is its own: PostgreSQL with two roles, a Redis, two processes
for the pages and two for the work, beside the one that sends mail."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
import redis
from celery import Celery

from pool import money
from pool.clock import local_day, now
from pool.outbox.mailbox import Folder, Opened
from pool.render.words import words
from pool.run.embedded import find_server
from tests.stories.visitor import Visitor, short_answers
from tests.support import postgres
from tests.support.postgres import Server
from tests.support.processes import children, until
from tests.support.stack import RunningStack, free_port, running_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

POOL = "urban-life"
TITLE = "Lys og suppe på to maskiner"
EMAIL = "postgres@eksempel.example"
REASONS = (
    "Det er et kriterium, at prisen står i rimeligt forhold til, hvor mange der får glæde af det."
)
QUESTION = "Hvor mange regner du med, og hvem står for det på dagen?"
_TASK = re.compile(r'"task": *"([\w-]+)"')
OWNER = "story_owner"


@pytest.fixture
def two_roles(postgres_server: Server) -> Iterator[tuple[str, str]]:
    """(the owner's address, the application's) of an empty database."""
    with postgres.two_roles(postgres_server, "story") as addresses:
        yield addresses


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis on a port of its own."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(find_server(), "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no"),
        ],
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"

    def answers() -> bool:
        with suppress(redis.ConnectionError), redis.Redis.from_url(url) as client:
            return bool(client.ping())
        return False

    until(answers, "Redis answers")
    yield url
    process.terminate()
    process.wait(10)


def test_the_whole_story_on_postgresql(
    tmp_path: Path, two_roles: tuple[str, str], redis_url: str
) -> None:
    if not two_roles[0].startswith(f"postgresql://{OWNER}@"):
        pytest.skip("the named server's roles have passwords")
    with running_stack(
        tmp_path / "data",
        database_url=two_roles[1],
        owner_database_url=two_roles[0],
        redis_url=redis_url,
        web_processes="2",
        worker_processes="2",
    ) as stack:
        assert not (tmp_path / "data" / "puljen.sqlite").exists()
        assert not (tmp_path / "data" / "redis").exists()
        tasks = TaskWatch(redis_url)
        tasks.start()
        number = Story(stack).play()
        both_answer(stack, number)
        both_work(stack, tasks, redis_url)
        verified = stack.puljen("ledger", "verify", "--json")
        assert json.loads(verified.stdout)["ok"] is True, verified.stdout
        assert stack.stop() == 0
    assert "Traceback" not in stack.log
    assert "started again" not in stack.log


@dataclass
class Story:
    """Somebody applies, answers a question, gets a part, is paid, reports, pays the rest back."""

    stack: RunningStack
    number: str = ""

    def __post_init__(self) -> None:
        self.resident = Visitor(self.stack, 21)
        self.staff: dict[str, Visitor] = {}
        self.mails = Folder(self.stack.data_dir / "mailbox")

    def play(self) -> str:
        free = self.left()
        review = self.resident.draft(short_answers(TITLE, EMAIL, "6.500"))
        receipt = self.resident.post(review.url, review.hidden())
        found = re.search(r'receipt-number">.*?<strong>([^<]+)</strong>', receipt.body, re.DOTALL)
        assert found is not None, receipt.body
        self.number = found[1]
        self.asked_and_answered()
        self.decided()
        assert self.left() == free - 4_500_00
        self.paid_and_reported()
        assert self.left() == free - 4_100_00
        self.read_by_the_steering_group()
        return self.number

    def left(self) -> int:
        """Øre left in the pool, as everybody reads it."""
        page = Visitor(self.stack, 22).get(f"/puljer/{POOL}").body
        found = re.search(r'class="left".*?figure-value"[^>]*>.*?([\d.,]+)\s', page, re.DOTALL)
        assert found is not None, page
        return money.parse(found[1])

    def asked_and_answered(self) -> None:
        self.act("sofie", "ask", {"questions": QUESTION, "due_on": "31.12.2099"})
        mail = self.mail("We need to know more about your application (%(number)s)")
        assert QUESTION in " ".join(mail.text.split())
        claimed = Visitor(self.stack, 23)
        page = claimed.get(next(link for link in mail.links if "/sag/" in link))
        self.resident = claimed
        assert claimed.post(page.url, page.hidden()).url.endswith(f"/min-sag/{self.number}")
        self.mine("svar", {"answer": "Omkring 60. Vi er fire naboer."})

    def decided(self) -> None:
        chosen = {"outcome": "grant-part", "amount": "4.500", "criterion": "too-few"}
        address = f"/sager/{self.number}/afgoer"
        page = self.person("karim").get(f"{address}?valg=grant-part")
        fields = page.hidden("state_version") | chosen | {"reasons": REASONS, "do": "send"}
        done = self.person("karim").post(address, fields)
        assert done.url.endswith(f"/sager/{self.number}"), done.body
        mail = self.mail("You have been granted %(amount)s (%(number)s)", 4_500_00)
        [letter] = mail.enclosed
        assert letter.body.startswith(b"%PDF")
        page = self.resident.get(f"/min-sag/{self.number}")
        assert REASONS in page.body
        assert re.search(rf"/min-sag/{self.number}/breve/\d+", page.body)

    def paid_and_reported(self) -> None:
        self.act("ole", "pay", {"reference": "BILAG-4711", "paid_on": today()})
        self.mail("We have paid out %(amount)s to you (%(number)s)", 4_500_00)
        told = {"held": "yes", "participants": "58", "worked": "Alle kom.", "spent": "4.100"}
        self.mine("rapport", told)
        self.act("ole", "return", {"returned": "400", "returned_on": today()})
        self.act("sofie", "close", {})
        self.mail("Thank you, your case is closed (%(number)s)")

    def read_by_the_steering_group(self) -> None:
        page = self.person("birgit").get(f"/styring/{POOL}/{local_day(now()).year}")
        assert TITLE in page.body
        assert words("da").t("%(amount)s back", amount=money.show(400_00)) in page.body

    # -- by whom

    def person(self, who: str) -> Visitor:
        if who not in self.staff:
            self.staff[who] = Visitor(self.stack, 30 + len(self.staff))
            self.staff[who].enter(who)
        return self.staff[who]

    def act(self, who: str, action: str, typed: Mapping[str, str]) -> None:
        """What a colleague does on the page of an action."""
        address = f"/sager/{self.number}/goer/{action}"
        page = self.person(who).get(address)
        done = self.person(who).post(address, page.hidden("state_version") | dict(typed))
        assert done.url.endswith(f"/sager/{self.number}"), done.body

    def mine(self, part: str, typed: Mapping[str, str]) -> None:
        """What the applicant does on a page of the case."""
        address = f"/min-sag/{self.number}/{part}"
        page = self.resident.get(address)
        done = self.resident.post(address, page.hidden("state_version") | dict(typed))
        assert done.url.endswith(f"/min-sag/{self.number}"), done.body

    def mail(self, subject: str, amount: int = 0) -> Opened:
        """The applicant's mail with this subject, when it has come."""
        wanted = plain(words("da").t(subject, amount=money.show(amount), number=self.number))
        found: list[str] = []

        def come() -> bool:
            mine = [one for one in self.mails.newest(60) if EMAIL in one.to]
            found[:] = [one.name for one in mine if wanted in plain(one.subject)]
            return bool(found)

        until(come, f"the mail {wanted!r}", 60)
        opened = self.mails.open(found[0])
        assert opened is not None
        return opened


def today() -> str:
    return f"{local_day(now()):%d.%m.%Y}"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# -- that there are two of each


def both_answer(stack: RunningStack, number: str) -> None:
    """Each of the web server's two processes shows the case to the same signed-in colleague."""
    server = next(pid for pid in stack.children() if len(children(pid)) == 2)
    wanted = set(children(server))
    seen: set[int] = set()
    visitor = Visitor(stack, 40)
    visitor.enter("sofie")
    deadline = time.monotonic() + 30
    while seen != wanted:
        assert time.monotonic() < deadline, f"only {seen} of {wanted} answered"
        with closing(HTTPConnection("127.0.0.1", stack.port, timeout=20)) as line:
            line.request("GET", f"/sager/{number}", headers={"Cookie": visitor.cookies()})
            answer = line.getresponse()
            body = answer.read().decode()
            assert answer.status == 200
            assert TITLE in body
            assert line.sock is not None
            seen |= wanted & holders((stack.port, line.sock.getsockname()[1]))


def holders(ends: tuple[int, int]) -> set[int]:
    """The processes that hold the first end of a TCP connection of this machine, by the ports of
    both its ends."""
    near, far = (f":{port:04X}" for port in ends)
    inodes = set()
    for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = row.split()
        if fields[1].endswith(near) and fields[2].endswith(far):
            inodes.add(f"socket:[{fields[9]}]")
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if any(str(fd.readlink()) in inodes for fd in (entry / "fd").iterdir()):
                    found.add(int(entry.name))
    return found


def both_work(stack: RunningStack, tasks: TaskWatch, redis_url: str) -> None:
    """Two processes beside the one for mail take tasks, and each has taken one."""
    queue = Celery(broker=redis_url, set_as_current=False)
    ours = set(stack.children())

    def both() -> bool:
        with queue.connection_for_write() as connection:
            queue.send_task("tick", queue="default", expires=30, connection=connection)
        time.sleep(0.5)
        return len(tasks.takers("tick") & ours) == 2

    until(both, "both workers take tasks", 30)
    assert len(tasks.takers("deliver-letters") & ours) == 1
    assert not tasks.takers("deliver-letters") & tasks.takers("tick")
    queue.close()


class TaskWatch(threading.Thread):
    """Listens to what a Redis is told, and notes which process took which task."""

    def __init__(self, url: str) -> None:
        super().__init__(name="task-watch", daemon=True)
        self._redis = redis.Redis.from_url(url)
        self._port = int(url.rpartition(":")[2].partition("/")[0])
        self._taken: dict[str, set[int]] = {}
        self._lock = threading.Lock()

    def run(self) -> None:
        with suppress(redis.RedisError, OSError), self._redis.monitor() as monitor:  # type: ignore[no-untyped-call]
            for told in monitor.listen():
                # A consumer notes what it has taken until it has done it.
                if told["command"].upper().startswith("HSET UNACKED "):
                    self._note(told["command"], int(told["client_port"]))

    def _note(self, command: str, port: int) -> None:
        named = _TASK.search(command)
        if named is None:
            return
        pids = holders((port, self._port))
        with self._lock:
            self._taken.setdefault(named[1], set()).update(pids)

    def takers(self, task: str) -> set[int]:
        with self._lock:
            return set(self._taken.get(task, ()))
