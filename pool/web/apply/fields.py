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
from markupsafe import Markup
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
from pool.web.forms import Form, fault_text
from workflows.definition import SHORT, START, Definition, Question
from workflows.questions import AnswerFault, asked, blocks

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
_FEW = 3  # so many choices are named in full in the words of a condition


def field_name(key: str) -> str:
    """``safety`` → ``q_safety``."""
    return PREFIX + key


def on_page(
    definition: Definition, values: Mapping[str, Any], *, short: bool, step: str
) -> tuple[Question, ...]:
    """What the page of a step shows: the questions asked by the answers so far, and those that
    hang on another question of the same page, for a reader without scripts."""
    keys = {q.key for q in asked(definition, values, short=short, step=step)}
    page = [q for q in definition.questions if _belongs(q, short, step)]
    while True:
        hanging = {
            q.key
            for q in page
            if q.key not in keys and q.asked_when is not None and q.asked_when.question in keys
        }
        if not hanging:
            return tuple(q for q in page if q.key in keys)
        keys |= hanging


def _belongs(question: Question, short: bool, step: str) -> bool:
    if not (question.short if short else question.full):
        return False
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


def present(
    definition: Definition,
    questions: Sequence[Question],
    form: Form,
    words: Words,
    raw: Mapping[str, Any],
) -> list[ShownBlock]:
    """The page's questions for the template; budgets are filled from ``raw``."""
    keys = {question.key for question in questions}
    found = []
    for block in blocks(definition, questions):
        group = block.group
        found.append(
            ShownBlock(
                key=group.key if group else block.questions[0].key,
                legend=words.text(group.label) if group else None,
                help=words.text(group.help) if group and group.help else None,
                questions=tuple(
                    _shown(definition, question, form, words, raw, keys)
                    for question in block.questions
                ),
            )
        )
    return found


def _shown(
    definition: Definition,
    question: Question,
    form: Form,
    words: Words,
    raw: Mapping[str, Any],
    keys: set[str],
) -> Shown:
    rule = question.asked_when
    decided_here = rule is not None and rule.question in keys
    help_text: str | None = words.text(question.help) if question.help else None
    if decided_here:
        help_text = _with_condition(definition, question, words, help_text)
    is_budget = question.type == "budget"
    return Shown(
        key=question.key,
        kind=question.type,
        label=words.text(question.label),
        field=None if is_budget else form[field_name(question.key)],
        help=help_text,
        example=words.text(question.example) if question.example else None,
        optional=not question.required and question.required_when is None,
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
    """For the script that hides what is not asked; conditions it cannot judge stay shown."""
    rule = question.asked_when
    if rule is None or not rule.equals:
        return None
    values = ({True: YES, False: NO}.get(v, "") if isinstance(v, bool) else v for v in rule.equals)
    return f"{field_name(rule.question)}={'|'.join(values)}"


def _with_condition(
    definition: Definition, question: Question, words: Words, help_text: str | None
) -> str:
    """The help with a sentence before it on when to answer. The sentence is for a page without
    scripts: with them the question comes and goes by itself (``conditional.js``)."""
    note = _condition_note(definition, question, words)
    if note is None:
        return help_text or ""
    return Markup("<span data-when-note>{} </span>{}").format(note, help_text or "")


def _condition_note(definition: Definition, question: Question, words: Words) -> str | None:
    rule = question.asked_when
    other = definition.question(rule.question) if rule else None
    if rule is None or other is None:
        return None
    about = words.text(other.label)
    if not rule.equals:
        return words.t("Only to be answered if it follows from “%(question)s”.", question=about)
    if other.type == "yesno":
        answer = words.t("Yes") if rule.equals[0] is True else words.t("No")
        return words.t(
            "Only to be answered if you say %(answer)s to “%(question)s”.",
            answer=answer.lower(),
            question=about,
        )
    named = {o.key: words.text(o.label) for o in other.options}
    these = [label for key, label in named.items() if key in rule.equals]
    others = [label for key, label in named.items() if key not in rule.equals]
    if len(these) > _FEW and len(others) < len(these):
        return words.t(
            "Not to be answered if you choose %(answers)s in “%(question)s”.",
            answers=_quoted(others, words),
            question=about,
        )
    return words.t(
        "Only to be answered if you choose %(answers)s in “%(question)s”.",
        answers=_quoted(these, words),
        question=about,
    )


def _quoted(labels: Sequence[str], words: Words) -> str:
    quoted = [words.t("“%(text)s”", text=label) for label in labels]
    if len(quoted) < 2:
        return "".join(quoted)
    return words.t("%(first)s or %(last)s", first=", ".join(quoted[:-1]), last=quoted[-1])


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
