"""Editions, their states and faults in words."""

from __future__ import annotations

from collections.abc import Sequence

from pool.identity.actor import SYSTEM
from pool.models.summary import SummaryEdition
from pool.summary.editions import receipts
from pool.summary.editions_errors import CannotBe
from pool.web.context import read, site
from pool.web.language import speak, t
from pool.web.message_states import MESSAGES as MESSAGES

STATES = {"draft": "Draft", "submitted": "Submitted", "received": "Noted as received"}
TONES = {"draft": "new", "submitted": "wait", "received": "ok"}
EDITIONS = {"provisional": "Provisional", "final": "Final"}
AXES = {
    "recorded": "What was written down by the end of the day",
    "effective": "What is about the day and those before it, also where it was written later",
}
FORMS = {
    "pdf": "To read and print (PDF)",
    "xlsx": "For a spreadsheet (XLSX)",
    "csv": "The grants as CSV",
    "json": "For programs (JSON)",
}
LANGUAGES = {"da": "Danish", "en": "English"}


def pools(edition: SummaryEdition) -> str:
    """The names of its pools, as they are called now."""
    return pool_list(edition.pools)


def pool_list(keys: Sequence[str]) -> str:
    """The names of pools, as they are called now."""
    known = site().definitions
    names = [speak().text(known[one].name) if one in known else one for one in keys]
    return t(" and ").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def title(edition: SummaryEdition) -> str:
    """``Provisional summary of 2026``."""
    if edition.edition == "final":
        return t("Final summary of %(year)s", year=edition.year)
    return t("Provisional summary of %(year)s", year=edition.year)


def history(edition: SummaryEdition) -> list[str]:
    """What has happened to it, a sentence each, in order."""
    words = speak()
    by = t("Puljen itself") if edition.created_by == SYSTEM.name else edition.created_by
    told = [t("Made %(moment)s by %(name)s.", moment=words.moment(edition.created_at), name=by)]
    if edition.submitted_at is not None:
        told.append(
            t(
                "Submitted %(moment)s by %(name)s.",
                moment=words.moment(edition.submitted_at),
                name=edition.submitted_by or "",
            )
        )
    for one in receipts(read(), edition) if edition.received_at is not None else ():
        told.append(
            t(
                "Noted as received %(moment)s by %(name)s.",
                moment=words.moment(one.at),
                name=one.by or t("somebody whose name has been erased"),
            )
            + (f" {t('Remark:')} “{one.note}”" if one.note else "")
        )
    return told


def how_received(edition: SummaryEdition) -> str | None:
    """When and by whom it was first noted as received."""
    if edition.received_at is None:
        return None
    return t(
        "%(moment)s by %(name)s",
        moment=speak().moment(edition.received_at),
        name=edition.received_by or "",
    )


def fault(error: CannotBe) -> str:
    """What is wrong with what was typed."""
    if error.code == "too-long":
        return t("At most %(n)s characters", n=error.longest)
    return t("Please write something here")
