"""What people do with single postings: match by hand, undo, explain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, TextAreaField

from pool import books
from pool.books import BooksError, linking, wording
from pool.books.agreement import Line
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


class ExplainForm(Form):
    words = TextAreaField("What is it?")


class SureForm(Form):
    """Nothing but the guard."""


@blueprint.route(POSTING, methods=["GET", "POST"])
@staff(*WRITERS)
def posting(pool_key: str, year: int, posting_id: int) -> tuple[str, int] | Response:
    """One posting, and the payments of ours it may be."""
    at = place(pool_key, year, write=True)
    found, seen = compared(at)
    mine = next((one for one in found.free_postings if one.id == posting_id), None)
    form = ChooseForm()
    if form.validate_on_submit():
        wish = {"postings": [posting_id], "transfers": form.chosen.data or []}
        if done := _pair(at, form, wish):
            return done
    if mine is None or posting_id in seen.postings:
        abort(404 if not form.errors else 409)
    others = [one for one in found.free_items if not seen.withheld(one.case_id)]
    near = sorted(others, key=lambda one: _distance(mine, one))[:MOST]
    return _choose(
        at, form, views.line(mine, seen), [views.item(one, seen) for one in near], len(others)
    )


@blueprint.route(f"{ROOT}/betaling/<int:transfer_id>", methods=["GET", "POST"])
@staff(*WRITERS)
def transfer(pool_key: str, year: int, transfer_id: int) -> tuple[str, int] | Response:
    """One payment of ours, and the postings it may be."""
    at = place(pool_key, year, write=True)
    found, seen = compared(at)
    mine = next((one for one in found.free_items if one.id == transfer_id), None)
    form = ChooseForm()
    if form.validate_on_submit():
        wish = {"postings": form.chosen.data or [], "transfers": [transfer_id]}
        if done := _pair(at, form, wish):
            return done
    if mine is None or seen.withheld(mine.case_id):
        abort(404 if not form.errors else 409)
    others = [one for one in found.free_postings if one.id not in seen.postings]
    near = sorted(others, key=lambda one: _distance(one, mine))[:MOST]
    return _choose(
        at, form, views.item(mine, seen), [views.line(one, seen) for one in near], len(others)
    )


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
        )
        if apart:
            amount = speak().money(abs(apart))
            flash(
                t("Matched. The sums are %(amount)s apart, and that stays.", amount=amount), "info"
            )

    return _done(at, form, do, "chosen")


def _distance(one: Line, other: Item) -> tuple[bool, int, int]:
    return (
        one.amount != other.amount,
        abs((one.day - other.day).days),
        abs(one.amount - other.amount),
    )


def _choose(
    at: Place, form: Any, mine: dict[str, Any], others: list[dict[str, Any]], total: int
) -> tuple[str, int]:
    chosen = set(form.chosen.data or [])
    page = render_template(
        "pages/books/choose.html",
        at=at,
        form=form,
        mine=mine,
        others=others,
        total=total,
        chosen=chosen,
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
