from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.seeds import GOOD
from workflows.definition import Definition, Text
from workflows.faults import DefinitionError
from workflows.loading import OWN, load, load_all, parse_text
from workflows.questions import asked, blocks


def third(key: str = "third", prefix: str = "TP") -> str:
    return GOOD.replace('key = "urban-life"', f'key = "{key}"', 1).replace(
        'prefix = "BT"', f'prefix = "{prefix}"', 1
    )


ALL = ["bydelspulje", "knowledge", "urban-life"]


def test_the_pools_of_the_plan_and_the_districts_are_there(pools: dict[str, Definition]) -> None:
    assert list(pools) == ALL
    assert {d.prefix for d in pools.values()} == {"BP", "BT", "VP"}
    assert {key: d.version for key, d in pools.items()} == {
        "bydelspulje": 3, "knowledge": 4, "urban-life": 3,
    }  # fmt: skip


def test_the_text_and_its_hash_are_kept(urban: Definition) -> None:
    assert urban.source == GOOD
    assert urban.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert parse_text(urban.source, "again") == urban


def test_a_mark_at_the_beginning_and_windows_line_ends_change_nothing(
    tmp_path: Path, urban: Definition
) -> None:
    path = tmp_path / "w.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path) == urban


def test_a_third_pool_is_a_third_file(tmp_path: Path) -> None:
    (tmp_path / "third.toml").write_text(third(), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a pool")
    assert list(load_all(tmp_path)) == [*ALL, "third"]


def faults(path: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(DefinitionError) as caught:
        load_all(path)
    return [(fault.file, fault.line, fault.code) for fault in caught.value.faults]


def test_two_files_for_one_pool_or_prefix_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(third("urban-life", "AA"), encoding="utf-8")
    (tmp_path / "b.toml").write_text(third("b", "VP"), encoding="utf-8")
    assert faults(tmp_path) == [
        ("a.toml", 1, "duplicate-pool"),
        ("b.toml", 1, "duplicate-prefix"),
    ]


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(third().replace("version = 3", "version = 0", 1))
    (tmp_path / "b.toml").write_bytes(b'[pool]\nname = "\xe6"\n')
    assert faults(tmp_path) == [("a.toml", 9, "out-of-range"), ("b.toml", 2, "not-utf8")]


def test_a_folder_or_file_that_is_not_there(tmp_path: Path) -> None:
    assert faults(tmp_path / "no")[0][1:] == (1, "no-folder")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path / "no.toml")
    assert "cannot be opened" in str(caught.value)


def texts(value: object) -> list[Text]:
    """Every text inside a definition."""
    if isinstance(value, dict) and "da" in value:
        return [value]
    if isinstance(value, (tuple, frozenset)):
        return [text for entry in value for text in texts(entry)]
    names = getattr(type(value), "__slots__", ())
    return [
        text for name in names if not name.startswith("_") for text in texts(getattr(value, name))
    ]


@pytest.mark.parametrize("key", ALL)
def test_every_text_is_complete_and_differs_between_languages(
    pools: dict[str, Definition], key: str
) -> None:
    found = texts(pools[key])
    assert len(found) > 120
    same = {"E-mail", "Transport", "8.500", "3.500", "18.10.2027", "20.10.2027", "64 94 22 12",
            "Brønshøj", "Husum", "Tingbjerg", "Bellahøj"}  # fmt: skip
    for text in found:
        assert set(text) == {"da", "en"}
        assert text["da"] not in ("x", "TODO")
        assert text["da"] != text["en"] or text["da"] in same


@pytest.mark.parametrize("key", ["urban-life", "knowledge"])
def test_the_pools_are_light(pools: dict[str, Definition], key: str) -> None:
    definition = pools[key]
    assert definition.features == frozenset()
    suggests = key == "urban-life"
    assert (definition.suggestions is not None) == suggests
    assert {t.key for t in definition.transitions} == {
        "ask", "answer", "grant", "grant-part", "refuse", "pay", "report", "return", "close",
        "withdraw", "lapse", "hear", "hearing-answer", "hearing-stop", "forward", "undo", "reopen",
        "revoke", "complaint", "payee", "raise", "lower", "stop-rest", "payment-failed",
        "ask-report", "answer-report", "lapse-unreported", "close-claimed",
        "return-report", "claim-unspent", "write-off", "pay-again", "stop-rest-late",
        "return-undone", "delay",
        *(("answer-suggestion", "take-up") if suggests else ()),
    }  # fmt: skip
    assert {s.key for s in definition.states} == {
        "received", "asked", "granted", "refused", "paid", "reported", "closed", "withdrawn",
        "lapsed", "forwarded", "revoked", "claimed",
        *(("suggested", "suggestion-answered", "taken-up") if suggests else ()),
    }  # fmt: skip
    assert (definition.assessment, definition.meetings, definition.votes) == (None, None, None)
    assert definition.spot_check is None
    assert definition.limits.warnings == (definition.limits.low_balance,)
    assert not any("checklist-done" in t.guards for t in definition.transitions)


@pytest.mark.parametrize("key", ALL)
def test_the_short_form_is_eight_questions(pools: dict[str, Definition], key: str) -> None:
    definition = pools[key]
    page = asked(definition, {}, short=True, step="short")
    shown = blocks(definition, page)
    assert sum(not block.folded for block in shown) == 8
    assert {block.questions[0].key for block in shown if block.folded} <= {
        "unsafe_event",
        "on_behalf_of",
    }
    assert [q.key for q in asked(definition, {}, short=True, step="start")] == ["amount"]
    assert definition.limits.short_form == 1_000_000


def test_what_the_plan_demands_is_asked_in_both_forms(urban: Definition) -> None:
    for key in ("safety", "outreach"):
        question = urban.question(key)
        assert question is not None
        assert question.required
        assert question.short
        assert question.full
    assert urban.question("safety").label["da"] == (  # type: ignore[union-attr]
        "Hvordan skaber aktiviteten tryghed og/eller mindsker kriminalitet?"
    )


@pytest.mark.parametrize("key", ALL)
def test_refusal_phrases_name_a_criterion_and_leave_room_for_the_facts(
    pools: dict[str, Definition], key: str
) -> None:
    for reason in pools[key].refusal_reasons:
        assert reason.text is not None
        assert "…" in reason.text["da"]
        assert any(word in reason.text["da"].lower() for word in ("kriteri", "krav", "puljen ")), (
            reason.key
        )


@pytest.mark.parametrize("key", ALL)
def test_law_stands_in_the_texts(pools: dict[str, Definition], key: str) -> None:
    definition = pools[key]
    privacy = definition.privacy["da"]
    assert "myndighedsudøvelse" in privacy
    assert "ikke om dit samtykke" in privacy
    for word in ("navne", "slettes", "helbred", "ulovligt", "Datatilsynet"):
        assert word in privacy
    assert (
        "genbehandl" in definition.guidance["da"]
        or "se på sagen igen" in (definition.guidance["da"])
    )
    assert definition.contact.phone == "33 66 33 66"


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys; import workflows, workflows.loading, workflows.explain, workflows.planning,"
        " workflows.questions, workflows.diagram; workflows.load_all();"
        "print([m for m in ('holidays', 'sqlalchemy', 'flask', 'babel', 'jinja2')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=OWN.parent.parent,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_the_package_offers_its_names() -> None:
    import workflows

    for name in workflows.__all__:
        assert getattr(workflows, name).__name__ == name or name == "Text"
    with pytest.raises(AttributeError):
        workflows.nothing  # noqa: B018


def test_what_the_big_pool_says_of_warnings_and_spot_checks(
    pools: dict[str, Definition],
) -> None:
    district = pools["bydelspulje"]
    assert district.limits.warnings == (5_000_000, 2_000_000)
    assert district.spot_check_one_in == 10
    assert pools["urban-life"].spot_check_one_in is None
    text = district.source.replace(
        '["50.000 kr.", "20.000 kr."]', '["2.000", "90.000", "2.000,00"]'
    )
    assert parse_text(text, "x").limits.warnings == (9_000_000, 200_000)
    text = district.source.replace('["50.000 kr.", "20.000 kr."]', "[]")
    assert parse_text(text, "x").limits.warnings == ()
    text = GOOD.replace('low_balance = "20.000 kr."', 'low_balance = "0 kr."')
    assert parse_text(text, "x").limits.warnings == ()
