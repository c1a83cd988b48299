"""The commands, without the long-running ones."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from pool import settings as settings_room
from pool.cli import main
from pool.cli.commands import puljen as root


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in list(os.environ):
        if name.startswith("PULJEN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PULJEN_DATA_DIR", str(tmp_path / "data"))
    settings_room.load.cache_clear()
    yield tmp_path / "data"
    settings_room.load.cache_clear()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command: (exit code, output, errors)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        captured = capsys.readouterr()
        code = caught.value.code
        assert isinstance(code, int)
        return code, captured.out, captured.err

    return run


@pytest.fixture
def opened(run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    code, out, err = run(
        "year",
        "open",
        "--pool",
        "urban-life",
        "--year",
        "2024",
        "--budget",
        "96.000",
        "--source",
        "Tryghedsplan 2024, hovedtabellen s. 3",
    )
    assert (code, out) == (0, "urban-life 2024 is open with 96.000\u00a0kr.\n"), err


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield above + name, command


COMMANDS = dict(commands(root))


def test_every_command_of_the_plan_is_there() -> None:
    assert set(COMMANDS) == {
        "demo",
        "run",
        "worker",
        "db upgrade",
        "user add",
        "user reset",
        "year open",
        "workflow check",
        "workflow compare",
        "workflow draw",
        "ledger status",
        "ledger verify",
        "ledger acknowledge",
        "ledger heads",
        "ledger export",
        "plan load",
        "plan move",
        "plan close",
        "books import",
        "books status",
        "year closing",
        "year reopen-closing",
        "year rest",
        "year close",
        "import-cases",
        "summary",
        "settings",
        "backup",
        "restore",
        "hold",
        "release",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_that_is_understood(run: Run, name: str) -> None:
    code, out, _ = run(*name.split(), "--help")
    assert code == 0
    example = out.partition("Example")[2]
    assert f"puljen {name}" in example
    assert COMMANDS[name].help


def test_settings_tell_name_value_and_meaning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_REDIS_URL", "redis://:geheim@host/0")
    code, out, _ = run("settings")
    assert code == 0
    assert "PULJEN_REDIS_URL=redis://:***@host/0\n" in out
    assert "geheim" not in out


def test_without_a_database_the_way_is_told(run: Run, data: Path) -> None:
    code, _, err = run("ledger", "verify")
    assert code == 2
    assert f"There is no database {data / 'puljen.sqlite'} yet: run `puljen db upgrade`" in err
    assert not data.exists()


def test_an_empty_database_is_told_apart(run: Run, data: Path) -> None:
    data.mkdir()
    (data / "puljen.sqlite").touch()
    code, _, err = run("ledger", "status", "--pool", "urban-life", "--year", "2024")
    assert (code, err.count("\n")) == (2, 1)
    assert "run `puljen db upgrade` first" in err


@pytest.mark.usefixtures("opened")
def test_ledger_status_is_whole_ore(run: Run) -> None:
    code, out, _ = run("ledger", "status", "--pool", "urban-life", "--year", "2024", "--json")
    assert code == 0
    assert json.loads(out) == {
        "budget": 9_600_000,
        "earmarked": 0,
        "granted": 0,
        "disposed": 0,
        "paid": 0,
        "returned": 0,
        "free": 9_600_000,
    }
    code, out, _ = run("ledger", "status", "--pool", "urban-life", "--year", "2024")
    assert re.search(r"free +rest til disposition +96\.000.kr\.", out)


@pytest.mark.usefixtures("opened")
def test_ledger_verify_says_that_all_agree(run: Run) -> None:
    code, out, _ = run("ledger", "verify")
    assert code == 0
    assert "all agree" in out
    assert re.search(r"urban-life: 1 transfers, the newest [0-9a-f]{64}", out)
    found: dict[str, Any] = json.loads(run("ledger", "verify", "--json")[1])
    assert found["ok"] is True
    assert found["transfers"] == 1


@pytest.mark.usefixtures("opened")
def test_ledger_verify_finds_what_was_tampered_with(run: Run, data: Path) -> None:
    import sqlite3

    with sqlite3.connect(data / "puljen.sqlite") as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE account SET balance = balance + 1 WHERE kind = 'free'")
    raw.close()
    code, out, _ = run("ledger", "verify")
    assert code == 1
    assert "WRONG" in out
    code, out, _ = run("ledger", "verify", "--json")
    assert code == 1
    assert json.loads(out)["ok"] is False


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--pool", "nope", "--year", "2025", "--budget", "1"], "no pool 'nope': choose among"),
        (["--pool", "urban-life", "--year", "2024", "--budget", "1"], "is in the books already"),
        (["--pool", "urban-life", "--year", "2025", "--budget", "10.50"], "no amount of kroner"),
        (["--pool", "urban-life", "--year", "2025", "--budget", "-5"], "no amount of kroner"),
    ],
)
def test_a_year_is_opened_once_with_an_amount(run: Run, arguments: list[str], said: str) -> None:
    code, _, err = run("year", "open", *arguments)
    assert (code, err.count("\n")) == (1, 1)
    assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["ledger", "status"], "Missing option '--pool'"),
        (["year", "open", "--pool", "x", "--year", "abc", "--budget", "1"], "not a valid integer"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(run: Run, arguments: list[str], said: str) -> None:
    code, _, err = run(*arguments)
    assert (code, err.count("\n")) == (2, 1)
    assert said in err
    assert "--help`" in err


@pytest.mark.usefixtures("opened")
def test_people_are_added_once_and_choose_their_password_by_a_link(run: Run) -> None:
    add = ["user", "add", "Mette@Example.dk", "--name", "Mette Holm"]
    code, out, err = run(*add, "--role", "secretariat", "--role", "chair@knowledge")
    assert code == 0, err
    link = re.search(r"http://127\.0\.0\.1:8000/adgangskode/([\w-]{43})\n", out)
    assert link
    code, _, err = run(*add, "--role", "secretariat")
    assert code == 1
    assert "is there already: use `puljen user reset`" in err
    code, out, _ = run("user", "reset", "mette@example.dk")
    assert code == 0
    assert link[1] not in out
    from pool.cli.parts import house_database
    from pool.clock import now
    from pool.identity import tokens

    with house_database().read() as session:
        seen = tokens.look(session, link[1], "reset", now())
        assert seen is not None
        assert seen.state == "revoked"


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x@y.dk", "--name", "X", "--role", "boss"], "There is no role 'boss': choose among"),
        (["x@y.dk", "--name", "X", "--role", "chair@nope"], "There is no pool 'nope'"),
        (["xy.dk", "--name", "X", "--role", "chair"], "'xy.dk' is no e-mail address"),
        (["x@y.dk", "--name", " ", "--role", "chair"], "The name is empty"),
    ],
)
def test_people_that_cannot_be_added(run: Run, arguments: list[str], said: str) -> None:
    code, _, err = run("user", "add", *arguments)
    assert (code, err.count("\n")) == (1, 1)
    assert said in err


@pytest.mark.usefixtures("opened")
def test_nobody_is_reset(run: Run) -> None:
    code, _, err = run("user", "reset", "who@example.dk")
    assert code == 1
    assert "Nobody with the address who@example.dk can sign in" in err


def test_workflow_check_and_draw(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("workflow", "check")
    assert code == 0
    assert re.search(r"urban-life version \d+: \d+ states, \d+ transitions, no fault", out)
    bad = tmp_path / "bad.toml"
    bad.write_text("key = 3\n")
    code, _, err = run("workflow", "check", str(bad))
    assert code == 1
    assert "bad.toml:" in err
    code, out, _ = run("workflow", "draw", "urban-life")
    assert code == 0
    assert out.lstrip().startswith("<svg")
    code, _, err = run("workflow", "draw", "nope")
    assert code == 1
    assert "There is no pool 'nope': choose among bydelspulje, knowledge, urban-life" in err


def test_a_worker_needs_a_redis_of_its_own(run: Run) -> None:
    code, _, err = run("worker")
    assert code == 2
    assert "PULJEN_REDIS_URL is not set: the embedded Redis belongs to `puljen run` alone" in err
