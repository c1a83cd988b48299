"""Nothing typed is lost: a post that arrives after the session ended is carried through the
sign-in (or past the link a mail holds) and comes back as a filled form that is not carried out.
A CPR number is the exception: it is not carried, and is typed again.

What is carried stands in one hidden field, signed with the site's key: it was posted here, to
that address. It is only taken from posts our own pages sent, so that nobody can fill a
colleague's form from elsewhere. Files cannot be carried; the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from workflows import cpr

RESTORED = "_restored"
_LEFT_OUT = frozenset({"csrf_token", RESTORED, "password", "kept"})
_MAX_AGE = 12 * 3600  # seconds: a session's length
SECRET_NUMBER, NUMBER_KIND = "payee_number", "payee_number_kind"
"""The field of the number of who is paid, and the one that says whether it is a CPR number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A post that waits: where it was going, its fields in order, and whether files were lost."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files_lost: bool


def is_restored() -> bool:
    """Whether this post is a form coming back after signing in: show it filled, do nothing."""
    return request.method == "POST" and request.form.get(RESTORED) == "1"


def here() -> str:
    """The path and query of this request."""
    return safe_path(request.full_path.rstrip("?"))


def safe_path(target: str | None, default: str = "/") -> str:
    """``target`` when it is a path of this site that a GET may open, else ``default``.

    Refuses other hosts, protocol-relative addresses, backslashes and control characters.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(sign) < 33 or ord(sign) == 127 for sign in target):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not routable(parts.path, "GET"):
        return default
    return target


def routable(path: str, method: str) -> bool:
    """Whether the site answers ``method`` at ``path`` (or redirects to where it does)."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method=method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def from_our_page() -> bool:
    """Whether the browser says that one of our own pages sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    referrer = request.headers.get("Referer")
    return referrer is not None and urlsplit(referrer).netloc == request.host


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(current_app.config["PULJEN_KEYS"]), salt="kept-post")


def pack() -> str:
    """This request's post as one signed text; empty if it did not come from a page of ours."""
    if request.method != "POST" or not from_our_page():
        return ""
    secret = {SECRET_NUMBER} if request.form.get(NUMBER_KIND) == "cpr" else set()
    fields = [
        [name, cpr.mask(value)]
        for name, value in request.form.items(multi=True)
        if name not in _LEFT_OUT | secret and not name.startswith("password")
    ]
    files = any(file.filename for file in request.files.values())
    return str(_serializer().dumps([request.full_path.rstrip("?"), fields, files]))


def unpack(text: str | None) -> Kept | None:
    """What :func:`pack` made, or nothing if it is not ours, too old, or its page is gone."""
    if not text:
        return None
    try:
        path, fields, files = _serializer().loads(text, max_age=_MAX_AGE)
    except (BadSignature, ValueError):
        return None
    if not routable(urlsplit(path).path, "POST"):
        return None
    return Kept(path, tuple((str(name), str(value)) for name, value in fields), bool(files))


def ask_to_sign_in() -> tuple[str, int]:
    """The sign-in page, carrying what was posted. Status 403: it was not carried out."""
    from pool.web.signin.forms import SignInForm

    packed = pack()
    form = SignInForm(formdata=None, data={"kept": packed, "next": here()})
    return render_template("pages/signin/sign_in.html", form=form, kept=unpack(packed)), 403


def ask_for_link() -> tuple[str, int]:
    """The page that says that this one opens by the link in the mail, carrying what was posted."""
    kept = unpack(pack())
    return render_template("pages/signin/link_needed.html", kept=kept), 403


def restore_fields(kept: Kept) -> Markup:
    """The hidden fields of a form that posts ``kept`` once more, to be shown and not done."""
    rows = [(RESTORED, "1"), *kept.fields]
    return Markup("\n").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in rows
    )
