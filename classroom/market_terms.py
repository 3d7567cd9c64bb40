"""What an instructor settles of a shared market, where the teams of a class court the same people."""

from __future__ import annotations

from typing import Literal

from simulation.market import Market
from simulation.params import Params, setting


class SharedMarket(Params):
    """One population for all teams, with rule-based rivals in the places that no team has taken."""

    rule: Literal["follow", "plain"] = "follow"
    """What rivals do, see :class:`simulation.market.Market`."""
    places: int = setting(4, 1, 12, unit="communities", zh="市场里的社群数", en="Communities in the market",
                          help_zh="队伍不够时由规则对手补足；队伍更多时人人有位。",
                          help_en="Rule-based rivals fill up where there are fewer teams; more teams all find room.")  # fmt: skip
    founders: float = setting(0.6, 0.1, 1, step=0.05, unit="share", zh="开始时已有社群的人", en="People who are in a community at the start",
                              help_zh="抽签平均分给各社群，没有人一开始就在两个社群里。",
                              help_en="Dealt out evenly by lot; nobody is in two communities at first.")  # fmt: skip

    def terms(self, teams: int, weeks: int) -> Market:
        """Terms of the market for so many teams and so many weeks in a round."""
        return Market(rivals=max(0, self.places - teams), rule=self.rule, window=weeks)
