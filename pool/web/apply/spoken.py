"""The language switcher of a page that is being filled in: a button of the form, so that what was
typed goes along. (A link would leave it behind where no script saves it.)"""

from __future__ import annotations

from flask import request, session

from pool.render.words import languages
from pool.web import language

BUTTON = "switch_language"


def asked_for() -> str | None:
    """The language whose button was pressed, if one was."""
    wanted = request.form.get(BUTTON) if request.method == "POST" else None
    return wanted if wanted in languages() else None


def switch() -> str | None:
    """Speak the language whose button was pressed, from now on; None where none was."""
    wanted = asked_for()
    if wanted is not None:
        session["lang"] = wanted
        language.use(wanted)
    return wanted


def begin_with(code: str) -> None:
    """Speak the language a draft or case is in, unless the reader has chosen one."""
    if "lang" not in session and "lang" not in request.args and code in languages():
        language.use(code)
