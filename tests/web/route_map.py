"""Who may use what: the list the application is compared with, written by hand.

``endpoint: (methods, audience)``; the audience is ``public``, ``applicant``, ``staff`` (every
signed-in colleague) or ``staff:role,role``. A new page is not there until it stands here.
"""

from __future__ import annotations

READERS = "staff:auditor,chair,communications,finance,member,secretariat,steering"
"""Every role of the pools; all but the people list's keeper."""

ROUTES: dict[str, tuple[str, str]] = {
    "static": ("GET", "public"),
    # public
    "public.index": ("GET", "public"),
    "public.pool": ("GET", "public"),
    # apply: a draft's address carries its secret
    "apply.start": ("GET POST", "public"),
    "apply.resume": ("GET POST", "public"),
    "apply.step": ("GET POST", "public"),
    "apply.autosave": ("POST", "public"),
    "apply.file": ("GET", "public"),
    "apply.later": ("GET POST", "public"),
    "apply.review": ("GET POST", "public"),
    "apply.receipt": ("GET", "applicant"),
    "apply.suggestion": ("GET POST", "public"),
    # applicant: what is sent from a page of the case carries the page's own pass
    "applicant.claim": ("GET POST", "public"),
    "applicant.case": ("GET", "applicant"),
    "applicant.file": ("GET", "applicant"),
    "applicant.letter": ("GET", "applicant"),
    "applicant.answer": ("GET POST", "public"),
    "applicant.report": ("GET POST", "public"),
    "applicant.withdraw": ("GET POST", "public"),
    "applicant.write": ("GET POST", "public"),
    "applicant.hearing": ("GET POST", "public"),
    # casework: which case is for whom is the use case's to say
    "casework.inbox": ("GET", READERS),
    "casework.mark_read": ("POST", READERS),
    "casework.cases": ("GET", READERS),
    "casework.export": ("POST", READERS),
    "casework.case": ("GET", READERS),
    "casework.attachment": ("GET", READERS),
    "casework.letter": ("GET", READERS),
    "casework.act": ("GET POST", READERS),
    "casework.decide": ("GET POST", "staff:chair,secretariat"),
    "casework.note": ("GET POST", "staff:chair,member,secretariat"),
    "casework.write": ("GET POST", "staff:chair,secretariat"),
    "casework.checklist": ("GET POST", "staff:secretariat"),
    "casework.complete": ("GET POST", READERS),
    "casework.render": ("GET POST", "staff:secretariat"),
    "casework.recuse": ("GET POST", "staff:chair,finance,member,secretariat"),
    "casework.assess": ("GET POST", "staff:chair,member"),
    "casework.begin": ("GET POST", "staff:secretariat"),
    "casework.becomes": ("GET POST", "staff:secretariat"),
    "casework.entry_about": ("GET POST", "staff:secretariat"),
    "casework.entry_step": ("GET POST", "staff:secretariat"),
    "casework.entry_autosave": ("POST", "staff:secretariat"),
    "casework.entry_file": ("GET", "staff:secretariat"),
    "casework.entry_later": ("GET", "staff:secretariat"),
    "casework.entry_review": ("GET POST", "staff:secretariat"),
    "casework.entry_drop": ("GET POST", "staff:secretariat"),
    "casework.tasks": ("GET", "staff:secretariat"),
    "casework.told": ("POST", "staff:secretariat"),
    "casework.resend": ("GET POST", "staff:secretariat"),
    # voting: a link in a mail carries its secret
    "voting.link": ("GET POST", "public"),
    "voting.ballot": ("GET POST", "staff:auditor,chair,member,secretariat"),
    "voting.propose": ("GET POST", "staff:chair,secretariat"),
    "voting.close": ("GET POST", "staff:chair"),
    "voting.confirm": ("GET POST", "staff:chair,secretariat"),
    "voting.alone": ("GET POST", "staff:chair"),
    # casework: announcing, many at once, what the group settles about an interest
    "casework.announcements": ("GET POST", "staff:chair,secretariat"),
    "casework.draft_letter": ("GET POST", "staff:chair,secretariat"),
    "casework.discard_letter": ("GET POST", "staff:chair,secretariat"),
    "casework.many": ("GET POST", "staff:chair,secretariat"),
    "casework.settle_recusal": ("GET POST", "staff:chair,secretariat"),
    "casework.lift_recusal": ("GET POST", "staff:chair,secretariat"),
    "casework.no_interest": ("POST", "staff:chair,finance,member,secretariat"),
    # meetings: in a pool whose definition holds them
    "meetings.index": ("GET", "staff:auditor,chair,member,secretariat"),
    "meetings.meeting": ("GET", "staff:auditor,chair,member,secretariat"),
    "meetings.paper": ("GET", "staff:auditor,chair,member,secretariat"),
    "meetings.hold": ("GET POST", "staff:auditor,chair,member,secretariat"),
    "meetings.plan": ("GET POST", "staff:chair,secretariat"),
    "meetings.change": ("GET POST", "staff:chair,secretariat"),
    "meetings.call_off": ("GET POST", "staff:chair,secretariat"),
    "meetings.agenda": ("GET POST", "staff:chair,secretariat"),
    "meetings.send": ("GET POST", "staff:chair,secretariat"),
    "meetings.present": ("GET POST", "staff:chair,secretariat"),
    "meetings.close": ("GET POST", "staff:chair,secretariat"),
    "meetings.hold_over": ("GET POST", "staff:chair,secretariat"),
    "meetings.stays_out": ("GET POST", "staff:chair,secretariat"),
    "meetings.note": ("GET POST", "staff:chair,secretariat"),
    "meetings.take_up": ("GET POST", "staff:chair,secretariat"),
    # steering
    "steering.index": ("GET", READERS),
    "steering.year": ("GET", READERS),
    "steering.figure": ("GET", READERS),
    "steering.grants": ("GET", READERS),
    "steering.plan_index": ("GET", READERS),
    "steering.plan_year": ("GET", READERS),
    # imports
    "imports.index": ("GET POST", "staff:secretariat"),
    "imports.columns": ("GET POST", "staff:secretariat"),
    "imports.run": ("GET", "staff:secretariat"),
    "imports.begin": ("POST", "staff:secretariat"),
    "imports.drop": ("POST", "staff:secretariat"),
    "imports.original": ("GET", "staff:secretariat"),
    "imports.problems": ("GET", "staff:secretariat"),
    # summaries: in every pool of the edition; the steering group comes by a link as well
    "summaries.index": ("GET", READERS),
    "summaries.new": ("GET POST", "staff:chair,secretariat"),
    "summaries.edition": ("GET", READERS),
    "summaries.file": ("GET", READERS),
    "summaries.write": ("GET POST", "staff:chair,secretariat"),
    "summaries.make_files": ("POST", "staff:chair,secretariat"),
    "summaries.submit": ("GET POST", "staff:chair,secretariat"),
    "summaries.answer": ("GET POST", "staff:chair,secretariat"),
    "summaries.send_again": ("GET POST", "staff:chair,secretariat"),
    "summaries.take_back": ("GET POST", "staff:chair,secretariat"),
    "summaries.ask": ("GET POST", "staff:steering"),
    "summaries.receive": ("GET POST", "staff:steering"),
    "summaries.link_renew": ("POST", "public"),
    "summaries.link_edition": ("GET", "public"),
    "summaries.link_file": ("GET", "public"),
    "summaries.link_ask": ("GET POST", "public"),
    "summaries.link_receive": ("GET POST", "public"),
    # operations
    "operations.index": ("GET", "staff:admin"),
    # signin
    "signin.sign_in": ("GET POST", "public"),
    "signin.sign_out": ("GET POST", "public"),
    "signin.forgotten": ("GET POST", "public"),
    "signin.reset": ("GET POST", "public"),
    "signin.change_password": ("GET POST", "staff"),
    # meta
    "meta.privacy": ("GET", "public"),
    "meta.accessibility": ("GET", "public"),
    "meta.health": ("GET", "public"),
    "meta.ready": ("GET", "public"),
}

FOR_SCRIPTS = {"apply.autosave", "casework.entry_autosave"}
"""Endpoints a script of ours calls: they answer with a status and no page."""

DEMO_ROUTES: dict[str, tuple[str, str]] = {
    "demo.index": ("GET POST", "public"),
    "demo.mailbox": ("GET", "public"),
    "demo.mail": ("GET", "public"),
    "demo.shown": ("GET", "public"),
    "demo.style": ("GET", "public"),
    "demo.enclosed": ("GET", "public"),
}
"""Endpoints of the demonstration alone."""
