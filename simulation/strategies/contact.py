"""S18 Private domain: messages to members, service first or broadcast advertising."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Contact(Strategy):
    """Write to every member so many times a week, with service, with advertising or with a mix of both."""

    id: ClassVar[str] = "contact"
    rows: ClassVar[tuple[str, ...]] = ("S18",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "私域触达", "en": "Contact in the private domain"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：消息提醒购买；服务型消息更相关、积累信任，人工还能补救失误；广告型消息直接推动下单。反噬：触达"
        "过频会积累参与疲劳，购买和留存先升后降；人工服务的成本随投入平方上升，服务型消息也放弃了一部分推销力。依"
        "据：Godfrey 等（2011）发现触达频率与复购呈倒 U 形；服务与广告的差距大小是教学假设。",
        "en": "Mechanism: messages remind people to buy; service messages are more relevant, earn trust, and humans "
        "put failures right; advertising pushes orders. Backfires: too many messages tire people, so buying and "
        "retention first rise, then fall; human service costs grow with the square of effort, and service gives up "
        "part of the selling push. Evidence: Godfrey et al. (2011) found an inverted U in contact frequency; the "
        "size of the gap between service and advertising is a teaching assumption.",
    }
    neutral: ClassVar[dict[str, float]] = {"frequency": 0, "service": 0}

    frequency: float = lever(0.5, 0, 7, step=0.25, unit="messages/week", zh="触达频率", en="Contact frequency",
                             help_zh="每位成员每周收到的消息数。",
                             help_en="Messages each member gets in a week.")  # fmt: skip
    service: float = lever(0.0, 0, 1, step=0.05, unit="share", zh="服务型占比", en="Share of service",
                           help_zh="0 为纯广告群发，1 为服务优先并配人工。",
                           help_en="0 is broadcast advertising, 1 is service first with humans at hand.")  # fmt: skip
    cost: float = setting(0.05, 0, 10, step=0.01, unit="¥/message", zh="每条消息成本", en="Cost of a message",
                          help_zh="发出一条消息的费用。", help_en="What sending one message costs.")  # fmt: skip
    service_cost: float = setting(0.15, 0, 20, step=0.05, unit="¥/message", zh="服务型消息的附加成本",
                                  en="Extra cost of service",
                                  help_zh="为一条服务型消息准备内容的费用。",
                                  help_en="What preparing the content of a service message costs.")  # fmt: skip
    human_cost: float = setting(14, 0, 200, step=1, unit="¥/failure", zh="人工补救成本", en="Cost of a human repair",
        help_zh="每次失误都由人工处理时的单次成本；总成本随人工占比的平方上升。",
        help_en="Per failure if humans took all; the total grows with the square of their share.")  # fmt: skip
    relevance_gain: float = uncertainty(0.25, 0, 0.8, unit="index", zh="服务带来的相关度",
                                        en="Relevance gained by service",
                                        help_zh="纯服务型消息比普通消息高出的相关度。",
                                        help_en="How much more relevant a pure service message is.")  # fmt: skip
    push_forgone: float = uncertainty(0.6, 0, 1, unit="share", zh="服务放弃的推销力",
        en="Selling push that service gives up",
        help_zh="纯服务型消息少推动多少下单。",
        help_en="Share of the push to order that a pure service message lacks.")  # fmt: skip
    human_share: float = uncertainty(0.8, 0, 1, unit="share", zh="人工接手比例", en="Failures that humans take",
                                     help_zh="服务优先时，多少失误由人工处理。",
                                     help_en="Share of failures that humans handle under service first.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Send messages; service makes them relevant, gives up selling push, and puts humans behind failures."""
        effects.add(Channel.CONTACT, self.frequency)
        effects.add(Channel.RELEVANCE, self.relevance_gain * self.service)
        effects.add(Channel.SELLING, self.push_forgone * self.service)
        effects.add(Channel.HUMAN, self.human_share * self.service)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Messages · (cost + extra · service) + repair cost · human² · failures."""
        sent = world.total("contacts") * (self.frequency > 0)
        messages = sent * (self.cost + self.service_cost * self.service)
        return messages + self.human_cost * (self.human_share * self.service) ** 2 * world.total("failures")
