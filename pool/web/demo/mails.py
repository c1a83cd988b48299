"""The mailbox: every mail as the demonstration's SMTP server got it.

A mail's HTML is a stranger's. It is shown in a frame of its own origin where nothing runs and
nothing is fetched but its own style, which is served beside it: so no page of the site allows
inline style, this one included.
"""

from __future__ import annotations

import re
from email.utils import parseaddr

from flask import Response, abort, make_response, render_template, url_for
from markupsafe import Markup

from pool.outbox.mailbox import Folder, Opened
from pool.web import downloads
from pool.web.access import public
from pool.web.context import site
from pool.web.demo.room import blueprint
from pool.web.security import POLICY

SHOWN = 100
"""So many of the newest mails are listed."""

FRAMING = f"{POLICY}; frame-src 'self'"
"""For the page round a mail: it alone has a frame in it."""

SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
"""What a mail's own HTML may do: no script, no form, no origin of ours; a link that is pressed
opens in the whole window."""

FRAMED = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        f"sandbox {SANDBOX}",
    )
)
"""For a mail's own HTML, in the frame or opened by itself."""

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def folder() -> Folder:
    """Where :mod:`pool.run.stack` has the SMTP server keep what it gets."""
    return Folder(site().settings.data_dir / "mailbox")


@blueprint.get("/demo/postkasse")
@public
def mailbox() -> str:
    """The mails, newest first."""
    return render_template(
        "pages/demo/mailbox.html", mails=folder().newest(SHOWN), most=SHOWN, recipient=recipient
    )


@blueprint.get("/demo/postkasse/<name>")
@public
def mail(name: str) -> Response:
    """One mail: who, when, what, and what came with it."""
    found = _found(name)
    page = render_template(
        "pages/demo/mail.html", mail=found, text=linked(found.text, found.links), sandbox=SANDBOX
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = FRAMING
    return response


@blueprint.get("/demo/postkasse/<name>/vist")
@public
def shown(name: str) -> Response:
    """The mail's own HTML, for the frame."""
    html = _found(name).html
    if not html:
        abort(404)
    address = url_for("demo.style", name=name)
    # A target is no address: `base-uri` forbids a base that would change where links lead.
    head = str(Markup('<base target="_top"><link rel="stylesheet" href="{}">').format(address))
    clean = _STYLE.sub("", html)
    clean, found = _HEAD.subn(lambda match: match.group(0) + head, clean, count=1)
    response = Response(clean if found else head + clean, mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/demo/postkasse/<name>/stil.css")
@public
def style(name: str) -> Response:
    """What the mail's HTML says of its looks."""
    sheet = "\n".join(_STYLE.findall(_found(name).html))
    response = Response(sheet, mimetype="text/css")
    # The frame has an origin of its own: to the browser its style comes from elsewhere.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/demo/postkasse/<name>/bilag/<int:number>")
@public
def enclosed(name: str, number: int) -> Response:
    """A file that came with the mail, counted from 1."""
    files = _found(name).enclosed
    if not 1 <= number <= len(files):
        abort(404)
    one = files[number - 1]
    return downloads.send(one.body, one.name, one.media_type)


def recipient(to: str) -> str:
    """Whom a mail is for, by name where it has one."""
    name, address = parseaddr(to)
    return name or address or to


def _found(name: str) -> Opened:
    found = folder().open(name)
    if found is None:
        abort(404)
    return found


def linked(text: str, links: tuple[str, ...]) -> Markup:
    """``text`` escaped, with its addresses as links."""
    if not links:
        return Markup("{}").format(text)
    longest_first = sorted(links, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)
    known = set(links)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(part) if part in known else part for part in parts
    )
