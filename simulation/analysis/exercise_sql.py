"""Worked queries of the exercises, and the queries of people who make a known slip; {weeks} is the log's length."""

from __future__ import annotations

_COHORT = """WITH first AS (
  SELECT *, CASE WHEN joined = 0 THEN 0 ELSE (joined - 1) // 13 * 13 + 1 END AS cohort
  FROM members WHERE spell = 1)
SELECT cohort, COUNT(*) AS people,
  100 * AVG(CASE WHEN "left" IS NULL OR "left" - joined > 12 THEN 1.0 ELSE 0 END) AS kept
FROM first GROUP BY cohort HAVING MAX(joined) <= {weeks} - 12 ORDER BY cohort"""
_RFM = """WITH buyers AS (
  SELECT person, {weeks} - MAX(week) AS ago, SUM(orders) AS n, SUM(paid) AS spent
  FROM orders GROUP BY person)
SELECT CASE WHEN ago < 4 THEN 0 WHEN ago < 8 THEN 1 WHEN ago < 13 THEN 2 WHEN ago < 26 THEN 3 ELSE 4 END AS recency,
  CASE WHEN n < 2 THEN 0 WHEN n < 3 THEN 1 WHEN n < 5 THEN 2 WHEN n < 9 THEN 3 ELSE 4 END AS frequency,
  COUNT(*) AS people, AVG(spent) AS money
FROM buyers GROUP BY 1, 2 ORDER BY 1, 2"""
_REPURCHASE = """WITH numbered AS (
  SELECT person, week, ROW_NUMBER() OVER (PARTITION BY person ORDER BY week) AS n FROM orders),
buyers AS (
  SELECT person, MIN(week) AS first, MIN(CASE WHEN n = 2 THEN week END) AS second FROM numbered GROUP BY person)
SELECT 100 * AVG(CASE WHEN second IS NOT NULL THEN 1.0 ELSE 0 END) AS again,
  100 * AVG(CASE WHEN second - first <= 8 THEN 1.0 ELSE 0 END) FILTER (WHERE first + 8 <= {weeks}) AS soon
FROM buyers"""
_K = """SELECT COUNT(*) / (SELECT COUNT(DISTINCT person) FROM members) AS sent,
  100 * AVG(accepted) AS accepted,
  SUM(accepted) / (SELECT COUNT(DISTINCT person) FROM members) AS k
FROM invitations"""
_NODES = """WITH both_ends AS (
  SELECT a AS person, strength FROM interactions UNION ALL SELECT b, strength FROM interactions)
SELECT person, COUNT(*) AS degree, SUM(strength) AS strength
FROM both_ends GROUP BY person ORDER BY SUM(both_ends.strength) DESC LIMIT 10"""
_UNMET = """WITH tamed AS (
  SELECT segment, churned,
    LN(1 + posts / NULLIF(AVG(posts) OVER (), 0)) AS p, LN(1 + replies / NULLIF(AVG(replies) OVER (), 0)) AS r,
    LN(1 + frequency / NULLIF(AVG(frequency) OVER (), 0)) AS f FROM segments),
z AS (
  SELECT segment, churned,
    COALESCE((p - AVG(p) OVER ()) / NULLIF(STDDEV_POP(p) OVER (), 0), 0) AS p,
    COALESCE((r - AVG(r) OVER ()) / NULLIF(STDDEV_POP(r) OVER (), 0), 0) AS r,
    COALESCE((f - AVG(f) OVER ()) / NULLIF(STDDEV_POP(f) OVER (), 0), 0) AS f,
    COALESCE((AVG(churned) OVER () - churned) / NULLIF(STDDEV_POP(churned) OVER (), 0), 0) AS stays FROM tamed)
SELECT segment, COUNT(*) AS people, 100 * AVG(churned) AS churn
FROM z GROUP BY segment HAVING COUNT(*) >= 20
ORDER BY (AVG(p) + AVG(r)) / 2 - LEAST(AVG(stays), AVG(f)) DESC LIMIT 1"""
_AB = """WITH arms AS (
  SELECT arm, COUNT(*) AS n, AVG(after) AS mean, VAR_SAMP(after) AS v,
    AVG(CASE WHEN after >= 0.25 THEN 1.0 ELSE 0 END) AS p FROM trial GROUP BY arm),
pair AS (
  SELECT t.mean - c.mean AS effect, SQRT(t.v / t.n + c.v / c.n) AS se, c.p AS p0, 1.2 * c.p AS p1
  FROM arms t, arms c WHERE t.arm = 1 AND c.arm = 0)
SELECT effect, effect - 1.96 * se AS low, effect + 1.96 * se AS high,
  CEIL(POW((1.95996 * SQRT((p0 + p1) * (1 - (p0 + p1) / 2)) + 0.84162 * SQRT(p0 * (1 - p0) + p1 * (1 - p1)))
    / (p1 - p0), 2)) AS needed
FROM pair"""
_NAIVE = """SELECT
  (SELECT AVG(after) - AVG(before) FROM launch) AS before_after,
  (SELECT AVG(after) FILTER (WHERE posted = 1) - AVG(after) FILTER (WHERE posted = 0) FROM launch) AS posters,
  (SELECT AVG(after) FILTER (WHERE arm = 1) - AVG(after) FILTER (WHERE arm = 0) FROM trial) AS trial"""

