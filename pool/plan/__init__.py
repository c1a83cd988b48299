"""The plan: its lines, editions and what is moved between them; the pools' years: opening one with
its budget, changing that, earmarks."""

from pool.plan.budgets import adjust_budget
from pool.plan.earmarks import Earmark, earmarks_of
from pool.plan.editions import Loaded, YearChanges, adjust, differences, load
from pool.plan.errors import PlanError
from pool.plan.lines import PlanYear, Shown, plan_year, plan_years
from pool.plan.moves import Order, move
from pool.plan.reading import PlanRefused
from pool.plan.setting_aside import earmark, end_earmark
from pool.plan.years import YearAlreadyOpen, open_year

__all__ = [
    "Earmark",
    "Loaded",
    "Order",
    "PlanError",
    "PlanRefused",
    "PlanYear",
    "Shown",
    "YearAlreadyOpen",
    "YearChanges",
    "adjust",
    "adjust_budget",
    "differences",
    "earmark",
    "earmarks_of",
    "end_earmark",
    "load",
    "move",
    "open_year",
    "plan_year",
    "plan_years",
]
