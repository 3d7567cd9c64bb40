"""A logistic regression per world that learns every week who leaves, and whom an offer keeps.

The learner is scikit-learn's stochastic gradient descent. All worlds of a batch share one call of it: each world has
its own block of columns, so a record moves only the weights of the world it comes from. Without a penalty and with a
constant step, those weights are the same to the last bit in every batch. A shop with many members learns from a part
of its records each week, another part the next.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.curves import exp

FEATURES = ("idle", "recency", "activity", "orders", "tenure", "unresolved", "contacts")
WIDTH = len(FEATURES)
COLUMNS = 2 * (WIDTH + 1)
"""Columns of a world: what is known and a constant, and both once more for who got an offer."""
MOST_RECORDS = 300
"""Records that a world learns from in a week; of more, every second, third … in turn."""
STEP = 0.1
NEVER = 104
_WEEKS = np.log1p(np.arange(1024))
HALF_A_YEAR, TWO_YEARS = np.log(27), np.log(105)


@njit(cache=True, nogil=True, error_model="numpy")
def _note(
    known: Any, week: int, idle: Any, recency: Any, activity: Any, orders: Any, joined: Any, unresolved: Any,
    contacts: Any, logs: Any, half_a_year: float, two_years: float,
) -> None:  # fmt: skip
    longest = len(logs) - 1
    silent, bought, active, often = known[0], known[1], known[2], known[3]
    since, open_cases, written_to = known[4], known[5], known[6]
    for i in range(len(idle)):
        silent[i] = logs[min(idle[i], longest)] / half_a_year
        bought[i] = logs[min(recency[i] if recency[i] >= 0 else NEVER, longest)] / two_years
        often[i] = logs[min(orders[i], longest)] / 3.0
        since[i] = logs[min(max(week - 1 - joined[i], 0), longest)] / two_years
    # Loops without a table to look up become vector code.
    for i in range(len(idle)):
        active[i] = activity[i] / (1.0 + activity[i])
        open_cases[i] = unresolved[i]
        written_to[i] = contacts[i] / 3.0


@njit(cache=True, nogil=True, error_model="numpy")
def _records(
    known: Any, watched: Any, offered: Any, left: Any, starts: Any, week: int, most: int
) -> tuple[Any, Any, Any, Any]:
    """Rows of the design as compressed sparse rows, and whether each person left."""
    worlds = len(starts) - 1
    data, columns = np.empty(worlds * most * COLUMNS), np.empty(worlds * most * COLUMNS, np.int32)
    ends, outcome = np.zeros(worlds * most + 1, np.int32), np.zeros(worlds * most, np.bool_)
    records, filled = 0, 0
    for world in range(worlds):
        count = 0
        for i in range(starts[world], starts[world + 1]):
            count += watched[i]
        stride = max((count + most - 1) // most, 1)
        seen = 0
        for i in range(starts[world], starts[world + 1]):
            if not watched[i]:
                continue
            seen += 1
            if (seen + week) % stride != 0:
                continue
            for half in range(2 if offered[i] else 1):
                base = world * COLUMNS + half * (WIDTH + 1)
                for k in range(WIDTH):
                    data[filled + k] = known[k, i]
                    columns[filled + k] = base + k
                data[filled + WIDTH] = 1.0
                columns[filled + WIDTH] = base + WIDTH
                filled += WIDTH + 1
            outcome[records] = left[i]
            records += 1
            ends[records] = filled
    return data[:filled], columns[:filled], ends[: records + 1], outcome[:records]


@njit(cache=True, nogil=True, error_model="numpy")
def _guess(known: Any, who: Any, weights: Any, starts: Any, risk: Any, uplift: Any) -> None:
    for world in range(len(starts) - 1):
        here, base = slice(starts[world], starts[world + 1]), world * COLUMNS
        alone, helped = risk[here], uplift[here]
        alone[:], helped[:] = weights[base + WIDTH], weights[base + 2 * WIDTH + 1]
        for k in range(WIDTH):
            feature, weight, response = known[k, here], weights[base + k], weights[base + WIDTH + 1 + k]
            for i in range(len(feature)):
                alone[i] += feature[i] * weight
                helped[i] += feature[i] * response
        watched = who[here]
        for i in range(len(alone)):
            without, with_offer = exp(-alone[i]), exp(-alone[i] - helped[i])
            alone[i] = 1.0 / (1.0 + without)
            helped[i] = alone[i] - 1.0 / (1.0 + with_offer)
        for i in range(len(alone)):
            alone[i] = alone[i] if watched[i] else np.nan
            helped[i] = helped[i] if watched[i] else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def concordance(risk: NDArray[np.float64], left: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: share of pairs of a leaver and a stayer that the risk puts in the right order.

    Returns:
        The share, a pair on a par counting half; NaN where everybody or nobody left.
    """
    stayers = risk[~left]
    pairs = float(len(stayers)) * float(left.sum())
    if pairs == 0.0:
        return np.nan
    right = 0.0
    for one in risk[left]:
        below, level = 0, 0
        for other in stayers:
            below += other < one
            level += other == one
        right += below + 0.5 * level
    return right / pairs


