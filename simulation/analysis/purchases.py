"""What an order log shows before any model is fitted: cohorts, second purchases, intervals, concentration, months.

A log says who has bought, never who has left. Every figure here therefore counts purchases, stops where the log stops,
and tells periods that the log covers in part from whole ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simulation.analysis.logrank import LogRank, logrank, pairwise
from simulation.analysis.orderlog_counts import purchase_days
from simulation.analysis.retention import kaplan_meier
from simulation.analysis.segments import lorenz, rfm_cells

Unit = Literal["month", "quarter"]
CODES: dict[Unit, str] = {"month": "M", "quarter": "Q"}
Grouping = Literal["first_order", "arrival", "group"]
TWO_YEARS = 104
"""Weeks from which on a season can be told from a trend: each month must have come twice."""
STRONG_SEASON = 1.3  # assumption: months whose daily orders lie this far above the mean deserve a warning
FEWEST_AT_RISK = 10  # assumption: beyond, a survival curve follows single people
MOST_COMPARED = 6
"""Groups of a column that are compared: no more lines can be told apart in a picture."""


@dataclass(frozen=True)
class Second:
    """Time to the second purchase by group.

    Attributes:
        curves: group, t (weeks since the first purchase), waiting (share that has not bought again), low, high (95 %).
        sizes: Customers of each group that is compared.
        test: Log-rank test of no difference between all of them; its p-value is NaN where nothing can be told.
        pairs: Every two of them, see :func:`~simulation.analysis.logrank.pairwise`.
        left_out: Customers of each group that is not compared, the largest first.
    """

    curves: pd.DataFrame
    sizes: dict[str, int]
    test: LogRank
    pairs: pd.DataFrame
    left_out: dict[str, int]


@dataclass(frozen=True)
class Months:
    """Orders by calendar month.

    Attributes:
        table: month (first day), daily (repeat orders per day that the log covers), whole (covered from end to end).
        weeks: Whole weeks between the first and the last day of the log.
        strongest: Highest whole month over the mean of whole months; NaN with fewer than two.
        again: Rank correlation of the same months of consecutive years; NaN below two years.
    """

    table: pd.DataFrame
    weeks: int
    strongest: float
    again: float

    @property
    def separable(self) -> bool:
        """Whether the log is long enough to tell a season from a trend."""
        return self.weeks >= TWO_YEARS

    @property
    def seasonal(self) -> bool:
        """Whether months differ enough to mislead a model that knows no calendar."""
        return bool(self.strongest >= STRONG_SEASON and (not self.separable or self.again > 0))


def last_whole(orders: pd.DataFrame, unit: Unit) -> tuple[pd.Period, bool]:
    """Last period that the log covers to its end, and whether a partial one follows.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        unit: Length of a period.
    """
    end = orders["date"].max()
    period = end.to_period(CODES[unit])
    whole = end.normalize() >= period.end_time.normalize()
    return (period, False) if whole else (period - 1, True)


def cohorts(orders: pd.DataFrame, unit: Unit = "month") -> pd.DataFrame:
    """Share of each cohort that bought in the periods after its first purchase.

    The period in which the log breaks off is left out, and with it cells that nobody has been watched through.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        unit: Length of a period; customers of one cohort bought first in the same one.

    Returns:
        Columns cohort (text), people, since (periods since the first purchase, 0 is 100 %), share.
    """
    last, _ = last_whole(orders, unit)
    period = orders["date"].dt.to_period(CODES[unit])
    number = period.astype("int64").to_numpy()
    who = orders["customer"].cat.codes.to_numpy()
    first = pd.Series(number).groupby(who).transform("min").to_numpy()
    seen = number <= last.ordinal
    table = pd.DataFrame({"cohort": first, "since": number - first, "who": who})[seen].drop_duplicates()
    counted = table.groupby(["cohort", "since"]).size()
    rows = []
    for cohort in np.unique(table["cohort"]):
        people = int(counted[cohort, 0])
        name = str(pd.Period(ordinal=int(cohort), freq=CODES[unit]))
        for since in range(last.ordinal - int(cohort) + 1):
            rows.append((name, people, since, float(counted.get((cohort, since), 0)) / people))
    return pd.DataFrame(rows, columns=["cohort", "people", "since", "share"])


def histories_of(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per customer: first, second (NaT without) and last purchase day, days with a purchase, money spent.

    `first_amount` is the value of the first day, `group` that of the first order where the log has groups.
    """
    days = purchase_days(orders)
    people = days.groupby("customer", observed=True)
    found = pd.DataFrame({"first": people["date"].min(), "last": people["date"].max(), "orders": people.size()})
    found["spent"], found["first_amount"] = people["amount"].sum(), people["amount"].first()
    found["second"] = days[people.cumcount() == 1].set_index("customer")["date"].reindex(found.index)
    if "group" in orders:
        ordered = orders.sort_values("date", kind="stable").drop_duplicates("customer")
        found["group"] = ordered.set_index("customer")["group"].reindex(found.index)
    return found


