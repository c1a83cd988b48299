"""Faults of what a file says of messages, drafts and delays."""

from __future__ import annotations

from workflows import vocabulary as words
from workflows.definition import Definition
from workflows.faults import nearest
from workflows.nodes import Report
from workflows.positions import Path


def check_messages(definition: Definition, report: Report) -> None:
    for name in sorted(definition.messages.on) if "messages" in _tables(report) else ():
        _on(definition, report, name)
    letters = {move.letter for move in definition.transitions}
    for name in sorted(definition.messages.drafts):
        at: Path = ("messages", "drafts")
        if name not in words.DRAFTS:
            report.add(at, "unknown-draft", name=name, nearest=nearest(name, words.DRAFTS))
        elif words.DRAFTS[name] not in letters:
            report.add(at, "draft-unsent", name=name, letter=words.DRAFTS[name])
    if definition.messages.approval == "another" and not definition.messages.drafts:
        report.add(("messages", "approval"), "approval-of-nothing")
    _delay(definition, report)
    if definition.reminders.answer_before >= definition.answer_days:
        at = ("reminders", "answer_before")
        report.add(at, "reminder-too-early", days=definition.answer_days)
    for move in definition.transitions:
        if "delay" not in move.effects:
            continue
        if not move.stays or move.letter != "delayed":
            report.add(("transitions", move.key), "delay-astray", transition=move.key)
        for place, state in enumerate(move.from_states):
            if definition.state(state).clock != "running":
                path: Path = ("transitions", move.key, "from", place)
                report.add(path, "delay-without-clock", state=state, transition=move.key)


def _tables(report: Report) -> set[str | int]:
    """The tables the file has."""
    return {path[0] for path in report.lines if path}


def _on(definition: Definition, report: Report, name: str) -> None:
    at: Path = ("messages", "on")
    if name not in words.OPTIONAL:
        report.add(at, "unknown-message", name=name, nearest=nearest(name, words.OPTIONAL))
        return
    feature = words.FEATURE_OF_MESSAGE.get(name)
    if feature is not None and not definition.has(feature):
        report.add(at, "feature-off", name=name, feature=feature)
    effect = words.EFFECT_OF_MESSAGE.get(name)
    if effect is not None and not any(effect in move.effects for move in definition.transitions):
        report.add(at, "message-needs-effect", name=name, effect=effect)


def _delay(definition: Definition, report: Report) -> None:
    delay = definition.delay
    if delay is None:
        return
    if delay.warn_days >= definition.promise_days:
        report.add(("delay", "warn_days"), "delay-too-early", days=definition.promise_days)
    if not delay.automatic:
        return
    if delay.notice_days >= delay.warn_days:
        report.add(("delay",), "delay-order")
    if delay.reason is None:
        report.add(("delay", "automatic"), "delay-without-reason")
    by_itself = any(
        "delay" in move.effects and "system" in move.who for move in definition.transitions
    )
    if not by_itself:
        report.add(("delay", "automatic"), "delay-by-nobody")
