"""Transfers that are right in all but one thing, and the refusal each meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REVERSE = {"kind": "reverse", "case_id": ":case1", "decision_id": ":decision1"}
NO_CASE = {"case_id": None, "decision_id": None}
RETURN = {
    "kind": "return",
    "from_id": ":paid",
    "to_id": ":free",
    "cites_id": ":post",
    "amount": 1,
}
POST = {"kind": "post", "from_id": ":held", "to_id": ":paid_new"}
CLOSED = {"year_id": ":year2023"}


@dataclass(frozen=True)
class Forgery:
    """An inserted transfer that is right in all but ``changes``."""

    code: str
    changes: dict[str, Any]
    verb: str = "INSERT INTO"
    postgresql: str | None = None
    """The refusal there, where it is another one: a guard's code or an SQLSTATE."""


FORGERIES = {
    "amount is a word": Forgery("ledger:amount", {"amount": "abc"}, postgresql="22P02"),
    # PostgreSQL rounds it to 1 before any trigger sees it; the hashed text gives it away.
    "amount is half an øre": Forgery("ledger:amount", {"amount": 0.5}, postgresql="ledger:text"),
    "amount is nothing": Forgery("ledger:amount", {"amount": 0}),
    "amount is negative": Forgery("ledger:amount", {"amount": -7}),
    "amount is null": Forgery("ledger:amount", {"amount": None}),
    "amount is too large": Forgery("ledger:amount", {"amount": 10**11 + 1}),
    "overdraft": Forgery("ledger:overdraft", {"amount": 8_900}),
    "overdraft of a held account": Forgery("ledger:overdraft", POST | {"amount": 151}),
    "overdraft of an earmark": Forgery(
        "ledger:overdraft",
        {"kind": "unearmark", "from_id": ":earmark", "to_id": ":free", "amount": 901} | NO_CASE,
    ),
    "relinquish more than is free": Forgery(
        "ledger:overdraft",
        {"kind": "relinquish", "to_id": ":source", "amount": 9_000} | NO_CASE,
    ),
    "unknown kind": Forgery("ledger:shape", {"kind": "gift"}),
    "no kind": Forgery("ledger:shape", {"kind": None}),
    "hold from the source": Forgery("ledger:shape", {"from_id": ":source"}),
    "hold onto free": Forgery("ledger:shape", {"from_id": ":earmark", "to_id": ":free"}),
    "hold onto a child of another": Forgery("ledger:shape", {"to_id": ":held_marked"}),
    "hold onto a payout": Forgery("ledger:shape", {"to_id": ":paid"}),
    "void to another than the parent": Forgery(
        "ledger:shape", {"kind": "void", "from_id": ":held", "to_id": ":earmark"}
    ),
    "void from free": Forgery(
        "ledger:shape", {"kind": "void", "from_id": ":free", "to_id": ":held"}
    ),
    "post to free": Forgery("ledger:shape", POST | {"to_id": ":free"}),
    "post from free": Forgery("ledger:shape", POST | {"from_id": ":free"}),
    "post to the payout of another": Forgery("ledger:shape", POST | {"from_id": ":held_marked"}),
    "appropriate backwards": Forgery(
        "ledger:shape", {"kind": "appropriate", "to_id": ":source"} | NO_CASE
    ),
    "appropriate to a held account": Forgery(
        "ledger:shape", {"kind": "appropriate", "from_id": ":source"}
    ),
    "earmark to a held account": Forgery("ledger:shape", {"kind": "earmark"} | NO_CASE),
    "unearmark from free": Forgery(
        "ledger:shape", {"kind": "unearmark", "to_id": ":earmark"} | NO_CASE
    ),
    "from an account to itself": Forgery("ledger:shape", {"to_id": ":free"}),
    "return to the source of an open year": Forgery("ledger:shape", RETURN | {"to_id": ":source"}),
    "return from a held account": Forgery("ledger:shape", RETURN | {"from_id": ":held"}),
    "hold without a case": Forgery("ledger:case", NO_CASE),
    "hold for another case": Forgery("ledger:case", {"case_id": ":case2"}),
    "hold for another decision": Forgery("ledger:case", {"decision_id": ":decision2"}),
    "return for another case": Forgery("ledger:case", RETURN | {"case_id": ":case2"}),
    "budget for a case": Forgery(
        "ledger:case", {"kind": "appropriate", "from_id": ":source", "to_id": ":free"}
    ),
    "to the other book": Forgery("ledger:year", {"to_id": ":freeother"}),
    "from the other book": Forgery("ledger:year", {"from_id": ":freeother"}),
    "in the other book": Forgery("ledger:year", {"book_id": ":bookother"}),
    "in another year": Forgery("ledger:year", {"year_id": ":year2022"}),
    "from another year": Forgery("ledger:year", {"from_id": ":free2022"}),
    "from nowhere": Forgery("ledger:year", {"from_id": 999_999}),
    "to nowhere": Forgery("ledger:year", {"to_id": 999_999}),
    "in no year": Forgery("ledger:year", {"year_id": 999_999}),
    "a number skipped": Forgery("ledger:number", {"n": 999}),
    "a number used": Forgery("ledger:number", {"n": 1}),
    "no number": Forgery("ledger:number", {"n": None}),
    "line 0": Forgery("ledger:number", {"line": 0}),
    "line is a word": Forgery("ledger:number", {"line": "one"}, postgresql="22P02"),
    "a chain of its own": Forgery("ledger:chain", {"prev_hash": "0" * 64}),
    "no chain": Forgery("ledger:chain", {"prev_hash": None}),
    "time runs backwards": Forgery("ledger:clock", {"recorded_at": "2024-05-02T09:59:59.999999Z"}),
    "time is a word": Forgery("ledger:clock", {"recorded_at": "later"}, postgresql="22007"),
    "time of a form of its own": Forgery(
        "ledger:clock", {"recorded_at": "2030-1-1"}, postgresql="ledger:text"
    ),
    "a moment that is none": Forgery(
        "ledger:clock", {"recorded_at": "2030-02-30T10:00:00.000000Z"}, postgresql="22008"
    ),
    "no time": Forgery("ledger:clock", {"recorded_at": None}, postgresql="ledger:text"),
    "a day that is none": Forgery(
        "ledger:clock", {"effective_on": "2024-02-30"}, postgresql="22008"
    ),
    "the text tells another amount": Forgery(
        "ledger:text", {"canonical": "puljen-transfer-1|1|2|3"}
    ),
    "no text": Forgery("ledger:text", {"canonical": None, "hash": "0" * 64}),
    "the hash is none": Forgery("ledger:hash", {"hash": "Z" * 64}),
    "a hash cut short": Forgery("ledger:hash", {"hash": "abc"}),
    "more comes back than was paid": Forgery("ledger:overdraft", RETURN | {"amount": 261}),
    "return citing another payment": Forgery("ledger:cites", RETURN | {"cites_id": ":post_again"}),
    "return citing no payment": Forgery("ledger:cites", RETURN | {"cites_id": ":hold_wrong"}),
    "return citing nothing": Forgery("ledger:cites", RETURN | {"cites_id": None}),
    "hold citing": Forgery("ledger:cites", {"cites_id": ":post"}),
    "a second payment to the same payout": Forgery("ledger:payout-used", POST | {"to_id": ":paid"}),
    "reverse of part": Forgery(
        "ledger:mirror",
        REVERSE | {"from_id": ":paid", "to_id": ":held", "cites_id": ":post", "amount": 1},
    ),
    "reverse the same way": Forgery(
        "ledger:mirror",
        REVERSE | {"from_id": ":held", "to_id": ":paid", "cites_id": ":post", "amount": 300},
    ),
    "reverse between others": Forgery(
        "ledger:mirror",
        REVERSE | {"from_id": ":paid_again", "to_id": ":held", "cites_id": ":post", "amount": 300},
    ),
    "reverse for another case": Forgery(
        "ledger:mirror",
        REVERSE
        | {"from_id": ":paid_again", "to_id": ":held", "cites_id": ":post_again", "amount": 50}
        | {"case_id": ":case2"},
    ),
    "reverse of nothing": Forgery(
        "ledger:mirror", REVERSE | {"from_id": ":paid", "to_id": ":held"}
    ),
    "reverse of a reverse": Forgery(
        "ledger:mirror",
        {"kind": "reverse", "from_id": ":free", "to_id": ":held_wrong", "amount": 60}
        | {"cites_id": ":reversal", "case_id": ":case2", "decision_id": ":decision2"},
    ),
    "reverse twice": Forgery(
        "ledger:reversed",
        {"kind": "reverse", "from_id": ":held_wrong", "to_id": ":free", "amount": 60}
        | {"cites_id": ":hold_wrong", "case_id": ":case2", "decision_id": ":decision2"},
    ),
    "reverse of a payment that came back in part": Forgery(
        "ledger:overdraft",
        REVERSE | {"from_id": ":paid", "to_id": ":held", "cites_id": ":post", "amount": 300},
    ),
    "a command used before": Forgery("ledger:command", {"command_id": "held"}),
    "no command": Forgery("ledger:name", {"command_id": ""}),
    "an actor who would confuse the text": Forgery("ledger:name", {"actor": "person:1|x"}),
    "hold in a closed year": Forgery(
        "ledger:year-closed", CLOSED | {"from_id": ":free2023", "to_id": ":held2023"}
    ),
    "budget for a closed year": Forgery(
        "ledger:year-closed",
        CLOSED | {"kind": "appropriate", "from_id": ":source2023", "to_id": ":free2023"} | NO_CASE,
    ),
    "return to free of a closed year": Forgery(
        "ledger:year-closed",
        CLOSED | RETURN | {"from_id": ":paid2023", "to_id": ":free2023", "cites_id": ":post2023"},
    ),
    "reverse of a payment of a closed year": Forgery(
        "ledger:year-closed",
        CLOSED
        | REVERSE
        | {"from_id": ":paid2023", "to_id": ":held2023", "cites_id": ":post2023", "amount": 9_000},
    ),
    "hold in a closing year": Forgery(
        "ledger:year-closing",
        {"year_id": ":year2022", "from_id": ":free2022", "to_id": ":held2022"},
    ),
    "budget for a closing year": Forgery(
        "ledger:year-closing",
        {"year_id": ":year2022", "kind": "appropriate"}
        | {"from_id": ":source2022", "to_id": ":free2022"}
        | NO_CASE,
    ),
    "in the place of another": Forgery("ledger:exists", {"id": ":post"}),
}

SQLITE_FORGERIES = {
    "replace by id": Forgery("ledger:exists", {"id": ":post"}, "INSERT OR REPLACE INTO"),
    "replace by number": Forgery("ledger:number", {"n": 1}, "INSERT OR REPLACE INTO"),
    "replace by command": Forgery(
        "ledger:command", {"command_id": "held"}, "INSERT OR REPLACE INTO"
    ),
    "replace into": Forgery("ledger:exists", {"id": ":post"}, "REPLACE INTO"),
    "overdraft, errors ignored": Forgery(
        "ledger:overdraft", {"amount": 8_900}, "INSERT OR IGNORE INTO"
    ),
    "overdraft, replacing": Forgery(
        "ledger:overdraft", {"amount": 8_900}, "INSERT OR REPLACE INTO"
    ),
    "an id below one": Forgery("ledger:exists", {"id": -1}),
    "amount is a blob": Forgery("ledger:amount", {"amount": 7.5}),
}
