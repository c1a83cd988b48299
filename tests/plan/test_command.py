"""``puljen plan load``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from pool import settings as settings_room
from pool.cli import main

NAME = "plan-2021-2024"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The plan's table, its other file beside it, and an empty database."""
    for name in [one for one in os.environ if one.startswith("PULJEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PULJEN_DATA_DIR", str(tmp_path / "data"))
    settings_room.load.cache_clear()
    for kind in ("csv", "toml"):
        with as_file(files("pool.demo") / "data" / f"{NAME}.{kind}") as path:
            shutil.copyfile(path, tmp_path / f"{NAME}.{kind}")
    run("db", "upgrade")
    yield tmp_path / f"{NAME}.csv"
    settings_room.load.cache_clear()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_taken_in_once(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("plan", "load", str(plan)) == 0
    assert capsys.readouterr().out == "The plan has 2021, 2022, 2023, 2024.\n"
    assert run("plan", "load", str(plan)) == 0
    assert capsys.readouterr().out == "Was there already: 2021, 2022, 2023, 2024.\n"
    plan.write_text(plan.read_text().replace("40000,", "41000,"))
    beside = plan.with_suffix(".toml")
    beside.write_text(beside.read_text().replace('"2.210.000"', '"2.211.000"'))
    assert run("plan", "load", str(plan)) == 1
    assert "line 10 has 41.000\u00a0kr. instead of 40.000\u00a0kr." in capsys.readouterr().err


def test_the_published_sums_stand_beside(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan.with_suffix(".toml").unlink()
    assert run("plan", "load", str(plan)) == 1
    assert f"There is no {NAME}.toml beside {NAME}.csv" in capsys.readouterr().err
