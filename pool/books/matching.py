"""Which posting is which of our transfers. Pure: ids, days, øre and references in, pairs out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

NEAR_DAYS = 5
"""How far apart a payment here and its posting there may be dated: a weekend and a holiday."""


@dataclass(frozen=True, slots=True)
class Side:
    """A posting, or a transfer of ours. ``amount``: øre, above zero what was paid out."""

    id: int
    day: date
    amount: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Postings and transfers that are the same money: one of either, several of the other.
    ``how``: ``reference`` or ``amount``."""

    postings: tuple[int, ...]
    transfers: tuple[int, ...]
    how: str

    def pairs(self) -> list[tuple[int, int]]:
        return [(one, other) for one in self.postings for other in self.transfers]


def plain(reference: str) -> str:
    """As references are compared: without blanks, whatever their case."""
    return "".join(reference.split()).casefold()


def automatic(
    postings: Sequence[Side],
    transfers: Sequence[Side],
    barred: Collection[tuple[int, int]] = (),
) -> list[Group]:
    """The matches that need nobody: by reference and amount; a reference whose one posting is
    several transfers, or the other way round, to the øre; then by amount and day, where exactly
    one fits on either side. ``barred`` pairs (posting, transfer) were undone by a person."""
    theirs, ours = _by_reference(postings), _by_reference(transfers)
    found: list[Group] = []
    for reference in sorted(theirs.keys() & ours.keys()):
        found += _of_reference(theirs[reference], ours[reference], barred)
    met_there = {one for group in found for one in group.postings}
    met_here = {one for group in found for one in group.transfers}
    left = [one for one in postings if one.id not in met_there]
    open_ = [one for one in transfers if one.id not in met_here]
    # what has its reference on the other side, with another amount, is a difference to look at
    shared = _by_reference(left).keys() & _by_reference(open_).keys()
    left = [one for one in left if plain(one.reference) not in shared]
    open_ = [one for one in open_ if plain(one.reference) not in shared]
    return found + _by_amount(left, open_, barred)


def _by_reference(sides: Iterable[Side]) -> dict[str, list[Side]]:
    found: dict[str, list[Side]] = defaultdict(list)
    for one in sides:
        if reference := plain(one.reference):
            found[reference].append(one)
    return found


def _of_reference(
    theirs: Sequence[Side], ours: Sequence[Side], barred: Collection[tuple[int, int]]
) -> list[Group]:
    found: list[Group] = []
    left, open_ = sorted(theirs, key=_order), sorted(ours, key=_order)
    for one in tuple(left):
        fits = [it for it in open_ if it.amount == one.amount and (one.id, it.id) not in barred]
        if fits:
            near = min(fits, key=lambda it: (abs((it.day - one.day).days), it.id))
            found.append(Group((one.id,), (near.id,), "reference"))
            left.remove(one)
            open_.remove(near)
    if not left or not open_ or min(len(left), len(open_)) > 1:
        return found
    together = Group(tuple(one.id for one in left), tuple(one.id for one in open_), "reference")
    agree = sum(one.amount for one in left) == sum(one.amount for one in open_)
    if agree and not any(pair in barred for pair in together.pairs()):
        found.append(together)
    return found


def _order(one: Side) -> tuple[date, int]:
    return one.day, one.id


def _by_amount(
    theirs: Sequence[Side], ours: Sequence[Side], barred: Collection[tuple[int, int]]
) -> list[Group]:
    by_amount: dict[int, list[Side]] = defaultdict(list)
    for one in ours:
        by_amount[one.amount].append(one)
    fits: dict[int, list[int]] = {}
    met: dict[int, int] = defaultdict(int)
    for one in theirs:
        fits[one.id] = [
            it.id
            for it in by_amount.get(one.amount, ())
            if abs((it.day - one.day).days) <= NEAR_DAYS
        ]
        for transfer in fits[one.id]:
            met[transfer] += 1
    return [
        Group((one.id,), (fits[one.id][0],), "amount")
        for one in theirs
        if len(fits[one.id]) == 1
        and met[fits[one.id][0]] == 1
        and (one.id, fits[one.id][0]) not in barred
    ]
