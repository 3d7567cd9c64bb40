"""What the event log holds: every table and column, said once, with its meaning, unit and type in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["whole", "maybe", "decimal", "flag", "text"]

TYPES: dict[Kind, tuple[str, str, str]] = {
    "whole": ("int32", "整数", "whole number"),
    "maybe": ("Int32", "整数，可缺失", "whole number, may be missing"),
    "decimal": ("float64", "小数，可缺失", "decimal, may be missing"),
    "flag": ("int8", "是否（1 是，0 否）", "yes or no (1 or 0)"),
    "text": ("str", "文字", "text"),
}
"""Kind of a column → its dtype, and the words for it."""

UNITS = {"week": "周", "person": "人", "¥": "¥", "orders": "单", "posts": "帖", "replies": "条", "messages": "条",
         "": "", "index 0–1": "指数 0–1", "times": "次", "group": "组", "name": "名称"}  # fmt: skip
"""Unit in English → in Chinese."""


@dataclass(frozen=True)
class Column:
    """One column of the log: its type, unit and meaning, said once."""

    name: str
    kind: Kind
    unit: str
    zh: str
    en: str


@dataclass(frozen=True)
class Table:
    """One table of the log: what one row is, and its columns."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def frame(self, parts: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Join parts (column → values) in the declared order and types; no part gives an empty table."""
        pieces = list(parts)
        made: dict[str, Any] = {}
        for column in self.columns:
            dtype: Any = TYPES[column.kind][0]
            values = [pd.Series(piece[column.name]) for piece in pieces if len(piece[column.name])]
            whole = pd.concat(values, ignore_index=True) if values else pd.Series([], dtype=dtype)
            if column.kind == "maybe" and values:
                whole = whole.astype("Int32").mask(whole.to_numpy() < 0)  # −1 is the model's word for nobody, never
            made[column.name] = whole.astype(dtype)
        return pd.DataFrame(made)


_WEEK = Column("week", "whole", "week", "第几周（第一周为 1）。", "Week, the first being 1.")


def _person(zh: str, en: str, name: str = "person") -> Column:
    return Column(name, "whole", "person", f"{zh}（化名编号）。", f"{en} (pseudonymous number).")


DICTIONARY: tuple[Table, ...] = (
    Table("members", "每行是一个人的一段成员期：加入、离开、回归后另起一行。",
          "One row per spell of membership: joining, leaving, and a new row after coming back.", (
        _person("成员", "The member"),
        Column("spell", "whole", "times", "这个人的第几段成员期。",
               "Which spell of this person it is, the first being 1."),
        Column("joined", "whole", "week", "加入的周；0 为记录开始前。", "Week of joining; 0 is before the log begins."),
        Column("left", "maybe", "week", "离开的周；记录结束时仍在则缺失。",
               "Week of leaving; missing if still there at the end."),
        Column("channel", "text", "name",
               "来源：founder 创始成员，organic 口碑与自然曝光，media 付费媒体，referral 好友邀请，group 拼团，won_back 流失后回归。",
               "How they came: founder, organic (mouth and reach unpaid), media (paid), referral (invited by a member), group "
               "(a group purchase), won_back (returned after leaving)."),
        Column("referrer", "maybe", "person", "邀请人的编号；非邀请加入则缺失。",
               "Number of who brought them; missing unless they came by referral or group."),
    )),
    Table("orders", "每行是一个人在一周内的订单。", "One row per person and week with orders.", (
        _WEEK, _person("买家", "The buyer"),
        Column("orders", "whole", "orders", "订单数。", "Orders."),
        Column("paid", "decimal", "¥", "实付金额。", "Amount paid."),
        Column("list_value", "decimal", "¥", "同样订单按原价计的金额。", "The same orders at list price."),
    )),
    Table("posts", "每行是一个人在一周内发的帖子。", "One row per person and week with posts.", (
        _WEEK, _person("发帖者", "The author"),
        Column("posts", "whole", "posts", "帖子数。", "Posts."),
        Column("quality", "decimal", "index 0–1", "帖子质量（编辑评分）；当周离开者缺失。",
               "Quality of the posts (an editor's rating); missing for people who left in that week."),
    )),
    Table("replies", "每行是一个人在一周内收到的回复。", "One row per person and week with replies received.", (
        _WEEK, _person("被回复者", "Who was answered"),
        Column("replies", "whole", "replies", "收到的回复数。", "Replies received."),
    )),
    Table("invitations", "每行是一次邀请。", "One row per invitation sent.", (
        _WEEK, _person("邀请人", "Who invited", "inviter"),
        Column("invitee", "maybe", "person", "因此加入的人；没有带来加入的邀请不记录对象。",
               "Who joined through it; unanswered invitations do not record to whom they went."),
        Column("accepted", "flag", "", "是否带来了一位成员。", "Whether it brought a member."),
    )),
    Table("contacts", "每行是一个人在一周内收到的运营消息。",
          "One row per person and week with the operator's messages.", (
        _WEEK, _person("收件人", "The recipient"),
        Column("messages", "whole", "messages", "收到的消息数。", "Messages received."),
    )),
    Table("assignments", "每行是一次分组：某项策略把一个人分到某一组。",
          "One row per assignment of a person to an arm of a strategy's trial, and per change of it.", (
        _WEEK, _person("被分组的人", "The person"),
        Column("strategy", "text", "name", "策略的代号。", "Name of the strategy."),
        Column("arm", "whole", "group", "组号；0 为对照组。", "Number of the arm; 0 is the control."),
    )),
    Table("votes", "每行是一个人在一周内的投票。", "One row per person and week with a vote.", (
        _WEEK, _person("投票者", "The voter"),
        Column("voted", "whole", "times", "投票次数。", "Votes cast."),
    )),
    Table("interactions", "每行是一对相识的人；两人在记录结束时都是成员。",
          "One row per pair of people who know each other and are both members when the log ends.", (
        _person("编号较小的一方", "The lower number of the pair", "a"),
        _person("编号较大的一方", "The higher number of the pair", "b"),
        Column("strength", "decimal", "index 0–1", "关系强度，随共同活动增长。",
               "Strength of the tie; grows with joint activity."),
    )),
)  # fmt: skip
"""Every table and column of the log, said once; the frames and the data dictionary are made from it."""

TABLES = {table.name: table for table in DICTIONARY}


def dictionary(language: str) -> pd.DataFrame:
    """Data dictionary in the reader's language.

    Returns:
        Columns table, row (what one row of the table is), column, meaning, unit, type; one row per column of the log.
    """
    zh = language == "zh"
    rows = [
        {
            "table": table.name,
            "row": table.zh if zh else table.en,
            "column": column.name,
            "meaning": column.zh if zh else column.en,
            "unit": UNITS[column.unit] if zh else column.unit,
            "type": TYPES[column.kind][1 if zh else 2],
        }
        for table in DICTIONARY
        for column in table.columns
    ]
    return pd.DataFrame(rows)