WORKED = {
    "cohort": _COHORT, "rfm": _RFM, "repurchase": _REPURCHASE, "k_factor": _K, "key_nodes": _NODES, "unmet": _UNMET,
    "ab_test": _AB, "naive": _NAIVE,
}  # fmt: skip

SLIPS: dict[str, dict[str, str]] = {
    "cohort": {
        "spells": _COHORT.replace(" WHERE spell = 1", ""),
        "today": _COHORT.replace(' OR "left" - joined > 12', ""),
        "unwatched": _COHORT.replace(" HAVING MAX(joined) <= {weeks} - 12", ""),
    },
    "rfm": {
        "rows": _RFM.replace("SUM(orders) AS n", "COUNT(*) AS n"),
        "sum": _RFM.replace("AVG(spent)", "SUM(spent)"),
        "list": _RFM.replace("SUM(paid)", "SUM(list_value)"),
    },
    "repurchase": {
        "unwatched": _REPURCHASE.replace(" FILTER (WHERE first + 8 <= {weeks})", ""),
        "of_repeaters": _REPURCHASE.replace("WHERE first + 8 <=", "WHERE second IS NOT NULL AND first + 8 <="),
        "orders": _REPURCHASE.replace(
            "SELECT 100 * AVG(CASE WHEN second IS NOT NULL THEN 1.0 ELSE 0 END)",
            "SELECT (SELECT 100 * AVG(CASE WHEN o > 1 THEN 1.0 ELSE 0 END) FROM "
            "(SELECT SUM(orders) AS o FROM orders GROUP BY person))",
        ),
    },
    "k_factor": {
        "senders": _K.replace("COUNT(DISTINCT person) FROM members", "COUNT(DISTINCT inviter) FROM invitations"),
        "spells": _K.replace("COUNT(DISTINCT person)", "COUNT(*)"),
    },
    "key_nodes": {
        "one_end": _NODES.replace(" UNION ALL SELECT b, strength FROM interactions", ""),
        "by_degree": _NODES.replace("ORDER BY SUM(both_ends.strength) DESC", "ORDER BY degree DESC, person"),
    },
    "unmet": {
        "leaving": _UNMET.split("ORDER BY", maxsplit=1)[0] + "ORDER BY AVG(churned) DESC LIMIT 1",
        "talking": _UNMET.split("ORDER BY", maxsplit=1)[0] + "ORDER BY AVG(p) + AVG(r) DESC LIMIT 1",
    },
    "ab_test": {
        "deviation": _AB.replace("SQRT(t.v / t.n + c.v / c.n)", "SQRT((t.v + c.v) / 2)"),
        "both_arms": _AB.replace("  CEIL(POW", "  2 * CEIL(POW"),
        "before": _AB.replace("AVG(after)", "AVG(before)"),
    },
    "naive": {
        "later_posts": _NAIVE.replace("AVG(after) FILTER (WHERE posted = 1) - AVG(after) FILTER (WHERE posted = 0)",
                                      "AVG(after - before) FILTER (WHERE posted = 1) "
                                      "- AVG(after - before) FILTER (WHERE posted = 0)"),
        "of_one_arm": _NAIVE.replace("(SELECT AVG(after) FILTER (WHERE arm = 1) - AVG(after) FILTER (WHERE arm = 0)",
                                     "(SELECT AVG(after - before) FILTER (WHERE arm = 1)"),
    },
}  # fmt: skip
"""Exercise → name of a slip → the query of somebody who makes it."""
