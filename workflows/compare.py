"""What follows when a pool's next version is taken into use: one sentence for each difference.

A case keeps the version it began with, so that whatever is said here holds for new cases alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from pool import money
from workflows import compare_messages
from workflows.definition import LANGUAGES, Definition, Limits, Text
from workflows.vocabulary import FEATURES
from workflows.wording_compare import FEATURE_OFF, FEATURE_ON, LIMITS, SENTENCES


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``kind``: what differs (``feature-on``, ``state-new``, ``action-gone``, …);
    ``name``: its key; ``text``: a sentence in every language of the house."""

    kind: str
    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """``on`` and ``off`` are keys of features, in the vocabulary's order."""

    old: Definition
    new: Definition
    on: tuple[str, ...]
    off: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare(old: Definition, new: Definition) -> Comparison:
    """The differences of two versions of one pool. Raises ValueError for two pools."""
    if old.key != new.key:
        raise ValueError(f"{old.key} and {new.key} are two pools")
    on = tuple(name for name in FEATURES if new.has(name) and not old.has(name))
    off = tuple(name for name in FEATURES if old.has(name) and not new.has(name))
    found = [
        *(Difference("feature-on", name, FEATURE_ON[name]) for name in on),
        *(Difference("feature-off", name, FEATURE_OFF[name]) for name in off),
        *_suggestions(old, new),
        *_named("state", _states(old), _states(new)),
        *_named("action", _actions(old), _actions(new)),
        *_moved(old, new),
        *_named("question", _questions(old), _questions(new)),
        *_limits(old.limits, new.limits),
        *_days(old, new),
        *_drawn(old, new),
        *(Difference(*one) for one in compare_messages.differences(old, new)),
    ]
    return Comparison(old, new, on, off, tuple(found))


def _say(sentence: str, /, **params: Mapping[str, str] | str) -> Text:
    """A sentence with its names put in, in every language."""
    return {
        lang: SENTENCES[sentence][lang]
        % {key: one if isinstance(one, str) else one[lang] for key, one in params.items()}
        for lang in LANGUAGES
    }


def _suggestions(old: Definition, new: Definition) -> Iterator[Difference]:
    if (old.suggestions is None) != (new.suggestions is None):
        name = "suggestions-off" if new.suggestions is None else "suggestions-on"
        yield Difference(name, "suggestions", _say(name))


def _states(definition: Definition) -> dict[str, Text]:
    return {state.key: state.staff for state in definition.states}


def _actions(definition: Definition) -> dict[str, Text]:
    return {transition.key: transition.label for transition in definition.transitions}


def _questions(definition: Definition) -> dict[str, Text]:
    return {question.key: question.label for question in definition.questions}


def _named(what: str, old: Mapping[str, Text], new: Mapping[str, Text]) -> Iterator[Difference]:
    for key in new:
        if key not in old:
            yield Difference(f"{what}-new", key, _say(f"{what}-new", name=new[key]))
    for key in old:
        if key not in new:
            yield Difference(f"{what}-gone", key, _say(f"{what}-gone", name=old[key]))


def _moved(old: Definition, new: Definition) -> Iterator[Difference]:
    """Actions of both that are done by others, elsewhere, or under other conditions."""
    for transition in new.transitions:
        before = old.transition(transition.key)
        if before is None:
            continue
        changed = (before.from_states, before.to, before.who, before.guards, before.inputs)
        if changed != (
            transition.from_states,
            transition.to,
            transition.who,
            transition.guards,
            transition.inputs,
        ):
            text = _say("action-changed", name=transition.label)
            yield Difference("action-changed", transition.key, text)


def _limits(old: Limits, new: Limits) -> Iterator[Difference]:
    for entry in fields(Limits):
        before, after = getattr(old, entry.name), getattr(new, entry.name)
        if before != after and not (entry.name == "warnings" and _one_warning(old, new)):
            text = _say(
                "limit",
                name=LIMITS[entry.name],
                before=_amount(entry.name, before),
                after=_amount(entry.name, after),
            )
            yield Difference("limit", entry.name, text)


def _one_warning(old: Limits, new: Limits) -> bool:
    """Neither has a list of its own: ``low_balance`` tells of it."""
    return all(set(limits.warnings) <= {limits.low_balance} for limits in (old, new))


def _amount(name: str, value: int | tuple[int, ...] | None) -> Mapping[str, str] | str:
    if value is None or value == ():
        return SENTENCES["none"]
    if isinstance(value, tuple):
        return ", ".join(money.show(amount) for amount in value)
    if name in ("draft_days", "unforeseen_percent", "undo_minutes"):
        return str(value)
    return money.show(value)


def _days(old: Definition, new: Definition) -> Iterator[Difference]:
    for name in ("promise_days", "report_days", "answer_days"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            text = _say("limit", name=LIMITS[name], before=str(before), after=str(after))
            yield Difference("limit", name, text)


def _drawn(old: Definition, new: Definition) -> Iterator[Difference]:
    """Where both draw: that one does not is told of the feature."""
    before, after = old.spot_check_one_in, new.spot_check_one_in
    if before is not None and after is not None and before != after:
        text = _say("spot-check-rate", before=str(before), after=str(after))
        yield Difference("spot-check-rate", "spot-check", text)
