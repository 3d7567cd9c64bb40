"""S14 Content ecosystem: professional and AI-assisted pieces beside what members write, with quality review."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Content(Strategy):
    """Put so many professional and AI-assisted pieces a week into members' feeds, and review a share of them."""

    id: ClassVar[str] = "content"
    rows: ClassVar[tuple[str, ...]] = ("S14",)
    topic: ClassVar[str] = "cocreation"
    label: ClassVar[dict[str, str]] = {"zh": "内容生态", "en": "Content ecosystem"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：专业内容与 AI 辅助内容都有用，用处随数量递减；经人把关的内容更贴合。反噬：官方内容挤出成员自己的发帖；AI 内容越占"
        "多数越雷同，看多了疲劳，没审核的差错让人起疑；专业内容贵，审核按篇收费，量一大就不划算。依据：Doshi 与 Hauser（2024）：生成"
        "式 AI 让单篇更好、整体更相似；差错率、挤出与费用是教学假设。",
        "en": "Mechanism: professional and AI-assisted pieces are both of use, each further one less; what people have edited fits "
        "better. Backfires: the operator's content crowds out what members write; the more of it is AI, the more alike it is, "
        "which tires, and errors that nobody reviewed raise doubt; professional pieces are dear and review is paid by the "
        "piece, so much of it does not pay. Evidence: Doshi & Hauser (2024): with generative AI single pieces get better and "
        "the whole more alike; the error rate, crowding-out and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"professional": 0, "ai": 0, "review": 0}

    professional: float = lever(1, 0, 10, step=0.5, unit="pieces/week", zh="专业内容", en="Professional pieces",
                                help_zh="每周发多少篇专业内容。", help_en="Pieces by professionals in a week.")  # fmt: skip
    ai: float = lever(1, 0, 20, step=0.5, unit="pieces/week", zh="AI 辅助内容", en="AI-assisted pieces",
                      help_zh="每周发多少篇 AI 辅助内容。", help_en="Pieces made with AI in a week.")  # fmt: skip
    review: float = lever(0.5, 0, 1, step=0.1, unit="share", zh="审核比例", en="Share reviewed",
                          help_zh="多大比例的 AI 内容发出前经人审核。", help_en="Share of the AI pieces that people review first.")  # fmt: skip
    piece_cost: float = setting(10, 0, 1e5, step=1, unit="¥/piece", zh="专业内容成本", en="Cost of a professional piece",
                                help_zh="一篇专业内容的稿费与制作。", help_en="Fee and making of one piece.")  # fmt: skip
    ai_cost: float = setting(1, 0, 1e4, step=0.5, unit="¥/piece", zh="AI 内容成本", en="Cost of an AI-assisted piece",
                             help_zh="一篇 AI 辅助内容的算力与提示。", help_en="Computing and prompting of one piece.")  # fmt: skip
    review_cost: float = setting(4, 0, 1e4, step=1, unit="¥/piece", zh="审核成本", en="Cost of a review",
                                 help_zh="审核一篇的人工。", help_en="Work of reviewing one piece.")  # fmt: skip
    alike: float = uncertainty(0.8, 0, 1, unit="index", zh="AI 内容的雷同", en="Sameness of AI pieces", grade="V",
                               source="sign: Doshi & Hauser 2024; size assumed",
                               help_zh="全是未审核的 AI 内容时有多雷同。",
                               help_en="How much alike pieces are where all are AI and none is reviewed.")  # fmt: skip
    error: float = uncertainty(0.003, 0, 0.05, step=0.001, unit="evidence/piece", zh="AI 差错引起的怀疑", en="Doubt by AI errors",
                               help_zh="一篇未审核的 AI 内容平均给每个人带来多少怀疑。",
                               help_en="Doubt that an unreviewed AI piece raises in a reader on average.")  # fmt: skip
    fit: float = uncertainty(0.12, 0, 0.8, unit="index", zh="审核带来的相关度", en="Relevance gained by review",
                             help_zh="内容很多且全部经人把关时，相关度高出多少。",
                             help_en="How much relevance rises where there is much content, all edited by people.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Supply = professional + AI; sameness = alike · AI share · (1 − review); doubt = error · AI · (1 − review).

        Relevance + fit · (professional + AI · review)/(1 + supply): what professionals make comes edited.
        """
        supply = self.professional + self.ai
        if supply <= 0:
            return
        raw = self.ai * (1 - self.review)
        effects.add(Channel.SUPPLY, supply)
        effects.add(Channel.SAMENESS, self.alike * raw / supply)
        effects.add(Channel.DOUBT, self.error * raw)
        effects.add(Channel.RELEVANCE, self.fit * (supply - raw) / (1 + supply))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Professional · cost + AI · (cost + review · cost of a review)."""
        made = self.professional * self.piece_cost + self.ai * (self.ai_cost + self.review * self.review_cost)
        return np.full(world.worlds, made)
