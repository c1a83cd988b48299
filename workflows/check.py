"""Is a definition fit for use? Every fault of a file, with line and remedy.

First the file's shape (``reading``), then the names it uses, and once those are sound, what they
mean together: the form, the procedure, the money, how the group works.
"""

from __future__ import annotations

from workflows.check_form import check_form
from workflows.check_group import check_group
from workflows.check_messages import check_messages
from workflows.check_money import check_money
from workflows.check_names import check_names
from workflows.check_payments import check_payments
from workflows.check_procedure import check_procedure
from workflows.definition import Definition
from workflows.faults import Fault
from workflows.reading import read


def examine(text: str, name: str) -> tuple[Definition | None, list[Fault]]:
    """The definition in ``text`` and its faults in the file's order. A definition that has faults
    is good for pointing at, not for use; None where the text is no TOML."""
    definition, report = read(text, name)
    if definition is None:
        return None, report.faults
    check_names(definition, report)
    if not report.faults:
        check_form(definition, report)
        check_procedure(definition, report)
        check_money(definition, report)
        check_payments(definition, report)
        check_group(definition, report)
        check_messages(definition, report)
    unique = {(fault.line, fault.code, str(fault.params)): fault for fault in report.faults}
    return definition, sorted(unique.values(), key=lambda fault: fault.line)


def check(text: str, name: str) -> list[Fault]:
    """Every fault of a definition's text; none means that it can be used."""
    return examine(text, name)[1]
