"""What every use case needs at hand: the database, the pools' definitions, the house's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.journal as journal
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.models.definition import DefinitionVersion
from workflows.compare import Comparison, compare
from workflows.definition import Definition
from workflows.loading import parse_text


class DefinitionChanged(RuntimeError):
    """A definition's text differs from the one stored under the same version."""


class Definitions:
    """The pools' definitions: the current ones from files, older versions from the database."""

    def __init__(self, current: Mapping[str, Definition]) -> None:
        self._current = dict(current)
        self._versions = {(d.key, d.version): d for d in current.values()}

    def __contains__(self, pool: object) -> bool:
        return pool in self._current

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._current)

    def all(self) -> tuple[Definition, ...]:
        """The current definitions, in the order of their files' names."""
        return tuple(self._current.values())

    def current(self, pool: str) -> Definition:
        """The version new cases begin with. Raises KeyError for an unknown pool."""
        return self._current[pool]

    def version(self, session: Session, pool: str, version: int) -> Definition:
        """The version a case began with."""
        found = self._versions.get((pool, version))
        if found is None:
            row = session.get(DefinitionVersion, (pool, version))
            if row is None:
                raise KeyError(f"{pool} version {version}")
            found = parse_text(row.source, f"{pool} v{version}")
            self._versions[pool, version] = found
        return found

    def in_use(self, session: Session) -> tuple[Definition, ...]:
        """Every version a case may have begun with, and the current ones. One query."""
        rows = session.execute(select(col(DefinitionVersion.pool), col(DefinitionVersion.version)))
        keys = {(row[0], row[1]) for row in rows} | {(d.key, d.version) for d in self.all()}
        return tuple(self.version(session, pool, version) for pool, version in sorted(keys))

    def register(self, session: Session, now: datetime) -> tuple[Comparison, ...]:
        """Store each current text under its version; raises :class:`DefinitionChanged` where a
        used version has another text.

        A version that follows an earlier one is written to the journal, with the features it
        switches on and off. Returns how it differs: for new cases, since a case keeps its version.
        """
        found: list[Comparison] = []
        for definition in self.all():
            row = session.get(DefinitionVersion, (definition.key, definition.version))
            if row is None:
                if (before := self._before(session, definition)) is not None:
                    found.append(_taken_up(session, compare(before, definition), now))
                session.add(
                    DefinitionVersion(
                        pool=definition.key,
                        version=definition.version,
                        sha256=definition.sha256,
                        source=definition.source,
                        first_used_at=now,
                    )
                )
            elif row.sha256 != definition.sha256:
                raise DefinitionChanged(
                    f"{definition.key}: the text of version {definition.version} has changed since "
                    f"it was first used; give the changed text version {definition.version + 1}"
                )
        return tuple(found)

    def _before(self, session: Session, definition: Definition) -> Definition | None:
        """The latest version in use before ``definition``."""
        version = session.execute(
            select(func.max(col(DefinitionVersion.version))).where(
                col(DefinitionVersion.pool) == definition.key,
                col(DefinitionVersion.version) < definition.version,
            )
        ).scalar_one()
        return None if version is None else self.version(session, definition.key, version)


def _taken_up(session: Session, found: Comparison, now: datetime) -> Comparison:
    journal.write(
        session,
        "system",
        "definition.version",
        SYSTEM,
        now=now,
        data={
            "pool": found.new.key,
            "version": found.new.version,
            "on": list(found.on),
            "off": list(found.off),
        },
    )
    return found


@dataclass(frozen=True)
class House:
    """Handed to every use case."""

    database: Database
    definitions: Definitions
    base_url: str
