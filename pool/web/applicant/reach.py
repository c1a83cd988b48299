"""From a case's number to the case, for those whose it is."""

from __future__ import annotations

from flask import abort, make_response

from pool.cases import forwarding, queries
from pool.cases.view import CaseView, case_view
from pool.identity.actor import Actor, applicant
from pool.models.case import Case
from pool.web import kept, who
from pool.web.apply import spoken
from pool.web.apply.page_pass import carried
from pool.web.context import now, read
from pool.web.house import house


def subject(view: CaseView) -> str:
    """How links and passes name the case."""
    return f"case:{view.case.id}"


def mine(number: str) -> CaseView:
    """The case, where this browser came by a link to it or posts from a page of it. Anybody else
    is told, in the same words whether there is such a case, how to open it; what they typed is
    kept."""
    case = queries.find_by_number(read(), number)
    named = f"case:{case.id}" if case else ""
    if case is None or not (who.holds(named) or carried(named) or _came_along(case)):
        abort(make_response(kept.ask_for_link()))
    spoken.begin_with(case.lang)
    return case_view(read(), house(), case.id or 0, applicant(""), now())


def _came_along(case: Case) -> bool:
    """Whether this browser came by a link to a case it was forwarded from."""
    first = forwarding.origin(read(), case)
    while first is not None and not who.holds(f"case:{first.id}"):
        first = forwarding.origin(read(), first)
    return first is not None


def acting(view: CaseView) -> Actor:
    """The applicant, by the name in the application."""
    return applicant(view.applicant.name)
