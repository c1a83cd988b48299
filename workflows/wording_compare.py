"""What follows when a feature is switched on or off, and other differences of two versions: one
sentence each, in the languages of the house."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Text

FEATURE_ON: Mapping[str, Text] = {
    "recommendation": {
        "da": "Nye sager skal have en indstilling, før gruppen kan afgøre dem.",
        "en": "New cases need a recommendation before the group can decide.",
    },
    "separate-announcement": {
        "da": "I nye sager får ansøgeren først svar, når afgørelsen bliver meddelt.",
        "en": "In new cases the applicant has no answer until the decision is announced.",
    },
    "two-person-release": {
        "da": "I nye sager skal en anden end den, der afgjorde, frigive betalingen.",
        "en": "In new cases somebody else than who decided must release the payment.",
    },
    "criteria": {
        "da": "Medlemmerne kan vurdere nye sager efter puljens kriterier.",
        "en": "Members can assess new cases by the pool's criteria.",
    },
    "votes": {
        "da": "Der kan stemmes skriftligt om nye sager; imens afgøres de ikke på anden måde.",
        "en": "New cases can be put to a written vote, and cannot be decided otherwise meanwhile.",
    },
    "meetings": {
        "da": "Nye sager kan sættes på dagsordenen til et møde og afgøres der.",
        "en": "New cases can be put on the agenda of a meeting and decided there.",
    },
    "conditions": {
        "da": "Nye sager kan bevilges på vilkår.",
        "en": "Money can be granted on conditions in new cases.",
    },
    "by-post": {
        "da": "En delvis bevilling i nye sager kan fordeles på budgettets poster.",
        "en": "A part that is granted in a new case can be divided among the posts of the budget.",
    },
    "postponement": {
        "da": "Nye sager kan udsættes til en bestemt dag; imens står fristen for svaret stille.",
        "en": "New cases can be postponed until a day; the promised day stands still meanwhile.",
    },
    "deficit-guarantee": {
        "da": "Nye sager kan få en underskudsgaranti, som udbetales efter regnskabet.",
        "en": "New cases can be given a deficit guarantee, which is paid after the accounts.",
    },
    "bulk": {
        "da": "Flere nye sager kan behandles på én gang efter en prøvekørsel.",
        "en": "Several new cases can be moved at once after a dry run.",
    },
    "instalments": {
        "da": "Nye sager kan få støtten udbetalt i rater.",
        "en": "New cases can be granted money that is paid in instalments.",
    },
    "payment-file": {
        "da": "I nye sager går alle betalinger gennem en betalingsliste, som en anden frigiver.",
        "en": "In new cases every payment goes by a payment list that somebody else releases.",
    },
    "spot-check": {
        "da": "Nogle rapporter i nye sager udtages til stikprøve og lukkes først bagefter.",
        "en": "Some reports of new cases are drawn for a spot check, and closed only after it.",
    },
    "books": {
        "da": "Puljens bogføring kan afstemmes med økonomisystemets posteringer.",
        "en": "The pool's books can be compared with the accounting system's postings.",
    },
    "waiting-list": {
        "da": "Nye sager kan stå på venteliste, når der ikke er penge nok.",
        "en": "New cases can be put on a waiting list while there is not enough money.",
    },
    "carry-over": {
        "da": "Bevillinger i nye sager kan flyttes til det næste års penge.",
        "en": "Grants of new cases can be moved into the next year's money.",
    },
    "accounts-form": {
        "da": "I nye sager er rapporten et regnskab for hver post i budgettet.",
        "en": "In new cases the report has accounts of each post of the budget.",
    },
}
"""One sentence for each feature that is switched on."""

FEATURE_OFF: Mapping[str, Text] = {
    "recommendation": {
        "da": "Nye sager kan afgøres uden indstilling.",
        "en": "New cases can be decided without a recommendation.",
    },
    "separate-announcement": {
        "da": "I nye sager får ansøgeren svar, så snart der er truffet afgørelse.",
        "en": "In new cases the applicant has the answer as soon as it is decided.",
    },
    "two-person-release": {
        "da": "I nye sager må den, der afgjorde, også frigive betalingen.",
        "en": "In new cases who decided may release the payment too.",
    },
    "criteria": {
        "da": "Nye sager vurderes ikke efter kriterier.",
        "en": "New cases are not assessed by criteria.",
    },
    "votes": {
        "da": "Der kan ikke stemmes skriftligt om nye sager.",
        "en": "New cases cannot be put to a written vote.",
    },
    "meetings": {
        "da": "Nye sager kommer ikke på nogen dagsorden.",
        "en": "New cases are put on no agenda.",
    },
    "conditions": {
        "da": "Nye sager kan ikke bevilges på vilkår.",
        "en": "No money can be granted on conditions in new cases.",
    },
    "by-post": {
        "da": "En delvis bevilling i nye sager gives som ét beløb.",
        "en": "A part that is granted in a new case is one amount.",
    },
    "postponement": {
        "da": "Nye sager kan ikke udsættes.",
        "en": "New cases cannot be postponed.",
    },
    "deficit-guarantee": {
        "da": "Nye sager kan kun få et fast tilskud.",
        "en": "New cases can be given a fixed sum alone.",
    },
    "bulk": {
        "da": "Nye sager behandles én ad gangen.",
        "en": "New cases are moved one at a time.",
    },
    "instalments": {
        "da": "I nye sager udbetales støtten på én gang.",
        "en": "In new cases the grant is paid at once.",
    },
    "payment-file": {
        "da": "Betalinger i nye sager markeres én ad gangen, uden betalingsliste.",
        "en": "Payments of new cases are marked one at a time, without a payment list.",
    },
    "spot-check": {
        "da": "Ingen rapporter i nye sager udtages til stikprøve.",
        "en": "No reports of new cases are drawn for a spot check.",
    },
    "books": {
        "da": "Puljens bogføring afstemmes ikke med økonomisystemet her.",
        "en": "The pool's books are not compared with the accounting system here.",
    },
    "waiting-list": {
        "da": "Nye sager kan ikke stå på venteliste.",
        "en": "New cases cannot be put on a waiting list.",
    },
    "carry-over": {
        "da": "Bevillinger i nye sager bliver i deres år.",
        "en": "Grants of new cases stay in their year.",
    },
    "accounts-form": {
        "da": "I nye sager oplyser rapporten ét beløb, der er brugt.",
        "en": "In new cases the report tells one amount that was spent.",
    },
}
"""One sentence for each feature that is switched off."""

SENTENCES: Mapping[str, Text] = {
    "suggestions-on": {
        "da": "Puljen tager imod forslag uden budget.",
        "en": "The pool takes suggestions without a budget.",
    },
    "suggestions-off": {
        "da": "Puljen tager ikke længere imod forslag.",
        "en": "The pool takes suggestions no longer.",
    },
    "state-new": {
        "da": "En ny sag kan være “%(name)s”.",
        "en": "A new case can be “%(name)s”.",
    },
    "state-gone": {
        "da": "En ny sag kan ikke mere være “%(name)s”.",
        "en": "A new case can no longer be “%(name)s”.",
    },
    "action-new": {
        "da": "I nye sager er der en handling mere: “%(name)s”.",
        "en": "New cases have one more action: “%(name)s”.",
    },
    "action-gone": {
        "da": "I nye sager er handlingen “%(name)s” der ikke længere.",
        "en": "New cases no longer have “%(name)s”.",
    },
    "action-changed": {
        "da": "“%(name)s” gøres på en anden måde i nye sager.",
        "en": "“%(name)s” is done in another way in new cases.",
    },
    "question-new": {
        "da": "Der bliver spurgt om mere: “%(name)s”",
        "en": "One more thing is asked: “%(name)s”",
    },
    "question-gone": {
        "da": "Der bliver ikke længere spurgt: “%(name)s”",
        "en": "It is no longer asked: “%(name)s”",
    },
    "limit": {
        "da": "%(name)s: %(after)s i stedet for %(before)s",
        "en": "%(name)s: %(after)s instead of %(before)s",
    },
    "spot-check-rate": {
        "da": "I nye sager udtages én rapport ud af %(after)s i stedet for én ud af %(before)s.",
        "en": "In new cases one report in %(after)s is drawn instead of one in %(before)s.",
    },
    "none": {"da": "ingen grænse", "en": "no limit"},
    "new-cases": {
        "da": "Det gælder nye sager. De sager, der er begyndt, beholder version %(version)s.",
        "en": "This holds for new cases. Cases that have begun keep version %(version)s.",
    },
    "same": {
        "da": "Der er ingen forskel på reglerne.",
        "en": "The rules are the same.",
    },
}

LIMITS: Mapping[str, Text] = {
    "short_form": {"da": "Det korte skema går til", "en": "The short form goes up to"},
    "max_amount": {"da": "Der kan højst søges om", "en": "At most can be asked for"},
    "low_balance": {"da": "Der advares, når der er under", "en": "A warning is given below"},
    "warnings": {"da": "Der advares, når der er under", "en": "Warnings are given below"},
    "draft_days": {"da": "Dage, et udkast gemmes", "en": "Days a draft is kept"},
    "unforeseen_percent": {
        "da": "Uforudsete udgifter må højst være (procent)",
        "en": "Unforeseen costs may be at most (per cent)",
    },
    "waive_unspent": {
        "da": "Så meget behøver ikke betales tilbage",
        "en": "So much need not be paid back",
    },
    "undo_minutes": {
        "da": "Minutter, et brev om en afgørelse venter",
        "en": "Minutes a decision's letter waits",
    },
    "promise_days": {"da": "Arbejdsdage til svaret", "en": "Working days to the answer"},
    "report_days": {"da": "Dage til rapporten", "en": "Days to the report"},
    "answer_days": {"da": "Dage til at svare på spørgsmål", "en": "Days for answering questions"},
}
"""Limits and times, as the beginning of a sentence."""
