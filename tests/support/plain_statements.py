"""The statements of :mod:`tests.support.plain_sql`, the same words on SQLite and PostgreSQL.

Bound by name: ``pool``, ``year``, ``known`` (what was written later does not count), ``cut`` (what
is about a later day does not count) and ``after`` (the first moment after that day, Copenhagen).
"""

COUNTED = """
WITH told AS (  -- decisions about a day that counts, and told to the applicant by then
  SELECT d.* FROM decision d WHERE d.announced_at <= :known AND d.made_on <= :cut
    AND NOT EXISTS (SELECT 1 FROM decision_end n WHERE n.decision_id = d.id
      AND n.how = 'undone' AND n.ended_at <= :known)  -- undone before its letter went: never made
), inforce AS (  -- the newest of them of each case
  SELECT d.* FROM told d
  WHERE NOT EXISTS (SELECT 1 FROM told e WHERE e.case_id = d.case_id AND e.number > d.number)
), firstly AS (  -- by which decision each grant was made, however often it was changed since
  SELECT d.id AS last_id, f.* FROM inforce d JOIN decision f ON f.case_id = d.case_id
    AND f.number = (SELECT max(g.number) FROM decision g WHERE g.case_id = d.case_id
      AND g.number <= d.number AND g.changes_id IS NULL)
), came AS (  -- cases that had come by then; of an imported one only its decision's day is known
  SELECT c.*, a.kind AS applicant_kind, a.organisation
  FROM grant_case c JOIN applicant a ON a.id = c.applicant_id
  WHERE c.pool = :pool AND c.year = :year AND c.received_at <= :known
    AND c.kind <> 'suggestion'
    AND (c.origin_kind IS NULL OR c.origin_kind <> 'forwarded' OR EXISTS (
      SELECT 1 FROM grant_case o WHERE o.id = c.origin_id AND o.closed_at <= :known))
    AND NOT EXISTS (SELECT 1 FROM grant_case n WHERE n.origin_id = c.id
      AND n.origin_kind = 'forwarded' AND c.closed_at <= :known)
    AND (c.received_at < :after AND c.channel <> 'import'
         OR c.channel = 'import' AND coalesce(
              (SELECT min(d.made_on) FROM decision d WHERE d.case_id = c.id), :cut) <= :cut)
), moved AS (  -- transfers that count; a reverse stands for what it takes back, with a minus
  SELECT t.*, f.kind AS from_kind, o.kind AS to_kind, d.announced_at,
    CASE WHEN t.kind = 'reverse' THEN x.kind ELSE t.kind END AS what,
    CASE WHEN t.kind = 'reverse' THEN -t.amount ELSE t.amount END AS signed,
    CASE WHEN t.kind = 'reverse' THEN x.recorded_at ELSE t.recorded_at END AS moment
  FROM transfer t
  JOIN book b ON b.id = t.book_id
  JOIN book_year y ON y.id = t.year_id
  JOIN account f ON f.id = t.from_id
  JOIN account o ON o.id = t.to_id
  LEFT JOIN transfer x ON x.id = t.cites_id
  LEFT JOIN told d ON d.id = t.decision_id
  WHERE b.key = :pool AND y.year = :year AND t.recorded_at <= :known AND t.effective_on <= :cut
    AND (t.decision_id IS NULL OR d.id IS NOT NULL)
    AND (x.id IS NULL OR x.effective_on <= :cut)
), weighed AS (  -- how each counts in each figure
  SELECT m.*,
    CASE WHEN what = 'appropriate' THEN signed WHEN what = 'relinquish' THEN -signed
      ELSE 0 END AS budget,
    CASE WHEN what = 'hold' THEN signed
      WHEN what IN ('void', 'return') AND moment < announced_at THEN -signed
      ELSE 0 END AS granted,
    CASE WHEN what IN ('void', 'return') AND NOT moment < announced_at THEN signed
      ELSE 0 END AS returned,
    CASE WHEN what = 'post' THEN signed ELSE 0 END AS paid,
    CASE WHEN what = 'return' AND 'source' IN (from_kind, to_kind) THEN signed
      ELSE 0 END AS gone,
    amount * (CASE WHEN to_kind = 'held' THEN 1 ELSE 0 END
      - CASE WHEN from_kind = 'held' THEN 1 ELSE 0 END) AS held,
    amount * (CASE WHEN to_kind = 'paid' THEN 1 ELSE 0 END
      - CASE WHEN from_kind = 'paid' THEN 1 ELSE 0 END) AS paid_out,
    amount * (CASE WHEN to_kind = 'free' THEN 1 ELSE 0 END
      - CASE WHEN from_kind = 'free' THEN 1 ELSE 0 END) AS free,
    amount * (CASE WHEN to_kind = 'earmark' THEN 1 ELSE 0 END
      - CASE WHEN from_kind = 'earmark' THEN 1 ELSE 0 END) AS earmarked
  FROM moved m
), ofcase AS (
  SELECT case_id, sum(granted) AS granted, sum(returned) AS returned, sum(paid) AS paid,
    sum(held) AS held, sum(paid_out) AS paid_out
  FROM weighed WHERE case_id IS NOT NULL GROUP BY case_id
), told_of AS (  -- reports in by then
  SELECT r.* FROM report r WHERE r.received_at <= :known AND r.received_at < :after
), yearly AS (  -- one row per case that came
  SELECT c.id, c.number, c.title, c.organisation, c.applicant_kind, c.focus_area, c.place,
    c.kind, c.channel, c.asked, c.received_at, c.promised_on, c.closed_at,
    CASE WHEN again.id IS NULL THEN d.outcome END AS outcome, d.outcome AS was,
    f.made_on, f.made_precision, f.made_how, d.criterion, f.announced_at,
    CASE WHEN d.member_unit THEN 1 ELSE 0 END AS unit,
    coalesce(m.granted, 0) AS granted, coalesce(m.returned, 0) AS returned,
    coalesce(m.paid, 0) AS paid, coalesce(m.held, 0) AS held,
    CASE WHEN d.id IS NULL OR again.id IS NOT NULL THEN NULL
      WHEN d.outcome = 'refused' THEN 0 ELSE 1 END AS given
  FROM came c
  LEFT JOIN inforce d ON d.case_id = c.id
  LEFT JOIN firstly f ON f.last_id = d.id
  LEFT JOIN decision_end again ON again.decision_id = d.id AND again.how = 'reopened'
    AND again.ended_at <= :known AND again.effective_on <= :cut
  LEFT JOIN ofcase m ON m.case_id = c.id
)
"""

