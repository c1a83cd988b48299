"""A case and its children: applicant, answers, questions, decisions, payments, report.

States are data of the pool's definition; the constraints here bind the facts that every
definition shares. Only ``pool/cases/fire.py`` writes ``state`` and ``state_version``.
Amounts are øre, moments UTC, days Copenhagen's.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import BINARY_TEXT, JSON_VALUE, Row, Utc

IMPORT = "import"
"""The channel of a case that came out of another pool's records."""


class Applicant(Row, table=True):
    """Who applies: a row per case, so that one case can be forgotten without the others."""

    __tablename__ = "applicant"
    __table_args__ = (CheckConstraint("email <> ''", name="email_or_null"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=200)
    organisation: str | None = Field(default=None, max_length=200)
    cvr: str | None = Field(default=None, max_length=8)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)
    address: str | None = Field(default=None, max_length=300)
    for_name: str | None = Field(default=None, max_length=200)
    """Whom it is for, where a helper applied (forvaltningsloven §8); the letters go to the
    helper, and this person is told that somebody applied for them."""
    for_email: str | None = Field(default=None, max_length=254)
    for_phone: str | None = Field(default=None, max_length=40)

    @property
    def shown(self) -> str:
        """The name a list shows: the organisation where there is one, and whom it is for where
        somebody helps."""
        name = self.organisation or self.name
        return f"{name} for {self.for_name}" if self.for_name else name


class CaseCounter(Row, table=True):
    """The last case number given in a pool's year. Its row is the lock of the next one."""

    __tablename__ = "case_counter"

    pool: str = Field(primary_key=True, max_length=40)
    year: int = Field(primary_key=True)
    last: int = Field(default=0)


