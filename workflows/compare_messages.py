"""What differs between two versions in messages, drafts, delays and reminders: part of
``compare``."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Definition, Text
from workflows.wording_messages import DIFFERENCES


def differences(old: Definition, new: Definition) -> Iterator[tuple[str, str, Text]]:
    """(kind, name, sentence) of each difference."""
    for kind, before, after in (
        ("message", old.messages.on, new.messages.on),
        ("draft", old.messages.drafts, new.messages.drafts),
    ):
        for name in sorted(after - before):
            yield f"{kind}-on", name, _say(f"{kind}-on", name=name)
        for name in sorted(before - after):
            yield f"{kind}-off", name, _say(f"{kind}-off", name=name)
    if old.messages.approval != new.messages.approval:
        kind = f"approval-{new.messages.approval}"
        yield kind, "approval", _say(kind)
    if old.delay != new.delay:
        yield from _delay(old, new)
    if old.reminders != new.reminders:
        days = {"answer": new.reminders.answer_before, "payee": new.reminders.payee_after}
        yield "reminders", "reminders", _say("reminders", **days)


def _delay(old: Definition, new: Definition) -> Iterator[tuple[str, str, Text]]:
    if new.delay is None:
        yield "delay-off", "delay", _say("delay-off")
    elif old.delay is None or old.delay.warn_days != new.delay.warn_days:
        yield "delay-on", "delay", _say("delay-on", days=new.delay.warn_days)
    before = old.delay is not None and old.delay.automatic
    if new.delay is not None and new.delay.automatic:
        if old.delay is None or old.delay != new.delay:
            yield "delay-automatic", "delay", _say("delay-automatic", days=new.delay.notice_days)
    elif before:
        yield "delay-by-hand", "delay", _say("delay-by-hand")


def _say(sentence: str, **params: str | int) -> Text:
    return {lang: text % params for lang, text in DIFFERENCES[sentence].items()}
