"""Privacy, accessibility, health."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify, render_template
from sqlalchemy.exc import SQLAlchemyError

from pool import __version__
from pool.web import context
from pool.web.access import public

log = logging.getLogger("pool.web")

blueprint = Blueprint("meta", __name__)


@blueprint.get("/privatliv")
@public
def privacy() -> str:
    """What is done with personal data, pool by pool (databeskyttelsesforordningen art. 13)."""
    return render_template("pages/meta/privacy.html", definitions=context.offered())


@blueprint.get("/tilgaengelighed")
@public
def accessibility() -> str:
    """The accessibility statement (webtilgængelighedsloven §5)."""
    return render_template("pages/meta/accessibility.html", contacts=context.contacts())


@blueprint.get("/health")
@public
def health() -> tuple[Response, int]:
    """Whether this process answers and reaches its database."""
    return _answer({"database": _database()})


@blueprint.get("/health/ready")
@public
def ready() -> tuple[Response, int]:
    """Whether it can serve people: the database answers and its tables are there."""
    database = _database()
    return _answer({"database": database, "tables": database and _tables()})


def _answer(checks: dict[str, bool]) -> tuple[Response, int]:
    well = all(checks.values())
    response = jsonify(status="ok" if well else "failing", version=__version__, **checks)
    response.headers["Cache-Control"] = "no-store"
    return response, 200 if well else 503


def _database() -> bool:
    try:
        context.site().database.ping()
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", type(error).__name__)
        return False
    return True


def _tables() -> bool:
    from pool.identity import people

    try:
        people.get(context.read(), 0)
    except SQLAlchemyError as error:
        log.error("the tables are not there: %s", type(error).__name__)
        return False
    return True
