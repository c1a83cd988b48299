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
    # applicant: what is sent from a page of the case carries the page's own pass
    "applicant.claim": ("GET POST", "public"),
    "applicant.case": ("GET", "applicant"),
    "applicant.file": ("GET", "applicant"),
    "applicant.letter": ("GET", "applicant"),
    "applicant.answer": ("GET POST", "public"),
    "applicant.report": ("GET POST", "public"),
    "applicant.withdraw": ("GET POST", "public"),
    # casework: which case is for whom is the use case's to say
    "casework.cases": ("GET", READERS),
    "casework.case": ("GET", READERS),
    "casework.attachment": ("GET", READERS),
    "casework.letter": ("GET", READERS),
    "casework.act": ("GET POST", READERS),
    "casework.decide": ("GET POST", "staff:chair,secretariat"),
    "casework.note": ("GET POST", "staff:chair,member,secretariat"),
    "casework.recuse": ("GET POST", "staff:chair,finance,member,secretariat"),
    "casework.tasks": ("GET", "staff:secretariat"),
    "casework.told": ("POST", "staff:secretariat"),
    "casework.resend": ("GET POST", "staff:secretariat"),
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

FOR_SCRIPTS = {"apply.autosave"}
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
