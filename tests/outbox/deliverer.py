"""A worker that delivers and kills itself at a step: ``python -m tests.outbox.deliverer DATABASE
RELAY STEP``. With the step ``never`` it lives."""

from __future__ import annotations

import os
import signal
import sys

from pool.db import Database, make_engine
from pool.outbox.delivery import deliver_some
from tests.support import samples
from tests.support.outbox import outgoing


def main(database_url: str, relay_url: str, deadly: str) -> None:
    def on_step(step: str) -> None:
        if step == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(make_engine(database_url))
    deliver_some(database, outgoing(relay_url, on_step=on_step), samples.MOMENT)
    database.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
