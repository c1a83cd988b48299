from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import pool.render.words
from tests.workflows.cases import facts, who
from workflows import wording
from workflows.definition import Definition
from workflows.explain import explain
from workflows.faults import Fault
from workflows.guards import Obstacle
from workflows.questions import AnswerFault
from workflows.vocabulary import GUARDS, INPUT_NAMES, ROLE_NAMES, ROLE_SUBJECTS, ROLES
from workflows.wording_faults import FAULTS

HERE = Path(wording.__file__).parent
CATALOGUES = HERE.parent / "templates" / "catalogues" / "da"

TEXTS = [
    *wording.OBSTACLES.values(), *wording.ANSWERS.values(),
    wording.REMOVABLE, wording.IRREMOVABLE,
    *(text for pair in FAULTS.values() for text in pair),
]  # fmt: skip


MONEY = {"amount", "asked", "free", "granted", "paid", "returned", "out", "owed", "total",
         "least_amount", "most_amount"}  # fmt: skip
"""Parameters that are amounts: they end in kr. themselves."""


def danish() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("workflows.po", "rules_money.po"):
        with (CATALOGUES / name).open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file, locale="da") if m.id}
    return found


def strings(name: str) -> list[tuple[str, ast.Call]]:
    """(first text argument, call) of every call in a module."""
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    return [
        (argument.value, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def emitted(modules: list[str], *names: str) -> set[str]:
    """Codes in the source: the texts given to calls of these names."""
    found = set()
    for module in modules:
        for text, node in strings(module):
            if called(node) in names:
                found.add(text)
    return found


def test_every_obstacle_in_the_source_has_words() -> None:
    codes = emitted(["guards", "guards_more", "guards_money", "explain"], "Obstacle")
    assert codes == set(wording.OBSTACLES)


def test_every_answer_fault_in_the_source_has_words() -> None:
    modules = ["values", "questions", "inputs", "inputs_money", "payee"]
    codes = emitted(modules, "Bad", "values.Bad")
    codes |= {
        text
        for module in modules[1:]
        for text, node in strings(module)
        if called(node) == "AnswerFault" and text in wording.ANSWERS
    }
    codes |= emitted(["dates"], "NotADay") | {"date-no-year", "date-shape"}
    codes |= {f"money-{code}" for code in ("empty", "negative", "english", "shape", "too-large")}
    codes |= {"money-too-large", "money-negative"}
    codes |= {"papers", "papers-where", "not-stopped"}  # of the rooms of payees and of lists
    assert codes == set(wording.ANSWERS)


def test_every_sentence_is_in_danish_with_the_same_parameters() -> None:
    catalogue = danish()
    assert set(TEXTS) == set(catalogue)
    for text, translated in catalogue.items():
        assert translated, text
        assert translated != text
        assert set(re.findall(r"%\((\w+)\)s", text)) == set(
            re.findall(r"%\((\w+)\)s", translated)
        ), text
        assert not re.search(r"%(?!\(\w+\)s)", translated.replace("%%", ""))


def test_no_amount_ends_a_sentence_in_two_full_stops() -> None:
    for text in [*danish(), *danish().values()]:
        for name in re.findall(r"%\((\w+)\)s\.", text):
            assert name not in MONEY, text


def test_every_role_and_input_has_a_name() -> None:
    for table in (ROLE_NAMES, ROLE_SUBJECTS):
        assert set(table) == set(ROLES)
    for table in (ROLE_NAMES, ROLE_SUBJECTS, INPUT_NAMES, GUARDS):
        assert all(set(text) == {"da", "en"} for text in table.values())


def test_sentences_as_people_read_them(urban: Definition) -> None:
    words = pool.render.words.words("da")

    def told(obstacle: Obstacle) -> str:
        text, params = wording.obstacle(urban, obstacle, "da")
        after, who_could = wording.remover(obstacle, "da")
        return f"{words.t(text, **params)} {words.t(after, **who_could)}"

    found = explain(urban, facts(free=100_000), "grant", who("secretariat")).obstacles[0]
    assert told(found) == (
        "5.000\u00a0kr. er mere end de 1.000\u00a0kr., der er tilbage i puljen."
        " Det kan ændres af økonomimedarbejderen."
    )
    found = explain(urban, facts("asked"), "grant", who("secretariat")).obstacles[0]
    assert told(found) == (
        "Sagen er “Venter på ansøger”. Det her gøres, når den er “Modtaget”."
        " Det kan ændres af ansøgeren eller sekretariatet."
    )
    found = explain(urban, facts(decided=True), "refuse", who("chair")).obstacles[0]
    assert told(found) == "Ansøgningen er allerede afgjort. Det kan ingen ændre."
    found = explain(urban, facts(), "grant", who("member")).obstacles[0]
    assert told(found).startswith("Det her gøres af sekretariatet eller arbejdsgruppens formand.")
    due = Obstacle("due-passed", {"day": date(2024, 10, 18)})
    assert wording.obstacle(urban, due, "en")[1] == {"day": "18 October 2024"}
    none = Obstacle("input-missing", {"input": "answer"})
    assert told(none).startswith("Der mangler noget: svaret.")


def test_faults_of_answers_as_people_read_them() -> None:
    words = pool.render.words.words("da")

    def told(fault: AnswerFault) -> str:
        text, params = wording.answer(fault, "da")
        return words.t(text, **params)

    assert told(AnswerFault("budget", "budget-total", {"total": 900_000, "asked": 1_000_000})) == (
        "Linjerne giver 9.000\u00a0kr., men 10.000\u00a0kr. er det, du søger om."
        " De to skal være ens."
    )
    assert told(AnswerFault("budget", "unforeseen", {"percent": 10})) == (
        "Uforudsete udgifter kan højst være 10 % af de andre linjer."
    )
    assert told(AnswerFault("title", "required")) == "Udfyld feltet."
    assert told(AnswerFault("urgent", "required-choice")) == "Vælg en af mulighederne."


def test_faults_of_files_in_danish() -> None:
    words = pool.render.words.words("da")
    fault = Fault("x.toml", 7, "unknown-guard", {"name": "hled", "nearest": "held"})
    message, remedy = FAULTS[fault.code]
    assert words.t(message, **fault.params) == "Der er ingen betingelse, der hedder hled."
    assert words.t(remedy, **fault.params) == "Måske mente du: held."
    assert str(fault) == "x.toml:7: There is no guard called hled. Perhaps you meant: held."


@pytest.mark.parametrize("lang", ["da", "en", "so"])
def test_lists_of_roles(lang: str) -> None:
    joined = wording.roles(["applicant", "secretariat", "chair"], lang)
    assert joined.count(",") == 1
    assert (" eller " if lang != "en" else " or ") in joined
    assert wording.roles([], lang) == ""
    assert wording.role("chair", lang) == ROLE_NAMES["chair"]["en" if lang == "en" else "da"]
