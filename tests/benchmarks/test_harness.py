"""The benchmarks run: with few cases and one cycle, but all of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchmarks import filled, pages, report
from benchmarks.__main__ import Wanted, run
from benchmarks.client import Page
from benchmarks.story import moves
from tests.support.processes import children
from workflows.loading import load_all

CASES = 35
SMALL = Wanted(
    parts=("floors", "story", "summary"),
    pool="bydelspulje",
    seconds=0.0,
    sizes=(CASES,),
    forms=("xlsx", "sql"),
    times=3,
    settled=0.0,
    warm_up=0,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a run, with the filled database it would make itself."""
    found = tmp_path_factory.mktemp("bench")
    filled.make(found / f"cases-{CASES}" / "data", SMALL.pool, CASES)
    return found


@pytest.mark.processes
@pytest.mark.timeout(250)
@pytest.mark.soak
def test_the_story_is_told_measured_and_ended(folder: Path) -> None:
    before = set(children(os.getpid()))
    found = run(SMALL, folder)
    assert set(children(os.getpid())) <= before

    assert found.story is not None
    assert found.story.cycles == 1
    assert found.story.verified
    assert found.story.connections == 1, "the connection was kept"
    assert found.story.requests > 20
    assert next(iter(found.story.steps)) == "apply"
    assert list(found.story.steps)[-2:] == ["letter made", "letter read"]
    assert found.floors is not None
    assert found.floors.sql.commits > 5
    assert found.floors.sql.writes > found.floors.sql.commits
    assert [one.what for one in found.summaries] == ["xlsx", "sql"]
    assert all(one.seconds is not None for one in found.summaries), found.summaries

    found.pages = [pages.Measured("staff list, all cases", 40, 10.0, 12.0, 8)]
    told = report.tables(found)
    for words in ("cycles a minute", "staff list, all cases", "XLSX, from the figures", "660 ms"):
        assert words in told
    assert json.loads(found.to_json())["story"]["cycles"] == 1


def test_no_page_asks_the_database_often(folder: Path) -> None:
    asked = pages.queries_of(folder / f"cases-{CASES}" / "data", SMALL.pool)
    # every page asks what is held back; the inbox of a pool with instalments, payment lists and
    # letters that wait for approval asks for each of these besides
    most = {"a case": 42, "inbox": 15}
    assert all(0 < count <= most.get(name, 10) for name, count in asked.items()), asked
    assert asked["a case"] > 10, asked


def test_the_story_goes_every_pools_own_way() -> None:
    ways = {key: [move.action for move in moves(one)] for key, one in load_all(None).items()}
    assert ways["bydelspulje"] == ["screen", "recommend", "grant", "announce-grant"]
    assert ways["urban-life"] == ways["knowledge"] == ["grant"]


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    page = Page(
        200,
        "/sager/BP-1/afgoer",
        "text/html",
        b"""<form method="get"><input name="q"></form>
        <form method="post"><input type="hidden" name="command_id" value="a&amp;b">
        <input type="radio" name="outcome" value="grant" checked><textarea name="reasons" rows="3">
kort &lt;her&gt;</textarea><input type="checkbox" name="off" value="1"><input type="file" name="f">
        <select name="criterion"><option value="">-</option><option value="x" selected>X</option>
        </select><button name="do" value="send">Send</button></form>
        <form method="post" action="/log-ud"><input type="hidden" name="page" value="sign-out">
        <input type="hidden" name="command_id" value="no"></form>""",
    )
    form = page.form()
    assert dict(form.fields) == {
        "command_id": "a&b", "outcome": "grant", "reasons": "kort <her>", "criterion": "x"
    }  # fmt: skip
    assert form.names == ["outcome", "reasons", "off", "criterion"]
    assert form.choices["criterion"] == ["", "x"]
    assert dict(form.filled({"outcome": "refuse"}))["outcome"] == "refuse"


def test_the_figures_are_put_between_their_marks(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.put_into(document, "new")
    report.put_into(document, "newest")
    assert document.read_text() == f"before\n{report.BEGIN}\n\nnewest\n{report.END}\nafter\n"
    document.write_text("nothing")
    with pytest.raises(ValueError, match="no place"):
        report.put_into(document, "new")


def test_the_document_has_a_place_for_the_figures() -> None:
    text = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    assert report.BEGIN in text
    assert report.END in text
