"""Words of the drawn and written procedure, in the languages of the house."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Text

WORDS: Mapping[str, Text] = {
    "procedure": {"da": "Sagsgang", "en": "Procedure"},
    "start": {"da": "begynder her", "en": "begins here"},
    "end": {"da": "slutter her", "en": "ends here"},
    "now": {"da": "sagen er her nu", "en": "the case is here now"},
    "to": {"da": "til", "en": "to"},
    "from": {"da": "Fra", "en": "From"},
    "stays": {"da": "bliver her", "en": "stays here"},
    "clock": {"da": "Ur", "en": "Clock"},
    "running": {"da": "uret går", "en": "the clock runs"},
    "paused": {"da": "uret holder pause", "en": "the clock is paused"},
    "stopped": {"da": "uret er stoppet", "en": "the clock is stopped"},
    "money": {"da": "Penge", "en": "Money"},
    "none": {"da": "ingen penge", "en": "no money"},
    "held": {"da": "penge sat til side", "en": "money set aside"},
    "paid": {"da": "penge udbetalt", "en": "money paid out"},
    "undisclosed": {"da": "afgørelsen er ikke meddelt", "en": "the decision is not announced"},
    "features": {"da": "Slået til", "en": "Switched on"},
    "states": {"da": "Tilstande", "en": "States"},
    "state": {"da": "Tilstand", "en": "State"},
    "shown": {"da": "Det ser ansøgeren", "en": "What the applicant reads"},
    "actions": {"da": "Handlinger", "en": "Actions"},
    "action": {"da": "Handling", "en": "Action"},
    "who": {"da": "Hvem", "en": "Who"},
    "leads": {"da": "Fører til", "en": "Leads to"},
    "asks": {"da": "Der skal skrives", "en": "Asks for"},
    "optional": {"da": "frivilligt", "en": "optional"},
    "conditions": {"da": "Betingelser", "en": "Conditions"},
    "letter": {"da": "Brev", "en": "Letter"},
    "rights": {"da": "Rettigheder", "en": "Rights"},
    "role": {"da": "Rolle", "en": "Role"},
    "sees": {"da": "ser", "en": "sees"},
    "edits": {"da": "retter", "en": "edits"},
    "questions": {"da": "Spørgsmål", "en": "Questions"},
    "question": {"da": "Spørgsmål", "en": "Question"},
    "type": {"da": "Type", "en": "Type"},
    "short": {"da": "Kort", "en": "Short"},
    "full": {"da": "Lang", "en": "Full"},
    "required": {"da": "Skal besvares", "en": "Required"},
    "sometimes": {"da": "betinget", "en": "sometimes"},
    "yes": {"da": "ja", "en": "yes"},
    "no": {"da": "nej", "en": "no"},
    "version": {"da": "Version", "en": "Version"},
    "made": {
        "da": "Denne side er lavet ud fra puljens fil. Ret filen, ikke siden.",
        "en": "This page is made from the pool's file. Change the file, not the page.",
    },
}


def say(name: str, lang: str) -> str:
    """The word in ``lang``, else in Danish."""
    return pick(WORDS[name], lang)


def pick(text: Text, lang: str) -> str:
    """The text in ``lang``, else in Danish."""
    return text.get(lang) or text["da"]
