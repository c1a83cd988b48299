"""What the browser is told it may do: a strict content policy, closed doors, and cookies that
travel by TLS alone where there is TLS."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from pool.settings import Settings
from pool.web import who

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""No inline code or style, nothing from elsewhere, no frame around us."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

LINK_REFERRER = "no-referrer"
"""On pages whose address carries a link's secret: it is told to nobody, not even to ourselves."""

HSTS = "max-age=31536000"

SESSION_HOURS = 12
MAX_UPLOAD = 60 * 1024 * 1024
"""Bytes of one request: six files at their largest. More is answered with 413."""
MAX_TYPED = 2 * 1024 * 1024
"""Bytes of a request's fields that are no files."""


COOKIELESS = frozenset({"static", "meta.health", "meta.ready"})
"""Answers that are the same for everybody. A cookie (or ``Vary: Cookie``) on a style sheet would
have it fetched anew with every page."""


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies with SHA-256, none where they have no business."""

    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in COOKIELESS:
            super().save_session(app, session, response)


def configure(app: Flask, settings: Settings, keys: Sequence[bytes]) -> None:
    """Sign cookies and forms with the last of ``keys``, read those of all."""
    secure = settings.secure_cookies
    app.session_interface = Sessions()
    app.config.update(
        PULJEN_KEYS=tuple(keys),
        SECRET_KEY=keys[-1],
        SECRET_KEY_FALLBACKS=list(keys[:-1]),
        SESSION_COOKIE_NAME="__Host-puljen" if secure else "puljen",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        SESSION_REFRESH_EACH_REQUEST=True,
        PREFERRED_URL_SCHEME="https" if secure else "http",
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=MAX_TYPED,
        MAX_FORM_PARTS=1000,
    )

    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        values: dict[str, Any] = request.view_args or {}
        if "token" in values:
            response.headers["Referrer-Policy"] = LINK_REFERRER
            response.headers["X-Robots-Tag"] = "noindex"
        if secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = _caching()
        return response

    app.after_request(headers)


def _caching() -> str:
    """Personal pages are kept nowhere; public ones are asked for again each time."""
    personal = (
        request.method not in {"GET", "HEAD"}
        or "token" in (request.view_args or {})
        or who.is_signed_in()
        or who.links_held()
    )
    return "no-store" if personal else "private, no-cache"
