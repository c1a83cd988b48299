"""``puljen books``, as typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pool import settings as settings_room
from pool.cli import main

Run = Callable[..., tuple[int, str, str]]
POOL = ("--pool", "bydelspulje", "--year", "2026")


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("PULJEN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PULJEN_DATA_DIR", str(tmp_path / "data"))
    settings_room.load.cache_clear()
    yield
    settings_room.load.cache_clear()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments])
        captured = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, captured.out.replace("\u00a0", " "), captured.err

    return run


def test_import_and_status(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade")[0] == 0
    file = tmp_path / "posteringer.csv"
    file.write_text("Dato;Beløb;Bilag\n02-03-2026;12,50;B-1\nI alt;12,50;\n", "cp1252")
    code, _, err = run("books", "status", *POOL)
    assert (code, "is not in the pool’s books" in err) == (1, True)
    opened = run("year", "open", *POOL, "--budget", "700.000", "--source", "Plan")
    assert opened[0] == 0
    code, _, err = run("books", "import", file, "--pool", "urban-life", "--year", "2026")
    assert (code, "does not compare itself" in err) == (1, True)
    code, out, err = run("books", "import", file, *POOL)
    assert (code, out) == (1, "")
    assert "--sign plus or minus" in err
    assert "--dates" in err
    told = ("--sign", "plus", "--dates", "dmy")
    code, _, err = run("books", "import", file, *POOL, *told)
    assert code == 1
    assert "line 3, Day of the posting: “I alt” is no day." in err
    code, out, _ = run("books", "import", file, *POOL, *told, "--rest")
    assert (code, out.split()) == (0, ["postings", "1", "new", "1", "matched", "0"])
    code, out, _ = run("books", "import", file, *POOL)
    assert (code, "nothing was changed" in out) == (0, True)
    code, out, _ = run("books", "status", *POOL)
    assert code == 1
    assert "theirs  2026-03-02 B-1: theirs 12,50 kr., ours 0 kr." in out
    assert "Does not agree: the municipality has 12,50 kr. more than we do, in 1 difference." in out
    file.write_text("Dato;Beløb;Betalingsid\n01-02-2026;1,00;A\n02-02-2026;2,00;B\n", "utf-8")
    assert run("books", "import", file, *POOL, *told)[0] == 0
    later = tmp_path / "later.csv"
    later.write_text("Dato;Beløb;Betalingsid\n02-02-2026;2,00;B\n03-02-2026;3,00;C\n", "utf-8")
    code, _, err = run("books", "import", later, *POOL, *told)
    assert (code, "in an earlier file too, by line: 2" in err) == (1, True)
    assert "--again same or new" in err
    code, out, _ = run("books", "import", later, *POOL, *told, "--again", "same")
    assert (code, out.split()) == (0, ["postings", "2", "new", "1", "matched", "0"])
