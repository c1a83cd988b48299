"""The room's blueprint, the pools whose payments leave by lists, and the list an address names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort
from wtforms import HiddenField

import pool.ledger as ledger
from pool import keys, payments
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.errors import Refused as NotAllowed
from pool.identity.actor import Actor
from pool.models.payments import PaymentList
from pool.web import context, who
from pool.web.casework.wording import hindrances
from pool.web.context import read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Definition

blueprint = Blueprint("payments", __name__)

MAY = tuple(sorted(payments.MAKERS))
READ = tuple(sorted(payments.READERS))
FINANCE = tuple(sorted(payments.DOWNLOADERS))
SHEET = "/betalinger/<pool_key>/<int:number>"

STATES = {
    "prepared": ("Prepared", "wait"),
    "released": ("Released", "ok"),
    "settled": ("Settled", "done"),
    "dropped": ("Dropped", "void"),
}
LINES = {
    "listed": ("To be paid", "wait"),
    "paid": ("Paid", "paid"),
    "dropped": ("Taken off", "void"),
}


class ListForm(Form):
    """Something done to a list as it stood when the page was made."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """0, never right, where it was tampered with."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def pools(roles: frozenset[str] = payments.MAKERS) -> list[Definition]:
    """The pools with lists in which this reader has one of ``roles``: that of who makes and
    releases them."""
    user = who.user()
    return [
        one
        for one in context.site().definitions.values()
        if one.has(payments.FEATURE) and not user.roles_in(one.key).isdisjoint(roles)
    ]


def any_pool() -> bool:
    """Whether there is anything behind the menu's entry."""
    return who.current_user() is not None and bool(pools(payments.READERS))


def pool_of(pool_key: str, roles: frozenset[str] = payments.MAKERS) -> tuple[Definition, Actor]:
    """The pool an address names, and the reader acting there; 404 for one without lists, or in
    which this reader has none of ``roles``."""
    found = next((one for one in pools(roles) if one.key == pool_key), None)
    if found is None:
        abort(404)
    return found, who.current_actor(pool_key)


def list_of(
    pool_key: str, number: int, roles: frozenset[str] = payments.MAKERS
) -> tuple[payments.ListView, Definition, Actor]:
    """The list an address names, as this reader, with one of ``roles``, sees it; else 404."""
    definition, actor = pool_of(pool_key, roles)
    try:
        found = payments.find(read(), pool_key, number)
    except payments.NoSuchList:
        abort(404)
    return payments.view(read(), house(), found, actor), definition, actor


def name(found: PaymentList) -> str:
    """``bydelspulje-3``"""
    return f"{found.pool}-{found.number}"


def attempt(form: Form, definition: Definition, work: Callable[[], Any]) -> bool:
    """Do ``work``; where it is refused the form says why."""
    try:
        work()
    except (NotFound, payments.NoSuchList):
        abort(404)
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except CommandReused:
        form.command_id.data = str(uuid4())
        form.fault(
            t("This page was sent before with something else in it. Press again to send this.")
        )
    except (payments.PaymentsError, NotAllowed, ledger.LedgerError, keys.CannotOpen) as error:
        form.fault(why(error, definition))
    else:
        return True
    return False


def why(error: Exception, definition: Definition) -> str:
    """A refusal in words."""
    match error:
        case NotAllowed():
            return " ".join(
                one.sentence for one in hindrances(error.explanation, definition, speak())
            )
        case payments.ListMoved():
            return t("Somebody else was here meanwhile. Look at the list once more.")
        case payments.NotNow():
            return t(
                "It is already done otherwise: %(state)s.",
                state=t({**STATES, **LINES}.get(error.is_, (error.is_, ""))[0]).lower(),
            )
        case payments.SamePerson():
            return t("You have prepared the list yourself. Somebody else must release it.")
        case payments.StaysOut():
            return t(
                "The list has a payment of a case that you take no part in. Somebody else must "
                "do it."
            )
        case payments.GavePayee():
            return t(
                "You have told yourself where the money of these cases is to go: %(cases)s. "
                "Somebody else must release the list.",
                cases=", ".join(error.numbers),
            )
        case payments.PaymentsHeld():
            return t(
                "All payments are held back until somebody has compared them with what was paid."
            )
        case payments.NothingChosen():
            return t("Choose at least one payment.")
        case payments.CannotBePaid():
            return t(
                "These cannot be paid as they stood here: %(cases)s. Look at them, or take them "
                "off.",
                cases=", ".join(error.numbers),
            )
        case payments.Damaged():
            return t("The kept file is damaged: it is not the one that was made.")
        case CommandReused():
            return t(
                "It was sent before with something else in it. Look at the list, and press again."
            )
        case NotFound() | payments.NoSuchList():
            return t("You take no part in it. A colleague must do it.")
        case keys.CannotOpen():
            return t("What is kept encrypted cannot be opened with the key there is.")
        case _:
            return t("The books refused it, so nothing was done.")
