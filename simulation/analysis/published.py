"""Published numbers beside what the lab's own fits and worlds give: facts, and tables for the Evidence page.

Every table is made once a session; whoever wants to change one takes a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from simulation.analysis import diffusion, facts, orderlog, orderlog_counts
from simulation.analysis.bgbb import BGBB, fit_bgbb, read_donations
from simulation.analysis.facts import Found
from simulation.analysis.paretonbd import ParetoNBD, fit_paretonbd
from simulation.analysis.retention import fit_sbg
from simulation.intervals import mean_interval
from simulation.network import GraphKind
from simulation.results import Results

Measure = Callable[[Mapping[str, Results]], Found]

BASS_TOLERANCE = 0.05
SEEDING_TOLERANCE = 0.15
SEEDING_GRAPHS: Mapping[str, GraphKind] = {"hubs": "barabasi_albert", "random": "random"}
"""Generator of each network of the seeding experiment."""
_FITTED_YEARS = 7
_FITTED = ("alpha", "beta", "gamma", "delta")


@cache
def retention_table() -> pd.DataFrame:
    """Retention of two segments over twelve years, and sBG fitted to the first seven.

    Returns:
        Columns year (0–12), segment, actual and sBG (shares of the cohort, 0–1), fitted (whether the year was used).
        Source: Fader & Hardie 2007, Table 1.
    """
    told = facts.published_numbers()["fader_hardie_2007_sbg"]["survival_pct"]
    year = np.array(told["year"])
    tables = []
    for segment in ("High End", "Regular"):
        actual = np.array(told[segment]) / 100
        fitted = fit_sbg(actual[: _FITTED_YEARS + 1])
        columns = {"year": year, "segment": segment, "actual": actual, "sBG": fitted.survival(year)}
        tables.append(pd.DataFrame(columns | {"fitted": year <= _FITTED_YEARS}))
    return pd.concat(tables, ignore_index=True)


@cache
def cdnow_table() -> pd.DataFrame:
    """Three models of the CDNOW customers, weeks 1–39: columns model, parameter, published, refitted.

    Times in weeks, money in US dollars; LL is the log-likelihood.
    """
    told = facts.published_numbers()
    buying, mine = told["cdnow_bgnbd"], facts.cdnow_fits()
    pareto = _pareto()
    both = {"r": pareto.r, "alpha": pareto.alpha, "s": pareto.s, "beta": pareto.beta, "LL": pareto.log_likelihood}
    rows = [("BG/NBD", name, buying["bgnbd"][name], mine[name]) for name in ("r", "alpha", "a", "b", "LL")]
    rows += [("Pareto/NBD", name, buying["paretonbd"][name], value) for name, value in both.items()]
    rows += [("gamma-gamma", name, told["cdnow_gammagamma"][name], mine[name]) for name in ("p", "q", "gamma")]
    return pd.DataFrame(rows, columns=["model", "parameter", "published", "refitted"])


@cache
def donations_table() -> pd.DataFrame:
    """BG/BB of the donations: columns parameter, published, refitted; LL is the log-likelihood."""
    told, fitted = facts.published_numbers()["donations_bgbb"], _giving()
    rows: list[tuple[str, float, float]] = [(name, told[name], getattr(fitted, name)) for name in _FITTED]
    rows.append(("LL", told["LL"], fitted.log_likelihood))
    return pd.DataFrame(rows, columns=["parameter", "published", "refitted"])


@cache
def bass_table() -> pd.DataFrame:
    """Peaks of eleven durable goods: by the formula, and of simulated people who all know each other.

    Only p and q are published here; how large each market was is not, and the peak does not depend on it.

    Returns:
        Columns product, p and q (per year), peak_formula and peak_simulated (years; the latter a mean over worlds),
        error (simulated over formula − 1), worlds. Source: Bass 1969.
    """
    rows = []
    for product, p, q in facts.published_numbers()["bass_1969"]["rows"]:
        peaks, formula = diffusion.simulated_peaks(p, q), diffusion.bass_peak(p, q)
        rows.append((product, p, q, formula, float(peaks.mean()), float(peaks.mean() / formula - 1), len(peaks)))
    columns = ["product", "p", "q", "peak_formula", "peak_simulated", "error", "worlds"]
    return pd.DataFrame(rows, columns=columns)


@cache
def seeding_table() -> pd.DataFrame:
    """Ticks until half have adopted, by network and by whom it starts with.

    Returns:
        Columns network (hubs, random), seeds (random, central), ticks (mean over worlds), low and high (95 % interval),
        published, worlds. See :func:`simulation.analysis.diffusion.ticks_to_half`.
    """
    rows = []
    for network, seeds, published in facts.published_numbers()["viral_seeding"]["rows"]:
        ticks = diffusion.ticks_to_half(SEEDING_GRAPHS[network], seeds == "central")
        rows.append((network, seeds, *mean_interval(ticks), published, len(ticks)))
    return pd.DataFrame(rows, columns=["network", "seeds", "ticks", "low", "high", "published", "worlds"])


@cache
def _pareto() -> ParetoNBD:
    histories = orderlog_counts.summary(orderlog.read_cdnow().orders, orderlog.CDNOW_CALIBRATION_END)
    return fit_paretonbd(histories["frequency"], histories["recency"], histories["T"])


@cache
def _giving() -> BGBB:
    cells = read_donations()
    return fit_bgbb(cells["frequency"], cells["recency"], cells["periods"], cells["weights"])


def _refitted(table: Callable[[], pd.DataFrame], target: str, parameter: str, model: str | None = None) -> Measure:
    """Holds within one unit of the last digit of the target, which is stricter than three digits for a likelihood."""

    def measure(_: Mapping[str, Results]) -> Found:
        rows = table()
        asked = rows["parameter"] == parameter
        value = float(rows.loc[asked & (rows["model"] == model) if model else asked, "refitted"].iloc[0])
        unit = 10.0 ** -len(target.partition(".")[2])
        return facts.single(value, abs(value - float(target)) <= unit)

    return measure


def _bass_peak(_: Mapping[str, Results]) -> Found:
    table = bass_table()
    largest = float(table["error"].abs().max())
    return facts.single(largest, largest <= BASS_TOLERANCE, int(table["worlds"].min()))


def _seeding(network: str, seeds: str) -> Measure:
    def measure(_: Mapping[str, Results]) -> Found:
        rows = seeding_table()
        row = rows[(rows["network"] == network) & (rows["seeds"] == seeds)].iloc[0]
        within = abs(row["ticks"] / row["published"] - 1) <= SEEDING_TOLERANCE
        return Found(row["ticks"], row["low"], row["high"], bool(within), int(row["worlds"]))

    return measure


_VIRAL = "viral-marketing model, Wilensky & Rand 2015 [V]; ticks [C]"
MORE_PUBLISHED: tuple[tuple[str, str, str, str, str, Measure], ...] = (
    *(
        (f"paretonbd_{name}", f"CDNOW：Pareto/NBD {symbol}", f"CDNOW: Pareto/NBD {symbol}", target,
         "Fader, Hardie & Lee 2005 [C]", _refitted(cdnow_table, target, name, "Pareto/NBD"))
        for name, symbol, target in (("r", "r", "0.553"), ("alpha", "α", "10.578"), ("s", "s", "0.606"),
                                     ("beta", "β", "11.669"), ("LL", "LL", "-9595.0"))
    ),
    *(
        (f"bgbb_{name}", f"捐赠：BG/BB {symbol}", f"Donations: BG/BB {symbol}", target,
         "Fader, Hardie & Shang 2010 [C]", _refitted(donations_table, target, name))
        for name, symbol, target in (("alpha", "α", "1.204"), ("beta", "β", "0.750"), ("gamma", "γ", "0.657"),
                                     ("delta", "δ", "2.783"), ("LL", "LL", "-33225.6"))
    ),
    ("bass_peak", "Bass：11 种产品的模拟采用高峰与 ln(q/p)/(p+q) 的最大偏差",
     "Bass: largest error of the simulated peak against ln(q/p)/(p+q), 11 products", "≤ 5 %",
     "p, q: Bass 1969 [V]", _bass_peak),
    *(
        (f"seeding_{network}_{seeds}", f"从 10 位{who_zh}开始，{where_zh}里半数人采用所需的步数",
         f"Ticks to 50 % adoption from 10 {seeds} seeds, {where_en}", f"{target} ± 15 %",
         _VIRAL, _seeding(network, seeds))
        for network, where_zh, where_en, seeds, who_zh, target in (
            ("hubs", "有枢纽的网络", "network with hubs", "random", "随机种子用户", 12.8),
            ("hubs", "有枢纽的网络", "network with hubs", "central", "中心种子用户", 6.6),
            ("random", "随机网络", "random network", "random", "随机种子用户", 12.6),
            ("random", "随机网络", "random network", "central", "中心种子用户", 10.7),
        )
    ),
)  # fmt: skip
"""Published fits and worlds: id, words, target, source, measure, as in :data:`simulation.analysis.facts.PUBLISHED`."""
