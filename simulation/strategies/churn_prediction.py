"""S21 Churn prediction: guess from the records who is about to leave, and make them an offer to stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

DRAW = 2100
FEATURES = ("idle", "recency", "activity", "orders", "tenure", "unresolved", "contacts")
NONE, HOLD_OUT, OFFERED = 0, 1, 2
HALF_A_YEAR, TWO_YEARS = np.log(27), np.log(105)


@dataclass
class Casebook:
    """What the machine knows: a model per world, whom it watched last week, and how well it guessed.

    Attributes:
        assignments: (people,) arm of each person this week: −1 unassigned, 0 none, 1 hold-out, 2 offered.
        held_out: (people,) who is randomly kept without offers while they stay.
        offers: (worlds,) offers made this week.
        models: One classifier a world, or ``None`` before its first week.
        known: (people, features) what was known of everybody when this week's offers went out.
        risk: (people,) predicted probability of leaving within the week without an offer, NaN for who was not watched.
        uplift: (people,) predicted fall of that probability by an offer.
        auc: One (worlds,) row a week: probability that, of two people without an offer, the one who then left had been
            given the higher risk; NaN in weeks in which nobody left.
        foreseen, happened: (worlds,) leavings of people without an offer that were predicted, and that came.
    """

    assignments: NDArray[np.int8]
    held_out: NDArray[np.bool_]
    offers: NDArray[np.float64]
    models: list[Any]
    known: NDArray[np.float64]
    risk: NDArray[np.float64]
    uplift: NDArray[np.float64]
    auc: list[NDArray[np.float64]] = field(default_factory=list)
    foreseen: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    happened: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def calibration(self) -> NDArray[np.float64]:
        """(worlds,) leavings predicted for each that came, people with an offer apart; 1 is a calibrated model."""
        return self.foreseen / np.maximum(self.happened, 1)


def concordance(risk: NDArray[np.float64], left: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: share of pairs of a leaver and a stayer that the risk puts in the right order."""
    leavers, stayers = risk[left], np.sort(risk[~left])
    if not len(leavers) or not len(stayers):
        return float("nan")
    below = np.searchsorted(stayers, leavers, "left") + np.searchsorted(stayers, leavers, "right")
    return float(below.mean() / 2 / len(stayers))


