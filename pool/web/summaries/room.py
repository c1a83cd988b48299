"""The room's blueprint, and from a number to the edition for those whose it is."""

from __future__ import annotations

from flask import Blueprint, abort

from pool.identity.actor import Actor
from pool.models.summary import FORMATS, LANGUAGES, SummaryEdition
from pool.outbox import Recipient
from pool.summary import editions, hiding
from pool.summary import editions_people as people
from pool.web import who
from pool.web.context import read, site
from pool.web.errors import Refused
from pool.web.language import t
from pool.web.roles import role_choice, role_list

blueprint = Blueprint("summaries", __name__)

ID = f"<int(max={people.LARGEST_ID}):{{}}>"
EDITION = f"/styring/opgoerelser/{ID.format('edition_id')}"
"""The address of an edition: a number no database can keep is no page."""
FILE = f"/fil/<any({', '.join(LANGUAGES)}):spoken>/<any({', '.join(FORMATS)}):form>"

READERS = tuple(sorted(people.READERS))
MANAGERS = tuple(sorted(people.MANAGERS))


def may_read(edition: SummaryEdition) -> bool:
    """Whether the signed-in reader may read the edition as it stands."""
    return people.has(who.user().roles_in, edition.pools, people.readers(edition))


def may_manage(edition: SummaryEdition) -> bool:
    """Whether the signed-in reader makes, writes, submits and answers here."""
    return people.has(who.user().roles_in, edition.pools, people.MANAGERS)


def is_steering(edition: SummaryEdition) -> bool:
    """Whether the signed-in reader is of the steering group of all its pools."""
    return people.has(who.user().roles_in, edition.pools, people.STEERING)


def hidden(edition: SummaryEdition) -> frozenset[int]:
    """The cases of the edition the signed-in reader stays out of."""
    return hiding.hidden_cases(read(), edition, who.user().person_id)


def configured() -> tuple[Recipient, ...]:
    """Who gets a submitted edition by the setting."""
    return people.written_addresses(site().settings.summary_recipients)


def acting(edition: SummaryEdition) -> Actor:
    """The signed-in reader, with all roles held in the edition's pools."""
    user = who.user()
    roles = frozenset[str]().union(*(user.roles_in(pool) for pool in edition.pools))
    return Actor("person", user.person_id, user.name, roles)


def edition_of(edition_id: int) -> SummaryEdition:
    """The edition an address names: 404 for none, 403 for one that is not this reader's."""
    found = editions.find(read(), edition_id)
    if found is None:
        abort(404)
    if not may_read(found):
        raise Refused(
            t(
                "This summary is for those who are %(roles)s in each of its pools. You are here as %(mine)s.",  # noqa: E501
                roles=role_choice(people.readers(found)),
                mine=role_list(who.user().all_roles),
            ),
            t("The secretariat can give you the role you need, or do it for you."),
        )
    return found


def managed(edition_id: int) -> SummaryEdition:
    """The edition, for who works on it."""
    found = edition_of(edition_id)
    if not may_manage(found):
        raise Refused(
            t(
                "This is for those who are %(roles)s in each of its pools. You are here as %(mine)s.",  # noqa: E501
                roles=role_choice(people.MANAGERS),
                mine=role_list(who.user().all_roles),
            ),
            t("The secretariat can give you the role you need, or do it for you."),
        )
    return found


def steered(edition_id: int) -> SummaryEdition:
    """The edition, for the steering group of all its pools."""
    found = edition_of(edition_id)
    if not is_steering(found):
        raise Refused(
            t(
                "This is for those who are %(roles)s in each of its pools. You are here as %(mine)s.",  # noqa: E501
                roles=role_choice(people.STEERING),
                mine=role_list(who.user().all_roles),
            ),
            t("The secretariat can give you the role you need, or do it for you."),
        )
    return found
