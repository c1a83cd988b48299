"""The year's cases by one question, with nobody to be picked out of a small group.

Groups of fewer than :data:`~pool.summary.model.FEWEST` cases are gathered in one ``rest``; where
that is still too small, the smallest shown group joins it, so that it cannot be worked out from
the total. What was asked for is summed of granted cases alone: each of them stands in the list of
grants, so that no refused amount is left over. A breakdown with fewer than two groups says nothing
and is left out.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from pool.summary.cases import CaseRow
from pool.summary.labels import NOT_TOLD, THE_REST, Labels
from pool.summary.model import FEWEST, Breakdown, Group, Text
from pool.summary.money import NOTHING, CaseMoney

MOST = 20
"""So many groups are shown by themselves; of free text (places) there could be thousands."""

_Groups = dict[str | None, list[CaseRow]]


def breakdowns(
    rows: Sequence[CaseRow],
    money: Mapping[int, CaseMoney],
    results: Mapping[int, tuple[str, ...]],
    labels: Labels,
) -> tuple[Breakdown, ...]:
    """By focus area, result, month of the decision, place and kind of applicant. Largest group
    first (months in their order), then what was not told, then the rest."""
    decided = [row for row in rows if row.made_on is not None]
    places = _places(rows)
    made = (
        _one("focus_area", rows, lambda row: [row.focus_area], labels.focus_area, money),
        _one("result", rows, lambda row: results.get(row.id) or [None], labels.result, money),
        _one("month", decided, lambda row: [f"{row.made_on:%Y-%m}"], lambda _key: {}, money),
        _one("place", rows, lambda row: [place_key(row.place)], places.__getitem__, money),
        _one(
            "applicant_kind", rows, lambda row: [row.applicant_kind], labels.applicant_kind, money
        ),
    )
    return tuple(one for one in made if one is not None)


def place_key(place: str | None) -> str | None:
    """One spelling of a place: composed, small letters, single spaces. None: not told."""
    return " ".join(unicodedata.normalize("NFKC", place or "").split()).casefold() or None


def _places(rows: Iterable[CaseRow]) -> dict[str, Text]:
    """Each place as it was written most often."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if key := place_key(row.place):
            spellings[key][" ".join((row.place or "").split())] += 1
    best = {
        key: min(found, key=lambda name: (-found[name], name)) for key, found in spellings.items()
    }
    return {key: {"da": name, "en": name} for key, name in best.items()}


def _one(
    by: str,
    rows: Iterable[CaseRow],
    keys: Callable[[CaseRow], Iterable[str | None]],
    label: Callable[[str], Text],
    money: Mapping[int, CaseMoney],
) -> Breakdown | None:
    groups: _Groups = defaultdict(list)
    for row in rows:
        for key in keys(row):
            groups[key].append(row)
    rest = _gather(groups)
    if len(groups) + bool(rest) < 2:
        return None
    ordered = sorted(
        groups,
        key=lambda key: (key is None, 0 if by == "month" else -len(groups[key]), key or ""),
    )
    told = [
        _group(key, NOT_TOLD if key is None else label(key), groups[key], money) for key in ordered
    ]
    if rest:
        told.append(_group(None, THE_REST, rest, money, rest=True))
    return Breakdown(by, tuple(told), several=by == "result")


def _gather(groups: _Groups) -> list[CaseRow]:
    """Take small groups out, and what is too many; each case of them once."""
    by_size = sorted(groups, key=lambda key: (len(groups[key]), key or ""), reverse=True)
    shown = [key for key in by_size if len(groups[key]) >= FEWEST]
    gathered = by_size[len(shown) :] + shown[MOST:]
    rest = {row.id: row for key in gathered for row in groups.pop(key)}
    for key in reversed(shown[:MOST]):
        if not rest or len(rest) >= FEWEST:
            break
        rest |= {row.id: row for row in groups.pop(key)}
    return list(rest.values())


def _group(
    key: str | None,
    label: Text,
    rows: Sequence[CaseRow],
    money: Mapping[int, CaseMoney],
    *,
    rest: bool = False,
) -> Group:
    moved = [money.get(row.id, NOTHING) for row in rows]
    return Group(
        key=key,
        label=label,
        cases=len(rows),
        grants=sum(row.granted for row in rows),
        asked=sum(row.asked or 0 for row in rows if row.granted),
        asked_unknown=sum(row.asked is None for row in rows if row.granted),
        granted=sum(one.granted for one in moved),
        disposed=sum(one.disposed for one in moved),
        rest=rest,
    )
