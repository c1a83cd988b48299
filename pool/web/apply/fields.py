"""A page's fields, made from the definition's questions.

Here is only the shell: what an answer must be is asked of :mod:`workflows.questions`, so that
page, paper and import share one set of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.choices import SelectChoice

from pool import money
from pool.render.words import Words
from pool.web.apply.conditions import with_condition
from pool.web.forms import Form, fault_text
from workflows.definition import SHORT, START, SUGGESTION, Definition, Question
from workflows.questions import AnswerFault, Block, asked, blocks

PREFIX = "q_"
"""Before a question's key in the names of fields, so that a pool may call its questions what it
likes (``data``, ``errors``) without meeting an attribute of the form."""

F = TypeVar("F", bound=Form)
YES, NO = "yes", "no"
ROWS = 5
"""Lines of a budget that are shown at least, and added at a press."""
MOST_ROWS = 50
_LINES = {"long": 5}
_COLUMNS = {"post": "Kind of expense", "text": "What for", "amount": "Amount"}


def field_name(key: str) -> str:
    """``safety`` → ``q_safety``."""
    return PREFIX + key


def on_page(
    definition: Definition, values: Mapping[str, Any], *, form: str, step: str
) -> tuple[Question, ...]:
    """What the page of a step shows: the questions asked by the answers so far, and those that
    hang on another question of the same page, for a reader without scripts."""
    keys = {q.key for q in asked(definition, values, form=form, step=step)}
    page = [q for q in definition.questions if _belongs(q, form, step)]
    while True:
        hanging = {
            q.key
            for q in page
            if q.key not in keys and q.asked_when is not None and q.asked_when.question in keys
        }
        if not hanging:
            return tuple(q for q in page if q.key in keys)
        keys |= hanging


def _belongs(question: Question, form: str, step: str) -> bool:
    if not question.asked_in(form):
        return False
    if step == SUGGESTION:
        return True
    return question.step != START if step == SHORT else question.step == step


def form_class(questions: Iterable[Question], words: Words, base: type[F] = Form) -> type[F]:
    """A form with a field for each question; a budget has none (see :func:`typed`)."""
    fields = {
        field_name(question.key): _field(question, words)
        for question in questions
        if question.type != "budget"
    }
    return type("QuestionsForm", (base,), fields)


def _field(question: Question, words: Words) -> Field:
    label = words.text(question.label)
    match question.type:
        case "long":
            return TextAreaField(label)
        case "yesno":
            offered = [SelectChoice(YES, words.t("Yes")), SelectChoice(NO, words.t("No"))]
            return RadioField(label, choices=offered, validate_choice=False)
        case "choice":
            return RadioField(label, choices=_choices(question, words), validate_choice=False)
        case "choices":
            return SelectMultipleField(
                label, choices=_choices(question, words), validate_choice=False
            )
        case "email":
            return EmailField(label)
        case "phone":
            return TelField(label)
        case "files":
            return MultipleFileField(label)
        case _:
            return StringField(label)


def _choices(question: Question, words: Words) -> list[SelectChoice]:
    return [SelectChoice(option.key, words.text(option.label)) for option in question.options]


def filled(questions: Iterable[Question], raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a form made by :func:`form_class` is given to show a draft's answers."""
    return {
        field_name(question.key): raw[question.key]
        for question in questions
        if raw.get(question.key) is not None and question.type not in {"budget", "files"}
    }


# -- what was typed


def typed(questions: Iterable[Question], form: MultiDict[str, str]) -> dict[str, Any]:
    """The answers to ``questions`` as they were typed, by the question's key."""
    found: dict[str, Any] = {}
    for question in questions:
        name = field_name(question.key)
        match question.type:
            case "files":
                continue
            case "choices":
                found[question.key] = form.getlist(name)[:200]
            case "budget":
                found[question.key] = _rows(name, form)
            case _:
                # Far more than may be answered, so that nothing typed is cut unseen.
                longest = 3 * (question.max_length or 4000) + 1000
                found[question.key] = form.get(name, "")[:longest]
    return found


def _rows(name: str, form: MultiDict[str, str]) -> list[dict[str, str]]:
    """The lines of a budget up to the last that has anything in it, as typed and in place."""
    rows: list[dict[str, str]] = []
    for place in range(MOST_ROWS + ROWS):
        cells = {part: form.get(f"{name}-{place}-{part}") for part in ("post", "text", "amount")}
        if all(cell is None for cell in cells.values()):
            break
        rows.append({part: (cell or "")[:1000] for part, cell in cells.items()})
    while rows and not any(rows[-1].values()):
        rows.pop()
    return rows


def readable_amounts(rows: Iterable[Mapping[str, str]]) -> list[int]:
    """The amounts (øre) of a budget's lines, as far as they can be read."""
    found = []
    for row in rows:
        with suppress(money.NotMoney):
            found.append(money.parse(row.get("amount") or ""))
    return found