MONEY = """
SELECT coalesce(sum(budget), 0) AS budget, coalesce(sum(earmarked), 0) AS earmarked,
  coalesce(sum(granted), 0) AS granted, coalesce(sum(returned), 0) AS returned,
  coalesce(sum(granted) - sum(returned), 0) AS disposed, coalesce(sum(paid), 0) AS paid,
  coalesce(sum(held), 0) AS held, coalesce(sum(paid_out), 0) AS out,
  coalesce(sum(free), 0) AS free, coalesce(sum(gone), 0) AS gone,
  coalesce(sum(CASE WHEN what = 'appropriate' THEN signed ELSE 0 END), 0) AS appropriated
FROM weighed
"""

COUNTS = """
SELECT count(*) AS received,
  coalesce(sum(CASE WHEN outcome = 'full' THEN 1 ELSE 0 END), 0) AS full,
  coalesce(sum(CASE WHEN outcome = 'part' THEN 1 ELSE 0 END), 0) AS part,
  coalesce(sum(CASE WHEN outcome = 'granted' THEN 1 ELSE 0 END), 0) AS granted_unknown,
  coalesce(sum(CASE WHEN outcome = 'refused' THEN 1 ELSE 0 END), 0) AS refused,
  coalesce(sum(CASE WHEN outcome IS NULL AND NOT coalesce(
    closed_at <= :known AND closed_at < :after, FALSE) THEN 1 ELSE 0 END), 0) AS undecided,
  coalesce(sum(CASE WHEN outcome IS NULL
    AND closed_at <= :known AND closed_at < :after THEN 1 ELSE 0 END), 0) AS dropped,
  coalesce(sum(CASE WHEN kind = 'initiative' THEN 1 ELSE 0 END), 0) AS initiatives
FROM yearly
"""

ASIDE = """
SELECT
  coalesce(sum(CASE WHEN given = 1 AND asked IS NOT NULL THEN asked ELSE 0 END), 0)
    AS asked_granted,
  coalesce(sum(CASE WHEN given = 1 AND asked IS NOT NULL THEN granted ELSE 0 END), 0)
    AS granted_of_known,
  coalesce(sum(CASE WHEN given = 1 AND kind = 'initiative' THEN 1 ELSE 0 END), 0) AS initiatives,
  coalesce(sum(CASE WHEN given = 1 AND kind = 'initiative' THEN granted ELSE 0 END), 0)
    AS initiatives_granted,
  coalesce(sum(CASE WHEN given = 1 THEN unit ELSE 0 END), 0) AS member_units,
  coalesce(sum(CASE WHEN given = 1 AND unit = 1 THEN granted ELSE 0 END), 0)
    AS member_units_granted,
  coalesce(sum(CASE WHEN channel = 'import' THEN 1 ELSE 0 END), 0) AS imported
FROM yearly
"""