@njit(cache=True, nogil=True, error_model="numpy")
def _judge(risk: Any, left: Any, who: Any, starts: Any, auc: Any, foreseen: Any, happened: Any) -> None:
    for world in range(len(starts) - 1):
        here = slice(starts[world], starts[world + 1])
        judged = who[here] & ~np.isnan(risk[here])
        guessed, gone = risk[here][judged], left[here][judged]
        auc[world] = concordance(guessed, gone)
        foreseen[world] += guessed.sum()
        happened[world] += gone.sum()


class ChurnModel:
    """What a machine knows of everybody in a batch of worlds, and what it makes of it.

    Args:
        worlds: Worlds of the batch.
        people: Rows of the batch.

    Attributes:
        known: (features, people) what the records said of everybody when last noted, each about 0 to 1.
        risk: (people,) predicted probability of leaving within the week without an offer, NaN for who is not watched.
        uplift: (people,) predicted fall of that probability by an offer.
        auc: One (worlds,) row a week: probability that, of two people without an offer, the one who then left had been
            given the higher risk; NaN in weeks in which nobody left.
        foreseen, happened: (worlds,) leavings of people without an offer that were predicted, and that came.
    """

    def __init__(self, worlds: int, people: int) -> None:
        self.known = np.zeros((WIDTH, people))
        self.risk = np.full(people, np.nan)
        self.uplift = np.zeros(people)
        self.auc: list[NDArray[np.float64]] = []
        self.foreseen, self.happened = np.zeros(worlds), np.zeros(worlds)
        self._weights = np.zeros(worlds * COLUMNS)
        self._learner: Any = None

    def calibration(self) -> NDArray[np.float64]:
        """(worlds,) leavings predicted for each that came, people with an offer apart; 1 is a calibrated model."""
        return self.foreseen / np.maximum(self.happened, 1)

    def note(self, members: Any, log: Any, week: int) -> None:
        """Write down what the records say of everybody."""
        _note(self.known, week, members["idle"], members["recency"], members["activity"], members["orders"],
              members["joined"], log["unresolved"], log["contacts"], _WEEKS, HALF_A_YEAR, TWO_YEARS)  # fmt: skip

    def guess(self, who: NDArray[np.bool_], starts: NDArray[np.int64]) -> None:
        """Predict for everybody in ``who`` from what is noted, once something has been learnt."""
        if self._learner is None:
            return
        _guess(self.known, who, self._weights, starts, self.risk, self.uplift)

    def learn(
        self,
        watched: NDArray[np.bool_],
        offered: NDArray[np.bool_],
        left: NDArray[np.bool_],
        starts: NDArray[np.int64],
        week: int,
    ) -> None:
        """Compare the last guesses with who left, and take a gradient step for each record.

        Args:
            watched: (people,) whose week is known.
            offered: (people,) who had an offer in it.
            left: (people,) who left in it.
            starts: (worlds + 1,) first row of each world.
            week: Number of the week, which says whose turn it is where there are more records than are used.
        """
        auc = np.full(len(starts) - 1, np.nan)
        _judge(self.risk, left, watched & ~offered, starts, auc, self.foreseen, self.happened)
        self.auc.append(auc)
        data, columns, ends, outcome = _records(self.known, watched, offered, left, starts, week, MOST_RECORDS)
        if len(outcome) == 0:
            return
        # Importing scikit-learn and SciPy's sparse matrices takes longer than a small run; only who learns should wait.
        from scipy.sparse import csr_array  # noqa: PLC0415
        from sklearn import config_context  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415
        from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

        if self._learner is None:
            self._learner = SGDClassifier(
                loss="log_loss", penalty=None, learning_rate="constant", eta0=STEP, fit_intercept=False, shuffle=False,
                random_state=np.random.RandomState(0),
            )  # fmt: skip
        design = csr_array((data, columns, ends), shape=(len(outcome), len(self._weights)))
        with config_context(assume_finite=True, skip_parameter_validation=True):
            self._learner.partial_fit(design, outcome, classes=(False, True))
        self._weights = self._learner.coef_[0]
