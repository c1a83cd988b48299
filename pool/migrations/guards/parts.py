"""What a guard is made of, written once for both engines.

Conditions are SQL that SQLite and PostgreSQL both read, in terms of ``NEW`` and ``OLD``; the
one difference spelled here is ``IS [NOT] DISTINCT FROM``, which the SQLite side rewrites (its
own spelling came with 3.39). A condition must never be NULL where it ought to be true: say
``NOT EXISTS (what is right)``, or compare with ``IS DISTINCT FROM``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Engine = Literal["sqlite", "postgresql"]
Event = Literal["INSERT", "UPDATE", "DELETE"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Refuse the statement with ``code`` when the condition ``when`` holds."""

    code: str
    when: str
    only: Engine | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """A statement a trigger carries out."""

    sql: str
    only: Engine | None = None


Step = Rule | Effect


@dataclass(frozen=True, slots=True)
class Guard:
    """One row trigger: its steps are taken in order. On PostgreSQL ``lock`` is run first."""

    table: str
    timing: Literal["BEFORE", "AFTER"]
    event: Event
    steps: tuple[Step, ...]
    lock: str | None = None

    @property
    def name(self) -> str:
        return f"guard_{self.table}_{self.timing}_{self.event}".lower()

    @property
    def is_never(self) -> bool:
        """Whether it refuses its event whatever the row."""
        return any(isinstance(step, Rule) and step.when == "TRUE" for step in self.steps)

    def steps_on(self, engine: Engine) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.only in (None, engine))


def changed(*columns: str) -> str:
    """The condition that any of ``columns`` is given another value."""
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def fresh(family: str, table: str, *key: str, where: str | None = None) -> Rule:
    """Refuse a row whose key is taken. SQLite's ``INSERT OR REPLACE`` deletes the row in the way
    without asking its delete triggers (unless ``recursive_triggers`` is on), so that only a
    question put beforehand stops it. ``where`` is the condition of a partial unique index, on
    columns that are all in ``key``."""
    match = " AND ".join(f"{column} = NEW.{column}" for column in key)
    if where:
        match += f" AND {where}"
    return Rule(f"{family}:exists", f"EXISTS (SELECT 1 FROM {table} WHERE {match})")


def numbered(family: str) -> Rule:
    """After an insert: ids count from 1. Before it SQLite shows -1 for a number not given yet,
    so a row that really had -1 would make every later one look taken."""
    return Rule(f"{family}:exists", "NEW.id < 1")


def never(family: str, table: str, event: Event) -> Guard:
    """The event is refused whatever the row. For DELETE, TRUNCATE is refused as well."""
    return Guard(table, "BEFORE", event, (Rule(f"{family}:append-only", "TRUE"),))


def whole(family: str, *columns: str) -> Rule:
    """Refuse what is no whole number. SQLite keeps ``0.5`` and ``'abc'`` in a column of integers,
    and thinks text greater than any number."""
    odd = " OR ".join(f"typeof(NEW.{column}) <> 'integer'" for column in columns)
    return Rule(f"{family}:number", odd, only="sqlite")
