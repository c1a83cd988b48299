"""``puljen workflow compare OLD NEW``."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from pool.cli.failures import NotDone
from pool.cli.pools import workflow
from tests.workflows.test_earlier import EARLIER
from workflows.loading import OWN

OLD, NEW = EARLIER / "bydelspulje-1.toml", OWN / "bydelspulje.toml"


def test_what_follows_is_said_in_the_language_asked_for() -> None:
    told = CliRunner().invoke(workflow, ["compare", str(OLD), str(NEW)]).output.split("\n")
    waits = "imens står fristen for svaret stille."
    assert f"Nye sager kan udsættes til en bestemt dag; {waits}" in told
    assert told[-2] == ("Det gælder nye sager. De sager, der er begyndt, beholder version 1.")
    english = ["compare", str(OLD), str(NEW), "--language", "en"]
    told = CliRunner().invoke(workflow, english).output.split("\n")
    assert "New cases are not assessed by criteria." not in told
    assert "Members can assess new cases by the pool's criteria." in told


def test_the_same_file_twice() -> None:
    done = CliRunner().invoke(workflow, ["compare", str(NEW), str(NEW)])
    assert done.output == "Der er ingen forskel på reglerne.\n"


def test_what_cannot_be_compared_says_what_to_do(tmp_path: Path) -> None:
    for other, words in ((OWN / "knowledge.toml", "two of one"), (OLD, "higher one")):
        done = CliRunner().invoke(workflow, ["compare", str(NEW), str(other)])
        assert isinstance(done.exception, NotDone)
        assert words in str(done.exception)
