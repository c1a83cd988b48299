"""The working group's meetings: the year's calendar, the agenda, who was there and whether they
were enough, the decisions made there, and the minutes; and votes in writing between them."""

from pool.cases import recusal
from pool.meetings import ballots_members

recusal.RECUSED.append(ballots_members.recused)
recusal.RETURNED.append(ballots_members.returned)
