"""The procedure written: who has which rights where, and a page about a pool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows import vocabulary as words
from workflows.definition import Definition, Question, Transition
from workflows.guards import in_force
from workflows.ordering import order
from workflows.procedure_words import pick, say


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role may do with a case in one state. ``actions`` are transitions' keys."""

    state: str
    see: bool
    edit: bool
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One role's rights, a cell for each state in reading order."""

    role: str
    cells: tuple[Cell, ...]


def matrix(definition: Definition) -> tuple[MatrixRow, ...]:
    """The rights table: a row for each of the pool's roles."""
    return tuple(
        MatrixRow(
            role,
            tuple(
                Cell(
                    state.key,
                    role in state.see,
                    role in state.edit,
                    tuple(t.key for t in definition.leaving(state.key) if role in t.who),
                )
                for state in order(definition)
            ),
        )
        for role in definition.roles
    )


def markdown(definition: Definition, lang: str) -> str:
    """A page about the pool: states, actions, rights and questions, with its diagram beside it
    as ``<key>.<lang>.svg``."""
    key = definition.key
    name = pick(definition.name, lang)
    parts = [
        f"# {name}",
        f"{say('version', lang)} {definition.version}. {say('made', lang)}",
        pick(definition.purpose, lang),
        f"![{say('procedure', lang)}: {name}]({key}.{lang}.svg)",
        *_features(definition, lang),
        f"## {say('states', lang)}",
        _states(definition, lang),
        f"## {say('actions', lang)}",
        _actions(definition, lang),
        f"## {say('conditions', lang)}",
        _conditions(definition, lang),
        f"## {say('rights', lang)}",
        _rights(definition, lang),
        f"## {say('questions', lang)}",
        _questions(definition, lang),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [_line(head)]
    lines.append("|" + " --- |" * (lines[0].count("|") - 1))
    lines += [_line(row) for row in rows]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    clean = (cell.replace("|", "/").replace("\n", " ").strip() or "–" for cell in cells)
    return "| " + " | ".join(clean) + " |"


def _features(definition: Definition, lang: str) -> list[str]:
    """The features that are on; nothing where the pool is light."""
    if not definition.features:
        return []
    lines = (
        f"- `{name}`: {pick(words.FEATURES[name], lang)}"
        for name in words.FEATURES
        if definition.has(name)
    )
    return [f"## {say('features', lang)}", "\n".join(lines)]


def _states(definition: Definition, lang: str) -> str:
    return _table(
        [say(name, lang) for name in ("state", "shown", "clock", "money")],
        (
            [
                pick(state.staff, lang),
                pick(state.applicant, lang),
                say("end", lang) if state.final else say(state.clock, lang),
                say(state.money, lang)
                + (f", {say('undisclosed', lang)}" if state.undisclosed else ""),
            ]
            for state in order(definition)
        ),
    )


def _actions(definition: Definition, lang: str) -> str:
    def row(transition: Transition) -> list[str]:
        leads = (
            say("stays", lang)
            if transition.stays
            else pick(definition.state(transition.to).staff, lang)
        )
        asks = [
            pick(words.INPUT_NAMES[entry.name], lang)
            + ("" if entry.required else f" ({say('optional', lang)})")
            for entry in transition.inputs
        ]
        return [
            f"{pick(transition.label, lang)} (`{transition.key}`)",
            ", ".join(pick(definition.state(key).staff, lang) for key in transition.from_states),
            leads,
            ", ".join(pick(words.ROLE_NAMES[role], lang) for role in transition.who),
            ", ".join(asks),
            ", ".join(f"`{guard}`" for guard in in_force(transition)),
            f"`{transition.letter}`" if transition.letter else "",
        ]

    head = ("action", "from", "leads", "who", "asks", "conditions", "letter")
    return _table(
        [say(name, lang) for name in head],
        (row(transition) for transition in definition.transitions),
    )


def _conditions(definition: Definition, lang: str) -> str:
    used = {guard for transition in definition.transitions for guard in in_force(transition)}
    return "\n".join(
        f"- `{guard}`: {pick(words.GUARDS[guard], lang)}" for guard in words.GUARDS if guard in used
    )


def _rights(definition: Definition, lang: str) -> str:
    labels = {transition.key: transition.label for transition in definition.transitions}

    def cell(entry: Cell) -> str:
        rights = [say("sees", lang)] if entry.see else []
        if entry.edit:
            rights.append(say("edits", lang))
        rights += [pick(labels[key], lang) for key in entry.actions]
        return ", ".join(rights)

    head = [say("role", lang), *(pick(state.staff, lang) for state in order(definition))]
    rows = (
        [pick(words.ROLE_NAMES[row.role], lang), *(cell(entry) for entry in row.cells)]
        for row in matrix(definition)
    )
    return _table(head, rows)


def _questions(definition: Definition, lang: str) -> str:
    def required(question: Question) -> str:
        if question.required:
            return say("yes", lang)
        return say("sometimes" if question.required_when else "no", lang)

    head = [say(name, lang) for name in ("question", "type", "short", "full", "required")]
    return _table(
        head,
        (
            [
                f"{pick(question.label, lang)} (`{question.key}`)",
                question.type,
                say("yes" if question.short else "no", lang),
                say("yes" if question.full else "no", lang),
                required(question),
            ]
            for question in definition.questions
        ),
    )
