"""``puljen import-cases``, as typed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pool import settings as settings_room
from pool.cli import main
from tests.imports.tables import GOOD, SHIPPED, csv, xlsx

Run = Callable[..., tuple[int, str, str]]
POOL = ("--pool", "urban-life", "--year", "2017")


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


def figures(out: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z ]+?) {2,}(\S.*)$", out, re.MULTILINE))


def test_the_shipped_file_and_again(run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    code, out, err = run("import-cases", SHIPPED, *POOL)
    assert (code, out) == (1, "")
    assert err == (
        "puljen: The year 2017 of urban-life is not in the books: say what it is opened with, "
        "--budget KRONER.\n"
    )
    code, out, _ = run("import-cases", SHIPPED, *POOL, "--budget", "1.700.000", "--dry-run")
    assert (code, figures(out)["to be imported"]) == (0, "38")
    code, out, _ = run("import-cases", SHIPPED, *POOL, "--budget", "1.700.000", "--source", "Avis")
    assert code == 0
    assert figures(out) == {
        "imported": "38",
        "unchanged": "0",
        "conflicts": "0",
        "refused": "0",
        "grants": "32",
        "refusals": "6",
        "granted in all": "704.700 kr.",
    }
    code, out, _ = run("import-cases", SHIPPED, *POOL)
    assert (code, figures(out)["unchanged"], figures(out)["imported"]) == (0, "38", "0")
    code, out, _ = run("ledger", "verify")
    assert (code, "all agree" in out) == (0, True)


def test_refused_rows_are_told_with_line_column_and_reason(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade")[0] == 0
    file = tmp_path / "ark.xlsx"
    good = [cell or None for cell in GOOD.split(";")]
    rows: list[list[str | None]]
    rows = [["a", "b", "c", "d", "e", "Kr", "f", "g"], good, [*good[:5], "ti", "bevilget"]]
    file.write_bytes(xlsx([["intet"]], rows, names=["Forside", "Sager"]))
    columns = [
        f"--column={each}"
        for each in (
            *("meeting=a", "title=b", "applicant=c", "applicant_type=d", "asked=e"),
            *("granted=Kr", "decision=f", "reason=g"),
        )
    ]
    said = ("import-cases", file, *POOL, "--budget", "50.000", "--sheet", "Sager", *columns)
    code, out, err = run(*said)
    assert code == 1, err
    assert out.splitlines()[0] == (
        "line 3, Kr: “ti” is no amount: write it like 10.000 or 10.000,50."
    )
    assert (figures(out)["imported"], figures(out)["refused"]) == ("1", "1")
    file.write_bytes(csv(GOOD.replace(";10.000;10.000;", ";10.000;9.000;") + "Uden mad"))
    code, out, _ = run("import-cases", file, *POOL)
    assert code == 1
    assert out.startswith(
        "line 2, Bevilget beløb: Before it was 10.000 kr., now it is 9.000 kr.; nothing was "
    )
    assert figures(out)["conflicts"] == "1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere.csv", *POOL), "There is no file nowhere.csv."),
        (("x.csv", "--pool", "y", "--year", "2017"), "There is no pool 'y': choose among"),
        (("x.csv", *POOL, "--budget", "ti"), "'ti' is no amount of kroner"),
        (("x.csv", *POOL, "--column", "navn=x"), "--column 'navn=x' is not understood"),
        (("x.csv", *POOL), "No column was found for meeting, title, applicant, applicant_type"),
        (("png.csv", *POOL), "png.csv: The file is neither a spreadsheet nor text"),
        (("good.csv", *POOL, "--budget", "1", "--column", "place=Sted"), "the heading “Sted”"),
    ],
)
def test_an_error_is_one_sentence(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_bytes(b"a;b\n1;2\n")
    Path("png.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    Path("good.csv").write_bytes(csv(GOOD))
    assert run("db", "upgrade")[0] == 0
    code, out, err = run("import-cases", *arguments)
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1
