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


def test_an_adjusted_plan_and_a_move(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("plan", "load", str(plan))
    plan.write_text(plan.read_text().replace("40000,", "41000,"))
    beside = plan.with_suffix(".toml")
    beside.write_text(beside.read_text().replace('"2.210.000"', '"2.211.000"'))
    capsys.readouterr()
    assert run("plan", "load", str(plan), "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "2024: changed, 2.211.000\u00a0kr." in shown
    assert "  line 10 has 41.000\u00a0kr. instead of 40.000\u00a0kr." in shown
    adjust = ("plan", "load", str(plan), "--adjust", "Notat 7", "--decided-on")
    assert run(*adjust, "i går") == 1
    assert "Give --decided-on as a day" in capsys.readouterr().err
    assert run(*adjust, "12.5.2025") == 0
    told = capsys.readouterr().out
    assert "Adjusted: 2024." in told
    assert "Was there already: 2021, 2022, 2023." in told
    assert run(*adjust, "12.5.2025") == 0
    assert "Adjusted" not in capsys.readouterr().out

    move = ("plan", "move", "--year", "2024", "--from", "10", "--to", "1", "--decided-on")
    why = ("--steering", "Hørt", "--reason", "Regn", "--amount")
    assert run(*move, "12.5.2025", *why, "1.000", "--dry-run") == 0
    assert "Nothing was changed." in capsys.readouterr().out
    assert run(*move, "12.5.2025", *why, "41.001") == 1
    assert "A line cannot give more than it has." in capsys.readouterr().err
    assert run(*move, "12.5.2099", *why, "1.0") == 1
    faults = capsys.readouterr().err
    assert "--amount: " in faults
    assert "--decided-on: The day lies ahead." in faults
    assert run(*move, "12.5.2025", *why, "1.000") == 0
    assert capsys.readouterr().out.endswith(
        "10. Kulturnatten 2024: 41.000\u00a0kr. -> 40.000\u00a0kr.\n"
        "1. Fælleshaven: 300.000\u00a0kr. -> 301.000\u00a0kr.\n1.000\u00a0kr. was moved.\n"
    )
    assert run("ledger", "status", "--pool", "plan", "--year", "2024") == 0
    assert "2.110.000\u00a0kr." in capsys.readouterr().out
    assert run("ledger", "verify") == 0
