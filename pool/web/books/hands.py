"""What people do with single postings: match by hand, undo, explain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectMultipleField, TextAreaField

from pool import books
from pool.books import BooksError, Comparison, Seen, linking, wording
from pool.books.agreement import Line, Matched
from pool.books.matching import plain
from pool.books.ours import Item
from pool.web.access import staff
from pool.web.books import views
from pool.web.books.room import ROOT, WRITERS, Place, blueprint, compared, place
from pool.web.context import now
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t

MOST = 200
"""Rows one can choose among, those nearest in amount and day first."""
POSTING = f"{ROOT}/postering/<int:posting_id>"


class ChooseForm(Form):
    chosen = SelectMultipleField("What it belongs to", coerce=int, validate_choice=False)
    stood = HiddenField()
    """The matches that stood when the page was shown, and that differ."""


class ExplainForm(Form):
    words = TextAreaField("What is it?")


class SureForm(Form):
    """Nothing but the guard."""


@blueprint.route(POSTING, methods=["GET", "POST"])
@staff(*WRITERS)
def posting(pool_key: str, year: int, posting_id: int) -> tuple[str, int] | Response:
    """One posting, and the payments of ours it may be: those that are free, and, where the
    posting is, those whose match differs."""
    at = place(pool_key, year, write=True)
    found, seen = compared(at)
    form = ChooseForm()
    if form.validate_on_submit():
        wish = {"postings": [posting_id], "transfers": form.chosen.data or []}
        if done := _pair(at, form, wish):
            return done
    differing = _differing(found, seen)
    mine = next((one for one in found.free_postings if one.id == posting_id), None)
    own = next((one for one in differing if [it.id for it in one.postings] == [posting_id]), None)
    if (mine is None and own is None) or posting_id in seen.postings:
        abort(404 if not form.errors else 409)
    line = mine or (own.postings[0] if own else None)
    assert line is not None
    others = [one for one in found.free_items if not seen.withheld(one.case_id)]
    met = {one.items[0].id: one for one in differing if own is None and len(one.items) == 1}
    others += [one.items[0] for one in met.values()]
    near = sorted(others, key=lambda one: _distance(line, one))[:MOST]
    return _choose(
        at,
        form,
        views.line(line, seen),
        [{**views.item(one, seen), "apart": _apart(met.get(one.id))} for one in near],
        len(others),
        own=own,
        with_it=[views.item(one, seen) for one in own.items] if own else [],
        stood=_stood([own] if own else met.values()),
    )


@blueprint.route(f"{ROOT}/betaling/<int:transfer_id>", methods=["GET", "POST"])
@staff(*WRITERS)
def transfer(pool_key: str, year: int, transfer_id: int) -> tuple[str, int] | Response:
    """One payment of ours, and the postings it may be, likewise."""
    at = place(pool_key, year, write=True)
    found, seen = compared(at)
    form = ChooseForm()
    if form.validate_on_submit():
        wish = {"postings": form.chosen.data or [], "transfers": [transfer_id]}
        if done := _pair(at, form, wish):
            return done
    differing = _differing(found, seen)
    mine = next((one for one in found.free_items if one.id == transfer_id), None)
    own = next((one for one in differing if [it.id for it in one.items] == [transfer_id]), None)
    item = mine or (own.items[0] if own else None)
    if item is None or seen.withheld(item.case_id):
        abort(404 if not form.errors else 409)
    others = [one for one in found.free_postings if one.id not in seen.postings]
    met = {one.postings[0].id: one for one in differing if own is None and len(one.postings) == 1}
    others += [one.postings[0] for one in met.values()]
    near = sorted(others, key=lambda one: _distance(one, item))[:MOST]
    return _choose(
        at,
        form,
        views.item(item, seen),
        [{**views.line(one, seen), "apart": _apart(met.get(one.id))} for one in near],
        len(others),
        own=own,
        with_it=[views.line(one, seen) for one in own.postings] if own else [],
        stood=_stood([own] if own else met.values()),
    )


def _differing(found: Comparison, seen: Seen) -> list[Matched]:
    """The matches more can be added to: their sums differ, and nothing of them is withheld."""
    return [
        group
        for group in found.matched
        if group.difference
        and not any(seen.withheld(one.case_id) for one in group.items)
        and seen.postings.isdisjoint(one.id for one in group.postings)
    ]


def _apart(group: Matched | None) -> int | None:
    """By what the match it is part of differs, øre."""
    return abs(group.difference) if group else None


def _stood(groups: Iterable[Matched]) -> str:
    return " ".join(f"{one}.{other}" for group in groups for one, other in group.pairs())


def _read(stood: str) -> Collection[tuple[int, int]]:
    pairs = re.findall(r"\b(\d{1,9})\.(\d{1,9})\b", stood, re.ASCII)
    return {(int(one), int(other)) for one, other in pairs}


def _pair(at: Place, form: Any, wish: dict[str, list[int]]) -> Response | None:
    def do() -> None:
        apart = books.pair(
            house(),
            form.command_id.data,
            pool=at.pool,
            year=at.year,
            postings=wish["postings"],
            transfers=wish["transfers"],
            actor=at.actor,
            now=now(),
            seen=_read(str(form.stood.data or "")),
        )
        if apart:
            amount = speak().money(abs(apart))
            flash(
                t("Matched. The sums are %(amount)s apart, and that stays.", amount=amount), "info"
            )

    return _done(at, form, do, "chosen")


def _distance(one: Line, other: Item) -> tuple[bool, bool, int, int]:
    same = bool(one.reference) and plain(one.reference) == plain(other.reference)
    return (
        not same,
        one.amount != other.amount,
        abs((one.day - other.day).days),
        abs(one.amount - other.amount),
    )


def _choose(
    at: Place,
    form: Any,
    mine: dict[str, Any],
    others: list[dict[str, Any]],
    total: int,
    *,
    own: Matched | None,
    with_it: list[dict[str, Any]],
    stood: str,
) -> tuple[str, int]:
    """``own``: the match it is part of already, ``with_it`` the other side of that."""
    form.stood.data = stood  # after a fault too: the page shows how it stands now
    page = render_template(
        "pages/books/choose.html",
        at=at,
        form=form,
        mine=mine,
        others=others,
        total=total,
        chosen=set(form.chosen.data or []),
        own=own,
        with_it=with_it,
    )
    return page, form.status


@blueprint.route(f"{POSTING}/forklar", methods=["GET", "POST"])
@staff(*WRITERS)
def explain(pool_key: str, year: int, posting_id: int) -> tuple[str, int] | Response:
    """Say what a posting is that is nothing of ours."""
    at = place(pool_key, year, write=True)
    mine = _mine(at, posting_id)
    form = ExplainForm()
    if form.validate_on_submit():
        done = _done(
            at,
            form,
            lambda: books.explain(
                house(), form.command_id.data, posting_id, form.words.data or "", at.actor, now()
            ),
            "words",
        )
        if done:
            return done
    page = render_template(
        "pages/books/explain.html", at=at, form=form, mine=mine, longest=linking.LONGEST_WORDS
    )
    return page, form.status


@blueprint.route(f"{POSTING}/uforklaret", methods=["GET", "POST"])
@staff(*WRITERS)
def unexplain(pool_key: str, year: int, posting_id: int) -> tuple[str, int] | Response:
    """Take an explanation back."""
    return _sure(pool_key, year, posting_id, books.unexplain, "unexplain")


@blueprint.route(f"{POSTING}/skil", methods=["GET", "POST"])
@staff(*WRITERS)
def undo(pool_key: str, year: int, posting_id: int) -> tuple[str, int] | Response:
    """Take a match apart."""
    return _sure(pool_key, year, posting_id, books.undo, "undo")


def _sure(
    pool_key: str, year: int, posting_id: int, do: Callable[..., None], what: str
) -> tuple[str, int] | Response:
    at = place(pool_key, year, write=True)
    mine = _mine(at, posting_id)
    form = SureForm()
    if form.validate_on_submit():
        done = _done(
            at,
            form,
            lambda: do(house(), form.command_id.data, posting_id, at.actor, now()),
            None,
        )
        if done:
            return done
    page = render_template("pages/books/sure.html", at=at, form=form, mine=mine, what_for=what)
    return page, form.status


def _mine(at: Place, posting_id: int) -> dict[str, Any]:
    """The posting an address names; 404 for none of the year's, and for one of a case the reader
    stays out of."""
    found, seen = compared(at)
    lines = [*found.free_postings, *found.explained]
    lines += [one for group in found.matched for one in group.postings]
    mine = next((one for one in lines if one.id == posting_id), None)
    if mine is None or posting_id in seen.postings:
        abort(404)
    return views.line(mine, seen)


def _done(at: Place, form: Form, do: Callable[[], None], field: str | None) -> Response | None:
    try:
        do()
    except BooksError as error:
        form.fault(wording.refused(error, speak()), field)
        return None
    return redirect(url_for("books.index", **at.at), 303)