class ChurnPrediction(Strategy):
    """Watch, learn who leaves and whom offers keep, and make offers by risk or by sensitivity."""

    id: ClassVar[str] = "churn_prediction"
    rows: ClassVar[tuple[str, ...]] = ("S21",)
    topic: ClassVar[str] = "data"
    label: ClassVar[dict[str, str]] = {"zh": "流失预测与干预", "en": "Churn prediction and intervention"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：每周用沉默周数、最近购买、发帖、订单、入会时间、投诉和触达训练一个逻辑回归（scikit-learn），预测谁下周会走，再"
        "发挽留优惠。优惠能留住还活跃、爱优惠的人。反噬：风险最高的往往是沉睡的人，优惠反而提醒他们可以走；发得越多、越按风险发，叫醒"
        "的人越多，钱也白花。按敏感度发（先在学习期随机发一批，比较有优惠与没有优惠的人）才对路，但要等、要花试验费。依据：Ascarza、"
        "Iyengar 与 Schleicher（2016）：主动挽留使流失从 6% 升到 10%；Ascarza（2018）：按敏感度而非风险定向。大小与费用是教学假设。",
        "en": "Mechanism: every week a logistic regression (scikit-learn) learns from idle weeks, recency, posts, orders, tenure, "
        "complaints and contacts who leaves next, and retention offers go out. An offer holds people who are still active and "
        "like a deal. Backfires: those at the highest risk are often asleep, and an offer reminds them that they could leave; "
        "the more offers and the more by risk, the more are woken, for money. Choosing by sensitivity needs a random pilot "
        "first, in which people with and without an offer are compared: it takes weeks and costs. Evidence: Ascarza, Iyengar & "
        "Schleicher (2016): proactive retention raised churn from 6 % to 10 %; Ascarza (2018): target sensitivity, not risk. "
        "Sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"reach": 0}

    reach: float = lever(0.2, 0, 1, step=0.05, unit="share/week", zh="发放比例", en="Reach of offers",
                         help_zh="学习期之后，每周给多大比例的成员发挽留优惠；0 表示不用这项策略。",
                         help_en="Share of members who get an offer each week once the machine has learnt; 0 switches it off.")  # fmt: skip
    targeting: float = lever(0.0, 0, 1, step=0.1, unit="share", zh="按敏感度定向的比例", en="Offers by sensitivity",
                             help_zh="0 全部给流失风险最高的人，1 全部给预计最能被优惠留住的人。",
                             help_en="0 gives all offers to those at the highest risk, 1 to those whom an offer is expected to hold.")  # fmt: skip
    warmup: int = lever(12, 1, 104, unit="weeks", zh="学习期", en="Weeks of learning",
                        help_zh="先观察多少周再开始定向；按敏感度定向时，其间随机试发。",
                        help_en="Weeks of watching before targeting; with sensitivity, offers are tried out at random meanwhile.")  # fmt: skip
    holdout: float = lever(0.1, 0, 0.9, step=0.05, unit="share", zh="对照组比例", en="Hold-out",
                           help_zh="随机抽出、始终不发优惠的成员比例，用来比较。",
                           help_en="Share of members drawn at random who never get an offer, for comparison.")  # fmt: skip
    pilot: float = setting(0.5, 0.05, 0.95, step=0.05, unit="share/week", zh="试发比例", en="Size of the pilot",
                           help_zh="全部按敏感度定向时，学习期内每周随机给多大比例的成员发优惠。",
                           help_en="Share of members who get a random offer each week of learning, where all go by sensitivity.")  # fmt: skip
    cost: float = setting(0.3, 0, 1000, step=0.1, unit="¥/offer", zh="每份优惠成本", en="Cost of an offer",
                          help_zh="一份挽留优惠平均花多少钱。", help_en="What one retention offer costs on average.")  # fmt: skip
    system_cost: float = setting(10, 0, 1e6, step=5, unit="¥/week", zh="系统成本", en="Cost of the system",
                                 help_zh="数据与模型每周的费用。", help_en="Weekly cost of data and models.")  # fmt: skip
    strength: float = uncertainty(1, 0, 1, unit="index", zh="优惠力度", en="Strength of an offer",
                                  help_zh="优惠有多强；留人与惊醒的作用都随它变大。",
                                  help_en="How strong an offer is: it scales both what holds people and what wakes them.")  # fmt: skip
    effort: float = setting(6, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="维护模型与发放优惠每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for models and offers; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Casebook:
        """An empty casebook."""
        unknown = np.full(people, np.nan)
        return Casebook(
            np.full(people, -1, np.int8), np.zeros(people, np.bool_), np.zeros(worlds), [None] * worlds,
            np.zeros((people, len(FEATURES))), unknown, unknown.copy(), [], np.zeros(worlds), np.zeros(worlds),
        )  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Learn from last week, guess anew, and make offers to reach · members: by sensitivity, then by risk."""
        if self.reach == 0:
            return
        book = world.notebook
        member = world.members["status"] == Status.MEMBER
        self._learn(world, book)
        self._hold_out(world, book, member)
        known = _observe(world)
        offered = np.zeros(len(member), np.bool_)
        coins = world.coins(DRAW)[:, 0]
        learning = world.week < self.start + self.warmup
        for w in range(world.worlds):
            rows = np.flatnonzero(member[world.starts[w] : world.starts[w + 1]]) + world.starts[w]
            _predict(book, book.models[w], known, rows)
            open_to = rows[~book.held_out[rows]]
            if learning:
                offered[open_to] = coins[open_to] < self.pilot * self.targeting
            else:
                offered[self._chosen(book, open_to, round(self.reach * len(rows)))] = True
        offered &= effects.funded[world.world]
        book.known = known
        book.assignments[:] = np.where(member, np.where(offered, OFFERED, NONE), -1)
        book.assignments[member & book.held_out] = HOLD_OUT
        book.risk[~member] = np.nan
        book.offers = np.bincount(world.world, offered, world.worlds)
        effects.add_to(Channel.RESCUE, np.float32(self.strength) * offered.astype(np.float32))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """System + offers made · cost of an offer."""
        if self.reach == 0:
            return np.zeros(world.worlds)
        offers: NDArray[np.float64] = world.notebook.offers
        return self.system_cost + self.cost * offers

    def _chosen(self, book: Casebook, rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """Rows with the largest predicted gain from an offer, if any is predicted, then those with the highest risk."""
        sensitive = rows[np.argsort(-book.uplift[rows], kind="stable")][: round(self.targeting * count)]
        sensitive = sensitive[book.uplift[sensitive] > 0]
        others = np.setdiff1d(rows, sensitive, assume_unique=True)
        by_risk = count - round(self.targeting * count)
        risky = others[np.argsort(-book.risk[others], kind="stable")][:by_risk]
        return np.concatenate([sensitive, risky])

    def _hold_out(self, world: WorldView, book: Casebook, member: NDArray[np.bool_]) -> None:
        """Draw, once for everybody who comes (back), who is kept without offers while they stay."""
        new = member & (book.assignments < 0)
        book.held_out[new] = world.coins(DRAW + 1)[new, 0] < self.holdout

    def _learn(self, world: WorldView, book: Casebook) -> None:
        """Compare last week's guesses with who left, and let the model of each world see the outcome."""
        # Importing scikit-learn takes longer than a small run; only who uses it should wait.
        from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

        left = world.log["leaves"] > 0
        auc = np.full(world.worlds, np.nan)
        for w in range(world.worlds):
            rows = np.flatnonzero(book.assignments[world.starts[w] : world.starts[w + 1]] >= 0) + world.starts[w]
            if not len(rows):
                continue
            offered = book.assignments[rows] == OFFERED
            judged = rows[~offered & np.isfinite(book.risk[rows])]
            auc[w] = concordance(book.risk[judged], left[judged])
            book.foreseen[w] += book.risk[judged].sum()
            book.happened[w] += left[judged].sum()
            if book.models[w] is None:
                # Plain stochastic gradient: single-threaded, so the same to the last bit wherever it runs.
                book.models[w] = SGDClassifier(
                    loss="log_loss", alpha=1e-4, learning_rate="constant", eta0=0.1, random_state=0
                )
            book.models[w].partial_fit(_design(book.known[rows], offered), left[rows], classes=(False, True))
        book.auc.append(auc)


def _observe(world: WorldView) -> NDArray[np.float64]:
    """(people, features) what the records say of everybody, each on a fixed scale of about 0 to 1."""
    members, log = world.members, world.log
    recency = np.where(members["recency"] < 0, 104, members["recency"])
    tenure = np.maximum(world.week - 1 - members["joined"], 0)
    return np.stack(
        [
            np.log1p(members["idle"]) / HALF_A_YEAR, np.log1p(recency) / TWO_YEARS, np.log1p(members["activity"]),
            np.log1p(members["orders"]) / 3, np.log1p(tenure) / TWO_YEARS, log["unresolved"], log["contacts"] / 3,
        ],
        axis=1,
    )  # fmt: skip


def _design(known: NDArray[np.float64], offered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Regressors: what is known, and for who got an offer a constant and all of it once more."""
    z = offered[:, None].astype(float)
    return np.concatenate([known, z, z * known], axis=1)


def _predict(book: Casebook, model: Any, known: NDArray[np.float64], rows: NDArray[np.int64]) -> None:
    """Write each row's risk without an offer, and how much lower it would be with one."""
    if model is None:
        return
    # Summed here rather than by a matrix product, whose last bit depends on the number of threads.
    weights = model.coef_[0]
    count = known.shape[1]
    without = model.intercept_[0] + (known[rows] * weights[:count]).sum(1)
    response = weights[count] + (known[rows] * weights[count + 1 :]).sum(1)
    book.risk[rows] = 1 / (1 + np.exp(-without))
    book.uplift[rows] = book.risk[rows] - 1 / (1 + np.exp(-(without + response)))
