"""The sentences for obstacles and faulty answers of the money after the grant (see ``wording``)."""

from __future__ import annotations

from collections.abc import Mapping

MONEY_OBSTACLES: Mapping[str, str] = {
    "not-more": (
        "%(amount)s is not more than the %(granted)s that is granted. Write what is granted in all "
        "from now on."
    ),
    "not-less": (
        "%(amount)s is not less than the %(granted)s that is granted. Write what is granted in all "
        "from now on."
    ),
    "less-than-paid": (
        "%(paid)s has been paid and stays granted. Write more than that, or stop the rest instead."
    ),
    "payment-not-standing": (
        "No payment can be taken back: some of each has come back, or its year is closed."
    ),
    "payment-unnamed": "Several payments stand. Choose the one that failed.",
    "unknown-payment": "That payment cannot be taken back. Choose another.",
    "no-return": "No money that came back has been entered.",
    "return-not-standing": (
        "The money that came back last stays entered: its year has been closed since, or the money "
        "has been granted to others."
    ),
    "present-year-missing": (
        "The payment's year is closed, and the pool has no open year that it could be paid again "
        "of."
    ),
    "not-reminded": "The applicant has not been reminded of the report yet.",
    "payee-missing": "It is not known who is to be paid.",
    "payments-held": (
        "All payments are held back until somebody has compared them with what was paid."
    ),
    "not-by-list": "It is paid by a payment list. Put it on one.",
    "on-list": (
        "A payment of this case is on a payment list. It must be marked as paid or taken off the "
        "list first."
    ),
    "some-returned": (
        "%(returned)s has come back by this report. Ask about it instead of sending it back."
    ),
    "claim-open": "%(owed)s was asked back and has not come.",
    "claim-of-nothing": (
        "By the report all of it was spent. Write how much is to be paid back, or send the report "
        "back."
    ),
    "claim-too-much": "%(amount)s is more than the %(out)s that is still out.",
    "nothing-owed": "Nothing is to be paid back.",
    "instalments-of-guarantee": "A deficit guarantee is not paid in instalments.",
    "instalments-total": "The instalments add up to %(total)s, but %(amount)s is granted.",
    "instalment-last": "Only one instalment is left. Mark the grant as paid.",
    "no-instalments": "The grant is not paid in instalments.",
    "instalments-left": "%(left)s instalments are left. They are paid one at a time.",
    "not-drawn": "The report was not drawn for a spot check.",
    "spot-checked": "The spot check has been made already.",
    "no-findings": "Write what the spot check found.",
    "spot-check-open": "The report was drawn for a spot check, which has not been made.",
    "pool-has-enough": "There is %(free)s left in the pool, which is enough.",
    "spoken-for": (
        "%(spoken_for)s are spoken for by earlier applications that wait for money. %(left)s is "
        "left besides. Decide them first, or put this one on the waiting list."
    ),
    "next-year-missing": "The next year takes no grants: its budget is not open.",
    "unknown-earmark": "There is no such earmark with money left.",
    "not-enough-earmarked": "%(amount)s is more than the %(free)s that is left of the earmark.",
}

MONEY_ANSWERS: Mapping[str, str] = {
    "payee-kind": "This number does not go with the way you have chosen.",
    "ean": "Write the EAN number's thirteen digits.",
    "ean-check": "There is no such EAN number. Check the digits.",
    "cpr": "Write the CPR number's ten digits.",
    "cpr-day": "There is no such CPR number. Check the digits.",
    "cpr-elsewhere": "Do not write a CPR number here. It has a field of its own.",
    "papers": "Send the invoice or the receipts along: they are what is paid.",
    "papers-where": (
        "Send the invoice or the receipts along, or write here where they are on paper."
    ),
    "not-stopped": "Confirm that the payment is stopped in the accounting system.",
}
