"""The figures that two of the lab's sources quote without method: O on community operation, S on shop participation."""

from __future__ import annotations

from typing import Any

from simulation.analysis.claims import Claim, active_share, impressions, interactions, outcome, share

NOTHING = ("没有可比的公开测量。", "Nothing comparable is published.")
_AB = (
    "公开实验里大多数想法不见效，单项约 3%；这个大小没有依据。",
    "In published experiments most ideas do nothing and single ones about 3 %; no support for this size.",
)
_REWARDS = (
    "符号不一：Sun 等（2017）人脉广者 −90%、其余 +1,400%；Khern-am-nuai 等（2018）数量升、质量降。",
    "Signs differ: Sun et al. (2017) −90 % among the well-connected, +1,400 % among others; Khern-am-nuai et al. (2018) more "
    "posts of less quality.",
)
_BEST = (
    "最好的正面证据是上线后收入的 19%（Manchanda 等，2015）；随机实验未见效果（Algesheimer 等，2010）。",
    "The best positive anchor is 19 % of revenue after launch (Manchanda et al. 2015); a randomised test found none (Algesheimer "
    "et al. 2010).",
)
_PEERS = (
    "朋友订阅使几率升至 1.6 倍（Bapna 与 Umyarov，2015），远小于 3.8 倍。",
    "A friend's subscribing raises the odds 1.6 times (Bapna & Umyarov 2015), far from 3.8.",
)
_CONTROL = (
    "有控制权的个性化有正面的田野证据（Tucker，2014），没有时会适得其反（Aguirre 等，2015）；参与度没有可比的测量。",
    "Field evidence is positive with control (Tucker 2014) and negative without (Aguirre et al. 2015); participation itself has "
    "no comparable measurement.",
)
NAN = float("nan")


def _claim(
    id: str, zh: str, en: str, source: Any, kind: Any, figure: float, counterpart: tuple[str, str, str, Any] | None,
    simulated: tuple[str, str], literature: tuple[str, str], backed: bool | None = None,
) -> Claim:  # fmt: skip
    run, plan, base, read = counterpart or ("", "", "", None)
    return Claim(id, zh, en, source, kind, figure, run, plan, base, read, *simulated, *literature, backed)


PRODUCT, KNOWLEDGE, LAUNCH = "claims_product", "claims_knowledge", "claims_launch"