GRANTS = """
SELECT y.id AS case_id, y.number, y.title, y.organisation AS applicant, y.applicant_kind,
  y.focus_area, y.place, y.made_on AS decided_on, y.made_precision AS precision, y.made_how,
  coalesce(y.outcome, y.was) AS outcome,
  CASE WHEN y.kind = 'initiative' THEN 1 ELSE 0 END AS initiative,
  y.unit AS member_unit, CASE WHEN y.channel = 'import' THEN 1 ELSE 0 END AS imported,
  y.asked, y.granted, y.returned, y.paid, y.held,
  CASE WHEN r.id IS NULL THEN 0 ELSE 1 END AS reported, r.held AS took_place, r.participants,
  r.worked, r.safety
FROM yearly y LEFT JOIN told_of r ON r.case_id = y.id
WHERE y.given = 1 OR EXISTS (SELECT 1 FROM ofcase m WHERE m.case_id = y.id)
"""

REFUSALS = """
SELECT criterion AS key, count(*) AS count, coalesce(sum(asked), 0) AS asked,
  count(*) - count(asked) AS asked_unknown
FROM yearly WHERE outcome = 'refused' GROUP BY criterion
"""

GROUPS = """
SELECT {key} AS key, count(*) AS cases,
  coalesce(sum(given), 0) AS grants,
  coalesce(sum(CASE WHEN given = 1 THEN asked ELSE 0 END), 0) AS asked,
  coalesce(sum(CASE WHEN given = 1 AND asked IS NULL THEN 1 ELSE 0 END), 0) AS asked_unknown,
  coalesce(sum(CASE WHEN given = 1 THEN granted ELSE 0 END), 0) AS granted,
  coalesce(sum(CASE WHEN given = 1 THEN granted - returned ELSE 0 END), 0) AS disposed
FROM yearly WHERE {where} GROUP BY 1
"""

DAYS = """
SELECT received_at, announced_at, promised_on FROM yearly
WHERE outcome IS NOT NULL AND channel <> 'import'
"""

UNKNOWN_DAYS = """
SELECT count(*) AS unknown FROM yearly WHERE outcome IS NOT NULL AND channel = 'import'
"""

OUTSIDE = """
SELECT made_how, count(*) AS decisions FROM yearly
WHERE outcome IS NOT NULL AND made_how <> 'meeting' GROUP BY made_how
"""

RECUSED = """
SELECT count(DISTINCT r.case_id) AS recusal_cases, count(*) AS recusals
FROM recusal r JOIN yearly y ON y.id = r.case_id
WHERE r.declared_at <= :known AND r.declared_at < :after
  AND (r.lifted_at IS NULL OR r.lifted_at > :known OR r.lifted_at >= :after)
"""

ANSWERS = """
SELECT a.case_id, a.question, a.value FROM answer a JOIN yearly y ON y.id = a.case_id
WHERE (y.given = 1 OR EXISTS (SELECT 1 FROM ofcase m WHERE m.case_id = y.id))
  AND a.question IN ('description', 'safety')
UNION ALL
SELECT a.case_id, a.question, a.value FROM answer a JOIN yearly y ON y.id = a.case_id
WHERE a.question IN ('results', 'knowledge_kind')
"""

OPENED = """
SELECT p.text FROM book_year y JOIN book b ON b.id = y.book_id
JOIN journal_stream s ON s.key = 'book-year:' || y.id
JOIN journal_event e ON e.stream_id = s.id AND e.kind = 'year.opened'
LEFT JOIN journal_personal p ON p.event_id = e.id
WHERE b.key = :pool AND y.year = :year AND e.recorded_at <= :known
"""

IN_BOOKS = """
SELECT count(*) AS transfers FROM weighed
"""

LEDGER_HEAD = """
SELECT n, hash FROM transfer WHERE book_id = (SELECT id FROM book WHERE key = :pool)
AND n = (SELECT max(n) FROM transfer
         WHERE book_id = (SELECT id FROM book WHERE key = :pool) AND recorded_at <= :known)
"""


JOURNAL_HEADS = """
SELECT s.key, e.n, e.hash FROM journal_event e JOIN journal_stream s ON s.id = e.stream_id
WHERE e.recorded_at <= :known AND NOT EXISTS (SELECT 1 FROM journal_event f
  WHERE f.stream_id = e.stream_id AND f.n > e.n AND f.recorded_at <= :known)
"""

RELINQUISHED = """
SELECT
  coalesce(sum(CASE WHEN EXISTS (
    SELECT 1 FROM transfer o JOIN book_year oy ON oy.id = o.year_id
    WHERE o.command_id = w.command_id AND o.kind = 'appropriate'
      AND o.book_id = w.book_id AND oy.year > :year) THEN signed ELSE 0 END), 0) AS carried,
  coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM transfer o
    WHERE o.command_id = w.command_id AND o.kind = 'appropriate')
    THEN 0 ELSE signed END), 0) AS back
FROM weighed w WHERE w.kind = 'relinquish'
"""
