"""The fields of who is to be paid: the same for the applicant and for a colleague who types it in.

What was typed is judged by ``workflows.payee``. The names of the fields are known to
:mod:`pool.web.kept`, which carries no CPR number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from pool.models.payments import Payee
from pool.web.forms import Form
from pool.web.language import t
from workflows.payee import FIELDS, KINDS, NUMBERS

WAYS: Mapping[str, str] = {
    "applicant": "To the applicant",
    "invoice": "A supplier’s invoice",
    "receipts": "Receipts that are refunded",
    "internal": "Between units of the municipality",
}
WAY_HINTS: Mapping[str, str] = {
    "applicant": "The money goes to an association’s, a firm’s or a person’s own account.",
    "invoice": "A supplier sends an invoice, and we pay it.",
    "receipts": "You have paid already, and get your outlay back.",
    "internal": "For a school, a library or another unit of the City.",
}
KIND_NAMES: Mapping[str, str] = {
    "cvr": "CVR number",
    "ean": "EAN number",
    "cpr": "CPR number",
    "unit": "The unit’s account",
}
KIND_HINTS: Mapping[str, str] = {
    "cvr": "Eight digits. Associations and firms; the money goes to their NemKonto.",
    "ean": "Thirteen digits. For electronic invoices between public bodies.",
    "cpr": "Ten digits. Only where a person is to have the money on their own NemKonto.",
    "unit": "As your finance department writes it.",
}


class PayeeFields(Form):
    """Mixed into the forms of both pages."""

    payee_way = RadioField("How is it to be paid?", validate_choice=False)
    payee_number_kind = RadioField("What do we know the receiver by?", validate_choice=False)
    payee_number = StringField("The number")
    payee_name = StringField("Name of who is paid")
    payee_reference = StringField("Text or number for the receiver")
    files = MultipleFileField("Invoice or receipts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payee_way.choices = [SelectChoice(way, t(WAYS[way])) for way in KINDS]
        self.payee_number_kind.choices = [
            SelectChoice(kind, t(KIND_NAMES[kind])) for kind in NUMBERS
        ]

    @property
    def told(self) -> dict[str, Any]:
        """What was typed, as the rules take it."""
        return {name: self[f"payee_{name}"].data or "" for name in FIELDS}


def filled(payee: Payee | None) -> dict[str, str]:
    """What stands in the fields when the page is opened: what was told before, without a CPR
    number, which no page gives back."""
    if payee is None:
        return {}
    return {
        "payee_way": payee.way,
        "payee_number_kind": payee.number_kind,
        "payee_number": payee.number or "",
        "payee_name": payee.name,
        "payee_reference": payee.reference,
    }


def rows(payee: Payee) -> list[tuple[str, str]]:
    """Who is to be paid, as facts. Of a CPR number only that there is one."""
    number = payee.number or t("known, and kept encrypted")
    found = [
        (t("How it is paid"), t(WAYS[payee.way])),
        (t("To be paid to"), payee.name),
        (t(KIND_NAMES[payee.number_kind]), number),
    ]
    if payee.reference:
        found.append((t("Text or number for the receiver"), payee.reference))
    return found


def hints(texts: Mapping[str, str]) -> dict[str, str]:
    """In the reader's language."""
    return {key: t(text) for key, text in texts.items()}
