from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.workflows import seeds
from tests.workflows.seeds import GOOD, STATE, Seed, cut, step
from workflows.check import check
from workflows.faults import DefinitionError
from workflows.loading import OWN, parse_text
from workflows.wording_faults import FAULTS

ALL = [*seeds.SHAPE, *seeds.NAMES, *seeds.FORM, *seeds.PROCEDURE, *seeds.LATER,
       *seeds.MONEY, *seeds.TABLES, *seeds.WAITS, *seeds.MORE_INPUTS, *seeds.AGAIN,
       *seeds.SUGGESTION, *seeds.PAYMENTS, *seeds.MESSAGES]  # fmt: skip
OF_FILES = {"not-utf8", "unreadable", "no-folder", "duplicate-pool", "duplicate-prefix"}
"""Faults of reading files, see test_loading."""
BY_HAND = {"no-end", "no-grant", "held-stuck", "nobody-to-tell"}
"""Faults that take more than one change, below."""


@pytest.mark.parametrize("name", ["bydelspulje.toml", "urban-life.toml", "knowledge.toml"])
def test_the_pools_are_without_fault(name: str) -> None:
    assert check((OWN / name).read_text(encoding="utf-8"), name) == []


@pytest.mark.parametrize("seed", ALL, ids=str)
def test_a_seeded_fault_is_told_with_its_line_and_a_remedy(seed: Seed) -> None:
    faults = check(seed.text, "bad.toml")
    told = [(fault.code, fault.line) for fault in faults]
    assert (seed.code, seed.line) in told
    mine = next(f for f in faults if (f.code, f.line) == (seed.code, seed.line))
    assert str(mine) == f"bad.toml:{seed.line}: {mine.message} {mine.remedy}"
    assert mine.message.endswith(".")
    assert mine.remedy
    with pytest.raises(DefinitionError) as caught:
        parse_text(seed.text, "bad.toml")
    assert mine in caught.value.faults


def test_every_kind_of_fault_has_a_seed() -> None:
    assert {seed.code for seed in ALL} | OF_FILES | BY_HAND == set(FAULTS)
    assert len(FAULTS) > 120


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_no_sentence_lacks_a_parameter_or_ends_in_mid_air(code: str) -> None:
    message, remedy = FAULTS[code]
    assert message[-1] == "."
    assert remedy[-1] in ".…"
    for text in (message, remedy):
        assert not re.search(r"%(?!\(\w+\)s)", text), "a stray per cent sign"


def codes(text: str) -> Counter[str]:
    return Counter(fault.code for fault in check(text, "x"))


def test_no_state_is_an_end() -> None:
    assert codes(GOOD.replace("final = true\n", ""))["no-end"] == 1


def test_nothing_can_be_granted() -> None:
    text = GOOD.replace(cut("[transitions.grant]", "[transitions.grant-part]"), "")
    text = text.replace(cut("[transitions.grant-part]", "[transitions.refuse]"), "")
    assert codes(text)["no-grant"] == 1


def test_a_notice_to_a_communications_officer_who_is_not_there() -> None:
    text = GOOD.replace('communications_email = "kommunikation@example.dk"\n', "")
    assert codes(text) == {}
    text = text.replace('"communications", ', "").replace('"communications"', '"secretariat"', 1)
    found = [fault for fault in check(text, "x") if fault.code == "nobody-to-tell"]
    assert len(found) == 1
    assert text.split("\n")[found[0].line - 1] == 'notices = ["communications"]'


def test_money_that_can_neither_be_paid_nor_released() -> None:
    text = GOOD.replace(
        "[transitions.ask]",
        STATE.format("stuck", "held") + step("jam", "granted", "stuck") + "\n[transitions.ask]",
    )
    found = {fault.code: fault for fault in check(text, "x")}
    assert found["held-stuck"].params == {"state": "stuck"}
    assert "neither be paid nor released" in found["held-stuck"].message
    assert "held-stuck" not in codes(
        text.replace("[transitions.ask]", step("out", "stuck", "lapsed", 'effects = ["void"]')
                     + "[transitions.ask]")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ('"year-open"', '"year-opn"', "year-open"),
        ('letter = "payment"', 'letter = "paymnet"', "payment"),
        ('"hold"]', '"hodl"]', "hold"),
        ('"reference", "paid_on"', '"refrence", "paid_on"', "reference"),
        ('who = ["secretariat"]', 'who = ["secretariate"]', "secretariat"),
        ("promise_days", "promisedays", "promise_days"),
        ('to = "refused"', 'to = "refuesd"', "refused"),
        ('options = "focus_areas"', 'options = "focus_area"', "focus_areas"),
    ],
)
def test_what_was_probably_meant_is_said(old: str, new: str, meant: str) -> None:
    faults = check(GOOD.replace(old, new, 1), "x")
    assert any(fault.params.get("nearest") == meant for fault in faults)


def test_where_nothing_is_alike_all_are_listed() -> None:
    fault = check(GOOD.replace('letter = "payment"', 'letter = "zzz"', 1), "x")[0]
    assert str(fault.params["nearest"]).split(", ") == [
        "changed", "claim", "closed", "decision", "delayed", "forwarded", "hearing",
        "lapsed", "payment", "payment-failed", "question", "reopened", "report-returned",
        "revoked", "settled", "suggestion-answered",
        "suggestion-taken-up", "waiting", "withdrawn",
    ]  # fmt: skip


def test_all_faults_of_a_file_are_told_at_once_in_its_order() -> None:
    text = GOOD.replace('en = "Received"', 'xx = "?"', 1).replace("version = 3", "version = 0")
    text = text.replace('to = "paid"', 'to = "payd"', 1)
    faults = check(text, "x")
    assert [fault.code for fault in faults] == [
        "out-of-range", "unknown-language", "missing-language", "unknown-state",
    ]  # fmt: skip
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_a_table_written_twice_is_told_with_its_line() -> None:
    text = GOOD + "\n[states.asked]\n"
    fault = check(text, "x")[0]
    assert (fault.code, fault.line) == ("syntax", text.count("\n"))
    assert "twice" in fault.message


def test_a_file_that_ends_too_soon() -> None:
    text = 'a = """\nnever closed\n'
    (fault,) = check(text, "x")
    assert (fault.code, fault.line) == ("syntax", 3)


@pytest.mark.parametrize("text", ["", "x = 1", "[pool]\n", "states = 3\nquestions = []\n"])
def test_nothing_much_is_a_faulty_definition_not_a_crash(text: str) -> None:
    found = check(text, "x")
    assert found
    assert all(fault.message and fault.remedy for fault in found)


def test_taking_any_line_away_never_crashes_the_check() -> None:
    lines = GOOD.split("\n")
    for number in range(0, len(lines), 3):
        for fault in check("\n".join(lines[:number] + lines[number + 1 :]), "x"):
            assert fault.message
            assert fault.remedy
            assert 1 <= fault.line <= len(lines)
