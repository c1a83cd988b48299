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
        "da": "Puljen har beløbet tilbage ud over det, som tidligere ansøgninger venter på. "
        "Et råd: først reservationen i regnskabet prøver det.",
        "en": "The pool has the amount left, besides what earlier applications wait for. "
        "As advice: the ledger's hold is the check.",
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
    "none-returned": {
        "da": "Der er ikke kommet penge tilbage.",
        "en": "No money has come back.",
    },
    "no-open-claim": {
        "da": "Ansøgeren skylder ikke penge, der er bedt om tilbage.",
        "en": "The applicant owes no money that was asked back.",
    },
    "claim-within-out": {
        "da": "Der bedes om noget tilbage, og højst om det, der er udbetalt og stadig er ude.",
        "en": "Something is asked back, and no more than was paid and is still out.",
    },
    "something-owed": {
        "da": "Der er penge, som skal betales tilbage.",
        "en": "There is money that is to be paid back.",
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
    "promised-later": {
        "da": "Den nye dag for svaret ligger senere end i dag og end den, der var lovet.",
        "en": "The new day of the answer is later than today and than the one promised.",
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
    "raise-is-more": {
        "da": "Det nye beløb er større end det, der er bevilget.",
        "en": "The new amount is more than is granted.",
    },
    "within-free-more": {
        "da": "Puljen har forhøjelsen tilbage. Et råd: først reservationen prøver det.",
        "en": "The pool has the increase left, as advice: the ledger's hold is the check.",
    },
    "lower-is-less": {
        "da": "Det nye beløb er mindre end det, der er bevilget.",
        "en": "The new amount is less than is granted.",
    },
    "lower-within-held": {
        "da": "Kun det, der ikke er udbetalt, kan sættes ned, og der bliver noget tilbage.",
        "en": "Only what is not paid can be taken off, and something is left of it.",
    },
    "payment-standing": {
        "da": "En betaling står: intet af den er kommet tilbage, og den kan betales igen.",
        "en": "A payment stands: nothing of it came back, and it can be paid again.",
    },
    "return-standing": {
        "da": "Det, der sidst er registreret som kommet tilbage, kan tages ud af bogføringen igen.",
        "en": "What was entered last as come back can be taken out of the books again.",
    },
    "was-reminded": {
        "da": "Ansøgeren er mindet om rapporten.",
        "en": "The applicant was reminded of the report.",
    },
    "payee-known": {
        "da": "Det er oplyst, hvem der skal have pengene. Gælder, når der skal udbetales noget.",
        "en": "Who is to be paid is known. In force where something is to be paid.",
    },
    "instalments-add-up": {
        "da": "Raterne giver det bevilgede beløb; kun et fast tilskud udbetales i rater.",
        "en": "The instalments add up to the amount granted; only a fixed sum is paid in parts.",
    },
    "more-instalments": {
        "da": "Der er mere end én rate tilbage.",
        "en": "More than one instalment is left.",
    },
    "last-instalment": {
        "da": "Der er ikke flere rater end den sidste.",
        "en": "No instalment is left but the last.",
    },
    "by-list": {
        "da": "Betalingen står på en frigivet betalingsliste, hvis der skal udbetales noget.",
        "en": "The payment is on a released list. In force where something is to be paid.",
    },
    "not-listed": {
        "da": "Sagens betaling står ikke på en betalingsliste.",
        "en": "No payment of the case is on a payment list.",
    },
    "drawn-unchecked": {
        "da": "Rapporten er udtaget til stikprøve og endnu ikke set efter.",
        "en": "The report was drawn for a spot check, which has not been made.",
    },
    "findings-given": {
        "da": "Giver stikprøven bemærkninger, er de skrevet.",
        "en": "Where the spot check has remarks, they are written.",
    },
    "spot-check-done": {
        "da": "Er rapporten udtaget til stikprøve, er den set efter.",
        "en": "Where the report was drawn for a spot check, it has been made.",
    },
    "pool-short": {
        "da": "Puljen har mindre tilbage til ansøgningen, end der er søgt om.",
        "en": "The pool has less left for the application than is asked for.",
    },
    "next-year-open": {
        "da": "Det næste regnskabsår tager nye bevillinger.",
        "en": "The next year in the books takes new grants.",
    },
}
"""Guards, with their sentence in the languages of the house: applicants may read the procedure."""

ALWAYS = ("not-recused",)
"""Guards of every transition, whether written in the file or not."""

ALWAYS_DECIDING = ("heard",)
"""Guards of every decision (§19)."""

ALWAYS_UNFAVOURABLE = ("reasons-given",)
"""Guards of every decision that gives less than was asked for (§22)."""
