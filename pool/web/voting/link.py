"""The link in a mail: a page to vote on, without signing in.

Opening it changes nothing and uses nothing up, so a mail program that looks ahead does no harm;
pressing a button votes, or says that one has an interest in the case and stays out of it; then the
link works no more. Whoever comes this way is the member the mail was sent to, for this vote, as
long as they sit in the group and take part in the case.

What is left in the pool counts every decision, also those not announced yet: whoever votes is of
the group that makes them. A member who stays out of *another* such case can infer its amount from
the difference; that is left so, since nobody can vote on a grant without knowing what is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

import pool.identity as identity
from pool.cases import letters, money, open_ballots, recusal
from pool.cases.errors import Invalid, NotFound
from pool.identity import tokens
from pool.identity.actor import Actor
from pool.meetings import ballots, ballots_case
from pool.models.case import Case
from pool.models.meetings import Ballot, Vote
from pool.web.access import public
from pool.web.apply import spoken as languages
from pool.web.context import contacts, now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.ratelimit import limit
from pool.web.voting import shown
from pool.web.voting.room import CHOICES, VoteForm, blueprint, cast
from workflows.definition import Definition

INTEREST = "interest"
"""What the second button says it does."""
_SUBJECT = re.compile(r"ballot:(\d+):person:(\d+)")


class InterestForm(Form):
    ground = TextAreaField("What is your interest in the case?")


@dataclass(frozen=True, slots=True)
class Guest:
    """Who came by the link, to which ballot, and how they have voted."""

    actor: Actor
    ballot: Ballot
    case: Case
    definition: Definition
    own: Vote | None
    lang: str


@blueprint.route("/stem/<token>", methods=["GET", "POST"])
@public  # to whoever holds the link: see _guest
def link(token: str) -> Response | tuple[str, int]:
    """Read the proposal, and vote."""
    found = _guest(token)
    languages.begin_with(found.lang)
    own = found.own
    interested = request.form.get("do") == INTEREST
    data = {"choice": own.choice, "comment": own.comment} if own is not None else None
    form = VoteForm(formdata=None, data=data) if interested else VoteForm(data=data)
    interest = InterestForm() if interested else InterestForm(formdata=None)
    if interested and interest.validate_on_submit():
        if _stays_out(interest, found):
            page = render_template("pages/voting/link_out.html", case=found.case)
            return page, 200
    elif not interested and form.validate_on_submit():
        limit("vote-reply", f"ballot:{found.ballot.id}:{found.actor.key}")
        if cast(form, found.ballot.id or 0, found.actor, "mail"):
            flash(t("Thank you. Your vote is cast."), "success")
            return redirect(url_for("voting.link", token=token), 303)
    words = speak()
    session, case = read(), found.case
    page = render_template(
        "pages/voting/link.html",
        form=form,
        interest=interest,
        asked_form=interest if interested else form,
        case=case,
        definition=found.definition,
        guest=found.actor.name,
        applicant=letters.applicant_of(session, case).shown,
        proposal=shown.proposal(found.ballot, found.definition, words),
        essentials=ballots_case.pairs(session, found.definition, case, words),
        recommended=ballots_case.recommended(session, found.definition, case, words),
        closes_at=found.ballot.closes_at,
        needed=found.ballot.quorum,
        entitled=found.ballot.entitled,
        free=_free(found),
        left=_free(found) - (found.ballot.amount or 0),
        own=t(CHOICES[own.choice]) if own is not None else None,
    )
    return page, (interest if interested else form).status


def _stays_out(form: InterestForm, found: Guest) -> bool:
    """Whether it was declared; if not, the form says why."""
    limit("vote-reply", f"ballot:{found.ballot.id}:{found.actor.key}")
    try:
        recusal.declare(
            house(), found.ballot.case_id, str(form.ground.data or ""), found.actor, now()
        )
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except NotFound:
        abort(404)
    else:
        return True
    return False


def _free(found: Guest) -> int:
    year = money.year(read(), found.case.pool, found.case.year)
    return year.free if year is not None else 0


def _guest(token: str) -> Guest:
    """Who came; a page that says so where the link does not work, or the vote is over."""
    session = read()
    seen = tokens.look(session, token, open_ballots.PURPOSE, now())
    parts = _SUBJECT.fullmatch(seen.token.subject) if seen is not None else None
    ballot = session.get(Ballot, int(parts[1])) if parts else None
    person = identity.get(session, int(parts[2])) if parts else None
    if seen is None or ballot is None or person is None:
        _dead(410)
    case = session.get_one(Case, ballot.case_id)
    actor = identity.actor(session, person, case.pool)
    if seen.state == "revoked" or not ballots.may_vote(session, house(), case, ballot, actor):
        _dead(410)
    languages.begin_with(person.language)
    if seen.state != "good" or not ballots.is_open(ballot, now()):
        page = render_template("pages/voting/link_over.html", case=case, contacts=contacts())
        abort(make_response(page, 410))
    own = next((one for one in ballots.votes(session, ballot) if one.person_id == person.id), None)
    return Guest(
        actor=actor,
        ballot=ballot,
        case=case,
        definition=house().definitions.version(session, case.pool, case.definition_version),
        own=own,
        lang=person.language,
    )


def _dead(status: int) -> NoReturn:
    limit("link-address")  # nobody tries secrets by the thousand
    page = render_template("pages/voting/link_dead.html", contacts=contacts())
    abort(make_response(page, status))
