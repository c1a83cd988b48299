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


def cut(start: str, end: str, text: str = GOOD) -> str:
    """What stands between two places, to be taken out."""
    begin = text.index(start)
    return text[begin : text.index(end, begin + 1)]


T = "[transitions."
SHAPE = [
    Seed("syntax", "version = 3", "version = ", "version ="),
    Seed("syntax", '[steps.people]', '[steps.safety]', "[steps.safety]", "Skriv ikke om navngivne"),
    Seed("unknown-key", "promise_days = 15", "promise_dayz = 15", "promise_dayz"),
    Seed("missing-key", "promise_days = 15\n", "", "[pool]"),
    Seed("not-text", 'key = "urban-life"', "key = 7", "key ="),
    Seed("not-number", "version = 3", 'version = "1"', "version"),
    Seed("not-number", "version = 3", "version = true", "version"),
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
    Seed("key-reserved", 'key = "urban-life"', 'key = "plan"', "key ="),
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
    Seed("group-split", 'forms = ["short", "full", "suggestion"]\nautocomplete = "email"',
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
    Seed("condition-later", '{ question = "unsafe_event"', '{ question = "children"',
         "asked_when", Q + "unsafe_what]"),
    Seed("condition-later", '{ question = "unsafe_event", is = true }\nlabel',
         '{ question = "unsafe_what", answered = true }\nlabel', "required_when",
         Q + "unsafe_what]"),
    Seed("condition-other-form", 'step = "people"\nasked_when',
         'step = "people"\nforms = ["short", "full"]\nasked_when', "asked_when",
         Q + "child_certificates]"),
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
         step("again", "decided-no", "decided-no", 'notices = ["communications"]') + T + "screen]",
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
    Seed("undisclosed-guard", 'guards = ["nothing-paid", "not-listed"]',
         'guards = ["nothing-paid", "not-listed", "undecided"]',
         "guards", T + "withdraw]", BIG),
    Seed("undisclosed-leaks", 'from = ["asked", "granted", "accounted"]',
         'from = ["asked", "decided-yes", "granted", "accounted"]', T + "lapse]", "", BIG),
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

TABLES = [
    Seed("most-needless", 'type = "yesno"\nlabel', 'type = "yesno"\nmost = 3\nlabel', "most",
         "[assessment.criteria.open]", BIG),
    Seed("unknown-value", 'type = "yesno"\nlabel', 'type = "maybe"\nlabel', "type",
         "[assessment.criteria.open]", BIG),
    Seed("missing-key", 'quorum = "half"\nmajority', "majority", "[votes]", "", BIG),
    Seed("unknown-value", 'quorum = "half"\nmajority', 'quorum = "most"\nmajority', "quorum",
         "[votes]", BIG),
    Seed("out-of-range", 'quorum = "half"\ndeadline', 'quorum = 0\ndeadline', "quorum",
         "[meetings]", BIG),
    Seed("unknown-value", 'majority = "simple"', 'majority = "three-quarters"', "majority",
         "[votes]", BIG),
    Seed("missing-key", "deadline_days = 21\n", "", "[meetings]", "", BIG),
    Seed("missing-language", 'intro.en = "Do you', 'intro.de = "Do you', "intro.da",
         "[suggestions]", BIG),
    Seed("feature-off", "votes = true\n", "", "[votes]", "", BIG),
    Seed("feature-off", "criteria = true\n", "", "[assessment]", "", BIG),
    Seed("feature-off", "meetings = true\n", "", "[meetings]", "", BIG),
    Seed("feature-off", "postponement = true\n", "", "deadlines", T + "postpone]", BIG),
    Seed("feature-without-table", '[meetings]\nquorum = "half"\ndeadline_days = 21\n', "",
         "meetings = true", "", BIG),
    Seed("feature-without-table", "[limits]", "[features]\nvotes = true\n[limits]", "votes"),
    Seed("feature-unused", "[limits]", "[features]\nby-post = true\n[limits]", "by-post"),
    Seed("list-empty", "[states.received]", "[checklist]\n[states.received]", "[checklist]", "",
         YEARLY.replace("[checklist.professionals]", "[groups.x]")
         .replace("[checklist.shared]", "[groups.y]")),
    Seed("list-empty", cut("[assessment.criteria.anchored]", "# -", BIG), "", "[assessment]", "",
         BIG),
    Seed("checklist-missing", 'guards = ["undecided", "no-open-question", "due-ahead"]',
         'guards = ["undecided", "no-open-question", "due-ahead", "checklist-done"]', "guards",
         T + "ask]", GOOD.replace("[checklist.", "[groups.c-")),
]  # fmt: skip
"""How the group works: tables and features."""

WAITS = [
    Seed("unknown-role", 'waits = ["secretariat", "chair"]', 'waits = ["secretary"]', "waits",
         "[states.received]"),
    Seed("nobody-waits", 'waits = ["applicant"]\n', "", "[states.asked]"),
    Seed("end-waits", "edit = []", 'edit = []\nwaits = ["secretariat"]', "waits",
         "[states.refused]"),
    Seed("waits-blind", 'waits = ["applicant"]', 'waits = ["applicant", "finance"]', "waits",
         "[states.asked]"),
]  # fmt: skip

MORE_INPUTS = [
    Seed("input-needs-guard", '"early-start-acute", ', "", "inputs", T + "grant]"),
    Seed("input-needs-guard", '"by-post-adds-up", ', "", "inputs", T + "grant-part]", BIG),
    Seed("input-needs-guard", '"advance-within", ', "", "inputs", T + "grant]", BIG),
    Seed("by-post-without-posts", cut("[budget_posts]", "[refusal_reasons.", BIG), "", "inputs",
         T + "grant-part]", BIG),
    Seed("early-start-never", Q + "urgent]", Q + "hasty]", "inputs", T + "grant]"),
    Seed("guarantee-half", '"grant_type", ', "", "inputs", T + "grant]", BIG),
    Seed("guarantee-paid-at-once", '"held", "fixed-grant", ', '"held", ', "guards", T + "pay]",
         BIG),
    Seed("decision-unlocked", '"no-open-vote", ', "", "guards", T + "refuse]", BIG),
]  # fmt: skip

AGAIN = [
    Seed("effect-sets-no-day", 'deadlines.set = ["hearing"]\n', "", T + "hear]"),
    Seed("effect-sets-no-day", 'deadlines.set = ["resume"]', 'deadlines.set = ["answer"]',
         T + "postpone]", "", BIG),
    Seed("effect-ends-no-day", 'deadlines.cancel = ["hearing"]\n', "", T + "hearing-answer]",
         T + "hearing-answer]"),
    Seed("effect-ends-no-day", 'deadlines.cancel = ["resume"]\n', "", T + "resume]", "", BIG),
    Seed("pause-without-day", 'deadlines.set = ["resume"]\n', "", T + "postpone]", "", BIG),
    Seed("effect-without-letter", 'letter = "reopened"\n', "", T + "reopen]"),
    Seed("effect-without-letter", 'letter = "hearing"\n', "", T + "hear]"),
    Seed("effect-without-letter", 'letter = "suggestion-taken-up"\n', "", T + "take-up]"),
    Seed("effect-needs-input", 'inputs.required = ["to_pool", "reason"]',
         'inputs.required = ["reason"]', "effects", T + "forward]"),
    Seed("effect-needs-guard", 'guards = ["letter-unsent", "nothing-paid"]',
         'guards = ["nothing-paid"]', "effects", T + "undo]"),
    Seed("again-to-end", 'to = "received"', 'to = "lapsed"', "to", T + "reopen]"),
    Seed("again-undecidable", 'to = "received"', 'to = "suggested"', "to", T + "undo]"),
    Seed("goes-on-after", 'to = "forwarded"', 'to = "asked"', "to", T + "forward]"),
    Seed("goes-on-after", 'to = "revoked"', 'to = "received"', "to", T + "revoke]"),
    Seed("leaves-end", 'to = "="', 'to = "received"', "from", T + "complaint]"),
    Seed("hearing-unanswered", 'from = ["received", "asked", "granted", "paid", "claimed"',
         'from = ["asked", "granted", "paid", "claimed"', "[states.received]", ""),
    Seed("postponed-forever", 'effects = ["resume"]\n', "", "[states.postponed]", "", BIG),
    Seed("resume-by-hand", ', "system"]', "]", "who", T + "resume]", BIG),
    Seed("postponed-clock", 'clock = "paused"', 'clock = "running"', "clock",
         "[states.postponed]", BIG),
    Seed("undisclosed-leaks", 'from = ["granted", "refused", "withdrawn"',
         'from = ["decided-no", "refused", "withdrawn"', T + "reopen]", "", BIG),
    Seed("decision-told-early", 'to = "received"', 'to = "received"\nletter = "question"',
         T + "undo]", T + "undo]", BIG),
    Seed("undisclosed-buttons", '"waiting", "decided-yes", "decided-no", "granted", "paid"',
         '"waiting", "decided-no", "granted", "paid"', YES, "", BIG),
    Seed("undisclosed-guard", 'guards = ["open-hearing"]',
         'guards = ["open-hearing", "letter-unsent"]', "guards", T + "hearing-answer]", BIG),
    Seed("undisclosed-leaks", 'from = ["granted"]\nto = "revoked"',
         'from = ["decided-yes"]\nto = "revoked"', T + "revoke]", "", BIG),
    Seed("key-too-long", "[transitions.complaint]", f"[transitions.{'k' * 61}]",
         f"[transitions.{'k' * 61}]"),
    Seed("key-too-long", "[transitions.ask]", STATE.format("s" * 41, "none") + "[transitions.ask]",
         f"[states.{'s' * 41}]"),
    Seed("money-unmoved", 'effects = ["revoke"]', 'effects = ["complain"]', "effects",
         T + "revoke]"),
]  # fmt: skip
"""Hearing, postponing, forwarding, and taking up again."""

SUGGESTION = [
    Seed("suggestion-without-start", 'kind = "suggestion"\nstart = true', 'kind = "suggestion"',
         "[suggestions]"),
    Seed("several-starts", 'kind = "suggestion"\nfinal', 'kind = "suggestion"\nstart = true\nfinal',
         "start", "[states.taken-up]"),
    Seed("start-clock", 'clock = "running"', 'clock = "stopped"', "clock", "[states.suggested]"),
    Seed("suggestion-off", cut("[suggestions]", "[limits]"), "", "kind", "[states.suggested]"),
    Seed("suggestion-off", cut("[suggestions]", "[limits]"), "", "forms", Q + "suggestion]"),
    Seed("suggestion-money", 'money = "none"', 'money = "paid"', "money",
         "[states.suggestion-answered]"),
    Seed("suggestion-effect", 'effects = ["reply"]', 'effects = ["reply", "lapse"]', "effects",
         T + "answer-suggestion]"),
    Seed("not-a-suggestion", 'effects = ["complain"]', 'effects = ["complain", "reply"]',
         "effects", T + "complaint]"),
    Seed("kinds-mixed", 'to = "taken-up"', 'to = "lapsed"', "to", T + "take-up]"),
    Seed("suggestion-budget", 'forms = ["short"]', 'forms = ["short", "suggestion"]', "forms",
         Q + "budget_line]"),
    Seed("suggestion-lacks", 'forms = ["short", "full", "suggestion"]', 'forms = ["short", "full"]',
         Q + "contact_name]", Q + "contact_name]"),
    Seed("reserved-optional", "required = true\n", "", Q + "suggestion]", Q + "suggestion]"),
    Seed("reserved-type", 'type = "long"', 'type = "text"', "type", Q + "suggestion]"),
    Seed("unknown-step", 'step = "suggestion"', 'step = "people"', "step", Q + "suggestion]"),
    Seed("condition-other-form", 'type = "phone"',
         'type = "phone"\nasked_when = { question = "urgent", is = true }', "asked_when",
         Q + "phone]"),
]  # fmt: skip

PAYMENTS = [
    Seed("not-money", '["50.000 kr.", "20.000 kr."]', '["50.000 kr.", "lidt"]', "warnings", "",
         BIG),
    Seed("not-text", '["50.000 kr.", "20.000 kr."]', '["50.000 kr.", 20000]', "warnings", "", BIG),
    Seed("out-of-range", "one_in = 10", "one_in = 0", "one_in", "", BIG),
    Seed("feature-without-table", "[spot_check]\none_in = 10\n", "", "spot-check = true", "", BIG),
    Seed("feature-off", "spot-check = true\n", "", "[spot_check]", "", BIG),
    Seed("feature-off", "instalments = true\n", "", "inputs", T + "grant]", BIG),
    Seed("feature-off", "payment-file = true\n", "", "guards", T + "payee]", BIG),
    Seed("feature-off", "waiting-list = true\n", "", "letter", T + "wait]", BIG),
    Seed("feature-off", "carry-over = true\n", "", "effects", T + "carry-over]", BIG),
    Seed("feature-off", 'effects = ["report"]', 'effects = ["report", "draw"]', "effects",
         T + "report]"),
    Seed("feature-unused", "[limits]", "[features]\ncarry-over = true\n[limits]", "carry-over"),
    Seed("instalments-at-once", '"last-instalment", ', "", "guards", T + "pay]", BIG),
    Seed("paid-past-list", '"by-list", ', "", "guards", T + "pay-instalment]", BIG),
    Seed("paid-past-list", '"by-list", ', "", "guards", T + "settle]", BIG),
    Seed("changed-while-listed", '"not-listed"]', "]", "guards", T + "payee]", BIG),
    Seed("changed-while-listed", ', "not-listed"]', "]", "guards", T + "raise]", BIG),
    Seed("changed-while-listed", ', "not-listed"]', "]", "guards", T + "undo]", BIG),
    Seed("guarantee-paid-at-once", '"fixed-grant", ', "", "guards", T + "pay-instalment]", BIG),
    Seed("draw-without-report", 'effects = ["close"]', 'effects = ["draw", "close"]', "effects",
         T + "close]", BIG),
    Seed("closed-unchecked", ', "spot-check-done"]', "]", "guards", T + "close]", BIG),
    Seed("closed-unchecked", '"spot-check-done", ', "", "guards", T + "settle]", BIG),
    Seed("effect-needs-guard", ', "none-returned"]', "]", "effects", T + "return-report]"),
    Seed("effect-needs-guard", '"something-owed", ', "", "effects", T + "write-off]"),
    Seed("effect-without-letter", 'letter = "claim"\n', "", T + "claim-unspent]",
         T + "claim-unspent]"),
    Seed("accounts-without-posts", cut("[budget_posts]", "[refusal_reasons.", BIG), "",
         "accounts-form", "", BIG),
    Seed("input-needs-guard", '"instalments-add-up", ', "", "inputs", T + "grant]", BIG),
    Seed("input-needs-guard", '"within-free", ', "", "inputs", T + "grant-part]"),
    Seed("effect-needs-guard", '"was-heard", ', "", "effects", T + "lower]"),
    Seed("effect-needs-guard", ', "group-decided"]', "]", "effects", T + "raise]"),
    Seed("effect-needs-guard", '"was-reminded", ', "", "effects", T + "lapse-unreported]"),
    Seed("effect-needs-guard", ', "payment-standing"]', "]", "effects", T + "payment-failed]"),
    Seed("effect-needs-guard", ', "findings-given"]', "]", "effects", T + "spot-check]", BIG),
    Seed("effect-needs-input", 'inputs.required = ["reason", "failed_on"]',
         'inputs.required = ["reason"]', "effects", T + "payment-failed]"),
    Seed("effect-without-letter", 'letter = "changed"\n', "", T + "raise]", T + "raise]"),
    Seed("effect-without-letter", 'letter = "waiting"\n', "", T + "wait]", "", BIG),
    Seed("effect-without-letter", 'letter = "lapsed"\n', "", T + "lapse-unreported]",
         T + "lapse-unreported]"),
    Seed("money-unmoved", 'effects = ["payment-failed"]', 'effects = ["complain"]', "effects",
         T + "payment-failed]"),
    Seed("money-unmoved", 'effects = ["stop-rest"]', 'effects = ["lower"]', "effects",
         T + "stop-rest]"),
    Seed("money-astray", 'from = ["granted"]', 'from = ["granted", "paid"]', "effects",
         T + "lower]"),
    Seed("money-astray", 'effects = ["close"]', 'effects = ["claim", "close"]', "effects",
         T + "hear]", GOOD.replace('effects = ["hear"]', 'effects = ["close"]')),
    Seed("waiting-forever", 'effects = ["wait-over"]\n', "", "[states.waiting]", "", BIG),
    Seed("resume-by-hand", ', "system"]', "]", "who", T + "wait-over]", BIG),
    Seed("postponed-clock", 'clock = "paused"', 'clock = "running"', "clock",
         "[states.waiting]", BIG),
    Seed("undisclosed-guard", 'guards = ["nothing-paid", "not-listed"]',
         'guards = ["nothing-paid", "not-listed", "payee-known"]', "guards", T + "withdraw]", BIG),
    *(
        Seed("undisclosed-money", 'from = ["granted"', 'from = ["decided-yes", "granted"',
             "effects", f"{T}{action}]", BIG)
        for action in ("payee", "pay-instalment", "lower", "carry-over")
    ),
    Seed("undisclosed-buttons", 'from = ["granted", "advanced", "accounted"]',
         'from = ["decided-yes", "granted", "advanced", "accounted"]', YES, "", BIG),
]  # fmt: skip
"""The money after the grant."""

MESSAGES = [
    Seed("unknown-message", '"report-due"', '"report-dew"', "on", "[messages]"),
    Seed("unknown-message", '"report-due"', '"decision-full"', "on", "[messages]"),
    Seed("feature-off", '"report-due"', '"agenda"', "on", "[messages]"),
    Seed("message-needs-effect", cut("[transitions.payee]", "[transitions.pay]"), "", "on",
         "[messages]"),
    Seed("unknown-draft", "[delay]", 'drafts = ["receipt"]\n[delay]', "drafts"),
    Seed("draft-unsent", "[delay]", 'drafts = ["settled"]\n[delay]', "drafts"),
    Seed("approval-of-nothing", "[delay]", 'approval = "another"\n[delay]', "approval"),
    Seed("delay-too-early", "warn_days = 3", "warn_days = 15", "warn_days"),
    Seed("delay-order", "notice_days = 1", "notice_days = 5", "[delay]", "", BIG),
    Seed("delay-without-reason", "warn_days = 3", "warn_days = 3\nautomatic = true", "automatic"),
    Seed("delay-by-nobody", '["secretariat", "chair", "system"]', '["secretariat", "chair"]',
         "automatic", "", BIG),
    Seed("reminder-too-early", "answer_before = 3", "answer_before = 14", "answer_before"),
    Seed("delay-astray", 'to = "="', 'to = "received"', T + "delay]", T + "delay]"),
    Seed("delay-without-clock", 'from = ["received"]', 'from = ["asked"]', "from", T + "delay]"),
    Seed("effect-needs-input", '"promised_on"', '"note"', "effects", T + "delay]"),
]  # fmt: skip
"""Of messages, drafts and delays."""
