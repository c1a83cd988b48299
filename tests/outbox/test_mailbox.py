"""The demonstration's mailbox, as a process of its own like the supervisor runs it."""

from __future__ import annotations

import multiprocessing
import signal
import socket
from pathlib import Path

import pytest

from pool.db import Database
from pool.outbox import mailbox
from pool.outbox.delivery import deliver_some
from tests.support import samples
from tests.support.outbox import messages, outgoing, queue


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_mail_is_kept_and_can_be_read(database: Database, tmp_path: Path) -> None:
    port = _free_port()
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=mailbox.serve, args=(tmp_path / "box", port, ready.set))
    process.start()
    try:
        assert ready.wait(30)
        database.write(
            lambda session: queue(
                session, 1, template="decision-part", letter="decision-part", lang="en"
            )
        )
        database.write(lambda session: queue(session, 2, template="draft-saved"))
        deliver_some(database, outgoing(f"smtp://127.0.0.1:{port}"), samples.MOMENT)
        assert [one.state for one in messages(database)] == ["sent", "sent"]
        # The draft's mail is a link somebody waits for: it went first.
        assert messages(database)[0].last_reply == "250 kept as 000002.eml"
    finally:
        assert process.pid is not None
        process.terminate()
        process.join(20)
    assert process.exitcode == 0
    assert process.exitcode != -signal.SIGTERM

    box = mailbox.Folder(tmp_path / "box")
    first, second = box.newest()
    assert second.subject == "Dit link til den ansøgning, du er begyndt på"
    assert first.to == "Anna Åkær 1 <a1@example.org>"
    assert [one.name for one in box.newest(limit=1)] == [first.name]
    opened = box.open(first.name)
    assert opened is not None
    assert opened.links == (samples.URL,)
    assert "Dansk" in opened.text
    assert "<main>" in opened.html
    (letter,) = opened.enclosed
    assert letter.media_type == "application/pdf"
    assert letter.body.startswith(b"%PDF-1.7")
    assert ("Content-Language", "en") in opened.headers


@pytest.mark.parametrize("name", ["../x.eml", "000009.eml", "x", "000001.eml/..", ""])
def test_no_other_file_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.eml").write_bytes(b"secret")
    assert mailbox.Folder(tmp_path / "box").open(name) is None
    assert mailbox.Folder(tmp_path / "box").newest() == []
