"""From an address with a secret to the draft behind it, or to the page that helps on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from flask import abort, make_response, render_template, url_for

from pool.cases import drafts
from pool.cases.drafts import Opened
from pool.cases.errors import NotFound
from pool.identity import tokens
from pool.models.identity import Token
from pool.web.apply.spoken import begin_with
from pool.web.context import contacts, now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak
from pool.web.ratelimit import limit
from workflows.definition import Definition, Text


@dataclass(frozen=True, slots=True)
class Reached:
    """A draft, and the secret it was reached by; ``token`` is None where a colleague types it in,
    whom their sign-in lets through."""

    token: str | None
    draft_id: int
    opened: Opened

    @property
    def definition(self) -> Definition:
        return self.opened.definition

    @property
    def by_staff(self) -> bool:
        return self.token is None

    def words(self, text: Text) -> str:
        return speak().text(text)

    def url(self, page: str, **values: Any) -> str:
        """The address of a page of the draft: ``step``, ``autosave``, ``file``, ``review``,
        ``later``."""
        if self.token is None:
            return url_for(f"casework.entry_{page}", draft_id=self.draft_id, **values)
        return url_for(f"apply.{page}", token=self.token, **values)

    def again(self) -> Reached:
        """The draft as it stands now."""
        try:
            opened = drafts.open_draft(read(), house(), self.draft_id, now())
        except NotFound:
            gone()
        return Reached(self.token, self.draft_id, opened)


class RenewForm(Form):
    """The one button of a link that has run out."""


def draft_of(token: Token) -> int:
    """The id of the draft a link is to."""
    return int(token.subject.removeprefix("draft:"))


def reach(raw: str) -> Reached:
    """The draft of the link ``raw``; otherwise answers with a page that says what became of it
    and what can be done."""
    seen = tokens.look(read(), raw, drafts.PURPOSE, now())
    if seen is None:
        limit("link-address")  # nobody tries secrets by the thousand
        gone()
    if seen.state == "revoked":
        _over(sent=drafts.was_sent(read(), draft_of(seen.token)))
    if seen.state != "good":
        _run_out(raw)
    return load(raw, draft_of(seen.token))


def load(raw: str, draft_id: int) -> Reached:
    """The draft as it stands now."""
    try:
        opened = drafts.open_draft(read(), house(), draft_id, now())
    except NotFound:
        gone()
    begin_with(opened.draft.lang)
    return Reached(raw, draft_id, opened)


def _run_out(raw: str) -> NoReturn:
    page = render_template(
        "pages/apply/link_run_out.html",
        form=RenewForm(formdata=None),
        action=url_for("apply.resume", token=raw),
        contacts=contacts(),
    )
    abort(make_response(page, 410))


def gone() -> NoReturn:
    """No such draft: never there, or forgotten when its time was up."""
    _over(sent=False)


def _over(*, sent: bool) -> NoReturn:
    page = render_template("pages/apply/draft_over.html", sent=sent, contacts=contacts())
    abort(make_response(page, 410))
