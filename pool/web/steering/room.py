"""The room's blueprint, and who reads here."""

from __future__ import annotations

from flask import Blueprint

from pool.web import context, who
from pool.web.errors import Refused
from pool.web.language import speak, t
from pool.web.roles import role_choice, role_list
from workflows.definition import Definition

blueprint = Blueprint("steering", __name__)

READERS = (
    "steering",
    "chair",
    "secretariat",
    "finance",
    "auditor",
    "member",
    "communications",
)
"""Who may read what became of a pool's money, each in the pools they have the role for."""

ASKERS = ("chair", "secretariat")
"""Who may ask what it would leave if some cases were granted."""


def may_read(pool_key: str) -> bool:
    """Whether the signed-in reader may see this pool's years."""
    return not who.user().roles_in(pool_key).isdisjoint(READERS)


def pool_of(pool_key: str) -> Definition:
    """The pool an address names: 404 for none, 403 for one that is not this reader's."""
    definition = context.definition(pool_key)
    if not may_read(pool_key):
        raise Refused(
            t(
                "The figures of %(pool)s are for %(roles)s. You are there as %(mine)s.",
                pool=speak().text(definition.name),
                roles=role_choice(READERS),
                mine=role_list(who.user().roles_in(pool_key)) or t("a colleague without a role"),
            ),
            t("The secretariat can give you the role you need, or do it for you."),
        )
    return definition
