"""The moves of money by name, each one line of a command.

All take, besides what is named: ``command_id`` and ``line`` (the same pair again is harmless and
returns what it made), ``actor`` (an id without a name), ``now``, and ``effective_on`` with its
``precision``, today unless given. Amounts are øre. All raise the errors of
:mod:`pool.ledger.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal, TypedDict, Unpack

from sqlmodel import Session

from pool.ledger import errors
from pool.ledger.books import account, known, open_account
from pool.ledger.posting import Line, find, lock_years, post
from pool.models.ledger import Account, BookYear, Transfer


class _Required(TypedDict):
    command_id: str
    actor: str
    now: datetime


class How(_Required, total=False):
    """What every move is told besides its subject."""

    line: int
    effective_on: date | None
    precision: str


def appropriate(session: Session, *, year_id: int, amount: int, **how: Unpack[How]) -> Transfer:
    """Give the year money: source → free."""
    source, free = account(session, year_id, "source"), account(session, year_id, "free")
    return _once(session, year_id, "appropriate", amount, how, source, free)


def relinquish(session: Session, *, year_id: int, amount: int, **how: Unpack[How]) -> Transfer:
    """Give money back to where it came from: free → source."""
    source, free = account(session, year_id, "source"), account(session, year_id, "free")
    return _once(session, year_id, "relinquish", amount, how, free, source)


def earmark(
    session: Session, *, year_id: int, amount: int, label: str, **how: Unpack[How]
) -> Account:
    """Set money of the year aside on an account of its own, named ``label``: free → earmark."""
    transfer = _once(
        session,
        year_id,
        "earmark",
        amount,
        how,
        account(session, year_id, "free"),
        lambda: open_account(session, year_id, "earmark", label),
    )
    mark = get_account(session, transfer.to_id)
    if mark.label != label:
        raise errors.CommandReused("command", command=how["command_id"])
    return mark


def unearmark(
    session: Session, *, earmark_id: int, amount: int | None = None, **how: Unpack[How]
) -> Transfer:
    """Take money (all that is left there unless told) out of its earmark: earmark → free."""
    mark = get_account(session, earmark_id, "earmark")
    free = account(session, mark.year_id, "free")
    return _once(session, mark.year_id, "unearmark", amount, how, earmark_id, free)


def hold(
    session: Session,
    *,
    year_id: int,
    case_id: int,
    decision_id: int,
    amount: int,
    parent: Literal["free"] | int = "free",
    **how: Unpack[How],
) -> Account:
    """Hold a granted amount for the case on a new account (one per instalment), out of what is
    free or of the earmark with the account id ``parent``. Returns the held account.

    Raises :class:`~pool.ledger.errors.NotEnough`: this is the check against overdraft.
    """
    above = account(session, year_id, "free") if parent == "free" else parent
    of = {"case_id": case_id, "decision_id": decision_id}
    below = _below(session, year_id, "held", above, how, of)
    transfer = _once(session, year_id, "hold", amount, how, above, below, **of)
    return get_account(session, transfer.to_id)


def void(
    session: Session, *, held_id: int, amount: int | None = None, **how: Unpack[How]
) -> Transfer:
    """Release what is held (all that is left unless told) back to where it was held from."""
    held = get_account(session, held_id, "held")
    above = known(held.parent_id)
    return _once(session, held.year_id, "void", amount, how, held_id, above, **_case(held))


def pay(
    session: Session, *, held_id: int, amount: int | None = None, **how: Unpack[How]
) -> Transfer:
    """Pay out of what is held (all that is left unless told), to a payout account of its own.
    The transfer's ``to_id`` is that account, its ``id`` what :func:`give_back` cites."""
    held = get_account(session, held_id, "held")
    below = _below(session, held.year_id, "paid", held_id, how, _case(held))
    return _once(session, held.year_id, "post", amount, how, held_id, below, **_case(held))


def give_back(session: Session, *, post_id: int, amount: int, **how: Unpack[How]) -> Transfer:
    """Money that came back of a payment: to what is free, or out of the pool when the year is
    closed. Never more than that payment, less what already came back of it."""
    paid = _transfer(session, post_id, "post")

    def where() -> int:
        year = session.get(BookYear, paid.year_id, populate_existing=True)
        closed = year is not None and year.state == "closed"
        return account(session, paid.year_id, "source" if closed else "free")

    of = {"cites_id": post_id, **_case(paid)}
    return _once(session, paid.year_id, "return", amount, how, paid.to_id, where, **of)


def reverse(session: Session, *, transfer_id: int, **how: Unpack[How]) -> Transfer:
    """The exact mirror of a transfer that should not have been (a failed payment, an error).
    Once, and never of a reverse: make the transfer anew instead."""
    cited = _transfer(session, transfer_id)
    of = {"cites_id": transfer_id, **_case(cited)}
    from_id, to_id = cited.to_id, cited.from_id
    return _once(session, cited.year_id, "reverse", cited.amount, how, from_id, to_id, **of)


def get_account(session: Session, account_id: int, kind: str | None = None) -> Account:
    """The account as it stands now. Raises :class:`~pool.ledger.errors.UnknownAccount`."""
    found = session.get(Account, account_id, populate_existing=True)
    if found is None or kind not in (None, found.kind):
        raise errors.UnknownAccount(account_id)
    return found


def _transfer(session: Session, transfer_id: int, kind: str | None = None) -> Transfer:
    found = session.get(Transfer, transfer_id)
    if found is None or kind not in (None, found.kind):
        raise errors.UnknownTransfer(transfer_id)
    return found


def _case(row: Account | Transfer) -> dict[str, int | None]:
    return {"case_id": row.case_id, "decision_id": row.decision_id}


def _below(
    session: Session,
    year_id: int,
    kind: str,
    parent_id: int,
    how: How,
    of: Mapping[str, int | None],
) -> Callable[[], int]:
    """How to open the account of this line of the command under ``parent_id``."""
    label = f"{how['command_id']}:{how.get('line', 1)}"
    return lambda: open_account(session, year_id, kind, label, parent_id=parent_id, **of)


def _once(
    session: Session,
    year_id: int,
    kind: str,
    amount: int | None,
    how: How,
    from_id: int,
    to: int | Callable[[], int],
    **of: int | None,
) -> Transfer:
    """The transfer of this line of the command: the one it made before, or a new one. ``to`` may
    be found, or opened, only when it is a new one. ``amount`` None is all there is."""
    session.flush()
    lock_years(session, [year_id])
    line = how.get("line", 1)
    earlier = find(session, how["command_id"], line)
    with session.begin_nested():
        to_id = to if isinstance(to, int) else earlier.to_id if earlier else to()
        if amount is None:
            amount = earlier.amount if earlier else get_account(session, from_id).balance
        wanted = Line(
            kind=kind,
            from_id=from_id,
            to_id=to_id,
            amount=amount,
            effective_on=how.get("effective_on"),
            precision=how.get("precision", "day"),
            **of,
        )
        return post(
            session,
            how["command_id"],
            [wanted],
            actor=how["actor"],
            now=how["now"],
            first_line=line,
        )[0]
