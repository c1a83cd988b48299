"""``puljen summary``: files of a year, the same bytes for the same parameters."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pool import clock
from pool import settings as settings_room
from pool.cli import main
from pool.db import Database, make_engine
from pool.summary import editions
from tests.support.house import World, make_world
from tests.support.snapshot import changes, snapshot

Run = Callable[..., tuple[int, str, str]]
YEAR = str(clock.local_day(clock.now()).year)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in list(os.environ):
        if name.startswith("PULJEN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PULJEN_DATA_DIR", str(tmp_path / "data"))
    settings_room.load.cache_clear()
    yield tmp_path / "data"
    settings_room.load.cache_clear()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        captured = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, captured.out, captured.err

    return run


@pytest.fixture
def world(run: Run, data: Path) -> Iterator[World]:
    assert run("db", "upgrade")[0] == 0
    database = Database(make_engine(f"sqlite:///{data / 'puljen.sqlite'}"))
    world = make_world(database, clock.now() - timedelta(seconds=2))
    world.do(world.apply(title="Gadefest", starts_on=f"{int(YEAR) + 1}-05-01"), "karim", "grant")
    yield world
    database.engine.dispose()


def summary(run: Run, out: Path, *more: str, pool: str = "urban-life") -> tuple[int, str, str]:
    return run("summary", "--pool", pool, "--year", YEAR, "--out", str(out), *more)


def test_the_same_parameters_give_the_same_bytes(world: World, run: Run, tmp_path: Path) -> None:
    known = clock.now().isoformat()
    printed = []
    for folder in ("one", "two"):
        code, said, error = summary(run, tmp_path / folder, "--known-at", known)
        assert (code, error) == (0, "")
        printed.append(said.replace(folder, "-"))
        world.now = clock.now()
        world.apply(title="Kom bagefter", starts_on=f"{int(YEAR) + 1}-05-01")
    assert printed[0] == printed[1]
    first, second = (sorted((tmp_path / one).iterdir()) for one in ("one", "two"))
    stem = f"urban-life-{YEAR}-provisional"
    assert [path.name for path in first] == sorted(
        f"{stem}-{lang}.{form}" for lang in ("da", "en") for form in ("csv", "json", "pdf", "xlsx")
    )
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    told = json.loads((tmp_path / "one" / f"{stem}-da.json").read_bytes())
    assert f"sha256    {told['sha256']}" in printed[0]
    canonical = json.dumps(
        told["figures"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == told["sha256"]
    assert told["figures"]["pools"][0]["money"]["granted"] == 950_000


def test_it_writes_files_and_changes_nothing_unless_it_is_kept(
    world: World, run: Run, tmp_path: Path
) -> None:
    before = snapshot(world.database)
    more = ("--lang", "da", "--edition", "final", "--axis", "effective")
    assert summary(run, tmp_path / "out", *more)[0] == 0
    assert not changes(before, snapshot(world.database))
    assert len(list((tmp_path / "out").iterdir())) == 4
    kept = (*more, "--keep", "--known-at", clock.now().isoformat())
    numbers = [summary(run, tmp_path / "out", *kept)[1].split()[-1] for _ in range(2)]
    assert numbers == ["1", "1"]
    with world.database.read() as session:
        edition = editions.find(session, 1)
    assert edition is not None
    assert (edition.edition, edition.axis, edition.state) == ("final", "effective", "draft")


@pytest.mark.parametrize(
    ("more", "pool", "said"),
    [
        ((), "no-such-pool", "There is no pool 'no-such-pool': choose among"),
        ((), "bydelspulje", "is not in the books: open it with `puljen year open"),
        (("--known-at", "yesterday"), "urban-life", "'yesterday' is no moment"),
        (("--as-of", "2199-01-01"), "urban-life", "2199-01-01 has not come yet"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    world: World, run: Run, tmp_path: Path, more: tuple[str, ...], pool: str, said: str
) -> None:
    code, out, error = summary(run, tmp_path / "out", *more, pool=pool)
    assert (code, out) == (1, "")
    assert error.startswith("puljen: ")
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()
