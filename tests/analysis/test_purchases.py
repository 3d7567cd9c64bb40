"""What an order log shows: whole and broken periods, censoring, the log-rank test, worth, and naive forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import clv, order_twin, orderlog, purchases, tracking
from simulation.analysis.orderlog_private import pseudonymous
from simulation.analysis.orderlog_report import ColumnMapping
from simulation.errors import LabError
from simulation.scenario import Scenario


def orders(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    return table.assign(customer=table["customer"].astype("category"), date=pd.to_datetime(table["date"]))


SMALL = orders(
    ("a", "2025-01-05", 10), ("a", "2025-02-10", 20), ("b", "2025-01-20", 30), ("b", "2025-03-31", 5),
    ("c", "2025-02-01", 40), ("c", "2025-04-10", 40), ("d", "2025-04-02", 7),
)  # fmt: skip


def test_the_broken_last_period_is_left_out() -> None:
    last, broken = purchases.last_whole(SMALL, "month")
    assert (str(last), broken) == ("2025-03", True)
    assert purchases.last_whole(SMALL[SMALL["date"] < "2025-04-01"], "month") == (pd.Period("2025-03", "M"), False)
    table = purchases.cohorts(SMALL, "month").set_index(["cohort", "since"])["share"]
    assert table.to_dict() == {
        ("2025-01", 0): 1.0, ("2025-01", 1): 0.5, ("2025-01", 2): 0.5, ("2025-02", 0): 1.0, ("2025-02", 1): 0.0,
    }  # fmt: skip
    found = purchases.months(SMALL)
    assert found.table["whole"].tolist() == [False, True, True, False] and not found.separable
    assert found.table["daily"].iloc[3] == pytest.approx(1 / 10)


def test_censored_waiting_agrees_with_hand_and_with_scipy() -> None:
    luck = np.random.default_rng(3)
    rows = []
    for person in range(400):
        start = pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(luck.integers(0, 200)))
        rows.append((f"p{person}", start, 10.0 if person % 2 else 100.0))
        again = start + pd.Timedelta(days=1 + int(luck.exponential(40 if person % 2 else 120)))
        if again <= pd.Timestamp("2025-09-01"):
            rows.append((f"p{person}", again, 10.0))
    log = orders(*rows)
    found = purchases.second_purchase(log, "first_order")
    assert found.sizes == {"a": 200, "b": 200} and found.test.p_value < 1e-6
    at = found.curves.set_index(["group", "t"])["waiting"]
    assert at["a", 8] == pytest.approx(np.exp(-56 / 40), abs=0.1)
    assert at["b", 8] == pytest.approx(np.exp(-56 / 120), abs=0.1)
    assert purchases.second_purchase(log, "arrival").test.p_value > 0.001


def test_the_largest_groups_of_a_column_are_compared_and_the_others_named() -> None:
    luck = np.random.default_rng(8)
    rows: list[tuple[str, pd.Timestamp, float, str | None]] = [("nobody", pd.Timestamp("2025-02-01"), 5.0, None)]
    sizes = {"app": 60, "shop": 50, "web": 40, "fair": 30, "mail": 25, "phone": 15, "bus": 12, "vip": 9}
    for name, size in sizes.items():
        for person in range(size):
            start = pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(luck.integers(0, 60)))
            days = 1 + int(luck.exponential(20 if name == "fair" else 90))
            rows += [
                (f"{name}{person}", start, 5.0, name),
                (f"{name}{person}", start + pd.Timedelta(days=days), 5.0, name),
            ]
    log = orders(*((row[0], str(row[1]), row[2]) for row in rows)).assign(
        group=pd.Categorical([row[3] for row in rows])
    )
    found = purchases.second_purchase(log, "group")
    assert list(found.sizes.items()) == list(sizes.items())[:6] and found.left_out == {"bus": 12, "vip": 9}
    assert list(found.curves["group"].unique()) == list(found.sizes)
    assert found.test.freedom == 5 and found.test.p_value < 1e-6 and len(found.pairs) == 15
    told = found.pairs[found.pairs["adjusted"] < 0.05]
    assert len(told) and all("fair" in pair for pair in told[["a", "b"]].to_numpy())
    few = purchases.second_purchase(log[log["group"].isin(["bus", "vip"])], "group")
    assert np.isnan(few.test.p_value) and (list(few.sizes), list(few.left_out), len(few.pairs)) == (["bus"], ["vip"], 0)


def test_nothing_to_compare_is_no_error() -> None:
    one = orders(("a", "2025-01-05", 10))
    found = purchases.second_purchase(one, "arrival")
    assert np.isnan(found.test.p_value) and found.sizes == {"a": 1}
    alike = orders(*((f"p{k}", f"2025-01-{5 + 7 * visit:02d}", 1.0 + k) for k in range(20) for visit in range(2)))
    assert np.isnan(purchases.second_purchase(alike, "first_order").test.p_value)
    assert len(purchases.intervals(one)) == 0 and np.isnan(purchases.months(one).strongest)
    assert purchases.cohorts(one, "quarter").empty
    assert purchases.rfm(purchases.histories_of(one), one["date"].max())["people"].tolist() == [1]


def test_a_season_of_two_years_is_seen() -> None:
    days = pd.date_range("2023-01-01", "2025-03-31", freq="D")
    rows = [(f"p{day.day_of_year % 40}", day, 5.0) for day in days]
    flat = purchases.months(orders(*rows))
    assert flat.separable and not flat.seasonal
    busy = [(f"q{k}", day, 5.0) for day in days if day.month == 11 for k in range(9)]
    found = purchases.months(orders(*rows, *busy))
    assert found.seasonal and found.strongest > 3


def test_worth_is_told_by_both_models_and_refused_where_nobody_leaves() -> None:
    found = clv.value(orderlog.read_cdnow().orders, 1.0)
    assert set(found.worth) == set(clv.MODELS) and not found.refused
    for worth in found.worth.values():
        assert worth.low < worth.mean < worth.high and len(worth.values) == 2357
    means = [worth.mean for worth in found.worth.values()]
    assert means[0] == pytest.approx(means[1], rel=0.1)
    luck = np.random.default_rng(1)
    steady = [
        (f"w{person}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(person % 7 + 14 * visit)), luck.gamma(5, 20))
        for person in range(80)
        for visit in range(30)
    ]
    wholesale = clv.value(orders(*steady), 1.0)
    assert not wholesale.worth
    assert {error.key for error in wholesale.refused.values()} <= {
        "fit_dropout_unidentified", "fit_rates_unidentified", "fit_spend_unidentified",
    }  # fmt: skip


def test_naive_forecasts_see_the_calibration_weeks_only() -> None:
    log = orderlog.read_cdnow()
    seen = tracking.seen_customers(log.orders, 60)
    cut = seen[seen["date"] < seen["date"].min() + pd.Timedelta(weeks=60)]
    whole, blind = (tracking.naive(each, 60, 78) for each in (seen, cut))
    assert set(whole) == {"last_value", "seasonal", "bgnbd"}
    for name, forecast in whole.items():
        assert np.array_equal(forecast, blind[name]) and len(forecast) == 79
    real = tracking.real_repeats(seen, 78)
    assert whole["seasonal"][78] - whole["seasonal"][60] == real[26] - real[8]
    for calibration in (5, 75):
        with pytest.raises(LabError, match="holdout too short"):
            tracking.seen_customers(log.orders, calibration)


def test_a_twin_is_the_case_of_the_library() -> None:
    found = order_twin.fit_twin(orderlog.read_cdnow(), 39, {"margin": 0.4, "currency": "$"})
    assert (found.customers, found.of, found.later, found.weeks) == (2357, 2357, 0, 78)
    assert (found.scenario.economy.margin, found.scenario.economy.currency) == (0.4, "$")
    assert found.scenario.population.purchase_shape == pytest.approx(0.2426, rel=0.01)
    assert Scenario.parse(found.scenario.model_dump()) == found.scenario


def test_names_are_taken_out() -> None:
    data = b"customer,date,amount,channel\n" + b"".join(
        b"Ann%d,2026-01-%02d,5,%d\n" % (k % 9, k % 28 + 1, k) for k in range(60)
    )
    log = orderlog.read_orders(data + b"Ann1,soon,5,1\nAnn2,2026-01-03,5,2\n" * 2)
    hidden = pseudonymous(log, b"salt")
    assert "Ann" not in hidden.orders.to_csv() + hidden.report.model_dump_json()
    assert hidden.orders.groupby("customer", observed=True).size().tolist() == [
        int(size) for size in log.orders.groupby("customer", observed=True).size()
    ]
    assert set(hidden.orders["customer"]) != set(pseudonymous(log, b"pepper").orders["customer"])
    grouped = orderlog.read_orders(data, mapping=ColumnMapping(group="channel"))
    with pytest.raises(LabError, match="log many groups"):
        pseudonymous(grouped, b"salt")
