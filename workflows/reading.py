"""From a file's text to a :class:`Definition`, with the faults of its shape.

What the words mean together is judged by ``check``; here a key is missing, of the wrong type,
unknown or without a language.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import Any, cast

from workflows import reading_group, reading_messages
from workflows import vocabulary as words
from workflows.definition import (
    CaseKind,
    Clock,
    Condition,
    Contact,
    DeadlineRule,
    Definition,
    Deliverable,
    Group,
    Input,
    Limits,
    MoneyKind,
    Option,
    Outcome,
    Question,
    Shown,
    State,
    Step,
    Transition,
)
from workflows.faults import Fault
from workflows.nodes import NAME, Node, Report
from workflows.positions import positions

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\Z")
_OPTION_LISTS = ("focus_areas", "results", "budget_posts")
FORMS = ("short", "full", "suggestion")


def read(text: str, name: str) -> tuple[Definition | None, Report]:
    """The definition and a report of its faults; None where the text is no TOML."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report = Report(name, {})
        report.faults.append(_syntax(error, text, name))
        return None, report
    report = Report(name, positions(text))
    return _definition(Node(report, raw, ()), text), report


def _syntax(error: tomllib.TOMLDecodeError, text: str, name: str) -> Fault:
    found = _AT_LINE.search(str(error))
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    reason = str(error)[: found.start()] if found else str(error)
    return Fault(name, line, "syntax", {"reason": reason})


def _definition(root: Node, text: str) -> Definition:
    pool = root.table("pool", required=True)
    lists = {key: _options(root, key) for key in _OPTION_LISTS}
    definition = Definition(
        key=_name(pool, "key"),
        version=pool.whole("version", least=1, most=10**6),
        prefix=_prefix(pool),
        name=pool.must_text("name"),
        purpose=pool.must_text("purpose"),
        supports=pool.must_text("supports"),
        description=pool.must_text("description"),
        criteria=pool.texts("criteria"),
        contact=_contact(root.table("contact", required=True)),
        communications_email=pool.optional("communications_email"),
        focus_areas=lists["focus_areas"],
        results=lists["results"],
        budget_posts=lists["budget_posts"],
        refusal_reasons=tuple(
            _option(name, node, recognised=True) for name, node in root.tables("refusal_reasons")
        ),
        guidance=pool.must_text("guidance"),
        signature=pool.must_text("signature"),
        privacy=pool.must_text("privacy"),
        limits=_limits(root.table("limits")),
        promise_days=pool.whole("promise_days", least=1, most=250),
        report_days=pool.whole("report_days", least=1, most=730),
        answer_days=pool.whole("answer_days", least=1, most=365),
        roles=pool.names("roles", required=True),
        features=_features(root.table("features")),
        steps=tuple(_step(key, node) for key, node in root.tables("steps")),
        groups=tuple(_group(key, node) for key, node in root.tables("groups")),
        questions=tuple(_question(key, node, lists) for key, node in root.tables("questions")),
        states=tuple(_state(key, node) for key, node in root.tables("states")),
        transitions=tuple(_transition(key, node) for key, node in root.tables("transitions")),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=text,
        deliverable=_deliverable(root),
        shown=cast(Shown, pool.one_of("shown", words.SHOWN, required=False) or "always"),
        checklist=reading_group.checklist(root),
        assessment=reading_group.assessment(root),
        meetings=reading_group.meetings(root),
        votes=reading_group.votes(root),
        suggestions=reading_group.suggestions(root),
        spot_check=reading_group.spot_check(root),
        messages=reading_messages.messages(root),
        delay=reading_messages.delay(root),
        reminders=reading_messages.reminders(root),
    )
    pool.done()
    root.done()
    return definition


def _name(node: Node, key: str) -> str:
    value = node.string(key)
    if value and not NAME.match(value):
        node.fault(key, "bad-name", name=value)
    return value


def _prefix(node: Node) -> str:
    value = node.string("prefix")
    if value and not re.fullmatch(r"[A-Z]{1,4}", value):
        node.fault("prefix", "bad-prefix", value=value)
    return value


def _contact(node: Node) -> Contact:
    contact = Contact(
        name=node.must_text("name"),
        phone=node.string("phone"),
        email=node.string("email"),
        hours=node.must_text("hours"),
    )
    node.done()
    return contact


def _limits(node: Node) -> Limits:
    standard = Limits()
    short_form = node.money("short_form")
    low_balance = node.money("low_balance") or 0
    limits = Limits(
        short_form=standard.short_form if short_form is None else short_form,
        max_amount=node.money("max_amount"),
        low_balance=low_balance,
        warnings=_warnings(node, low_balance),
        draft_days=node.whole("draft_days", standard.draft_days, least=1, most=365),
        unforeseen_percent=node.whole(
            "unforeseen_percent", standard.unforeseen_percent, least=0, most=100
        ),
        waive_unspent=node.money("waive_unspent") or 0,
        undo_minutes=node.whole("undo_minutes", standard.undo_minutes, least=0, most=60 * 24),
    )
    node.done()
    return limits


def _warnings(node: Node, low_balance: int) -> tuple[int, ...]:
    if not node.has("warnings"):
        return (low_balance,) if low_balance else ()
    return tuple(sorted(set(node.amounts("warnings")), reverse=True))


