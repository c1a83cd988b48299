"""Guards of what is written once: the journal, definitions, documents, sent letters, decisions
and their ends, votes once counted, the conversation, and summaries.

offentlighedsloven §§13 and 15: what was noted and sent stays as it was. Personal text beside
the journal may be erased (the law's forgetting), never altered.
"""

from __future__ import annotations

from sqlalchemy import Integer, Table, UniqueConstraint

from pool.models import (
    books,
    case,
    casework,
    definition,
    files,
    holds,
    journal,
    meetings,
    outbox,
    summary,
)
from pool.models.base import metadata

from .parts import Guard, Rule, changed, fresh, never, numbered, whole

_FAMILY = "record"


def new_only(name: str, *rules: Rule) -> tuple[Guard, ...]:
    """Guards that let a row of the table come in under a key of its own, and under ``rules``,
    but never in the place of another."""
    table = metadata.tables[name]
    keys = [[column.name for column in table.primary_key.columns]]
    keys += sorted(
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    )
    before = Guard(
        name, "BEFORE", "INSERT", (*(fresh(_FAMILY, name, *key) for key in keys), *rules)
    )
    if not _counts(table):
        return (before,)
    return (before, Guard(name, "AFTER", "INSERT", (numbered(_FAMILY),)))


def append_only(name: str, *rules: Rule, erasable: bool = False) -> tuple[Guard, ...]:
    """Guards that let rows of the table be inserted and nothing else; with ``erasable`` they may
    be deleted as well."""
    guards = (*new_only(name, *rules), never(_FAMILY, name, "UPDATE"))
    return guards if erasable else (*guards, never(_FAMILY, name, "DELETE"))


def _counts(table: Table) -> bool:
    column = table.columns.get("id")
    return column is not None and column.primary_key and isinstance(column.type, Integer)


def _columns(name: str, *but: str) -> list[str]:
    return [column.name for column in metadata.tables[name].columns if column.name not in but]


_PREVIOUS = "SELECT {} FROM journal_event WHERE stream_id = NEW.stream_id ORDER BY n DESC LIMIT 1"
_JOURNAL_RULES = (
    Rule("record:number", f"NEW.n IS DISTINCT FROM coalesce(({_PREVIOUS.format('n')}), 0) + 1"),
    Rule(
        "record:chain",
        "NEW.prev_hash IS DISTINCT FROM"
        f" coalesce(({_PREVIOUS.format('hash')}), '{journal.GENESIS}')",
    ),
)

_GONE = "OLD.state IN ('sending', 'sent', 'posted', 'unknown')"
"""States in which a message has, or may have, left the house."""

_MESSAGE_MOVES = frozenset(
    {
        *("state", "reason", "decided_by", "lease_token", "lease_until", "attempts"),
        *("next_try_at", "last_reply", "sent_at", "document_id", "mail_id", "digest_id"),
    }
)
"""What delivery writes; all other columns are the message itself."""
_COLLECTED_MOVES = frozenset({"digest_id", "state", "reason", "decided_by"})
"""What may change of one that waits for a digest: that one tells it, or that it is dropped."""

_WAY = frozenset({"state", "received_at", "received_by", "received_note"})
_WORDS = frozenset({"own_words", "own_words_en", "version", "submitted_at", "submitted_by"})
_PROGRESS = frozenset({"made", "wanted", "files_version"})
_FIGURES = changed(*_columns("summary_edition", "pools", *_WAY, *_WORDS, *_PROGRESS))
_POOLS = "CAST(NEW.pools AS TEXT) IS DISTINCT FROM CAST(OLD.pools AS TEXT)"  # JSON has no equality
_BACK = "(OLD.state = 'submitted' AND NEW.state = 'draft')"

