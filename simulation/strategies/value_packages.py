"""S8 Modular value packages that members assemble for themselves."""

from __future__ import annotations

from math import exp
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class ValuePackages(Strategy):
    """Offer modules out of which members put together what they need."""

    id: ClassVar[str] = "value_packages"
    rows: ClassVar[tuple[str, ...]] = ("S8",)
    topic: ClassVar[str] = "cocreation"
    label: ClassVar[dict[str, str]] = {"zh": "模块化价值包", "en": "Modular value packages"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：成员从模块中自己组合，越拼越合用，但边际递减；自己拼的更觉值得，一单买得更多，付费会员的权益也更有吸引力。"
        "反噬：模块一多就挑花眼，人累、少买；配置向导能帮着选，但要花钱；每多一个模块，系统与其余模块都要磨合，成本按平方上升。"
        "依据：Iyengar 与 Lepper（2000）发现选择过多反而少买；但 Scheibehenne、Greifeneder 与 Todd（2010）的元分析里平均效应接近"
        "零，视情境而定，所以门槛与大小可调；Norton 等（2012）：自己动手的更值钱。其余大小与费用是教学假设。",
        "en": "Mechanism: members combine modules; the more there are the better the package fits, with diminishing returns; what "
        "one has put together seems worth more, so orders are larger, and a paid membership is more attractive. Backfires: "
        "with many modules choosing is a burden, people tire and buy less; a guide that helps to choose costs money; each "
        "further module has to work with all others, so cost grows with the square. Evidence: Iyengar & Lepper (2000) found "
        "fewer purchases with too much choice; but in the meta-analysis of Scheibehenne, Greifeneder & Todd (2010) the mean "
        "effect is near zero and depends on the circumstances, so the point and the size can be moved; Norton et al. (2012): "
        "people value what they made. All other sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"modules": 0}

    modules: int = lever(5, 0, 20, unit="modules", zh="模块数", en="Number of modules",
                         help_zh="有几个模块可以组合；0 表示没有价值包。",
                         help_en="Modules that can be combined; 0 offers no packages.")  # fmt: skip
    guide: float = lever(0, 0, 1, step=0.1, unit="index", zh="配置向导", en="Guide to choosing",
                         help_zh="0 为自己摸索，1 为一步步帮着选，挑花眼减一半。",
                         help_en="0 leaves people alone, 1 leads them step by step and halves the overload.")  # fmt: skip
    module_cost: float = setting(4, 0, 1e5, step=1, unit="¥/module and week", zh="模块成本", en="Cost of a module",
                                 help_zh="维护一个模块每周的费用。", help_en="Keeping up one module for a week.")  # fmt: skip
    complexity_cost: float = setting(0.4, 0, 1e4, step=0.1, unit="¥/week", zh="复杂度成本", en="Cost of complexity",
                                     help_zh="乘以模块数的平方：模块之间的磨合。",
                                     help_en="Times the square of the number of modules: making them work together.")  # fmt: skip
    guide_cost: float = setting(25, 0, 1e5, step=5, unit="¥/week", zh="向导成本", en="Cost of the guide",
                                help_zh="全程引导时每周的费用。", help_en="Weekly cost of a guide at full.")  # fmt: skip
    usefulness: float = uncertainty(0.012, 0, 0.2, step=0.001, zh="完全合用的功能价值", en="Use of a perfect fit",
                                    help_zh="模块无限多时功能需求每周多得多少。",
                                    help_en="Weekly gain of the functional need with no end of modules.")  # fmt: skip
    basket: float = uncertainty(0.06, 0, 0.5, unit="log value", zh="客单价提升", en="Larger orders", grade="V",
                                source="sign: Norton et al. 2012; size assumed",
                                help_zh="完全合用时，客单价的对数提高多少。",
                                help_en="Log of the value of an order that a perfect fit adds.")  # fmt: skip
    perks: float = uncertainty(0.3, 0, 3, unit="log-odds", zh="对付费会员的吸引", en="Draw on a paid membership",
                               help_zh="完全合用使订阅的对数几率提高多少。",
                               help_en="Log-odds of subscribing that a perfect fit adds.")  # fmt: skip
    reach: float = uncertainty(3, 0.5, 20, unit="modules", zh="合用所需模块数", en="Modules to fit",
                               help_zh="合用程度 1 − e^{−模块数/它}。", help_en="Fit is 1 − e^{−modules/this}.")  # fmt: skip
    enough: float = uncertainty(7, 1, 20, unit="modules", zh="挑花眼的门槛", en="Modules beyond which choice is a burden",
                                source="meta-analysis: mean effect near zero, Scheibehenne et al. 2010; value assumed",
                                help_zh="超过几个模块，挑选成为负担。",
                                help_en="Number of modules beyond which choosing is a burden.")  # fmt: skip
    overload: float = uncertainty(0.01, 0, 0.2, step=0.005, unit="1/module", zh="每个多余模块的少买", en="Buying lost by a module too many",
                                  source="meta-analysis: mean effect near zero, Scheibehenne et al. 2010; value assumed",
                                  help_zh="门槛以上每多一个模块，购买的对数速率下降多少；疲劳增加它的三分之一。",
                                  help_en="Log rate of buying lost by each module beyond the point; fatigue gains a third "
                                          "of it.")  # fmt: skip

    @property
    def fit(self) -> float:
        """How well the package fits: 1 − e^{−modules/reach}."""
        return 1 - exp(-self.modules / self.reach)

    def act(self, world: WorldView, effects: Effects) -> None:
        """Fit feeds the functional need, orders and perks; modules beyond enough, halved by a guide, tire and cost orders."""
        burden = self.overload * max(self.modules - self.enough, 0) * (1 - self.guide / 2)
        effects.add(Channel.FUNCTIONAL, self.usefulness * self.fit)
        effects.add(Channel.SPEND, self.basket * self.fit)
        effects.add(Channel.PERKS, self.perks * self.fit)
        effects.add(Channel.BUYING, -burden)
        effects.add(Channel.FATIGUE, burden / 3)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Modules · cost + modules² · complexity + guide · its cost; nothing without modules."""
        modules = self.modules * self.module_cost + self.modules**2 * self.complexity_cost
        return np.full(world.worlds, modules + self.guide * self.guide_cost * (self.modules > 0))
