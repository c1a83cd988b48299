"""What the ledger refuses, by name. Each stands for a refusal of the database's guards: the
guard is the check, these are its words."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from pool.migrations.guards import refusal


class LedgerError(Exception):
    """The ledger refused. ``code`` is stable (``overdraft``, ``year-closed``, …), ``params``
    what a sentence about it needs (amounts in øre)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class NotEnough(LedgerError):
    """There is less than wanted in the account the money should come from."""

    def __init__(self, *, free: int, wanted: int, account_id: int) -> None:
        super().__init__("overdraft", free=free, wanted=wanted)
        self.free = free
        self.wanted = wanted
        self.account_id = account_id


class YearClosed(LedgerError):
    """The year takes no such transfer: ``state`` is ``closing`` or ``closed``."""

    def __init__(self, state: str) -> None:
        super().__init__("year-closed", state=state)
        self.state = state


class WrongShape(LedgerError):
    """The kind of transfer does not fit its accounts, case, book, year or cited transfer: a
    fault in the program. ``code`` says which."""


class AlreadyReversed(LedgerError):
    """A transfer is reversed once."""


class CommandReused(LedgerError):
    """The command id was used before, for something else."""


class WrongYearState(LedgerError):
    """A year goes open ↔ closing → closed, nowhere else, and is closed only when empty
    (code ``year-not-empty``)."""


class UnknownYear(LedgerError):
    """The book, or its year, was never opened."""

    def __init__(self, book: str, year: int) -> None:
        super().__init__("unknown-year", book=book, year=year)


class UnknownTransfer(LedgerError):
    """No such transfer, or none of the kind that was asked for."""

    def __init__(self, transfer_id: int) -> None:
        super().__init__("unknown-transfer", transfer=transfer_id)


class UnknownAccount(LedgerError):
    """No such account, or none of the kind that was asked for."""

    def __init__(self, account_id: int) -> None:
        super().__init__("unknown-account", account=account_id)


class YearExists(LedgerError):
    """The year is open already; its budget is changed by another transfer."""


def named(error: IntegrityError) -> LedgerError | None:
    """The refusal ``error`` stands for; None where it is none of the ledger's.

    Overdraft and a closing year need more than the code: :mod:`pool.ledger.posting` adds it.
    """
    code = (refusal(error) or "").removeprefix("ledger:")
    if not code:
        said = str(error.orig)
        if "uq_transfer_command_id" in said or "transfer.command_id" in said:
            return CommandReused("command")
        return None
    match code:
        case "reversed":
            return AlreadyReversed(code)
        case "command":
            return CommandReused(code)
        case "year-state" | "year-not-empty":
            return WrongYearState(code)
        case "year-closed" | "year-closing":
            return YearClosed(code.removeprefix("year-"))
        case _:
            return WrongShape(code)
