"""The conditions a transition may have: part of the ``vocabulary``, which offers these names."""

from __future__ import annotations

from collections.abc import Mapping

GUARDS: Mapping[str, Mapping[str, str]] = {
    "not-recused": {
        "da": "Den, der handler, har ikke meldt sig inhabil i sagen. Gælder altid.",
        "en": "Who acts has declared no interest in the case. Always in force.",
    },
    "heard": {
        "da": "Ingen partshøring af ansøgeren er åben. Gælder altid, når der træffes afgørelse.",
        "en": "No hearing of the applicant is open. Always in force where something is decided.",
    },
    "reasons-given": {
        "da": "Begrundelsen er skrevet. Gælder altid ved delvis bevilling og afslag.",
        "en": "Reasons are written. Always in force where part or refusal.",
    },
    "complete": {
        "da": "Alle svar, der skal være der, er der.",
        "en": "Every required answer is there.",
    },
    "year-open": {
        "da": "Regnskabsåret tager nye bevillinger.",
        "en": "The year in the books takes new grants.",
    },
    "undecided": {
        "da": "Der er ikke truffet nogen afgørelse.",
        "en": "No decision has been made.",
    },
    "no-open-question": {
        "da": "Ansøgeren skylder ikke svar.",
        "en": "The applicant owes no answer.",
    },
    "open-question": {
        "da": "Der er et åbent spørgsmål til ansøgeren.",
        "en": "A question to the applicant is open.",
    },
    "amount-asked": {
        "da": "Der er søgt om et beløb.",
        "en": "The application asks for an amount.",
    },
    "amount-given": {
        "da": "Afgørelsen nævner et beløb over nul.",
        "en": "The decision names an amount above nothing.",
    },
    "full-is-asked": {
        "da": "Beløbet, hvis der nævnes et, er det, der blev søgt om.",
        "en": "The amount, if one is named, is what was asked for.",
    },
    "within-asked": {
        "da": "Beløbet er ikke større end det, der blev søgt om.",
        "en": "The amount is no more than was asked for.",
    },
    "part-is-less": {
        "da": "Beløbet er mindre end det, der blev søgt om.",
        "en": "The amount is less than was asked for.",
    },
    "within-free": {
        "da": "Puljen har beløbet tilbage. Et råd: først reservationen i regnskabet prøver det.",
        "en": "The pool has the amount left, as advice: the ledger's hold is the check.",
    },
    "group-decided": {
        "da": "Formanden handler, eller det er skrevet ned, hvem der besluttede, hvor og hvornår. "
        "Intet skrives ned uden om et møde, der er i gang, eller mod en afstemning.",
        "en": "The chair acts, or it is recorded who decided, where and when. "
        "Nothing is recorded past a meeting that is open, or against a vote.",
    },
    "record-evidence": {
        "da": "Den registrerede beslutning er vedlagt dokumentation.",
        "en": "The recorded decision has evidence attached.",
    },
    "held": {
        "da": "Der er sat penge til side til sagen.",
        "en": "Money is set aside for the case.",
    },
    "nothing-held": {
        "da": "Der er ikke sat penge til side til sagen.",
        "en": "No money is set aside for the case.",
    },
    "paid": {
        "da": "Der er udbetalt penge.",
        "en": "Money was paid out.",
    },
    "nothing-paid": {
        "da": "Der er ikke udbetalt penge.",
        "en": "No money was paid out.",
    },
    "other-person": {
        "da": "Den, der betaler, er ikke den, der afgjorde.",
        "en": "Who pays is not who decided.",
    },
    "reference-given": {
        "da": "Betalingens bilagsnummer er skrevet.",
        "en": "The payment's reference in the accounts is given.",
    },
    "recommended": {
        "da": "Der er en indstilling til gruppen.",
        "en": "A recommendation to the group has been made.",
    },
    "advice-amount": {
        "da": "Indstillingens beløb passer til det, der indstilles til.",
        "en": "The amount recommended fits what is recommended.",
    },
    "unannounced": {
        "da": "Afgørelsen er truffet og endnu ikke meddelt.",
        "en": "The decision is made and not announced yet.",
    },
    "due-ahead": {
        "da": "Fristen ligger ude i fremtiden.",
        "en": "The date asked for lies ahead.",
    },
    "report-awaited": {
        "da": "Der er ikke modtaget nogen rapport endnu.",
        "en": "No report was received yet.",
    },
    "report-in": {
        "da": "Rapporten er modtaget.",
        "en": "The report was received.",
    },
    "return-within-paid": {
        "da": "Der kommer ikke mere tilbage, end der er udbetalt og stadig er ude.",
        "en": "No more comes back than was paid and is still out.",
    },
    "unspent-returned": {
        "da": "Det, der er udbetalt og ikke brugt, er kommet tilbage.",
        "en": "What was paid and not spent has come back.",
    },
    "no-open-hearing": {
        "da": "Ingen partshøring af ansøgeren er i gang.",
        "en": "No hearing of the applicant is going on.",
    },
    "open-hearing": {
        "da": "En partshøring af ansøgeren er begyndt og ikke afsluttet.",
        "en": "A hearing of the applicant was begun and has not ended.",
    },
    "checklist-done": {
        "da": "Der er taget stilling til hvert punkt på tjeklisten.",
        "en": "Every point of the checklist has been judged.",
    },
    "other-pool": {
        "da": "Sagen sendes til en af husets andre puljer.",
        "en": "The case is sent to another of the house's pools.",
    },
    "letter-unsent": {
        "da": "Afgørelsen er truffet, og intet brev om den er sendt.",
        "en": "A decision is in force and no letter of it has left.",
    },
    "letter-gone-out": {
        "da": "Afgørelsens brev er sendt; hviler det endnu, fortrydes afgørelsen i stedet.",
        "en": "The decision's letter has left; while it rests the decision is undone instead.",
    },
    "was-heard": {
        "da": "Ansøgeren er hørt siden afgørelsen, eller der står, hvorfor det ikke er nødvendigt.",
        "en": "The applicant was heard since the decision, or it is written why that need not be.",
    },
    "early-start-acute": {
        "da": "Kun i en sag, der haster, kan det tillades at begynde før afgørelsen.",
        "en": "Only an acute case may be allowed to have begun before the decision.",
    },
    "by-post-adds-up": {
        "da": "Fordelingen på budgettets poster giver det bevilgede beløb.",
        "en": "What is granted by post adds up to the amount granted.",
    },
    "until-ahead": {
        "da": "Den dag, der udsættes til, ligger ude i fremtiden.",
        "en": "The day until which it is postponed lies ahead.",
    },
    "no-open-vote": {
        "da": "Gruppen er ikke ved at stemme om sagen.",
        "en": "The group is not voting on the case.",
    },
    "advance-within": {
        "da": "Et forskud gives kun til en underskudsgaranti og er mindre end den.",
        "en": "An advance is given on a deficit guarantee alone, and is less than it.",
    },
    "advance-agreed": {
        "da": "Bevillingen har et forskud, og det er ikke udbetalt.",
        "en": "The grant has an advance, which has not been paid.",
    },
    "something-due": {
        "da": "Regnskabet viser et underskud, eller der er udbetalt et forskud.",
        "en": "The accounts show a deficit, or an advance was paid.",
    },
    "reference-when-due": {
        "da": "Skal der udbetales noget, er betalingens bilagsnummer skrevet.",
        "en": "Where something is to be paid, the payment's reference is given.",
    },
    "all-returned": {
        "da": "Det, der er udbetalt, er kommet tilbage.",
        "en": "What was paid has come back.",
    },
    "fixed-grant": {
        "da": "Bevillingen er et fast tilskud.",
        "en": "The grant is a fixed sum.",
    },
    "deficit-grant": {
        "da": "Bevillingen er en underskudsgaranti.",
        "en": "The grant is a deficit guarantee.",
    },
}
"""Guards, with their sentence in the languages of the house: applicants may read the procedure."""

ALWAYS = ("not-recused",)
"""Guards of every transition, whether written in the file or not."""

ALWAYS_DECIDING = ("heard",)
"""Guards of every decision (§19)."""

ALWAYS_UNFAVOURABLE = ("reasons-given",)
"""Guards of every decision that gives less than was asked for (§22)."""
