"""What a pool's definitions call things, as of a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from pool.cases.house import House
from pool.models.definition import DefinitionVersion
from pool.summary.model import Text
from workflows.definition import Definition, Option

OTHER_REASONS: Text = {"da": "Anden begrundelse", "en": "Other reasons"}
NOT_TOLD: Text = {"da": "Ikke oplyst", "en": "Not told"}
THE_REST: Text = {"da": "Øvrige", "en": "Others"}


@dataclass(frozen=True, slots=True)
class Labels:
    """``now`` is the version that new cases began with at the moment; ``versions`` are all there
    are, that one first, then the newest: a key an old case carries is named by the newest that
    knows it, and stands as written where none does."""

    now: Definition
    versions: tuple[Definition, ...]

    def refusal(self, key: str | None) -> Text:
        return self._named(lambda one: one.refusal_reasons, key) if key else OTHER_REASONS

    def focus_area(self, key: str) -> Text:
        return self._named(lambda one: one.focus_areas, key)

    def result(self, key: str) -> Text:
        return self._named(lambda one: one.results, key)

    def applicant_kind(self, key: str) -> Text:
        def options(one: Definition) -> Iterable[Option]:
            question = one.question("applicant_kind")
            return question.options if question else ()

        return self._named(options, key)

    def promise_days(self, version: int) -> int:
        """Working days the version of a case promised."""
        return next((o.promise_days for o in self.versions if o.version == version), 0)

    def _named(self, options: Callable[[Definition], Iterable[Option]], key: str) -> Text:
        for definition in self.versions:
            for option in options(definition):
                if option.key == key:
                    return dict(option.label)
        return {"da": key, "en": key}


def labels(session: Session, house: House, pool: str, known_at: datetime) -> Labels:
    """Raises KeyError for an unknown pool. The version of a moment before any was used is the
    first: a later one does not change what was said of an earlier moment."""
    current = house.definitions.current(pool)
    rows = session.execute(
        select(col(DefinitionVersion.version), col(DefinitionVersion.first_used_at))
        .where(col(DefinitionVersion.pool) == pool)
        .order_by(col(DefinitionVersion.version))
    ).all()
    if not rows:
        return Labels(current, (current,))
    then = max((row[0] for row in rows if row[1] <= known_at), default=rows[0][0])
    every = {row[0]: house.definitions.version(session, pool, row[0]) for row in rows}
    rest = [every[version] for version in sorted(every, reverse=True) if version != then]
    return Labels(every[then], (every[then], *rest))