def second_purchase(orders: pd.DataFrame, grouping: Grouping) -> Second:
    """How long customers of each group take to buy again (Kaplan–Meier), with the log-rank test of their difference.

    Who has not bought again when the log ends is censored there, not counted as lost.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        grouping: ``first_order``: value of the first day up to the median, or above; ``arrival``: earlier or later
            half of first days; ``group``: up to six values of the column named at import, those of most customers,
            each of at least ten.
    """
    people = histories_of(orders)
    label, left_out = _groups(people, grouping)
    people, label = people[label.notna()], label[label.notna()].astype(str)
    end = orders["date"].max()
    event = people["second"].notna().to_numpy()
    days = (people["second"].fillna(end) - people["first"]).dt.days.to_numpy()
    sizes = {str(name): int(count) for name, count in label.value_counts().sort_index().items()}
    names = sorted(sizes, key=lambda name: -sizes[name]) if grouping == "group" else list(sizes)
    member = label.map({name: place for place, name in enumerate(names)}).to_numpy(np.int64)
    curves = [_waiting(days[member == place], event[member == place], name) for place, name in enumerate(names)]
    columns = ["group", "t", "waiting", "low", "high"]
    table = pd.concat(curves, ignore_index=True)[columns] if curves else pd.DataFrame(columns=columns)
    test, pairs = logrank(days, event, member), pairwise(days, event, member, names)
    return Second(table.dropna(), {name: sizes[name] for name in names}, test, pairs, left_out)


def _waiting(days: NDArray[np.int64], event: NDArray[np.bool_], name: str) -> pd.DataFrame:
    """One group's curve, as far as enough people are watched."""
    week = days // 7
    events = np.bincount(week[event], minlength=int(week.max()) + 1)
    # Who is only watched does not count in the week in which the log breaks off.
    leaving = events + np.bincount(week[~event], minlength=len(events))
    at_risk = leaving[::-1].cumsum()[::-1] - (leaving - events)
    shown = max(1, int((at_risk >= FEWEST_AT_RISK).cumprod().sum()))
    curve = kaplan_meier(at_risk[:shown], np.minimum(events, at_risk)[:shown])
    return curve.rename(columns={"survival": "waiting"}).assign(group=name)


def _groups(people: pd.DataFrame, grouping: Grouping) -> tuple[pd.Series, dict[str, int]]:
    """What each customer is compared as, missing for those who are not; and the groups left out with their sizes."""
    if grouping == "group":
        counts = people["group"].value_counts()
        counts = counts[counts > 0]
        taken = counts[counts >= FEWEST_AT_RISK].index[:MOST_COMPARED]
        left_out = {str(name): int(count) for name, count in counts.drop(taken).items()}
        return people["group"].astype(object).where(people["group"].isin(taken)), left_out
    column = "first_amount" if grouping == "first_order" else "first"
    above = people[column] > people[column].median()
    return above.map({False: "a", True: "b"}).astype(object), {}


def intervals(orders: pd.DataFrame) -> NDArray[np.float64]:
    """Days between one purchase day of a customer and the next, ascending; open intervals at the end are not in it."""
    days = purchase_days(orders)
    gaps = days.groupby("customer", observed=True)["date"].diff().dropna().dt.days
    return np.sort(gaps.to_numpy(float))


def rfm(people: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Customers by weeks since the last purchase and by number of purchases; see :func:`segments.rfm`.

    Args:
        people: As :func:`histories_of` gives it.
        end: Last day of the log.
    """
    return rfm_cells((end - people["last"]).dt.days.to_numpy() // 7, people["orders"].to_numpy(), people["spent"])


def pareto(people: pd.DataFrame) -> tuple[pd.DataFrame, float, float]:
    """How unequally customers spend; see :func:`segments.lorenz`."""
    return lorenz(people["spent"].to_numpy(float))


def months(orders: pd.DataFrame) -> Months:
    """Repeat orders per day by calendar month; the first and last month count the days that the log covers."""
    days = purchase_days(orders)
    start, end = days["date"].min(), days["date"].max()
    span = pd.period_range(start, end, freq="M")
    repeats = days.loc[days["repeat"], "date"].dt.to_period("M").value_counts().reindex(span, fill_value=0)
    begin = np.maximum(span.start_time.to_numpy(), start.to_datetime64())
    until = np.minimum(span.end_time.normalize().to_numpy(), end.to_datetime64())
    covered = (until - begin).astype("timedelta64[D]").astype(int) + 1
    whole = covered == span.days_in_month
    daily = repeats.to_numpy(float) / covered
    table = pd.DataFrame({"month": span.start_time, "daily": daily, "whole": whole})
    full = daily[whole]
    strongest = float(full.max() / full.mean()) if len(full) > 1 and full.sum() > 0 else float("nan")
    weeks = int((end - start).days + 1) // 7
    pairs = table[table["whole"]].set_index(span[whole])["daily"]
    both = pd.DataFrame({"now": pairs, "before": pairs.set_axis(pairs.index + 12)}).dropna()
    varied = len(both) >= 6 and both.nunique().min() > 1
    again = float(stats.spearmanr(both["now"], both["before"]).statistic) if varied else float("nan")
    return Months(table, weeks, strongest, again if weeks >= TWO_YEARS else float("nan"))
