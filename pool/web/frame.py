"""What the frame of every page asks for (see ``templates/pages/layout.html``)."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, url_for

from pool.web import context, kept, language, navigation, who
from pool.web.errors import request_id


def names() -> dict[str, Any]:
    """Names every template may use, besides ``_``, ``ngettext``, ``words``, ``url_for``,
    ``request``, ``session``, ``g``, ``get_flashed_messages`` and the filters."""
    site, user = context.site(), who.current_user()
    return {
        "lang": language.lang(),
        "dir": language.speak().dir,
        "languages": language.choices(),
        "current_user": user,
        "sign_out": _sign_out(user),
        "sign_out_url": url_for("signin.sign_out"),
        "sign_in_url": url_for("signin.sign_in"),
        "menu_items": navigation.menu("staff") if user else [],
        "public_menu": navigation.menu("public"),
        "banners": _banners(user),
        "demo": site.demo,
        "demo_url": _url("demo.index"),
        "home_url": "/",
        "privacy_url": url_for("meta.privacy"),
        "accessibility_url": url_for("meta.accessibility"),
        "pool_contact": _shared_contact(),
        "authority": None,
        "pools": site.definitions,
        "now": context.now(),
        "today": context.today(),
        "request_id": request_id(),
        "restore_fields": kept.restore_fields,
    }


def _sign_out(user: who.User | None) -> Any:
    from pool.web.signin.forms import SignOutForm

    return SignOutForm(formdata=None) if user else None


def _banners(user: who.User | None) -> list[Any]:
    from pool.web.holds.views import banner

    site = context.site()
    held = [banner()] if user is not None else []
    found = [one for one in held if one is not None]
    if site.demo:
        return ["demo", *found]
    return ["mail", *found] if user is not None and site.settings.smtp_url is None else found


def _shared_contact() -> Any:
    """Whom to ask, where all pools name the same; a page about one pool gives its own."""
    contacts = context.contacts()
    return contacts[0] if len(contacts) == 1 else None


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def install(app: Flask) -> None:
    app.context_processor(names)
