"""The scene of the recused reader's walk: cases in every part of the work whose titles, applicants
and answers are unique markers, and everything that addresses are made of."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from sqlmodel import Session, col, select

import pool.identity as identity
from pool import files, plan
from pool.cases import conversation, drafts, letters, notes, recusal, starting, submit
from pool.cases.access import NEVER_SENT
from pool.cases.commands import Submission
from pool.identity.actor import SYSTEM, applicant
from pool.models.case import CaseFile
from pool.models.meetings import AgendaItem
from pool.models.outbox import Document, Message
from pool.models.summary import SummaryEdition
from pool.outbox.templates import TEMPLATES
from pool.render.mail import mail
from pool.summary import editions
from pool.summary import editions_files as edition_files
from pool.summary import model as summary_of
from pool.web.apply import steps
from tests.meetings import ballot_box
from tests.meetings.scene import Scene
from tests.payments.scene import CVR
from tests.payments.scene import Scene as Payments
from tests.support.district import APPLICATION, POOL, apply, to_decided, to_recommended
from tests.support.house import REPORT, World
from workflows.definition import SHORT, START

WORDS = ("Zyxatitel", "Qwxaforening", "Vjkabeskrivelse", "Wxqperson", "Kfjgrund")
"""In the title, the applicant's organisation, the answers, the contact's name, and what colleagues
and applicants wrote afterwards."""

TURNS: Mapping[str, str] = {"jens": "amina", "karim": "kirsten", "sofie": "sanne", "ole": "olga"}
"""Who stays out in turn (member, chair, secretariat, finance), and the colleague of the same role
who does not, and who sees what there is to see."""

COLLEAGUES = (
    *(("sanne", "secretariat"), ("kirsten", "chair"), ("olga", "finance")),
    ("tove", "member"),  # stays out of one of the cases from the beginning
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Marked:
    """``cases`` by what they are for; ``arguments`` are the values of the parts of addresses."""

    world: World
    scene: Scene
    cases: dict[str, int] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    next_id: int = 0
    held_id: int = 0
    ballot_id: int = 0
    arguments: dict[str, list[Any]] = field(default_factory=dict)

    def found_in(self, text: str) -> list[str]:
        """The markers that stand in a text."""
        low = text.casefold()
        found = [word for word in WORDS if word.casefold() in low]
        return found + [one for one in self.numbers if re.search(rf"{one}(?!\d)", text)]


def build(world: World) -> Marked:
    """Six cases of the big pool: on the agenda of the next meeting; put to a written vote; decided
    and not announced; granted, paid and reported; asked; and decided at a meeting that is held
    now. Beside them two that everybody may know of."""
    marked = Marked(world, Scene(world))
    for name, role in COLLEAGUES:
        _colleague(world, name, role)
    plain = [apply(world, title=f"Almindelig fest {n}") for n in range(2)]
    for case_id in plain:
        to_recommended(world, case_id)
    for name in ("agenda", "voted", "decided", "paid", "asked", "held"):
        marked.cases[name] = _case(world)
    cases, scene = marked.cases, marked.scene
    marked.numbers = [world.case(one).number for one in cases.values()]
    for name in ("agenda", "voted", "held"):
        to_recommended(world, cases[name])
    sanne = world.actor("sanne", POOL)
    notes.note(world.house, world.new_id(), cases["agenda"], "Kfjgrund", sanne, world.now)
    to_decided(world, cases["decided"], "refuse", reasons="Kfjgrund: prisen er for høj.")
    set_aside = _plan(world)
    to_decided(world, cases["paid"], earmark=set_aside)
    world.do(cases["paid"], "sofie", "announce-grant")
    by_list(world, cases["paid"], "olga", "ole", "Kfjgrund-9")
    world.do(
        cases["paid"], "applicant", "report",
        report={**REPORT, "worked": "Vjkabeskrivelse", "accounts": accounts(world)},
    )  # fmt: skip
    world.do(cases["asked"], "sofie", "ask", questions="Kfjgrund?", due_on="2026-03-20")

    marked.held_id = scene.plan(f"{world.now:%d.%m.%Y}")
    scene.put_on(marked.held_id, [cases["held"], plain[0]])
    scene.open(marked.held_id, "karim", "jens", "amina", "kirsten")
    scene.decide(marked.held_id, cases["held"], "grant")
    marked.next_id = scene.plan("20.3.2026")
    scene.put_on(marked.next_id, [cases["agenda"], plain[1]])
    scene.send(marked.next_id)
    scene.run_errands()
    marked.ballot_id = ballot_box.propose(world, cases["voted"])
    recusal.settle(
        world.house, world.new_id(), cases["agenda"], world.people["tove"], "Kfjgrund", 
        world.actor("sanne", POOL), world.now,
    )  # fmt: skip
    cases["suggested"] = _suggestion(world)
    marked.numbers.append(world.case(cases["suggested"]).number)
    _addresses(marked)
    marked.arguments["account_id"] = [set_aside]
    marked.arguments |= {"edition": [1], "move_id": [1]}
    return marked


def accounts(world: World) -> dict[str, str]:
    """All of it for food."""
    posts = world.house.definitions.current(POOL).budget_posts
    return {post.key: "9.500" if post.key == "food" else "0" for post in posts}


def by_list(world: World, case_id: int, who: str, other: str, reference: str) -> None:
    """Paid by a list that ``who`` prepared and ``other`` released."""
    world.do(case_id, "applicant", "payee", payee=dict(CVR))
    scene = Payments(world)
    list_id = scene.prepared(case_id, who=who)
    scene.release(list_id, other)
    scene.pay_all(list_id, who, reference=reference)


def _plan(world: World) -> int:
    """A year of the plan with the pool in it, a move, and money of the pool set aside for a line;
    returns the account it stands on."""
    year = world.now.year
    table = f"no,activity,focus_areas,y{year},note\n1,Haven,,100,\n2,Job,,50,\n3,Puljen,,5,\n"
    beside = f'source = "Planen"\n[sums]\n{year} = "155"\n[pools]\n3 = "{POOL}"\n'
    plan.load(world.house, table.encode(), beside.encode(), actor=SYSTEM, now=world.now)
    order = plan.Order(
        year=year, from_line=1, to_line=2, amount=1_000, decided_on=world.now.date(),
        steering="Hørt", reason="Færre bede",
    )  # fmt: skip
    plan.move(world.house, order, command_id="moved", actor=SYSTEM, now=world.now)
    return plan.earmark(
        world.house, pool=POOL, year=year, label="Haven", amount=2_000_000, line=1,
        command_id="earmarked", actor=SYSTEM, now=world.now,
    )  # fmt: skip


def _colleague(world: World, name: str, role: str) -> None:
    def work(session: Session) -> int:
        person = identity.add_person(
            session, email=f"{name}@test.example", name=name.capitalize(), now=world.now
        )
        identity.grant_role(session, person.id or 0, role)
        return person.id or 0

    world.people[name] = world.database.write(work)


def _case(world: World) -> int:
    draft_id = world.draft(
        POOL,
        **{
            **APPLICATION,
            "title": "Zyxatitel på torvet",
            "benefit": "Vjkabeskrivelse af det hele.",
            "budget_line": "Vjkabeskrivelse 9.500 kr.",
            "contact_name": "Wxqperson Hansen",
            "email": "wxqperson@eksempel.example",
        },
    )
    drafts.attach(world.house, draft_id, [files.prepare("Zyxatitel.pdf", PDF)], world.now)
    case_id = submit.submit(world.house, Submission(world.new_id(), draft_id), world.now).case_id

    def named(session: Session) -> None:
        letters.applicant_of(session, world.case(case_id)).organisation = "Qwxaforeningen"

    world.database.write(named)
    return case_id


def _suggestion(world: World) -> int:
    raw = {
        "suggestion": "Zyxatitel Vjkabeskrivelse: der er mørkt ved bænkene.",
        "where": "Kfjgrund",
        "place": "husum",
        "contact_name": "Wxqperson Hansen",
        "email": "wxqperson@eksempel.example",
    }
    command = submit.Suggested(world.new_id(), POOL, "da", raw)
    return submit.suggest(world.house, command, world.now).case_id


def _addresses(marked: Marked) -> None:
    """What stands in the places of an address, by the place's name."""
    world, ids = marked.world, list(marked.cases.values())
    sanne = world.actor("sanne", POOL)
    typed_in = starting.begin(
        world.house, POOL, starting.Start("initiative", proposer="Amina"), sanne, world.now,
        origin_id=marked.cases["suggested"],
    )  # fmt: skip
    asked = summary_of.Request.make((POOL,), world.now.year, "provisional", now=world.now)
    edition = editions.make(world.house, asked, key="edition", actor=sanne, now=world.now)
    with world.database.read() as session:
        made = session.get_one(SummaryEdition, edition)
        of_meetings = session.exec(select(AgendaItem.id).where(col(AgendaItem.case_id).in_(ids)))
        items = list(of_meetings)
        file_ids = list(
            session.exec(select(CaseFile.file_id).where(col(CaseFile.case_id).in_(ids)).limit(2))
        )
        messages = list(session.exec(select(Message.id).where(col(Message.case_id).in_(ids))))
    for form in ("csv", "xlsx"):
        edition_files.keep(world.house, made, "da", form, world.now)
    world.database.write(
        lambda s: setattr(s.get_one(SummaryEdition, edition), "files_version", made.version)
    )
    marked.arguments = {
        "number": list(marked.numbers),
        "action": ["ask", "close", "announce-refusal"],
        "file_id": file_ids,
        "message_id": messages[:3],
        "person_id": [world.people["tove"]],
        "meeting_id": [marked.held_id, marked.next_id],
        "item_id": items,
        "pool_key": [POOL],
        "year": [world.now.year],
        "figure": ["granted", "paid", "free"],
        "n": list(range(1, 9)),
        "edition_id": [edition],
        "spoken": ["da"],
        "form": ["csv", "xlsx"],
        "question_id": [1],
        "whom": [f"person:{world.people['birgit']}"],
        "casework.export.kind": ["csv", "xlsx"],
        "meetings.paper.kind": ["agenda"],
        "version": [1],
        "draft_id": [typed_in],
        "last_part": [steps.address(one) for one in (START, SHORT, "activity")],
    }


