"""Faults of the form: questions, their order, conditions and groups, and the texts around them."""

from __future__ import annotations

from collections.abc import Callable

from workflows import values
from workflows import vocabulary as words
from workflows.definition import SHORT, START, SUGGESTION, Condition, Definition, Question
from workflows.faults import nearest
from workflows.nodes import Report
from workflows.positions import Path
from workflows.questions import blocks

SHORT_FORM_LENGTH = 8
"""Most questions of the short form, groups counted once; the start and what is folded not at
all."""

_WITH_OPTIONS = ("choice", "choices")
_WITH_LENGTH = ("text", "long", "budget", "files")
_WITH_BOUNDS = ("amount", "number")


def check_form(definition: Definition, report: Report) -> None:
    _pool(definition, report)
    _steps_and_groups(definition, report)
    for place, question in enumerate(definition.questions):
        _question(definition, report, question)
        for key in ("asked_when", "required_when"):
            condition = getattr(question, key)
            if condition is not None:
                _condition(definition, report, place, key, condition)
    _reserved(definition, report)
    _results(definition, report)
    _recognised(definition, report)
    _deliverable(definition, report)
    _reach(definition, report)
    _short_form(definition, report)


def _pool(definition: Definition, report: Report) -> None:
    for key in ("focus_areas", "refusal_reasons"):
        if not getattr(definition, key):
            report.add((key,), "list-empty", name=key)
    if not definition.criteria:
        report.add(("pool", "criteria"), "list-empty", name="criteria")
    contact = definition.contact
    addresses: list[tuple[Path, str | None]] = [
        (("contact", "email"), contact.email),
        (("pool", "communications_email"), definition.communications_email),
    ]
    for path, address in addresses:
        if address is not None and not _is(values.email, address):
            report.add(path, "bad-email", value=address)
    if not _is(values.phone, contact.phone):
        report.add(("contact", "phone"), "bad-phone", value=contact.phone)
    limits = definition.limits
    if limits.max_amount is not None and limits.short_form > limits.max_amount:
        report.add(("limits", "short_form"), "limits-order")


def _is(reader: Callable[[str], object], value: str) -> bool:
    try:
        reader(value)
    except values.Bad:
        return False
    return True


def _steps_and_groups(definition: Definition, report: Report) -> None:
    for step in definition.steps:
        if step.key in (START, SHORT, SUGGESTION):
            report.add(("steps", step.key), "step-reserved", name=step.key)
        elif not any(q.step == step.key and q.full for q in definition.questions):
            report.add(("steps", step.key), "step-empty", name=step.key)
    for group in definition.groups:
        members = [q for q in definition.questions if q.group == group.key]
        if not members:
            report.add(("groups", group.key), "group-empty", name=group.key)
            continue
        places = [definition.questions.index(q) for q in members]
        whole = places == list(range(places[0], places[0] + len(places)))
        alike = len({(q.step, q.short, q.full, q.suggestion) for q in members}) == 1
        if not whole or not alike:
            report.add(("questions", members[-1].key, "group"), "group-split", name=group.key)


def _question(definition: Definition, report: Report, question: Question) -> None:
    path: Path = ("questions", question.key)

    def fault(key: str, code: str, /, **params: str | int) -> None:
        report.add((*path, key), code, question=question.key, **params)

    steps = [START, *(step.key for step in definition.steps)]
    if question.suggestion and not (question.short or question.full):
        steps = [SUGGESTION]
    if question.step not in steps:
        fault("step", "unknown-step", name=question.step, nearest=nearest(question.step, steps))
    if question.help is None:
        report.add(path, "help-missing", question=question.key)
    if not (question.short or question.full or question.suggestion):
        fault("forms", "no-form")
    groups = [group.key for group in definition.groups]
    if question.group is not None and question.group not in groups:
        fault(
            "group", "unknown-group", name=question.group, nearest=nearest(question.group, groups)
        )
    if question.type in _WITH_OPTIONS and len(question.options) < 2:
        fault("options", "options-missing")
    if question.type not in _WITH_OPTIONS and question.options:
        fault("options", "options-needless", type=question.type)
    if question.type == "budget" and not definition.budget_posts:
        fault("type", "budget-posts-missing")
    if question.max_length is not None and question.type not in _WITH_LENGTH:
        fault("max_length", "length-needless", type=question.type)
    for key in ("minimum", "maximum"):
        if getattr(question, key) is not None and question.type not in _WITH_BOUNDS:
            fault(key, "bound-needless", key=key, type=question.type)
    if (
        question.minimum is not None
        and question.maximum is not None
        and question.minimum > question.maximum
    ):
        fault("maximum", "bounds-order")
    if question.step == START and not (
        question.short and question.full and question.asked_when is None
    ):
        fault("step", "start-conditional")