_SUMMARIES: tuple[Guard, ...] = (
    *new_only("summary_edition"),
    Guard(
        "summary_edition",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", f"{_FIGURES} OR {_POOLS}"),
            Rule(
                "record:submitted",
                f"OLD.state <> 'draft' AND ({changed(*sorted(_WORDS))} OR {_BACK})",
            ),
            Rule("record:received", f"OLD.state = 'received' AND ({changed(*sorted(_WAY))})"),
        ),
    ),
    never(_FAMILY, "summary_edition", "DELETE"),
    *append_only("summary_file"),
    *new_only("summary_question"),
    Guard(
        "summary_question",
        "BEFORE",
        "UPDATE",
        (
            Rule(
                "record:append-only",
                changed("id", "edition_id", "anchor", "question")
                + f" OR {changed('asked_at', 'asked_by_id', 'asked_by')}",
            ),
            Rule(
                "record:answered",
                "OLD.answered_at IS NOT NULL"
                f" AND ({changed('answer', 'answered_at', 'answered_by')})",
            ),
        ),
    ),
    never(_FAMILY, "summary_question", "DELETE"),
)
"""A summary's figures never change; nor its words once submitted, its files, what was asked and
answered, and that it was received."""

_CLOSED = "(SELECT state FROM ballot WHERE id = NEW.ballot_id) IS DISTINCT FROM 'open'"
_CASEWORK: tuple[Guard, ...] = (
    *append_only("decision_end"),
    *new_only("correspondence"),
    Guard(
        "correspondence",
        "BEFORE",
        "UPDATE",
        (Rule("record:append-only", changed(*_columns("correspondence", "read_at"))),),
    ),
    never(_FAMILY, "correspondence", "DELETE"),
    *new_only("vote", Rule("record:ballot-closed", _CLOSED)),
    Guard(
        "vote",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", changed("id", "ballot_id", "person_id")),
            Rule("record:ballot-closed", _CLOSED),
        ),
    ),
    never(_FAMILY, "vote", "DELETE"),
    *append_only("meeting_paper"),
    *new_only("spot_check"),
    Guard(
        "spot_check",
        "BEFORE",
        "UPDATE",
        (
            Rule(
                "record:append-only",
                changed("id", "case_id", "seed", "one_in", "drawn", "drawn_at"),
            ),
            Rule(
                "record:checked",
                "OLD.result IS NOT NULL"
                f" AND ({changed('result', 'findings', 'checked_at', 'checked_by')})",
            ),
        ),
    ),
    never(_FAMILY, "spot_check", "DELETE"),
)
"""A decision's end, what was written to and by the applicant, a vote that was counted, the papers
of a meeting, and the draw of accounts and what was found in them stay as they were."""

_SAME_YEAR = (
    "EXISTS (SELECT 1 FROM posting JOIN transfer ON transfer.id = NEW.transfer_id"
    " JOIN book_year ON book_year.id = transfer.year_id JOIN book ON book.id = book_year.book_id"
    " WHERE posting.id = NEW.posting_id AND book.key = posting.pool"
    " AND book_year.year = posting.year)"
)
_MATCHED = "EXISTS (SELECT 1 FROM posting_match WHERE posting_id = NEW.id)"
_EXPLAINED = "EXISTS (SELECT 1 FROM posting WHERE id = NEW.posting_id AND explained IS NOT NULL)"
_MONEY = (
    "EXISTS (SELECT 1 FROM transfer LEFT JOIN transfer AS cited ON cited.id = transfer.cites_id"
    " WHERE transfer.id = NEW.transfer_id AND (transfer.kind IN ('post', 'return')"
    " OR (transfer.kind = 'reverse' AND cited.kind IN ('post', 'return'))))"
)
_BOOKS: tuple[Guard, ...] = (
    *new_only("posting", whole(_FAMILY, "year", "line", "amount")),
    Guard(
        "posting",
        "BEFORE",
        "UPDATE",
        (
            Rule(
                "record:append-only",
                changed(*_columns("posting", "explained", "explained_by", "explained_at")),
            ),
            Rule("record:matched", f"NEW.explained IS NOT NULL AND {_MATCHED}"),
        ),
    ),
    *append_only(
        "posting_match",
        Rule("record:other-year", f"NOT {_SAME_YEAR}"),
        Rule("record:no-payment", f"NOT {_MONEY}"),
        Rule("record:explained", _EXPLAINED),
        erasable=True,
    ),
)
"""A line of the municipality's books stays as it was read, or goes with its file; a match is of
the posting's own pool and year, with a payment, a return or what took one of them back, and
nothing that was explained is matched."""

