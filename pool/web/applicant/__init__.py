"""The applicant's own pages: one's case, opened by the link in a mail."""

from __future__ import annotations

from pool.web.applicant import answer, case, link, payee, report, talk, vouchers, withdraw
from pool.web.applicant.room import blueprint

__all__ = ["answer", "blueprint", "case", "link", "payee", "report", "talk", "vouchers", "withdraw"]
