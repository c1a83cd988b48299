"""Which questions are asked, and whether what was answered will do.

The one set of rules for page, paper and import. Answers are plain JSON values by question key:
texts, ``choices`` as lists, ``yesno`` as true or false, dates as ``YYYY-MM-DD``, amounts as øre,
a budget as rows ``{"post", "text", "amount"}``. A question without an answer has no key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows import values
from workflows.definition import (
    SHORT,
    START,
    SUGGESTION,
    Condition,
    Definition,
    Group,
    Option,
    Question,
)
from workflows.vocabulary import UNFORESEEN

Answers = Mapping[str, Any]

FULL = "full"
"""The name of the full form."""

LONGEST = {"text": 200, "long": 4000}
CHOSEN = frozenset({"choice", "choices", "yesno"})
"""Types that are answered by choosing, not by writing."""
UNANSWERED = frozenset({"required", "required-choice"})
"""Codes of faults that an answer mends; the others are of answers that do not go together."""
MOST_FILES = 10
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is wrong with one field. ``key`` is the question's (or input's) key; inside a budget
    ``budget.2.amount``, the row counted from 0 as it was typed; inside an input ``record.made_on``.
    ``code`` and ``params`` are for the catalogue (``wording.ANSWERS``)."""

    key: str
    code: str
    params: Mapping[str, str | int | date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What could be understood, and what not."""

    values: dict[str, Any]
    faults: tuple[AnswerFault, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What a person meets as one question: a single field, or the fields of a group."""

    group: Group | None
    questions: tuple[Question, ...]

    @property
    def folded(self) -> bool:
        """Whether it is a group of an optional question and what follows from it. On a form of
        one page that is a line to press, so that the form stays as short as it is for whom it does
        not concern; it is none of the counted questions."""
        first, *rest = self.questions
        return (
            self.group is not None
            and not first.required
            and first.required_when is None
            and all(q.asked_when is not None and q.asked_when.question == first.key for q in rest)
        )


# -- which questions


def form_name(short: bool | None, form: str | None) -> str | None:
    """``short``, ``full`` or ``suggestion`` as told in either way; None: whichever."""
    return form or (None if short is None else SHORT if short else FULL)


def asked(
    definition: Definition,
    answers: Answers,
    *,
    short: bool | None = None,
    form: str | None = None,
    step: str | None = None,
) -> tuple[Question, ...]:
    """The questions that are asked, given the answers so far, in the file's order.

    ``form`` is ``short``, ``full`` or ``suggestion``; ``short`` says the same of the first two.
    ``step`` limits them to a page: a step's key, ``START`` (before the form), ``SHORT``
    (everything of the short form but the start) or ``SUGGESTION`` (everything of that form).
    Without a step: all. Raises ValueError where no form is named.
    """
    form = form_name(short, form)
    if form is None:
        raise ValueError("which form?")
    return tuple(
        question
        for question in definition.questions
        if question.asked_in(form)
        and _on_page(question, step)
        and _asked(definition, question, answers, form)
    )


def blocks(definition: Definition, questions: Iterable[Question]) -> tuple[Block, ...]:
    """``questions`` with those of one group put together, at the place of the first."""
    groups = {group.key: group for group in definition.groups}
    found: dict[str, list[Question]] = {}
    for question in questions:
        found.setdefault(f"={question.group}" if question.group else question.key, []).append(
            question
        )
    return tuple(
        Block(groups.get(key[1:]) if key.startswith("=") else None, tuple(members))
        for key, members in found.items()
    )


def is_required(
    definition: Definition,
    question: Question,
    answers: Answers,
    *,
    short: bool | None = None,
    form: str | None = None,
) -> bool:
    """Whether the question, if it is asked, must be answered, given the other answers."""
    if question.required:
        return True
    rule = question.required_when
    return rule is not None and holds(definition, rule, answers, form_name(short, form))


def holds(definition: Definition, condition: Condition, answers: Answers, form: str | None) -> bool:
    """Whether a condition is met. ``form`` None: in whichever."""
    other = definition.question(condition.question)
    value = None
    in_form = other is not None and (form is None or other.asked_in(form))
    if other is not None and in_form and _asked(definition, other, answers, form):
        value = answers.get(other.key)
    if condition.answered is not None:
        return (not values.blank(value)) == condition.answered
    if condition.above is not None:
        return isinstance(value, int) and not isinstance(value, bool) and value > condition.above
    if isinstance(value, list):
        return any(entry in condition.equals for entry in value)
    # by type as well: 1 is not true
    return any(type(value) is type(wanted) and value == wanted for wanted in condition.equals)


def _on_page(question: Question, step: str | None) -> bool:
    if step is None:
        return True
    if step == SUGGESTION:
        return True
    if step == SHORT:
        return question.step != START
    return question.step == step


def _asked(definition: Definition, question: Question, answers: Answers, form: str | None) -> bool:
    rule = question.asked_when
    return rule is None or holds(definition, rule, answers, form)


# -- what was answered


def check_answers(definition: Definition, raw: Mapping[str, Any], keys: Iterable[str]) -> Checked:
    """Read the answers to ``keys`` out of ``raw``, as typed.

    ``raw`` should hold everything answered so far: conditions look at the other answers too.
    Questions that are not asked are passed over. Raises KeyError for an unknown key.
    """
    read: dict[str, Any] = {}
    faults: dict[str, tuple[AnswerFault, ...]] = {}
    for question in definition.questions:
        if values.blank(raw.get(question.key)):
            continue
        try:
            read[question.key], faults[question.key] = _read(
                definition, question, raw[question.key]
            )
        except values.Bad as bad:
            faults[question.key] = (AnswerFault(question.key, bad.code, bad.params),)
        if faults[question.key] or values.blank(read[question.key]):
            read.pop(question.key, None)
    wanted: dict[str, Any] = {}
    found: list[AnswerFault] = []
    for key in dict.fromkeys(keys):
        asked_one = definition.question(key)
        if asked_one is None:
            raise KeyError(key)
        if not _asked(definition, asked_one, read, None):
            continue
        if key in read:
            wanted[key] = read[key]
        elif faults.get(key):
            found.extend(faults[key])
        elif _must(definition, asked_one, read, faults):
            found.append(_unanswered(asked_one))
    return Checked(wanted, tuple(found))


def _unanswered(question: Question) -> AnswerFault:
    """A required question has no answer."""
    if question.type in CHOSEN:
        return AnswerFault(question.key, "required-choice")
    return AnswerFault(question.key, "required")


def _must(
    definition: Definition,
    question: Question,
    read: Answers,
    faults: Mapping[str, tuple[AnswerFault, ...]],
) -> bool:
    """Required, also by a condition. An answer that could not be read is an answer still: a
    mistyped e-mail does not make the telephone number required."""
    rule = question.required_when
    if (
        not question.required
        and rule is not None
        and rule.answered is False
        and faults.get(rule.question)
    ):
        return False
    return is_required(definition, question, read)


def _read(
    definition: Definition, question: Question, raw: Any
) -> tuple[Any, tuple[AnswerFault, ...]]:
    keys = [option.key for option in question.options]
    match question.type:
        case "text":
            return values.line(raw, question.max_length or LONGEST["text"]), ()
        case "long":
            return values.lines(raw, question.max_length or LONGEST["long"]), ()
        case "choice":
            return values.one_of(raw, keys), ()
        case "choices":
            return values.some_of(raw, keys), ()
        case "yesno":
            return values.yes_no(raw), ()
        case "date":
            return values.day(raw).isoformat(), ()
        case "amount":
            return values.amount(raw, question.minimum or 0, question.maximum), ()
        case "number":
            return values.whole(raw, question.minimum, question.maximum), ()
        case "email":
            return values.email(raw), ()
        case "phone":
            return values.phone(raw), ()
        case "cvr":
            return values.cvr(raw), ()
        case "postcode":
            return values.postcode(raw), ()
        case "budget":
            return _read_budget(definition, question, raw)
        case "files":
            return values.ids(raw, question.max_length or MOST_FILES), ()
        case other:
            raise KeyError(other)


def _read_budget(
    definition: Definition, question: Question, raw: Any
) -> tuple[list[dict[str, Any]], tuple[AnswerFault, ...]]:
    """The rows that have anything in them. Faults carry the row's place as it was typed."""
    if not isinstance(raw, (list, tuple)) or not all(isinstance(row, Mapping) for row in raw):
        raise values.Bad("unreadable")
    rows: list[dict[str, Any]] = []
    faults: list[AnswerFault] = []
    posts = [post.key for post in definition.budget_posts]
    for place, row in enumerate(raw):
        # a chosen post alone is an untouched line of a form that preselects one
        if values.blank(row.get("text")) and values.blank(row.get("amount")):
            continue
        clean: dict[str, Any] = {"post": "", "text": "", "amount": 0}
        for name in clean:
            key = f"{question.key}.{place}.{name}"
            try:
                if values.blank(row.get(name)):
                    if name != "text":
                        faults.append(
                            AnswerFault(key, "required-choice")
                            if name == "post"
                            else AnswerFault(key, "required")
                        )
                elif name == "post":
                    clean[name] = values.one_of(row[name], posts)
                elif name == "text":
                    clean[name] = values.line(row[name], 200)
                else:
                    clean[name] = values.amount(row[name])
            except values.Bad as bad:
                faults.append(AnswerFault(key, bad.code, bad.params))
        rows.append(clean)
    most = min(question.max_length or MOST_ROWS, MOST_ROWS)
    if len(rows) > most:
        raise values.Bad("too-many-rows", most=most)
    return rows, tuple(faults)


# -- the whole application


def missing(
    definition: Definition,
    answers: Answers,
    *,
    short: bool | None = None,
    form: str | None = None,
) -> tuple[AnswerFault, ...]:
    """What keeps an application from being complete: required answers that are not there, and
    answers that do not go together. ``answers`` are values, not what was typed; the form is
    named as for :func:`asked`."""
    form = form_name(short, form)
    questions = asked(definition, answers, form=form)
    faults = [
        _unanswered(question)
        for question in questions
        if values.blank(answers.get(question.key))
        and is_required(definition, question, answers, form=form)
    ]
    keys = {question.key for question in questions}
    faults.extend(_across(definition, {k: v for k, v in answers.items() if k in keys}, form))
    return tuple(faults)


def _across(definition: Definition, answers: Answers, form: str | None) -> Iterator[AnswerFault]:
    limits = definition.limits
    asked_for = answers.get("amount")
    if isinstance(asked_for, int):
        if limits.max_amount is not None and asked_for > limits.max_amount:
            yield AnswerFault("amount", "amount-too-large", {"most_amount": limits.max_amount})
        elif form == SHORT and asked_for > limits.short_form:
            yield AnswerFault("amount", "over-short-form", {"most_amount": limits.short_form})
    yield from _dates(answers)
    rows = answers.get("budget")
    if rows:
        yield from _budget(rows, asked_for, limits.unforeseen_percent)


def _dates(answers: Answers) -> Iterator[AnswerFault]:
    """All grants are for one year [plan]."""
    if not answers.get("starts_on") or not answers.get("ends_on"):
        return
    first = date.fromisoformat(answers["starts_on"])
    last = date.fromisoformat(answers["ends_on"])
    if last < first:
        yield AnswerFault("ends_on", "ends-before-start")
    elif last >= _year_later(first):
        yield AnswerFault("ends_on", "longer-than-year")


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _budget(
    rows: list[dict[str, Any]], asked_for: int | None, percent: int
) -> Iterator[AnswerFault]:
    total = sum(row["amount"] for row in rows)
    if asked_for is not None and total != asked_for:
        yield AnswerFault("budget", "budget-total", {"total": total, "asked": asked_for})
    unforeseen = sum(row["amount"] for row in rows if row["post"] == UNFORESEEN)
    if unforeseen * 100 > (total - unforeseen) * percent:
        yield AnswerFault("budget", "unforeseen", {"percent": percent})


def shown(definition: Definition, question: Question, value: Any) -> tuple[Option, ...]:
    """The options behind the value of a choice, for showing it in words."""
    chosen = value if isinstance(value, list) else [value]
    return tuple(option for option in question.options if option.key in chosen)
