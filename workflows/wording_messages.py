"""The sentences for faults of messages and delays (see ``wording_faults``), and for what differs in
them between two versions (see ``compare``)."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "unknown-message": (
        "There is no message called %(name)s that can be switched on.",
        "Perhaps you meant: %(nearest)s. What has effect in law is always sent.",
    ),
    "message-needs-effect": (
        "%(name)s is never sent: no transition has the effect %(effect)s.",
        "Take it away, or add such a transition.",
    ),
    "unknown-draft": (
        "%(name)s is no letter that can wait as a draft.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "draft-unsent": (
        "%(name)s can never wait as a draft: no transition sends the letter %(letter)s.",
        "Take it away.",
    ),
    "approval-of-nothing": (
        "Somebody else is to approve the drafts, but nothing waits as a draft.",
        "Name letters in drafts, or take approval away.",
    ),
    "delay-too-early": (
        "The warning comes before the case: an answer is promised within %(days)s working days.",
        "Write a smaller warn_days.",
    ),
    "delay-order": (
        "The applicant would be told of a delay before the secretariat is warned.",
        "Let notice_days be less than warn_days.",
    ),
    "delay-without-reason": (
        "A delay is told by itself, but without a reason.",
        "Write reason.da = … and reason.en = … in [delay].",
    ),
    "delay-by-nobody": (
        "A delay is to be told by itself, but no transition does so.",
        "Add one with the effect delay and system in who.",
    ),
    "reminder-too-early": (
        "The reminder comes before the question: an answer is due after %(days)s days.",
        "Write a smaller answer_before.",
    ),
    "delay-astray": (
        "%(transition)s tells of a delay, but leads elsewhere or has another letter.",
        'Write to = "=" and letter = "delayed".',
    ),
    "delay-without-clock": (
        "In %(state)s no answer is waited for, so that %(transition)s can delay none.",
        "Let it begin where the clock is running.",
    ),
}

DIFFERENCES: Mapping[str, Mapping[str, str]] = {
    "message-on": {
        "da": "I nye sager sendes også beskeden “%(name)s”.",
        "en": "New cases send one more message: “%(name)s”.",
    },
    "message-off": {
        "da": "I nye sager sendes beskeden “%(name)s” ikke mere.",
        "en": "New cases no longer send “%(name)s”.",
    },
    "draft-on": {
        "da": "I nye sager venter brevet “%(name)s” som kladde, til nogen sender det.",
        "en": "In new cases the letter “%(name)s” waits as a draft until somebody sends it.",
    },
    "draft-off": {
        "da": "I nye sager sendes brevet “%(name)s” med det samme.",
        "en": "In new cases the letter “%(name)s” is sent at once.",
    },
    "approval-another": {
        "da": "En kladde i nye sager skal godkendes af en anden end den, der skrev den.",
        "en": "A draft in a new case is approved by somebody else than who wrote it.",
    },
    "approval-same": {
        "da": "Den, der skrev en kladde i en ny sag, må selv godkende den.",
        "en": "Whoever wrote a draft in a new case may approve it.",
    },
    "delay-on": {
        "da": "I nye sager advares sekretariatet %(days)s arbejdsdage før den lovede dag.",
        "en": "In new cases the secretariat is warned %(days)s working days before the "
        "promised day.",
    },
    "delay-off": {
        "da": "I nye sager advares sekretariatet ikke før den lovede dag.",
        "en": "In new cases the secretariat is not warned before the promised day.",
    },
    "delay-automatic": {
        "da": "Ansøgere i nye sager får selv besked om en forsinkelse %(days)s arbejdsdage før.",
        "en": "Applicants of new cases are told of a delay by itself, %(days)s working days "
        "before.",
    },
    "delay-by-hand": {
        "da": "Besked om forsinkelse i nye sager sendes af sekretariatet.",
        "en": "In new cases the secretariat tells of a delay.",
    },
    "reminders": {
        "da": "I nye sager mindes der om et svar %(answer)s dage før fristen og om modtageren af "
        "pengene efter %(payee)s dage.",
        "en": "In new cases an answer is asked for again %(answer)s days before it is due, and "
        "whom to pay after %(payee)s days.",
    },
}
