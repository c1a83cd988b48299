"""Every mail and letter says, to the letter, what somebody has read and approved."""

from __future__ import annotations

import difflib

import pytest

from tests.render import approve, approved

REMEDY = "read the difference; if it is meant: python -m tests.render.approve"


@pytest.mark.parametrize(("name", "lang"), approved.every(), ids="-".join)
def test_it_says_what_was_approved(name: str, lang: str) -> None:
    file = approved.path(name, lang)
    assert file.exists(), f"nobody has approved {name} in {lang}; {REMEDY} {name}"
    was, now = file.read_text(encoding="utf-8"), approved.made(name, lang)
    if was != now:
        told = difflib.unified_diff(
            was.splitlines(), now.splitlines(), "approved", "made now", lineterm="", n=1
        )
        pytest.fail(f"{name} in {lang}: {REMEDY} {name}\n" + "\n".join(told), pytrace=False)


def test_nothing_is_approved_that_is_not_there() -> None:
    wanted = {approved.path(name, lang).name for name, lang in approved.every()}
    assert {file.name for file in approved.FOLDER.iterdir()} <= wanted


def test_only_a_known_name_is_approved(capsys: pytest.CaptureFixture[str]) -> None:
    assert approve.main(["no-such-mail"]) == 2
    assert "no-such-mail" in capsys.readouterr().err