def _features(node: Node) -> frozenset[str]:
    return frozenset(key for key in node.raw if node.boolean(key, False))


def _options(root: Node, key: str) -> tuple[Option, ...]:
    return tuple(_option(name, node) for name, node in root.tables(key))


def _option(key: str, node: Node, *, recognised: bool = False) -> Option:
    option = Option(
        key,
        node.must_text("label"),
        node.text("text", required=False),
        node.names("recognise") if recognised else (),
    )
    node.done()
    return option


def _deliverable(root: Node) -> Deliverable | None:
    if not root.has("deliverable"):
        return None
    node = root.table("deliverable")
    found = Deliverable(node.must_text("label"), node.string("question"), _equals(node))
    if not node.has("is"):
        node.fault(None, "missing-key", key="is", where="deliverable")
    node.done()
    return found


def _step(key: str, node: Node) -> Step:
    step = Step(key, node.must_text("title"), node.text("intro", required=False))
    node.done()
    return step


def _group(key: str, node: Node) -> Group:
    group = Group(key, node.must_text("label"), node.text("help", required=False))
    node.done()
    return group


def _question(key: str, node: Node, lists: dict[str, tuple[Option, ...]]) -> Question:
    kind = node.one_of("type", words.QUESTION_TYPES) or "text"
    forms = node.names("forms") if node.has("forms") else ("full",)
    for number, form in enumerate(forms):
        if form not in FORMS:
            node.report.add(
                (*node.path, "forms", number),
                "unknown-value", key="forms", value=form, nearest=", ".join(FORMS),
            )  # fmt: skip
    question = Question(
        key=key,
        type=kind,
        label=node.must_text("label"),
        step=node.string("step"),
        help=node.text("help", required=False),
        example=node.text("example", required=False),
        required=node.boolean("required", False),
        short="short" in forms,
        full="full" in forms,
        suggestion="suggestion" in forms,
        group=node.optional("group"),
        options=_question_options(node, lists),
        max_length=node.whole("max_length", least=1, most=100_000)
        if node.has("max_length")
        else None,
        minimum=_bound(node, "minimum", kind),
        maximum=_bound(node, "maximum", kind),
        asked_when=_condition(node, "asked_when"),
        required_when=_condition(node, "required_when"),
        autocomplete=node.optional("autocomplete"),
    )
    node.done()
    return question


def _question_options(node: Node, lists: dict[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    """Options written with the question, or the name of one of the pool's lists."""
    if not node.has("options"):
        return ()
    if isinstance(node.raw["options"], str):
        name = node.one_of("options", lists)
        return lists[name] if name else ()
    return _options(node, "options")


def _bound(node: Node, key: str, kind: str) -> int | None:
    if not node.has(key):
        return None
    if kind == "amount":
        return node.money(key)
    return node.whole(key, least=-(10**9), most=10**9)


def _condition(node: Node, key: str) -> Condition | None:
    if not node.has(key):
        return None
    table = node.table(key)
    equals = _equals(table)
    answered = table.boolean("answered", False) if table.has("answered") else None
    above = table.money("above") if table.has("above") else None
    set_ones = sum(table.has(name) for name in ("is", "answered", "above"))
    if set_ones != 1:
        table.fault(None, "condition-shape")
    condition = Condition(table.string("question"), equals, answered, above)
    table.done()
    return condition


def _equals(table: Node) -> tuple[str | bool, ...]:
    """The answers under ``is``: one, or several in a list."""
    found: list[str | bool] = []
    if table.has("is"):
        value: Any = table.raw["is"]
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, (str, bool)):
                found.append(entry)
            else:
                table.fault("is", "not-answer", key="is")
    return tuple(found)


def _state(key: str, node: Node) -> State:
    state = State(
        key=key,
        staff=node.must_text("staff"),
        applicant=node.must_text("applicant"),
        see=node.names("see", required=True),
        edit=node.names("edit"),
        clock=cast(Clock, node.one_of("clock", words.CLOCKS) or "stopped"),
        money=cast(MoneyKind, node.one_of("money", words.MONEY_KINDS) or "none"),
        final=node.boolean("final", False),
        start=node.boolean("start", False),
        kind=cast(CaseKind, node.one_of("kind", words.CASE_KINDS, required=False) or "application"),
        waits=node.names("waits"),
        undisclosed=node.boolean("undisclosed", False),
    )
    node.done()
    return state


def _transition(key: str, node: Node) -> Transition:
    asked = node.table("inputs")
    inputs = tuple(
        Input(name, kind == "required")
        for kind in ("required", "optional")
        for name in asked.names(kind)
    )
    asked.done()
    dates = node.table("deadlines")
    deadlines = tuple(
        DeadlineRule(name, kind == "cancel")
        for kind in ("set", "cancel")
        for name in dates.names(kind)
    )
    dates.done()
    transition = Transition(
        key=key,
        label=node.must_text("label"),
        from_states=node.names("from", required=True),
        to=node.string("to"),
        who=node.names("who", required=True),
        guards=node.names("guards"),
        inputs=inputs,
        effects=node.names("effects"),
        letter=node.optional("letter"),
        notices=node.names("notices"),
        deadlines=deadlines,
        group=node.optional("group"),
        outcome=cast(Outcome, node.one_of("outcome", words.OUTCOMES, required=False)),
    )
    node.done()
    return transition