GUARDS: tuple[Guard, ...] = (
    *append_only("journal_event", *_JOURNAL_RULES),
    *append_only("journal_personal", erasable=True),
    *new_only("journal_stream"),
    Guard(
        "journal_stream",
        "BEFORE",
        "UPDATE",
        (Rule("record:append-only", f"{changed('id', 'key')} OR NEW.head_n < OLD.head_n"),),
    ),
    never(_FAMILY, "journal_stream", "DELETE"),
    *append_only("definition_version"),
    *append_only("document"),
    *new_only("message"),
    Guard(
        "message",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", changed("id", "event", "recipient", "resend_number")),
            Rule(
                "record:frozen",
                f"OLD.state <> 'draft' AND ({changed(*_columns('message', *_MESSAGE_MOVES))})",
            ),
            Rule(
                "record:sent",
                f"OLD.state IN ('sent', 'posted') AND ({changed(*sorted(_MESSAGE_MOVES))})",
            ),
            Rule("record:sent", f"{_GONE} AND OLD.mail_id IS DISTINCT FROM NEW.mail_id"),
            Rule(
                "record:collected",
                "OLD.state = 'collected'"
                f" AND ({changed(*sorted(_MESSAGE_MOVES - _COLLECTED_MOVES))}"
                " OR NEW.state NOT IN ('collected', 'discarded')"
                " OR (OLD.digest_id IS NOT NULL AND NEW.state <> 'collected')"
                # what a digest tells is told by another only where that one does not leave
                f" OR (OLD.digest_id IS NOT NULL AND {changed('digest_id')}"
                " AND (NEW.digest_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM message AS digest"
                " WHERE digest.id = OLD.digest_id"
                " AND digest.state IN ('queued', 'leased', 'failed')))))",
            ),
            Rule(
                "record:kept",
                f"OLD.state = 'kept' AND ({changed(*sorted(_MESSAGE_MOVES - {'document_id'}))}"
                f" OR (OLD.document_id IS NOT NULL AND {changed('document_id')}))",
            ),
        ),
    ),
    Guard(
        "message",
        "BEFORE",
        "DELETE",
        (Rule("record:sent", _GONE), Rule("record:kept", "OLD.state = 'kept'")),
    ),
    *append_only("message_attempt"),
    *new_only("hold"),
    Guard(
        "hold",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", changed("id", "what", "since", "why", "data_until")),
            Rule(
                "record:lifted",
                "OLD.lifted_at IS NOT NULL"
                f" AND ({changed('lifted_at', 'lifted_by', 'lifted_why')})",
            ),
        ),
    ),
    never(_FAMILY, "hold", "DELETE"),
    *new_only("decision"),
    Guard(
        "decision",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", changed(*_columns("decision", "announced_at"))),
            Rule(
                "record:announced",
                f"OLD.announced_at IS NOT NULL AND ({changed('announced_at')})",
            ),
        ),
    ),
    never(_FAMILY, "decision", "DELETE"),
    *new_only("stored_file_content"),
    never(_FAMILY, "stored_file_content", "UPDATE"),
    *_SUMMARIES,
    *_CASEWORK,
    *_BOOKS,
)

TABLES = tuple(dict.fromkeys(guard.table for guard in GUARDS))

_ = (
    books,
    case,
    casework,
    definition,
    files,
    holds,
    meetings,
    outbox,
    summary,
)  # imported for the tables they add to the metadata
