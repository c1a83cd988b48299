"""What a pool's file says, as frozen values.

A definition is read once and never changes: every case keeps the version it began with.
Amounts are whole øre, texts are mappings from language to words (``{"da": …, "en": …}``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.group_work import (
    Assessment,
    CaseKind,
    Criterion,
    Majority,
    MeetingRules,
    Quorum,
    SpotCheck,
    Suggestions,
    VoteRules,
)
from workflows.limits import Limits
from workflows.messaging import Delay, Messages, Reminders

__all__ = [
    "LANGUAGES",
    "SHORT",
    "START",
    "STAY",
    "SUGGESTION",
    "Assessment",
    "CaseKind",
    "Clock",
    "Condition",
    "Contact",
    "Criterion",
    "DeadlineRule",
    "Definition",
    "Delay",
    "Deliverable",
    "Form",
    "Group",
    "Input",
    "Limits",
    "Majority",
    "MeetingRules",
    "Messages",
    "MoneyKind",
    "Option",
    "Outcome",
    "Question",
    "Quorum",
    "Reminders",
    "Shown",
    "SpotCheck",
    "State",
    "Step",
    "Suggestions",
    "Text",
    "Transition",
    "VoteRules",
]

Text = Mapping[str, str]
"""The same words in every language of the pool: ``{"da": …, "en": …}``."""

LANGUAGES = ("da", "en")
"""Languages every text of a definition must have; the first is the authoritative one."""

START = "start"
"""The step before the form: how much is asked for decides which form is shown."""

SHORT = "short"
"""The name of the short form's only page, as a step (see ``questions.asked``)."""

SUGGESTION = "suggestion"
"""The name of the suggestion's only page, as a step; also the form and the kind of case."""

STAY = "="
"""Written for ``to`` by a transition that leaves the case where it is."""

