"""Bad files: the urban-life definition with one thing made wrong.

Each seed replaces the first ``old`` (after ``after``, where there is one) by ``new`` and expects
its fault on the first line of the changed file after ``after`` that begins with ``at``.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.loading import OWN

GOOD = (OWN / "urban-life.toml").read_text(encoding="utf-8")
BIG = (OWN / "bydelspulje.toml").read_text(encoding="utf-8")
YEARLY = (OWN / "knowledge.toml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Seed:
    code: str
    old: str
    new: str
    at: str
    after: str = ""
    of: str = GOOD
    """The good file."""

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> str:
        place = self.of.find(self.old, max(self.of.find(self.after), 0))
        place = self.of.index(self.old) if place < 0 else place
        return self.of[:place] + self.new + self.of[place + len(self.old) :]

    @property
    def line(self) -> int:
        text = self.text
        start = max(text.index(self.after) - 1, 0) if self.after else 0
        return text.count("\n", 0, text.index("\n" + self.at, start)) + 2


STATE = (
    '[states.{0}]\nclock = "stopped"\nmoney = "{1}"\nstaff = {{ da = "x", en = "x" }}\n'
    'applicant = {{ da = "x", en = "x" }}\nsee = ["applicant", "secretariat"]\n'
)
"""A further state, to be filled in with its key and money."""

QUESTION = (
    '[questions.{0}]\ntype = "{1}"\nstep = "people"\nlabel = {{ da = "x", en = "x" }}\n'
    'help = {{ da = "x", en = "x" }}\n'
)
"""A further question, to be filled in with its key and type."""


def step(key: str, source: str, target: str, more: str = "") -> str:
    """A further transition."""
    return (
        f'[transitions.{key}]\nlabel = {{ da = "x", en = "x" }}\nfrom = ["{source}"]\n'
        f'to = "{target}"\nwho = ["secretariat"]\n{more}\n'
    )


def cut(start: str, end: str) -> str:
    """What stands between two places, to be taken out."""
    begin = GOOD.index(start)
    return GOOD[begin : GOOD.index(end, begin + 1)]


T = "[transitions."
SHAPE = [
    Seed("syntax", "version = 1", "version = ", "version ="),
    Seed("syntax", '[steps.people]', '[steps.safety]', "[steps.safety]", "Skriv ikke om navngivne"),
    Seed("unknown-key", "promise_days = 15", "promise_dayz = 15", "promise_dayz"),
    Seed("missing-key", "promise_days = 15\n", "", "[pool]"),
    Seed("not-text", 'key = "urban-life"', "key = 7", "key ="),
    Seed("not-number", "version = 1", 'version = "1"', "version"),
    Seed("not-number", "version = 1", "version = true", "version"),
    Seed("not-boolean", "start = true", "start = 1", "start ="),
    Seed("not-table", 'label = { da = "E-mail", en = "E-mail" }', 'label = "E-mail"',
         'label = "E'),
    Seed("not-list", 'from = ["received"]', 'from = "received"', "from", T + "ask]"),
    Seed("not-answer", "is = true", "is = 1", "asked_when", "[questions.unsafe_what]"),
    Seed("empty", 'prefix = "BT"', 'prefix = " "', "prefix"),
    Seed("empty", 'da = "E-mail"', 'da = ""', 'label = { da = "",'),
    Seed("out-of-range", "answer_days = 14", "answer_days = 0", "answer_days"),
    Seed("not-money", 'low_balance = "20.000 kr."', 'low_balance = "20,000.00"', "low_balance"),
    Seed("unknown-value", 'clock = "paused"', 'clock = "pauzed"', "clock", "[states.asked]"),
    Seed("unknown-value", 'forms = ["short"]', 'forms = ["brief"]', "forms",
         "[questions.budget_line]"),
    Seed("unknown-value", 'outcome = "full"', 'outcome = "all"', "outcome"),
    Seed("duplicate", '"auditor"]\n\n[contact]', '"auditor", "chair"]\n\n[contact]', "roles"),
    Seed("bad-name", "[steps.people]", "[steps.People]", "[steps.People]"),
    Seed("bad-name", 'key = "urban-life"', 'key = "urban life"', "key ="),
    Seed("bad-prefix", 'prefix = "BT"', 'prefix = "bt"', "prefix"),
    Seed("missing-language", ', en = "Received"', "", "staff"),
    Seed("missing-language", ', en = "The activity must create safety or prevent crime."', "",
         "  { da = \"Aktiviteten skal"),
    Seed("unknown-language", 'en = "Received"', 'en = "Received", xx = "?"', "staff"),
    Seed("condition-shape", "answered = false", 'answered = false, is = "x"', "required_when",
         "[questions.phone]"),
]  # fmt: skip

NAMES = [
    Seed("unknown-role", 'who = ["secretariat"]', 'who = ["secretary"]', "who", T + "ask]"),
    Seed("unknown-role", '"chair", "steering"', '"chairman", "steering"', "roles"),
    Seed("role-not-in-pool", '"finance", "communications", "auditor"]\n\n[contact]',
         '"communications", "auditor"]\n\n[contact]', "see", "[states.granted]"),
    Seed("unknown-guard", '"year-open"', '"year-opened"', "guards", T + "grant]"),
    Seed("unknown-effect", '"hold"', '"reserve"', "effects", T + "grant]"),
    Seed("unknown-letter", 'letter = "payment"', 'letter = "pay"', "letter", T + "pay]"),
    Seed("unknown-notice", '["communications"]', '["press"]', "notices", T + "grant]"),
    Seed("unknown-input", '"questions", "due_on"', '"question", "due_on"', "inputs", T + "ask]"),
    Seed("unknown-deadline", 'deadlines.set = ["answer"]', 'deadlines.set = ["reply"]',
         "deadlines", T + "ask]"),
    Seed("unknown-feature", "[limits]", "[features]\nvoting = true\n[limits]", "voting"),
    Seed("feature-not-built", "[limits]", "[features]\nvotes = true\n[limits]", "votes"),
    Seed("feature-off", 'guards = ["held",', 'guards = ["other-person", "held",', "guards",
         T + "pay]"),
    Seed("feature-off", 'effects = ["close"]', 'effects = ["close", "recommend"]', "effects",
         T + "close]"),
    Seed("feature-off", "recommendation = true\n", "", "inputs", T + "recommend]", BIG),
    Seed("feature-off", 'clock = "stopped"', 'undisclosed = true\nclock = "stopped"',
         "undisclosed", "[states.granted]"),
    Seed("unknown-state", 'to = "paid"', 'to = "payd"', "to", T + "pay]"),
    Seed("unknown-state", 'from = ["granted"]', 'from = ["grant"]', "from", T + "pay]"),
    Seed("input-twice", 'inputs.optional = ["note"]', 'inputs.optional = ["reference", "note"]',
         "inputs", T + "pay]"),
    Seed("clock-deadline", 'deadlines.set = ["answer"]', 'deadlines.set = ["answer", "promise"]',
         "deadlines", T + "ask]"),
]  # fmt: skip

Q = "[questions."
FORM = [
    Seed("list-empty", cut("[focus_areas]", "[results]"), "[focus_areas]\n", "[focus_areas]"),
    Seed("bad-email", "puljen@example.dk", "puljen.example.dk", "email"),
    Seed("bad-email", "kommunikation@example.dk", "kommunikation", "communications_email"),
    Seed("bad-phone", 'phone = "33 66 33 66"', 'phone = "33 66 33"', "phone"),
    Seed("limits-order", "draft_days = 60", 'max_amount = "5.000"\ndraft_days = 60',
         "short_form"),
    Seed("step-reserved", "[steps.activity]", '[steps.short]\ntitle = { da = "x", en = "x" }\n'
         "[steps.activity]", "[steps.short]"),
    Seed("step-empty", "[steps.activity]", '[steps.extra]\ntitle = { da = "x", en = "x" }\n'
         "[steps.activity]", "[steps.extra]"),
    Seed("unknown-step", 'step = "activity"', 'step = "aktivity"', "step", Q + "title]"),
    Seed("group-empty", "[groups.reach]", '[groups.when]\nlabel = { da = "x", en = "x" }\n'
         "[groups.reach]", "[groups.when]"),
    Seed("group-split", Q + "phone]", QUESTION.format("x", "text") + "\n" + Q + "phone]",
         "group", Q + "phone]"),
    Seed("group-split", 'forms = ["short", "full"]\nautocomplete = "email"',
         'autocomplete = "email"', "group", Q + "phone]"),
    Seed("unknown-group", 'group = "reach"\nforms', 'group = "reech"\nforms', "group",
         Q + "email]"),
    Seed("help-missing", 'help = { da = "Et skøn er fint.", en = "A guess is fine." }\n', "",
         Q + "participants]"),
    Seed("no-form", 'forms = ["short"]', "forms = []", "forms", Q + "budget_line]"),
    Seed("options-missing", 'options = "focus_areas"\n', "", Q + "focus_area]"),
    Seed("options-needless", 'type = "text"\nstep = "contact"\nmax_length = 200',
         'type = "text"\nstep = "contact"\noptions = "focus_areas"', "options", Q + "address]"),
    Seed("budget-posts-missing", cut("[budget_posts]", "[refusal_reasons.outside"), "",
         "type", Q + "budget]"),
    Seed("length-needless", 'step = "people"\nminimum = 1', 'step = "people"\nmax_length = 3',
         "max_length", Q + "participants]"),
    Seed("bound-needless", 'step = "activity"\nlabel', 'step = "activity"\nminimum = 1\nlabel',
         "minimum", Q + "ends_on]"),
    Seed("bounds-order", "minimum = 1\nmaximum = 100000", "minimum = 9\nmaximum = 1", "maximum",
         Q + "participants]"),
    Seed("start-conditional", 'step = "people"\nminimum = 1', 'step = "start"\nminimum = 1',
         "step", Q + "participants]"),
    Seed("condition-unknown-question", '{ question = "unsafe_event"', '{ question = "unsafe"',
         "asked_when", Q + "unsafe_what]"),
    Seed("condition-later", '{ question = "unsafe_event"', '{ question = "urgent"',
         "asked_when", Q + "unsafe_what]"),
    Seed("condition-later", '{ question = "unsafe_event", is = true }\nlabel',
         '{ question = "unsafe_what", answered = true }\nlabel', "required_when",
         Q + "unsafe_what]"),
    Seed("condition-other-form", 'step = "safety"\nmax_length = 2000',
         'step = "safety"\nforms = ["short", "full"]', "asked_when", Q + "unsafe_what]"),
    Seed("condition-type", "is = true", 'is = "yes"', "asked_when", Q + "unsafe_what]"),
    Seed("condition-type", "is = true", 'above = "1 kr."', "asked_when", Q + "unsafe_what]"),
    Seed("condition-type", 'is = "company"', "is = true", "required_when", Q + "cvr]"),
    Seed("condition-unknown-option", 'is = "company"', 'is = "firm"', "required_when",
         Q + "cvr]"),
    Seed("reserved-type", 'type = "date"', 'type = "text"', "type", Q + "ends_on]"),
    Seed("reserved-missing", cut(Q + "starts_on]", Q + "ends_on]"), "", Q + "amount]"),
    Seed("reserved-missing", 'forms = ["short", "full"]\nrequired = true\nlabel',
         "required = true\nlabel", Q + "starts_on]", Q + "starts_on]"),
    Seed("reserved-optional", "required = true\nmax_length = 150", "max_length = 150",
         Q + "title]"),
    Seed("budget-missing", cut(Q + "budget_line]", Q + "other_funding]"), "", Q + "amount]"),
    Seed("amount-not-first", 'step = "start"', 'step = "budget"', Q + "amount]"),
    Seed("unknown-kind", "options.company.", "options.firm.", "options.firm"),
    Seed("unknown-result", 'options = "results"',
         'options.one.label = { da = "x", en = "x" }\noptions.two.label = { da = "x", en = "x" }',
         "options.one", Q + "results]", BIG),
    Seed("recognise-shape", '["inventar"', '["Inventar"', "recognise",
         "[refusal_reasons.equipment]", BIG),
    Seed("recognise-twice", '["inventar"', '["driftsopgave"', "recognise",
         "[refusal_reasons.equipment]", BIG),
    Seed("deliverable-unknown-question", '"knowledge_kind"', '"knowledge_kinds"', "question",
         "[deliverable]", YEARLY),
    Seed("deliverable-unknown-answer", '["event", "product"]', '["event", "produkt"]', "is",
         "[deliverable]", YEARLY),
    Seed("missing-key", 'is = ["event", "product"]\n', "", "[deliverable]", "", YEARLY),
    Seed("email-required", 'group = "reach"\nforms', 'group = "reach"\nrequired = true\nforms',
         Q + "email]"),
    Seed("no-way-to-reach", 'required_when = { question = "email", answered = false }\n', "",
         Q + "phone]"),
    Seed("short-form-long", 'step = "people"\nminimum = 1',
         'step = "people"\nforms = ["short", "full"]', "forms", Q + "phone]"),
]  # fmt: skip

PROCEDURE = [
    Seed("no-start", "start = true\n", "", "[states.received]"),
    Seed("several-starts", '[states.asked]\n', '[states.asked]\nstart = true\n', "start",
         "[states.asked]"),
    Seed("start-final", "start = true\n", "start = true\nfinal = true\n", "final"),
    Seed("start-clock", 'clock = "running"', 'clock = "stopped"', "clock", "[states.received]"),
    Seed("end-clock", 'clock = "stopped"', 'clock = "running"', "clock", "[states.refused]"),
    Seed("unreachable", "[states.asked]", STATE.format("lost", "none") + "final = true\n"
         "[states.asked]", "[states.lost]"),
    Seed("trap", "[transitions.ask]", STATE.format("hole", "none")
         + step("fall", "received", "hole") + "[transitions.ask]", "[states.hole]"),
    Seed("no-way-out", "[transitions.ask]",
         STATE.format("left", "none") + STATE.format("right", "none")
         + step("fall", "received", "left") + step("over", "left", "right")
         + step("back", "right", "left") + "[transitions.ask]", "[states.left]"),
    Seed("leaves-end", "[transitions.ask]", step("revive", "refused", "received")
         + "[transitions.ask]", "from", T + "revive]"),
    Seed("applicant-blind", 'see = ["applicant", "secretariat", "member", "chair", "auditor"]',
         'see = ["secretariat", "member", "chair", "auditor"]', "see", "[states.refused]"),
    Seed("edit-unseen", 'edit = ["secretariat"]', 'edit = ["finance"]', "edit",
         "[states.received]"),
    Seed("actor-blind", 'who = ["secretariat"]', 'who = ["finance"]', "who", T + "ask]"),
    Seed("pause-without-day", 'deadlines.set = ["answer"]\n', "", T + "ask]"),
    Seed("guard-needs-input", 'inputs.required = ["questions", "due_on"]',
         'inputs.required = ["questions"]', "guards", T + "ask]"),
    Seed("guard-needs-input", 'inputs.optional = ["criterion", "record", "note"]',
         'inputs.optional = ["note"]', "guards", T + "refuse]"),
    Seed("effect-needs-input", 'inputs.required = ["reference", "paid_on"]\n'
         'inputs.optional = ["note"]', 'inputs.optional = ["reference", "paid_on"]', "effects",
         T + "pay]"),
    Seed("effect-needs-guard", 'guards = ["undecided", "no-open-question", "group-decided"]',
         'guards = ["group-decided"]', "effects", T + "refuse]"),
    Seed("letter-needs-effect", 'letter = "closed"', 'letter = "lapsed"', "letter",
         T + "close]"),
    Seed("outcome-without-decide", 'effects = ["decide"]', "effects = []", "outcome",
         T + "refuse]"),
    Seed("decide-without-outcome", 'outcome = "refused"\n', "", "effects", T + "refuse]"),
    Seed("decision-without-reasons", 'inputs.required = ["reasons"]\n', "", "inputs",
         T + "refuse]"),
    Seed("decision-without-reasons", 'inputs.required = ["amount", "reasons"]',
         'inputs.required = ["amount"]', "inputs", T + "grant-part]"),
    Seed("decision-without-letter", 'letter = "decision"\n', "", T + "refuse]", T + "refuse]"),
    Seed("decision-without-group", '"no-open-question", "group-decided"]',
         '"no-open-question"]', "guards", T + "refuse]"),
    Seed("part-without-amount", 'inputs.required = ["amount", "reasons"]',
         'inputs.required = ["reasons"]', "inputs", T + "grant-part]"),
    Seed("part-without-guard", '"amount-given", "part-is-less"', '"amount-given"', "guards",
         T + "grant-part]"),
    Seed("grant-without-hold", 'effects = ["decide", "hold"]', 'effects = ["decide"]', "effects",
         T + "grant]"),
    Seed("grant-incomplete", '"complete", ', "", "guards", T + "grant]"),
    Seed("refusal-holds", 'effects = ["decide"]', 'effects = ["decide", "hold"]', "effects",
         T + "refuse]"),
    Seed("no-refusal", cut(T + "refuse]", T + "pay]"), "", T + "ask]"),
]  # fmt: skip

SILENT = 'applicant = { da = "Vi behandler din ansøgning"'
YES, NO = "[states.decided-yes]", "[states.decided-no]"
LATER = [
    Seed("decided-in-the-open", 'to = "decided-no"', 'to = "refused"', "to", T + "refuse]", BIG),
    Seed("decision-told-early", 'to = "decided-no"', 'to = "decided-no"\nletter = "decision"',
         "letter", T + "refuse]", BIG),
    Seed("decision-told-early", 'to = "decided-yes"',
         'to = "decided-yes"\nnotices = ["communications"]', "notices", T + "grant]", BIG),
    Seed("decision-told-early", T + "screen]",
         step("again", "decided-no", "decided-no", 'notices = ["secretariat"]') + T + "screen]",
         T + "again]", "", BIG),
    Seed("undisclosed-end", "undisclosed = true\n", "undisclosed = true\nfinal = true\n", "final",
         NO, BIG),
    Seed("undisclosed-forever", 'from = ["decided-no"]', 'from = ["decided-yes"]', NO, "", BIG),
    Seed("undisclosed-seen", '"chair", "auditor"]', '"chair", "steering", "auditor"]', "see", YES,
         BIG),
    Seed("undisclosed-text", SILENT, 'applicant = { da = "Vi har snart en afgørelse"',
         "applicant", NO, BIG),
    Seed("undisclosed-clock", 'clock = "running"', 'clock = "stopped"', "clock", YES, BIG),
    Seed("undisclosed-buttons", '"decided-yes", "decided-no", "granted"]',
         '"decided-yes", "granted"]', NO, "", BIG),
    Seed("undisclosed-deadline", 'effects = ["decide"]',
         'effects = ["decide"]\ndeadlines.set = ["report"]', "deadlines", T + "refuse]", BIG),
    Seed("undisclosed-guard", 'guards = ["nothing-paid"]', 'guards = ["nothing-paid", "undecided"]',
         "guards", T + "withdraw]", BIG),
    Seed("undisclosed-leaks", 'from = ["asked", "granted"]',
         'from = ["asked", "decided-yes", "granted"]', T + "lapse]", "", BIG),
    Seed("announce-astray", 'to = "refused"', 'to = "decided-no"', T + "announce-refusal]", "",
         BIG),
    Seed("announce-without-letter", 'letter = "decision"\n', "", T + "announce-refusal]",
         T + "announce-refusal]", BIG),
    Seed("announce-by-decision", 'effects = ["decide"]', 'effects = ["decide", "announce"]',
         "effects", T + "refuse]", BIG),
]  # fmt: skip
"""Decisions that are announced later, and would show before."""

MONEY = [
    Seed("money-jump", "[transitions.pay]", step("gift", "received", "paid")
         + "[transitions.pay]", T + "gift]"),
    Seed("money-unmoved", 'effects = ["void", "lapse"]', 'effects = ["lapse"]', "effects",
         T + "lapse]"),
    Seed("money-unmoved", 'effects = ["post"]', "effects = []", "effects", T + "pay]"),
    Seed("money-astray", 'effects = ["ask"]', 'effects = ["ask", "post"]', "effects", T + "ask]"),
    Seed("start-money", 'money = "none"', 'money = "paid"', "money", "[states.received]"),
    Seed("end-held", 'money = "none"', 'money = "held"', "money", "[states.refused]"),
]  # fmt: skip
