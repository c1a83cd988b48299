"""The administrators' page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, render_template

from pool import __version__, summary
from pool.identity.people import ADMIN
from pool.web.access import staff
from pool.web.context import now, read, site
from pool.web.house import house
from pool.web.operations import wording

blueprint = Blueprint("operations", __name__)


@blueprint.get("/drift")
@staff(ADMIN)
def index() -> str:
    """The house at this moment."""
    condition = summary.condition(read(), house(), now())
    relay = site().settings.smtp_url
    return render_template(
        "pages/operations/index.html",
        condition=condition,
        attention=wording.attention(condition, mail=relay is not None),
        mail_server=_address(relay) if relay else None,
        wording=wording,
        rate=site().settings.mail_per_minute,
        version=__version__,
        definitions=dict(site().definitions),
    )


def _address(url: str) -> str:
    """The mail server without the password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