Clock = Literal["running", "paused", "stopped"]
MoneyKind = Literal["none", "held", "paid"]
Outcome = Literal["full", "part", "refused"]
Shown = Literal["always", "while-open"]
Form = Literal["short", "full", "suggestion"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ring (forvaltningsloven §7: guidance)."""

    name: Text
    phone: str
    email: str
    hours: Text


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``label`` is short (lists, statistics); ``text`` the full sentence, where
    there is one: of a refusal reason the phrase for the letter, naming the criterion."""

    key: str
    label: Text
    text: Text | None = None
    recognise: tuple[str, ...] = ()
    """Of a refusal reason: words (in lower case) that tell it in reasons written elsewhere."""
    help: Text | None = None
    """Of a point of the checklist: what to look at."""

    @property
    def phrase(self) -> Text:
        """The full sentence, or the label where there is none."""
        return self.text or self.label


@dataclass(frozen=True, slots=True)
class Condition:
    """Depends on the answer to another question. Exactly one of the three is set.

    ``equals``: the answer (or one of several chosen) is among these; ``answered``: whether
    there is an answer at all; ``above``: the answer is a number (øre) larger than this.
    An answer to a question that is not asked counts as none.
    """

    question: str
    equals: tuple[str | bool, ...] = ()
    answered: bool | None = None
    above: int | None = None


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What the pool owes each year (``The year's knowledge event or product``): it came about
    where a supported activity was held whose answer to ``question`` is one of ``equals``."""

    label: Text
    question: str
    equals: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the full form."""

    key: str
    title: Text
    intro: Text | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are one question to a person ("How do we reach you?": e-mail, telephone).
    Shown as a fieldset with this legend, and counted as one."""

    key: str
    label: Text
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form. ``type`` is one of ``vocabulary.QUESTION_TYPES``.

    ``minimum`` and ``maximum`` are øre for an amount, the number itself for a number.
    ``max_length`` is characters for texts, the number of files for files.
    """

    key: str
    type: str
    label: Text
    step: str
    help: Text | None = None
    example: Text | None = None
    required: bool = False
    short: bool = False
    full: bool = True
    suggestion: bool = False
    group: str | None = None
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    asked_when: Condition | None = None
    required_when: Condition | None = None
    autocomplete: str | None = None

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def asked_in(self, form: str) -> bool:
        """Whether it stands in ``form`` (``short``, ``full``, ``suggestion``)."""
        return self.suggestion if form == SUGGESTION else self.short if form == SHORT else self.full


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can be. ``see`` and ``edit`` are roles; ``clock`` says whether the promised
    answer is being waited for; ``money`` where the grant's money is while here; ``waits`` names
    those who have something to do while a case is here."""

    key: str
    staff: Text
    applicant: Text
    see: tuple[str, ...]
    edit: tuple[str, ...]
    clock: Clock
    money: MoneyKind
    final: bool = False
    start: bool = False
    kind: CaseKind = "application"
    waits: tuple[str, ...] = ()
    undisclosed: bool = False
    """Decided, and only the pool's own people may know: the applicant reads what the state
    before said."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something asked for when an action is taken (``vocabulary.INPUTS``)."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """Set or cancel a due date (``vocabulary.DEADLINES``)."""

    kind: str
    cancel: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that may be done to a case. ``to`` is a state's key or :data:`STAY`.

    ``outcome`` is set where this decides the application (effect ``decide``). Transitions of
    one ``group`` share a page.
    """

    key: str
    label: Text
    from_states: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    guards: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    effects: tuple[str, ...] = ()
    letter: str | None = None
    notices: tuple[str, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
    group: str | None = None
    outcome: Outcome | None = None

    @property
    def stays(self) -> bool:
        return self.to == STAY

    def target(self, state: str) -> str:
        """The state after this was done in ``state``."""
        return state if self.stays else self.to

    def input(self, name: str) -> Input | None:
        return next((entry for entry in self.inputs if entry.name == name), None)


@dataclass(frozen=True, slots=True, repr=False)
class Definition:
    """A pool, whole. ``sha256`` and ``source`` are those of the file's text, as stored with
    every version used."""

    key: str
    version: int
    prefix: str
    """First letters of the case numbers (``BT`` gives ``BT-2024-7``)."""
    name: Text
    purpose: Text
    supports: Text
    """Who may apply."""
    description: Text
    """Paragraphs, an empty line between them."""
    criteria: tuple[Text, ...]
    """What it takes to be supported, one sentence each."""
    contact: Contact
    communications_email: str | None
    focus_areas: tuple[Option, ...]
    results: tuple[Option, ...]
    """The results of the plan's theory of change, used as tags."""
    budget_posts: tuple[Option, ...]
    refusal_reasons: tuple[Option, ...]
    guidance: Text
    """How to have a decision looked at again (forvaltningsloven §25), for the letters."""
    signature: Text
    """Who signs the letters of decision."""
    privacy: Text
    limits: Limits
    promise_days: int
    """Working days from receipt to the promised answer."""
    report_days: int
    """Days from the activity's end (or the payment, if later) to the report."""
    answer_days: int
    """Days an applicant has for answering a question."""
    roles: tuple[str, ...]
    features: frozenset[str]
    steps: tuple[Step, ...]
    groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    sha256: str
    source: str
    deliverable: Deliverable | None = None
    shown: Shown = "always"
    """When it stands on the public front page (``vocabulary.SHOWN``)."""
    checklist: tuple[Option, ...] = ()
    """What a screening looks at. Optional help, unless the guard ``checklist-done`` is used."""
    assessment: Assessment | None = None
    meetings: MeetingRules | None = None
    votes: VoteRules | None = None
    suggestions: Suggestions | None = None
    spot_check: SpotCheck | None = None
    messages: Messages = field(default_factory=Messages)
    delay: Delay | None = None
    reminders: Reminders = field(default_factory=Reminders)
    _states: Mapping[str, State] = field(init=False, compare=False)
    _transitions: Mapping[str, Transition] = field(init=False, compare=False)
    _questions: Mapping[str, Question] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_states", {s.key: s for s in self.states})
        object.__setattr__(self, "_transitions", {t.key: t for t in self.transitions})
        object.__setattr__(self, "_questions", {q.key: q for q in self.questions})

    def __repr__(self) -> str:
        return f"<Definition {self.key} version {self.version}>"

    @property
    def start(self) -> State:
        """Where every application begins."""
        return next(s for s in self.states if s.start and s.kind == "application")

    @property
    def spot_check_one_in(self) -> int | None:
        """One report in so many is drawn; None where none is."""
        return self.spot_check.one_in if self.spot_check is not None else None

    @property
    def suggestion_start(self) -> State | None:
        """Where a suggestion begins; None where the pool takes none."""
        return next((s for s in self.states if s.start and s.kind == SUGGESTION), None)

    def state(self, key: str) -> State:
        """Raises KeyError for a name the definition does not know."""
        return self._states[key]

    def transition(self, key: str) -> Transition | None:
        return self._transitions.get(key)

    def question(self, key: str) -> Question | None:
        return self._questions.get(key)

    def leaving(self, state: str) -> Iterator[Transition]:
        """Transitions that may be taken in ``state``, in the file's order."""
        return (t for t in self.transitions if state in t.from_states)

    def has(self, feature: str) -> bool:
        return feature in self.features

    def sends(self, template: str) -> bool:
        """Whether this pool sends a message: those with effect in law always, others by choice."""
        return self.messages.sends(template)

    def place_in_words(self, place: str | None) -> Text | None:
        """A case's place: the option's label where the pool asks for a choice, else what was
        written, the same in every language."""
        if not place:
            return None
        question = self._questions.get("place")
        option = question.option(place) if question is not None else None
        return option.label if option is not None else dict.fromkeys(LANGUAGES, place)

    def public_state(self, key: str) -> State:
        """The state as the applicant knows it: the first of those that read alike to them, so
        that nothing made of its key tells what is not announced yet."""
        state = self._states[key]
        alike = (s for s in self.states if s.applicant == state.applicant and not s.undisclosed)
        return next(alike, state)
