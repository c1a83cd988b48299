"""What is started together, in which order, and what is said about it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from pool import settings as settings_room
from pool.run import checks, folder, web
from pool.run.child import Spec
from pool.run.embedded import EmbeddedRedis
from pool.run.errors import Refused
from pool.run.logbook import Logbook
from pool.run.preload import preload
from pool.run.supervisor import KeepsDying, Stopped, Supervisor
from pool.settings import Settings

TASK_GRACE = 60.0
"""Seconds a task in hand has at the end; past it the database knows where it stood."""


@dataclass
class Stack:
    """One start of everything."""

    settings: Settings
    demo: bool
    logbook: Logbook
    lock: int
    redis: EmbeddedRedis | None
    smtp_port: int | None

    def redis_specs(self) -> list[Spec]:
        if self.redis is None:
            return []
        redis = self.redis

        def set_aside() -> str | None:
            where = redis.set_aside()
            return f"the queue's files were unreadable and were moved to {where}" if where else None

        return [
            Spec(
                "redis",
                redis.main(self.lock),
                ready=redis.answers,
                quiet=lambda _line: True,
                execs=True,
                on_false_start=set_aside,
            )
        ]

    def mailbox_specs(self) -> list[Spec]:
        if self.smtp_port is None:
            return []
        from pool.outbox import mailbox

        port, kept = self.smtp_port, self.settings.data_dir / "mailbox"
        return [Spec("mailbox", lambda ready: mailbox.serve(kept, port, ready))]

    def web_spec(self) -> Spec:
        settings = self.settings
        return Spec(
            "web",
            lambda _ready: web.main(settings),
            ready=lambda: web.answers(settings.host, settings.port),
            grace=web.STOP_WITHIN + 5,
            quiet=web.is_everyday,
        )

    def worker_specs(self) -> list[Spec]:
        from worker.app import DEFAULT, DELIVERING

        return [
            *(_worker(name, name) for name in DELIVERING),
            _worker("worker", DEFAULT),
            *(_worker(f"worker{n}", DEFAULT) for n in range(2, self.settings.worker_processes + 1)),
        ]

    def beat_spec(self) -> Spec:
        from worker import run

        return Spec("beat", lambda ready: run.beat(ready=ready))


def _worker(name: str, queue: str) -> Spec:
    from worker import run

    def main(ready: Callable[[], None]) -> None:
        raise SystemExit(run.consume(name, [queue], ready=ready))

    return Spec(name, main, grace=TASK_GRACE)


def run(settings: Settings, *, demo: bool) -> int:
    """Start everything, watch it, and stop it when asked; the exit code. Raises
    :class:`~pool.run.errors.Refused` before anything is started."""
    checks.python()
    lock = folder.claim(settings.data_dir, settings.base_url)
    redis = None
    try:
        checks.port(settings.host, settings.port)
        if settings.redis_url is None:
            redis = EmbeddedRedis(settings.data_dir)
        smtp_port = checks.free_port() if demo else None
        settings = _for_children(settings, redis, smtp_port)
        logbook = Logbook(settings.data_dir / "logs")
        stack = Stack(settings, demo, logbook, lock, redis, smtp_port)
        with closing(logbook), Supervisor(logbook) as supervisor:
            return _supervise(stack, supervisor)
    finally:
        if redis is not None:
            redis.clean()
        os.close(lock)


def _supervise(stack: Stack, supervisor: Supervisor) -> int:
    logbook = stack.logbook
    workers = stack.worker_specs()
    try:
        _prepare(stack, supervisor)
        supervisor.start(stack.redis_specs())
        supervisor.start([*stack.mailbox_specs(), stack.web_spec(), *workers, stack.beat_spec()])
        logbook.say(welcome(stack))
        supervisor.watch()
    except Stopped:
        pass
    except KeepsDying as reason:
        logbook.line("puljen", str(reason))
        return 1
    finally:
        supervisor.stop(
            [["web"], [spec.name for spec in workers], ["beat"], ["mailbox"], ["redis"]]
        )
    logbook.line("puljen", "stopped")
    return 0


def _for_children(settings: Settings, redis: EmbeddedRedis | None, smtp: int | None) -> Settings:
    """Say in the environment what every process must know, and load once what they share."""
    os.environ["PULJEN_DATA_DIR"] = str(settings.data_dir)
    os.environ["PULJEN_KEY_FILE"] = str(settings.key_file)
    if redis is not None:
        os.environ["PULJEN_REDIS_URL"] = redis.url
    if smtp is not None:
        # A demonstration never reaches a real relay, whatever is set.
        os.environ["PULJEN_SMTP_URL"] = f"smtp://127.0.0.1:{smtp}"
        os.environ.setdefault("PULJEN_MAIL_FROM", "Puljen (demo) <puljen@demo.example>")
    settings_room.load.cache_clear()
    settings = settings_room.load()
    settings_room.secret_key(settings)
    try:
        preload(settings.database_url, demo=smtp is not None)
    except ImportError as error:
        raise checks.missing_module(error) from error
    return settings


def _prepare(stack: Stack, supervisor: Supervisor) -> None:
    """The database brought up to date, and in a demonstration filled, in a child of its own: the
    supervisor never opens it."""
    from pool.run import prepare

    stack.logbook.say("Preparing the database …")
    told = stack.settings.data_dir / "refused.txt"
    told.unlink(missing_ok=True)
    code, last = supervisor.run_once(
        Spec("prepare", lambda _ready: prepare.main(stack.settings, filled=stack.demo, told=told))
    )
    if told.exists():
        words = told.read_text(encoding="utf-8")
        told.unlink()
        raise Refused(words)
    if code:
        raise Refused(
            f"The database could not be prepared: {last[-1] if last else f'code {code}'} (see "
            f"{stack.logbook.path})."
        )


def welcome(stack: Stack) -> str:
    """What the person at the console can do now."""
    at = stack.settings.base_url
    lines = ["", f"  Puljen is ready: {at}/", ""]
    if stack.demo:
        lines += [
            "  A demonstration with made-up people. Try this:",
            f"    apply for a grant               {at}/",
            f"    sign in as anybody, one click   {at}/demo",
            f"    read the mails it sends         {at}/demo/postkasse",
            "",
        ]
    lines += [
        f"  Data: {stack.settings.data_dir}   Log: {stack.logbook.path}",
        "  Stop with Ctrl-C.",
        "",
    ]
    return "\n".join(lines)
