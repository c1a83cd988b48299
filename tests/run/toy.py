"""A supervisor with toy children: ``python -m tests.run.toy SCENARIO FOLDER``.

Children write their process number to ``NAME.pid`` and, when asked to end, their name to
``ended``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pool.run.child import Notify, Spec
from pool.run.logbook import Logbook
from pool.run.supervisor import KeepsDying, Stopped, Supervisor

FOLDER = Path(sys.argv[2])


def steady(name: str, *, slow: float = 0.0, deaf: bool = False) -> Callable[[Notify], None]:
    def main(ready: Notify) -> None:
        def end(*_: object) -> None:
            if deaf:
                return
            time.sleep(slow)
            with (FOLDER / "ended").open("a") as file:
                file.write(f"{name}\n")
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, end)
        (FOLDER / f"{name}.pid").write_text(str(os.getpid()))
        print(f"{name} is up")  # noqa: T201 - what the log is to show
        ready()
        while True:
            time.sleep(60)

    return main


def broken(_ready: Notify) -> None:
    sys.stderr.write("no luck today")  # and no end of line
    raise SystemExit(3)


def grandparent(ready: Notify) -> None:
    if os.fork() == 0:
        from pool.run import tether

        tether.to_parent(os.getppid())
        (FOLDER / "grandchild.pid").write_text(str(os.getpid()))
        time.sleep(60)
    steady("parent")(ready)


SCENARIOS: dict[str, list[list[Spec]]] = {
    "three": [
        [Spec("one", steady("one", slow=0.3)), Spec("two", steady("two"))],
        [Spec("three", steady("three"))],
    ],
    "broken": [[Spec("well", steady("well"))], [Spec("ill", broken)]],
    "deaf": [[Spec("deaf", steady("deaf", deaf=True), grace=float(os.environ.get("GRACE", 1)))]],
    "family": [[Spec("parent", grandparent)]],
    "never-ready": [[Spec("unready", steady("unready"), ready=lambda: False)]],
}


def main() -> int:
    specs = SCENARIOS[sys.argv[1]]
    log = Logbook(FOLDER / "logs")
    with Supervisor(log) as supervisor:
        code, last = supervisor.run_once(Spec("first", lambda _ready: print("prepared")))  # noqa: T201
        log.say(f"first: {code} {last}")
        try:
            for group in specs:
                supervisor.start(group)
            log.say("all ready")
            supervisor.watch()
        except Stopped:
            pass
        except KeepsDying as reason:
            log.say(str(reason))
            return 1
        finally:
            supervisor.stop([[spec.name for spec in group] for group in specs])
    return 0


if __name__ == "__main__":
    sys.exit(main())