# -- how it is shown


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as the template writes it. ``field`` is None for a budget, whose lines are
    ``rows``; ``when`` is ``name=value|value`` where another answer on the page decides."""

    key: str
    kind: str
    label: str
    field: Any
    help: str | None
    example: str | None
    optional: bool
    limit: int | None
    lines: int
    autocomplete: str | None
    when: str | None
    rows: Sequence[Mapping[str, str]] = ()
    posts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """What a person meets as one question: a field, or a group of them under a legend."""

    key: str
    legend: str | None
    help: str | None
    questions: tuple[Shown, ...]
    folded: bool = False
    """Behind a line to press (``workflows.questions.Block.folded``)."""
    open: bool = False
    """The fold is open: something stands in it, or is wrong there."""


def present(
    definition: Definition,
    questions: Sequence[Question],
    form: Form,
    words: Words,
    raw: Mapping[str, Any],
    *,
    fold: bool = False,
    voluntary: frozenset[str] = frozenset(),
) -> list[ShownBlock]:
    """The page's questions for the template; budgets are filled from ``raw``. ``fold``: groups
    that can be folded are; ``voluntary``: keys that need no answer here."""
    keys = {question.key for question in questions}
    found = []
    for block in blocks(definition, questions):
        group = block.group
        folded = fold and block.folded
        found.append(
            ShownBlock(
                key=group.key if group else block.questions[0].key,
                legend=words.text(group.label) if group else None,
                help=_group_help(block, words, voluntary),
                questions=tuple(
                    _shown(definition, question, form, words, raw, keys, question.key in voluntary)
                    for question in block.questions
                ),
                folded=folded,
                open=folded
                and any(raw.get(q.key) or form[field_name(q.key)].errors for q in block.questions),
            )
        )
    return found


def _group_help(block: Block, words: Words, voluntary: frozenset[str]) -> str | None:
    if block.group is None:
        return None
    if all(question.key in voluntary for question in block.questions):
        return words.t("You need not say. But without it we cannot tell you what comes of it.")
    return words.text(block.group.help) if block.group.help else None


def _shown(
    definition: Definition,
    question: Question,
    form: Form,
    words: Words,
    raw: Mapping[str, Any],
    keys: set[str],
    voluntary: bool,
) -> Shown:
    rule = question.asked_when
    decided_here = rule is not None and rule.question in keys
    help_text = words.text(question.help) if question.help and not voluntary else None
    if decided_here:
        help_text = with_condition(definition, question, words, help_text)
    is_budget = question.type == "budget"
    return Shown(
        key=question.key,
        kind=question.type,
        label=words.text(question.label),
        field=None if is_budget else form[field_name(question.key)],
        help=help_text,
        example=words.text(question.example) if question.example else None,
        optional=voluntary or (not question.required and question.required_when is None),
        limit=(question.max_length or 4000) if question.type == "long" else None,
        lines=_LINES.get(question.type, 1) if (question.max_length or 0) > 500 else 3,
        autocomplete=question.autocomplete,
        when=_when(question) if decided_here else None,
        rows=list(raw.get(question.key) or []) if is_budget else (),
        posts=[(post.key, words.text(post.label)) for post in definition.budget_posts]
        if is_budget
        else (),
    )


def _when(question: Question) -> str | None:
    """For the script that hides what is not asked; conditions it cannot judge stay shown. A star
    is any answer at all."""
    rule = question.asked_when
    if rule is not None and rule.answered:
        return f"{field_name(rule.question)}=*"
    if rule is None or not rule.equals:
        return None
    values = ({True: YES, False: NO}.get(v, "") if isinstance(v, bool) else v for v in rule.equals)
    return f"{field_name(rule.question)}={'|'.join(values)}"


# -- what is wrong


@dataclass(frozen=True, slots=True)
class BudgetFaults:
    """What is wrong with a budget: as a whole, in its cells by (row, column), and for the
    summary as (id, words)."""

    whole: Sequence[str] = ()
    cells: Mapping[tuple[int, str], str] | None = None
    summary: Sequence[tuple[str, str]] = ()


def put_faults(
    form: Form, faults: Iterable[AnswerFault], definition: Definition, words: Words
) -> BudgetFaults:
    """Put each fault beside its field. A budget's come back, for they stand in its lines; what
    belongs to no field of this page goes into the form's own list."""
    whole: list[str] = []
    cells: dict[tuple[int, str], str] = {}
    lines: list[tuple[str, str]] = []
    for fault in faults:
        key, _, rest = fault.key.partition(".")
        question = definition.question(key)
        text = fault_text(fault, words)
        if question is None or question.type != "budget":
            form.fault(text, field_name(key))
            continue
        row, _, column = rest.partition(".")
        anchor = field_name(key)
        if row.isdigit():
            cells[int(row), column] = text
            anchor = f"{anchor}-{row}-{column}"
            text = words.t(
                "Line %(n)s, %(column)s: %(fault)s",
                n=int(row) + 1,
                column=words.t(_COLUMNS[column]).lower(),
                fault=text,
            )
        else:
            whole.append(text)
        lines.append((anchor, named(words.text(question.label), text)))
    return BudgetFaults(whole, cells, lines)


def summary(
    form: Form, budget: BudgetFaults | None = None, questions: Sequence[Question] = ()
) -> list[tuple[str, str]]:
    """Everything wrong on the page for the ``error_summary`` macro: (id of the control or empty,
    question and fault), in the page's order."""
    lines: list[tuple[str, str]] = [("", str(sentence)) for sentence in form.form_errors]
    for field in form:
        anchored = not isinstance(field, HiddenField | CSRFTokenField)
        for sentence in field.errors:
            text = named(field.label.text, str(sentence)) if anchored else str(sentence)
            lines.append((field.id if anchored else "", text))
    if budget is None or not budget.summary:
        return lines
    order = [field_name(question.key) for question in questions]
    return sorted([*lines, *budget.summary], key=lambda line: _place(order, line[0]))


def _place(order: Sequence[str], anchor: str) -> int:
    """Where on the page a control stands: a budget's are called ``<field>-<row>-<column>``."""
    for place, name in enumerate(order):
        if anchor == name or anchor.startswith(f"{name}-"):
            return place
    return -1


def named(label: str, sentence: str) -> str:
    """``E-mail: …``, ``What will happen? …``."""
    return f"{label} {sentence}" if label.endswith("?") else f"{label}: {sentence}"
