"""The steering group's door: the link in a mail opens the edition, without a password.

Opening it changes nothing and uses nothing up, so a mail program that looks ahead does no harm.
Whoever comes this way is who the mail was sent to, for this edition; never a signed-in colleague.
"""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from pool.identity import tokens
from pool.summary import editions_people as people
from pool.summary import hiding
from pool.summary.editions import receipt_of
from pool.summary.editions_people import Guest
from pool.web.access import public
from pool.web.apply import spoken as languages
from pool.web.context import now, read
from pool.web.ratelimit import limit
from pool.web.summaries.reading import Way, contents, send
from pool.web.summaries.renewing import RenewForm, dead
from pool.web.summaries.replying import ReceiveForm, ask_page, receive_page
from pool.web.summaries.room import FILE, blueprint, configured

Page = BaseResponse | tuple[str, int]


@blueprint.get("/opgoerelse/<token>")
@public  # to whoever holds the link: see _guest
def link_edition(token: str) -> str:
    """The edition, to be read, asked about and noted as received."""
    found = _guest(token)
    return render_template(
        "pages/summaries/link.html",
        **contents(found.edition, _way(found, token), _out(found)),
        guest=found.actor.name,
        noted=receipt_of(read(), found.edition, found.actor.key) is not None,
        form=ReceiveForm(),
    )


@blueprint.get("/opgoerelse/<token>" + FILE)
@public  # to whoever holds the link
def link_file(token: str, spoken: str, form: str) -> Response:
    """A file of the edition."""
    found = _guest(token)
    return send(found.edition, spoken, form, _out(found))


@blueprint.route("/opgoerelse/<token>/spoerg", methods=["GET", "POST"])
@public  # to whoever holds the link
def link_ask(token: str) -> Page:
    """Ask at a paragraph."""
    found = _guest(token)
    return ask_page(found.edition, found.actor, _way(found, token), _out(found))


@blueprint.route("/opgoerelse/<token>/modtag", methods=["GET", "POST"])
@public  # to whoever holds the link
def link_receive(token: str) -> Page:
    """Note it as received."""
    found = _guest(token)
    return receive_page(found.edition, found.actor, _way(found, token))


def _way(found: Guest, token: str) -> Way:
    return Way(found.edition.id or 0, token)


def _out(found: Guest) -> frozenset[int]:
    return hiding.hidden_cases(read(), found.edition, found.reader_id)


def _guest(token: str) -> Guest:
    """Who came, to which edition; a page that says what to do where the link does not work."""
    seen = tokens.look(read(), token, people.PURPOSE, now())
    found = (
        people.guest(read(), seen.token.subject, configured())
        if seen is not None and seen.state == "good"
        else None
    )
    if found is None:
        limit("link-address")  # nobody tries secrets by the thousand
        abort(make_response(dead(token, seen, RenewForm(formdata=None)), 410))
    if request.method == "POST":
        limit("summary-reply", found.subject)
    languages.begin_with(found.lang)
    return found
