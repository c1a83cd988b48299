"""What a person sees when something is wrong: what happened, what to do, and a number to name.

Every page is in the reader's language, every one is logged, none shows a traceback. A crash
leaves nothing half done: units of work roll back by themselves, the reading session here.
"""

from __future__ import annotations

import logging
from html import escape

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from pool.cases import errors as cases
from pool.cases.errors import CaseError
from pool.web import context
from pool.web.language import lang, speak, t

log = logging.getLogger("pool.web")


class Refused(HTTPException):
    """403, with the reason and who could help, both in the reader's language."""

    code = 403

    def __init__(self, reason: str, helper: str = "", *, heading: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.helper = helper
        self.heading = heading


class SlowDown(TooManyRequests):
    """429, with the seconds until it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(retry_after=max(1, seconds))
        self.seconds = max(1, seconds)


def request_id() -> str:
    """The number of this request, for the person and the log alike."""
    return str(g.get("request_id", "-"))


def page(status: int, heading: str, text: str, help_text: str = "") -> Response:
    """An error page. Falls back to a plain one when even the layout cannot be made."""
    try:
        body = render_template(
            "pages/errors/error.html",
            status=status,
            heading=heading,
            text=text,
            help_text=help_text,
            contacts=_contacts() if status in {403, 500} else [],
            request_id=request_id(),
        )
    except Exception:
        log.exception("the error page could not be made")
        body = _plain(heading, text, help_text)
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _contacts() -> list[tuple[str, str, str]]:
    """(name, telephone, e-mail) of the people to ask."""
    return [(speak().text(one.name), one.phone, one.email) for one in context.contacts()]


def _plain(heading: str, text: str, help_text: str) -> str:
    number = escape(request_id())
    return (
        f'<!doctype html><html lang="{escape(lang())}" dir="{speak().dir}"><head>'
        f'<meta charset="utf-8"><title>{escape(heading)}</title></head><body><main>'
        f"<h1>{escape(heading)}</h1><p>{escape(text)}</p><p>{escape(help_text)}</p>"
        f"<p>{number}</p></main></body></html>"
    )


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None:
        return make_response(error.response)
    if 300 <= status < 400:
        return make_response(error.get_response())
    log.info("answered %s: %s", status, type(error).__name__)
    if isinstance(error, Refused):
        return page(
            403, error.heading or t("You cannot open this page"), error.reason, error.helper
        )
    heading, text, help_text = _words_for(status, error)
    response = page(status, heading, text, help_text)
    if isinstance(error, SlowDown):
        response.headers["Retry-After"] = str(error.seconds)
    allowed = getattr(error, "valid_methods", None)
    if status == 405 and allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _words_for(status: int, error: Exception) -> tuple[str, str, str]:
    if status == 403:
        return (
            t("You cannot open this page"),
            t("It belongs to somebody else, or to a task you do not have."),
            t("The secretariat can help you on."),
        )
    if status == 404:
        return (
            t("The page is not here"),
            t("The address may be mistyped, or the page may have been removed."),
            t("Start again from the front page, or ring us if you followed a link of ours."),
        )
    if status == 405:
        return (
            t("That is not how this page is used"),
            t("The address exists, but it cannot be opened in this way."),
            t("Go back, and use the button on the page before."),
        )
    if status == 413:
        return (
            t("It is too large"),
            t("What you sent is larger than we can receive. Nothing has been saved from it."),
            t("Go back, choose fewer or smaller files (10 MB each), and send again."),
        )
    if status == 429:
        minutes = max(1, round((getattr(error, "seconds", 60) + 29) / 60))
        return (
            t("A little slower, please"),
            t("The same has been tried many times in a short while, so we pause it."),
            speak().plural("Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes),
        )
    if status < 500:
        return (
            t("We did not understand that"),
            t("Something in the address or in what was sent is not as it should be."),
            t("Go back and try again. Nothing has been changed."),
        )
    return _crash_words()


def _case_error(error: CaseError) -> Response:
    """A refusal of the casework that the page did not put into words of its own."""
    log.info("refused: %s", type(error).__name__)
    if isinstance(error, cases.NotFound):
        return page(404, *_words_for(404, error))
    if isinstance(error, cases.Stale):
        return page(
            409,
            t("Somebody else was here meanwhile"),
            t("The case was changed while you had it open, so nothing of yours was done."),
            t("Open the case again and see what happened. Going back shows what you wrote."),
        )
    if isinstance(error, cases.CommandReused):
        return page(
            409,
            t("This page has been used already"),
            t("It was sent before with other contents, so it was not done once more."),
            t("Open the page anew, and do it from there."),
        )
    if isinstance(error, cases.PoolClosed):
        return page(
            409,
            t("The pool takes no applications now"),
            t("There is no money to apply for at the moment, or the year has not been opened."),
            t("The front page says when it opens. You can also ring us."),
        )
    return page(
        409,
        t("That cannot be done now"),
        t("Something stands in the way, so nothing was done."),
        t("Open the case again: it says what is missing, and who can help."),
    )


def _crash_words() -> tuple[str, str, str]:
    return (
        t("Something went wrong with us"),
        t("The fault is ours, and it has been noted. Nothing was left half done."),
        t("Go back and try again in a moment. If it goes on, ring us and say the number below."),
    )


def _crash(error: Exception) -> Response:
    context.close_read()
    log.error("crash at %s", request.url_rule, exc_info=error)
    return page(500, *_crash_words())


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CaseError, _case_error)
    app.register_error_handler(Exception, _crash)