def _condition(
    definition: Definition, report: Report, place: int, key: str, condition: Condition
) -> None:
    question = definition.questions[place]
    path: Path = ("questions", question.key, key)

    def fault(part: str, code: str, /, **params: str | int) -> None:
        report.add((*path, part), code, question=question.key, **params)

    names = [other.key for other in definition.questions]
    if condition.question not in names:
        fault(
            "question", "condition-unknown-question",
            name=condition.question, nearest=nearest(condition.question, names),
        )  # fmt: skip
        return
    at = names.index(condition.question)
    other = definition.questions[at]
    if at == place or (key == "asked_when" and at > place):
        fault("question", "condition-later", name=other.key)
    for form in (SHORT, "full", SUGGESTION):
        if question.asked_in(form) and not other.asked_in(form):
            fault("question", "condition-other-form", name=other.key, form=form)
    if condition.above is not None and other.type != "amount":
        fault("above", "condition-type", name=other.key, type=other.type)
    options = [option.key for option in other.options]
    for wanted in condition.equals:
        fits = bool(options) if isinstance(wanted, str) else other.type == "yesno"
        if not fits:
            fault("is", "condition-type", name=other.key, type=other.type)
        elif isinstance(wanted, str) and wanted not in options:
            fault(
                "is", "condition-unknown-option",
                name=wanted, other=other.key, nearest=nearest(wanted, options),
            )  # fmt: skip


def _reserved(definition: Definition, report: Report) -> None:
    for question in definition.questions:
        types = words.RESERVED_QUESTIONS.get(question.key)
        if types is not None and question.type not in types:
            report.add(
                ("questions", question.key, "type"), "reserved-type",
                question=question.key, types=", ".join(types),
            )  # fmt: skip
    for key in words.NEEDED_QUESTIONS:
        question_ = definition.question(key)
        if question_ is None or not (question_.short and question_.full):
            report.add(("questions", key), "reserved-missing", question=key)
    for form in ("short", "full"):
        money = [
            question
            for question in definition.questions
            if getattr(question, form)
            and (question.type == "budget" or question.key == "budget_line")
        ]
        if not money:
            report.add(("questions",), "budget-missing", form=form)
    amount = definition.question("amount")
    if amount is not None and (amount.step != START or not amount.required):
        report.add(("questions", "amount"), "amount-not-first")
    for key in ("title", "contact_name"):
        needed = definition.question(key)
        if needed is not None and (not needed.required or needed.asked_when is not None):
            report.add(("questions", key), "reserved-optional", question=key)
    kinds = definition.question("applicant_kind")
    for option in kinds.options if kinds is not None else ():
        if option.key not in words.APPLICANT_KINDS:
            report.add(
                ("questions", "applicant_kind", "options", option.key), "unknown-kind",
                name=option.key, nearest=nearest(option.key, words.APPLICANT_KINDS),
            )  # fmt: skip


def _results(definition: Definition, report: Report) -> None:
    """The year's summary counts by the results the pool lists."""
    question = definition.question("results")
    known = [option.key for option in definition.results]
    for option in question.options if question is not None else ():
        if option.key not in known:
            report.add(
                ("questions", "results", "options", option.key), "unknown-result",
                name=option.key, nearest=nearest(option.key, known),
            )  # fmt: skip


def _recognised(definition: Definition, report: Report) -> None:
    """A word that tells a reason is written as it is looked for, and tells one reason only."""
    seen: dict[str, str] = {}
    for reason in definition.refusal_reasons:
        for place, word in enumerate(reason.recognise):
            path: Path = ("refusal_reasons", reason.key, "recognise", place)
            if not word.strip() or word != " ".join(word.casefold().split()):
                report.add(path, "recognise-shape", name=word)
            elif word in seen:
                report.add(path, "recognise-twice", name=word, other=seen[word])
            seen.setdefault(word, reason.key)


def _deliverable(definition: Definition, report: Report) -> None:
    owed = definition.deliverable
    if owed is None:
        return
    names = [question.key for question in definition.questions]
    question = definition.question(owed.question)
    if question is None:
        report.add(
            ("deliverable", "question"), "deliverable-unknown-question",
            name=owed.question, nearest=nearest(owed.question, names),
        )  # fmt: skip
        return
    options = [option.key for option in question.options]
    for wanted in owed.equals:
        fits = wanted in options if isinstance(wanted, str) else question.type == "yesno"
        if not fits:
            name = str(wanted).lower() if isinstance(wanted, bool) else wanted
            report.add(
                ("deliverable", "is"), "deliverable-unknown-answer",
                name=name, other=question.key, nearest=nearest(name, options),
            )  # fmt: skip


def _reach(definition: Definition, report: Report) -> None:
    """Nobody is kept out for want of an e-mail address, and nobody is out of reach."""
    email, phone = definition.question("email"), definition.question("phone")
    if email is None or phone is None:
        return
    if email.required or email.required_when is not None:
        report.add(("questions", "email"), "email-required")
    rule = phone.required_when
    asked_for_phone = rule is not None and rule.question == "email" and rule.answered is False
    if not phone.required and not asked_for_phone:
        report.add(("questions", "phone"), "no-way-to-reach")


def _short_form(definition: Definition, report: Report) -> None:
    short = [q for q in definition.questions if q.short and q.step != START]
    count = sum(not block.folded for block in blocks(definition, short))
    if count > SHORT_FORM_LENGTH:
        report.add(
            ("questions", short[-1].key, "forms"),
            "short-form-long", count=count, most=SHORT_FORM_LENGTH,
        )  # fmt: skip