class Case(Row, table=True):
    """One application on its way through its pool's workflow."""

    __tablename__ = "grant_case"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("asked IS NULL OR asked > 0", name="asked_positive"),
        CheckConstraint("granted IS NULL OR granted >= 0", name="granted_not_negative"),
        CheckConstraint("kind IN ('application', 'suggestion', 'initiative')", name="kind"),
        CheckConstraint("outcome IN ('full', 'part', 'granted', 'refused')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decision_id IS NULL)", name="outcome_has_decision"),
        CheckConstraint("(outcome IS NULL) = (granted IS NULL)", name="outcome_has_amount"),
        CheckConstraint("outcome <> 'refused' OR granted = 0", name="refused_grants_nothing"),
        CheckConstraint("clock IN ('running', 'paused', 'stopped')", name="clock"),
        CheckConstraint("state_version >= 1", name="state_version"),
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="days"
        ),
        CheckConstraint("(origin_id IS NULL) = (origin_kind IS NULL)", name="origin"),
        CheckConstraint("origin_kind IN ('forwarded', 'suggestion')", name="origin_kind"),
        Index("ix_grant_case_pool_year_state", "pool", "year", "state"),
        Index("ix_grant_case_seen", "pool", "definition_version", "state"),
        Index("ix_grant_case_activity_at", "activity_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=30)
    pool: str = Field(max_length=40)
    year: int
    """The budget year that pays; never derived from a date."""
    definition_version: int
    form: str = Field(max_length=10)
    kind: str = Field(default="application", max_length=20)
    """``application``; ``suggestion``: what happened or is needed, without a budget;
    ``initiative``: the group's own, decided like any other and told apart in every figure."""
    channel: str = Field(default="online", max_length=20)
    """How it came: ``online``; ``paper``, ``phone``, ``mail`` where the secretariat typed it in;
    ``group``: an initiative; ``forward``: from another pool; ``import``: out of another pool's
    records."""
    entered_by: str | None = Field(default=None, max_length=200)
    """The colleague who typed it in for somebody."""
    proposer: str | None = Field(default=None, max_length=200)
    """Who in the group proposed an initiative."""
    proposer_id: int | None = Field(default=None, foreign_key="person.id")
    origin_id: int | None = Field(default=None, foreign_key="grant_case.id")
    """The case it came out of, in this pool (a suggestion) or another (forwarded)."""
    origin_kind: str | None = Field(default=None, max_length=12)
    lang: str = Field(default="da", max_length=8)

    state: str = Field(max_length=40)
    state_version: int = Field(default=1)
    clock: str = Field(default="running", max_length=10)
    paused_on: date | None = None
    promised_on: date | None = None
    """The day an answer can be expected; moves when the clock has been paused."""

    title: str = Field(max_length=200)
    asked: int | None = Field(default=None, sa_type=BigInteger)
    granted: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str | None = Field(default=None, max_length=10)
    """``full``, ``part``, ``refused``; ``granted`` where what was asked for is not known."""
    decision_id: int | None = Field(default=None)
    """The decision in force. No foreign key: decision → case is the one that binds."""
    applicant_id: int = Field(foreign_key="applicant.id")
    starts_on: date | None = None
    ends_on: date | None = None
    place: str | None = Field(default=None, max_length=300)
    focus_area: str | None = Field(default=None, max_length=40)
    urgent: bool = False
    received_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    activity_at: datetime | None = Field(default=None, sa_type=Utc)
    """When anything last happened in it, a note and a message too; None: not since it came."""
    activity_by: int | None = None
    """Person id of who did that; None for the applicant and the program."""
    search: str = Field(default="", sa_type=Text)
    """Number, title, applicant and answers, normalised for searching (``pool.cases.search``)."""
    title_key: str = Field(default="", sa_type=BINARY_TEXT)
    """The title such that comparing bytes gives the Danish order (``pool.cases.search``)."""
    applicant_key: str = Field(default="", sa_type=BINARY_TEXT)
    """The applicant's shown name, likewise."""

    @property
    def imported(self) -> bool:
        """Whether it came out of another pool's records: what was not published is not known."""
        return self.channel == IMPORT


class Answer(Row, table=True):
    """What was answered to one question of the form, as checked."""

    __tablename__ = "answer"

    case_id: int = Field(primary_key=True, foreign_key="grant_case.id")
    question: str = Field(primary_key=True, max_length=60)
    position: int
    value: Any = Field(sa_type=JSON)


class Enquiry(Row, table=True):
    """A question from the secretariat to the applicant, and its answer."""

    __tablename__ = "enquiry"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_enquiry_case_id", "case_id"),
        Index(
            "uq_enquiry_open",
            "case_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    question: str = Field(sa_type=Text)
    due_on: date | None = None
    asked_at: datetime = Field(sa_type=Utc)
    asked_by: str = Field(max_length=200)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)


class Decision(Row, table=True):
    """A decision of the working group, with its reasons and how it came about.

    forvaltningsloven §§22-24: neither a refusal nor a part-grant exists without reasons.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("outcome IN ('full', 'part', 'granted', 'refused')", name="outcome"),
        CheckConstraint("(outcome = 'refused') = (amount = 0)", name="refused_is_nothing"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint(
            "outcome IN ('full', 'granted') OR length(trim(reasons)) > 0", name="reasons"
        ),
        CheckConstraint("made_precision IN ('day', 'month')", name="precision"),
        Index(
            "ix_decision_unannounced",
            "id",
            sqlite_where=text("announced_at IS NULL"),
            postgresql_where=text("announced_at IS NULL"),
        ),
        CheckConstraint(
            "made_how IN ('system', 'meeting', 'mail', 'phone', 'written')", name="how"
        ),
        CheckConstraint("grant_type IN ('fixed', 'deficit')", name="grant_type"),
        CheckConstraint(
            "advance IS NULL OR (grant_type = 'deficit' AND advance >= 0 AND advance <= amount)",
            name="advance",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    number: int
    outcome: str = Field(max_length=10)
    amount: int = Field(sa_type=BigInteger)
    reasons: str = Field(default="", sa_type=Text)
    criterion: str | None = Field(default=None, max_length=60)
    """Key of the definition's refusal reason that carried the decision; None: none of them."""
    made_on: date
    """Where only the month is known, its last day: by then it was certainly made."""
    made_precision: str = Field(default="day", max_length=10)
    made_how: str = Field(max_length=20)
    """``system`` when a chair decided here; else how the group decided before it was recorded."""
    took_part: str = Field(default="", sa_type=Text)
    stayed_out: str = Field(default="", sa_type=Text)
    actor_person_id: int | None = Field(default=None, foreign_key="person.id")
    actor_name: str = Field(max_length=200)
    imported: bool = False
    """Made elsewhere and read from a record: its reasons are that record's words."""
    conditions: str = Field(default="", sa_type=Text)
    """What the grant is on condition of (*med forbehold*), as it stands in the letter."""
    by_post: dict[str, int] | None = Field(default=None, sa_type=JSON_VALUE)
    """Where a part is granted: øre by key of the budget's post; adds up to ``amount``."""
    grant_type: str = Field(default="fixed", max_length=10)
    """``fixed``; ``deficit``: paid after the accounts, never more than the deficit."""
    advance: int | None = Field(default=None, sa_type=BigInteger)
    """Of a deficit guarantee: what is paid beforehand, øre."""
    early_start: bool = False
    """An acute activity may have begun before the decision."""
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    ballot_id: int | None = Field(default=None, foreign_key="ballot.id")
    """The ballot that led to it; its row names the decision too."""
    changes_id: int | None = Field(default=None, foreign_key="decision.id")
    """The decision whose grant this one raised or lowered; ``amount`` is the grant anew."""
    member_unit: bool = False
    """The applicant was a unit that somebody of the working group worked for when it was made."""
    recorded_at: datetime = Field(sa_type=Utc)
    announced_at: datetime | None = Field(default=None, sa_type=Utc)
    """Null while nobody but the pool's own people may know."""


class Recommendation(Row, table=True):
    """What the committee advises the group to decide (*indstilling*)."""

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("advice IN ('full', 'part', 'refused')", name="advice"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("length(trim(reasons)) > 0", name="reasons"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    number: int
    advice: str = Field(max_length=10)
    amount: int = Field(sa_type=BigInteger)
    """Øre; 0 where a refusal is advised."""
    reasons: str = Field(sa_type=Text)
    actor_person_id: int | None = Field(default=None, foreign_key="person.id")
    actor_name: str = Field(max_length=200)
    recorded_at: datetime = Field(sa_type=Utc)


class CaseFile(Row, table=True):
    """A file that belongs to a case, and why."""

    __tablename__ = "case_file"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('application', 'answer', 'evidence', 'report', 'hearing', 'letter',"
            " 'voucher', 'invoice')",
            name="purpose",
        ),
        UniqueConstraint("case_id", "file_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    file_id: int = Field(foreign_key="stored_file.id")
    purpose: str = Field(max_length=20)
    enquiry_id: int | None = Field(default=None, foreign_key="enquiry.id")
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    added_at: datetime = Field(sa_type=Utc)


class Recusal(Row, table=True):
    """A member who takes no part in a case (forvaltningsloven §§3-6), declared and locked out."""

    __tablename__ = "recusal"
    __table_args__ = (
        Index(
            "uq_recusal_standing",
            "case_id",
            "person_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
        CheckConstraint("length(trim(ground)) > 0", name="ground"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    person_id: int = Field(foreign_key="person.id")
    ground: str = Field(sa_type=Text)
    declared_at: datetime = Field(sa_type=Utc)
    lifted_at: datetime | None = Field(default=None, sa_type=Utc)
    """When the body found that there is no such interest; from then on it locks nobody out."""


class Payment(Row, table=True):
    """Money that left for the applicant, with the accounting system's reference."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(trim(reference)) > 0", name="reference"),
        CheckConstraint("(failed_on IS NULL) = (failed_at IS NULL)", name="failed"),
        Index("ix_payment_case_id", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    decision_id: int = Field(foreign_key="decision.id")
    transfer_id: int = Field(foreign_key="transfer.id")
    amount: int = Field(sa_type=BigInteger)
    paid_on: date
    reference: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=Utc)
    failed_on: date | None = None
    """The day the bank sent it back: its transfer is reversed, or returned where its year was
    closed, and the money held anew."""
    failed_at: datetime | None = Field(default=None, sa_type=Utc)


class Report(Row, table=True):
    """The short report after the activity: held, how many, what came of it, what it cost."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint("spent >= 0", name="spent"),
        CheckConstraint("income IS NULL OR income >= 0", name="income"),
        CheckConstraint("participants IS NULL OR participants >= 0", name="participants"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    held: bool
    participants: int | None = None
    worked: str = Field(default="", sa_type=Text)
    safety: str = Field(default="", sa_type=Text)
    links: str = Field(default="", sa_type=Text)
    spent: int = Field(sa_type=BigInteger)
    income: int | None = Field(default=None, sa_type=BigInteger)
    """What came in besides the grant, øre; asked for where the grant is a deficit guarantee."""
    accounts: dict[str, int] | None = Field(default=None, sa_type=JSON_VALUE)
    """Where the accounts form is on: what was spent on each post of the budget, øre."""
    received_at: datetime = Field(sa_type=Utc)
    received_from: str = Field(max_length=200)


class Deadline(Row, table=True):
    """A day something is due in a case. It stays due, and overdue, until it is met; the worker
    acts on it when ``act_at`` has come, once or (a reminder) again."""

    __tablename__ = "deadline"
    __table_args__ = (
        CheckConstraint("fired >= 0", name="fired"),
        CheckConstraint("met_at IS NULL OR act_at IS NULL", name="met_is_over"),
        Index(
            "uq_deadline_open",
            "case_id",
            "kind",
            unique=True,
            sqlite_where=text("met_at IS NULL"),
            postgresql_where=text("met_at IS NULL"),
        ),
        Index(
            "ix_deadline_act_at",
            "act_at",
            sqlite_where=text("act_at IS NOT NULL"),
            postgresql_where=text("act_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    kind: str = Field(max_length=40)
    due_at: datetime = Field(sa_type=Utc)
    act_at: datetime | None = Field(default=None, sa_type=Utc)
    """When the worker acts next; null when there is nothing more to do by itself."""
    fired: int = Field(default=0)
    """How often the worker has acted."""
    met_at: datetime | None = Field(default=None, sa_type=Utc)
    """When what was due came, or was no longer wanted."""
