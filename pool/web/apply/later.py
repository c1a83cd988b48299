"""Going on another day: the draft's own link, to be copied or mailed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import EmailField

from pool.cases import drafts
from pool.cases.errors import Invalid, NotFound
from pool.web.access import public
from pool.web.apply import spoken, steps
from pool.web.apply.fields import summary
from pool.web.apply.guarded import GuardedPassForm
from pool.web.apply.reach import gone, reach
from pool.web.apply.room import blueprint
from pool.web.context import now, site
from pool.web.forms import field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.ratelimit import limit

Page = str | Response | tuple[str, int]


class MailLinkForm(GuardedPassForm):
    """Where to mail the draft's link."""

    email = EmailField("Your e-mail address", render_kw={"autocomplete": "email"})


@blueprint.route("/kladde/<token>/senere", methods=["GET", "POST"])
@public
def later(token: str) -> Page:
    """The draft is saved: its link, to copy or to have mailed."""
    reached = reach(token)
    switched = spoken.switch()
    known = reached.opened.draft.raw.get("email")
    form = MailLinkForm(
        subject=f"draft:{reached.draft_id}",
        data={"email": known if isinstance(known, str) else ""},
    )
    if switched is None and form.validate_on_submit() and not form.is_trapped():
        limit("link-address")
        limit("link-subject", f"draft:{reached.draft_id}")
        typed = str(form.email.data or "")
        try:
            drafts.mail_link(house(), reached.draft_id, typed, now())
        except NotFound:
            gone()
        except Invalid as error:
            field_errors_from_faults(form, error.faults, speak())
        else:
            flash(t("The link is on its way to %(email)s.", email=typed.strip()), "success")
            return redirect(url_for("apply.later", token=token), 303)
    judged = steps.judge(reached.opened)
    page = render_template(
        "pages/apply/later.html",
        definition=reached.definition,
        form=form,
        summary=summary(form),
        link=site().settings.base_url + url_for("apply.resume", token=token),
        until=reached.opened.draft.expires_at,
        onwards=steps.url(reached, steps.next_undone(reached.opened, judged)),
    )
    return page, 200 if switched else form.status