def stay_out(marked: Marked, name: str) -> None:
    """The group settles that ``name`` takes no part in any of the cases."""
    world = marked.world
    by = "kirsten" if name != "kirsten" else "sanne"
    for case_id in marked.cases.values():
        recusal.settle(
            world.house, world.new_id(), case_id, world.people[name], "Kfjgrund",
            world.actor(by, POOL), world.now,
        )  # fmt: skip


def go_on(marked: Marked) -> None:
    """Everything that makes mails to colleagues, once somebody stays out."""
    world, cases = marked.world, marked.cases
    world.do(cases["asked"], "applicant", "answer", answer="Vjkabeskrivelse")
    conversation.write(
        world.house, world.new_id(), cases["agenda"], "Vjkabeskrivelse", applicant("Wxqperson"),
        world.now,
    )  # fmt: skip
    world.do(cases["decided"], "sanne", "announce-refusal")
    new = _case(world)  # told to the secretariat before anybody can stay out of it
    marked.numbers.append(world.case(new).number)
    marked.cases["new"] = new


def readable(session: Session, message: Message) -> str:
    """All that a message says: subject, text, HTML, and what goes with it."""
    data = {**message.data, **({"link": "https://x.example"} if message.data.get("link") else {})}
    written = mail(message.template, message.lang, data, legal=TEMPLATES[message.template].legal)
    parts = [written.subject, written.text, written.html]
    for document_id in message.attachments or []:
        document = session.get_one(Document, document_id)
        parts += [document.name, text_of(document.media_type, document.body)]
    return "\n".join(parts)


def mails_to(marked: Marked, name: str) -> list[tuple[str, str]]:
    """(template, all it says) of what went or will go to somebody."""
    with marked.world.database.read() as session:
        found = session.exec(
            select(Message).where(col(Message.person_id) == marked.world.people[name])
        ).all()
        return [
            (one.template, readable(session, one)) for one in found if one.state not in NEVER_SENT
        ]


def text_of(media_type: str, body: bytes) -> str:
    """What can be read in a file."""
    if media_type == "application/pdf" and body.startswith(b"%PDF") and len(body) > 500:
        pdf = pypdfium2.PdfDocument(body)
        pages = [pdf[number].get_textpage().get_text_range() for number in range(len(pdf))]
        pdf.close()
        return "\n".join(pages)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(
                packed.read(one).decode("utf-8", "ignore") for one in packed.namelist()
            )
    return body.decode("utf-8", "ignore")