CLAIMS: tuple[Claim, ...] = (
    _claim("four_layers", "四层激活：季度留存 +41%", "Four-layer activation: quarterly retention +41 %", "O", "ratio", 1.41,
           (PRODUCT, "four_layers", "neutral", outcome("retention_13")),
           ("产品型社群：新人引导、分层沟通、流失预警、活跃者赋能一起，对比中性方案；13 周留存之比",
            "Product community: onboarding, layers, churn warning and keen customers together, against neutral; ratio of 13-week retention"),
           _AB, False),
    _claim("nested_value", "音频、社群、线下三层嵌套：生命周期价值 ×3.2", "Three-layer nesting (audio, community, offline): lifetime value ×3.2",
           "O", "ratio", 3.2, (KNOWLEDGE, "nested", "paid", outcome("clv")),
           ("知识型社群：付费会员之上加专业内容与线下沙龙，对比只有付费会员；CLV 之比",
            "Knowledge community: paid membership with professional content and salons, against paid membership alone; ratio of CLV"),
           _BEST, False),
    _claim("nested_renewal", "三层嵌套：续费率 28% → 61%", "Three-layer nesting: renewal 28 % → 61 %", "O", "ratio", 61 / 28,
           (KNOWLEDGE, "nested", "paid", outcome("renewal_rate")),
           ("同上；续费率之比", "The same; ratio of renewal rates"), NOTHING),
    _claim("officers_posts", "100 位种子体验官：36,000 篇帖子", "100 seed experience officers: 36,000 posts", "O", "level", 36_000,
           (LAUNCH, "officers", "media", outcome("posts")),
           ("品牌型社群从 100 位创始成员起步：种子用户、共创与荣誉，对比只投广告；一年帖子数",
            "Brand community launched with 100 founders: seed users, co-creation and honours, against paid media only; posts in a year"),
           _REWARDS),
    _claim("officers_organic", "种子体验官：自然流量占 58%", "Seed experience officers: organic traffic share 58 %", "O", "level", 0.58,
           (LAUNCH, "officers", "media", outcome("organic_share")),
           ("同上；新成员中不靠广告的占比", "The same; share of newcomers whom no media brought"), NOTHING),
    _claim("officers_time", "种子体验官：上市时间缩短到三分之一", "Seed experience officers: time to market one third", "O", "ratio", 1 / 3, None,
           ("模型没有研发到上市的过程", "The model has no course from development to market"), NOTHING),
    _claim("creation_incentives", "创作激励：用户内容 +230%", "Creation incentives: user content +230 %", "O", "ratio", 3.3,
           (PRODUCT, "incentives", "neutral", outcome("posts")),
           ("产品型社群：按质付酬、荣誉、挑战一起，对比中性方案；一年帖子之比",
            "Product community: pay for quality, honours and challenges together, against neutral; ratio of posts in a year"),
           _REWARDS),
    _claim("creators", "积分、等级特权、收益分成：优质创作者留存 32% → 79%", "Points, level privileges, revenue share: good-creator retention 32 % → 79 %",
           "O", "ratio", 79 / 32, (PRODUCT, "privileges", "neutral", outcome("creator_retention")),
           ("产品型社群：按质付酬、等级、荣誉与分红，对比中性方案；创作者 13 周留存之比",
            "Product community: pay for quality, tiers, honours and value sharing, against neutral; ratio of creators kept over 13 weeks"),
           NOTHING),
    _claim("study_circles", "学习圈、同伴小组、可见成长：付费转化 ×3.8", "Study circles, peer groups, visible growth: paid conversion ×3.8", "O", "ratio", 3.8,
           (KNOWLEDGE, "circles", "paid", share("subscribers", "members", 27)),
           ("知识型社群：付费会员之上加沙龙、新人引导与荣誉，对比只有付费会员；下半年付费成员占比之比",
            "Knowledge community: paid membership with salons, onboarding and honours, against paid membership alone; ratio of the paying "
            "share in the second half-year"), _PEERS, False),
    _claim("response", "决策响应 72 小时 → 4.2 小时", "Decision response from 72 h to 4.2 h", "O", "ratio", NAN,
           (PRODUCT, "quick_response", "slow_response", outcome("retention_13")),
           ("运营智能体每周与每 17 周（慢 17 倍）决策一次相比：13 周留存之比；声称的是响应时间本身，不是它的效果",
            "An AI operator that decides every week against every 17 weeks (17 times slower): ratio of 13-week retention. What is claimed is "
            "the time itself, not what it brings"), NOTHING),
    _claim("local_repurchase", "本地社群复购率 78%", "Local repurchase 78 %", "O", "level", 0.78,
           (PRODUCT, "local", "neutral", outcome("repurchase_rate")),
           ("产品型社群：服务优先、价格透明与线下聚会，对比中性方案；一年内买过两次以上者占买家之比",
            "Product community: service first, open prices and meetings, against neutral; buyers who bought at least twice in a year"),
           ("复购率取决于品类与观察期，没有可比的公开测量。", "Repurchase depends on category and time; nothing comparable is published.")),
    _claim("local_waste", "损耗 4.2%", "Waste 4.2 %", "O", "level", 0.042, None,
           ("模型没有库存", "The model has no stock"), NOTHING),
    _claim("derivatives", "衍生收入占 27%", "Derivative income 27 % of revenue", "O", "level", 0.27,
           (PRODUCT, "derivatives", "neutral", share("other_revenue", "revenue")),
           ("产品型社群：付费会员、伙伴分成与数字资产，对比中性方案；订单以外的收入占比",
            "Product community: paid membership, partners and digital assets, against neutral; share of revenue beside orders"), NOTHING),
    _claim("user_content", "用户内容占 43%", "User content 43 % of content", "O", "level", 0.43,
           (PRODUCT, "content", "neutral", outcome("user_content_share")),
           ("产品型社群：每周两篇官方内容加挑战，对比中性方案；成员帖子占全部内容之比",
            "Product community: two pieces a week by the operator, and challenges, against neutral; members' posts among all content"), NOTHING),
    _claim("design_push", "个性化设计推送：参与度 +40%", "Personalised design push: participation +40 %", "S", "ratio", 1.4,
           (PRODUCT, "design_push", "neutral", active_share),
           ("产品型社群：全力个性化且有控制权，对比中性方案；13 周内有行动的成员占比之比",
            "Product community: full personalisation with control, against neutral; ratio of the share of members active within 13 weeks"),
           _CONTROL, False),
    _claim("challenge", "有奖挑战：日互动 ×3", "Challenge with rewards: daily interactions ×3", "S", "ratio", 3.0,
           (PRODUCT, "challenge", "neutral", interactions),
           ("产品型社群：挑战、排行榜与奖励，对比中性方案；第一季度发帖与回复之比",
            "Product community: challenges, leaderboard and rewards, against neutral; ratio of posts and replies in the first quarter"), _REWARDS),
    _claim("core_fans", "1,000 位核心粉丝：500 万次曝光", "1,000 core fans: 5 million impressions", "S", "level", 5000,
           (PRODUCT, "core_fans", "neutral", impressions),
           ("产品型社群：活跃者赋能与挑战，对比中性方案；每位创作者一年的帖子数 × 认识的人数",
            "Product community: keen customers empowered and challenges, against neutral; a creator's posts in a year × people they know"), NOTHING),
)  # fmt: skip
"""The twelve claims, those with several figures in several rows."""
