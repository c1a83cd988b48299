"""All pools of a summary together, and what its sentences are put together with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pool import money
from pool.render.words import Words
from pool.summary.model import Counts, Grant, Money, Summary


@dataclass(frozen=True, slots=True)
class Whole:
    """All pools of a summary together, and how much of it is still open."""

    summary: Summary
    words: Words
    money: Money
    counts: Counts
    grants: tuple[Grant, ...]
    goes_back: int
    carried_over: int
    moved_on: int

    @classmethod
    def of(cls, summary: Summary, words: Words) -> Whole:
        pools = summary.pools
        return cls(
            summary=summary,
            words=words,
            money=reduce(_plus, (one.money for one in pools), Money()),
            counts=reduce(_plus_counts, (one.counts for one in pools), Counts()),
            grants=tuple(grant for one in pools for grant in one.grants),
            goes_back=sum(one.goes_back for one in pools),
            carried_over=sum(one.carried_over for one in pools),
            moved_on=sum(one.moved_on for one in pools),
        )

    @property
    def final(self) -> bool:
        return self.summary.request.edition == "final"

    @property
    def year(self) -> str:
        return str(self.summary.request.year)

    @property
    def names(self) -> str:
        return nouns(self.words, [self.name(one.name) for one in self.summary.pools])

    def name(self, name: dict[str, str]) -> str:
        """A pool's name inside a sentence."""
        told = self.words.text(name)
        return f"the {told[4:]}" if told.startswith("The ") else told

    @property
    def unpaid(self) -> tuple[Grant, ...]:
        return tuple(one for one in self.grants if one.held > 0)

    @property
    def unreported(self) -> tuple[Grant, ...]:
        """Paid, not come back, and no report. Of imported grants none is expected."""
        return tuple(
            one
            for one in self.grants
            if one.paid > 0 and one.disposed > 0 and not one.reported and not one.imported
        )

    def plural(self, one: str, many: str, n: int, /, **params: str) -> str:
        return self.words.plural(one, many, n, **{"n": number(n), **params})

    def kr(self, ore: int) -> str:
        return self.words.money(ore)


def number(n: int) -> str:
    """``2.000``."""
    return money.show(n * 100, unit=False)


def tidy(sentence: str) -> str:
    """An amount at the end brings its own full stop (``kr.``)."""
    return sentence.replace("kr..", "kr.")


def clauses(words: Words, parts: Sequence[str]) -> str:
    """Main clauses in a row."""
    if len(parts) < 2:
        return "".join(parts)
    return words.t("%(begin)s, and %(end)s", begin=", ".join(parts[:-1]), end=parts[-1])


def nouns(words: Words, parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return words.t("%(begin)s and %(end)s", begin=", ".join(parts[:-1]), end=parts[-1])


def _plus(one: Money, other: Money) -> Money:
    return Money(*(getattr(one, name) + getattr(other, name) for name in Money.__slots__))


def _plus_counts(one: Counts, other: Counts) -> Counts:
    return Counts(*(getattr(one, name) + getattr(other, name) for name in Counts.__slots__))
