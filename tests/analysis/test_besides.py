"""Files beside the orders: read by the same rules, joined by hashes, and what they add, checked by hand."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import besides, besides_studied, contacted
from simulation.analysis.besides import KINDS, Beside
from simulation.analysis.orderlog_private import hashed
from simulation.errors import LabError

SALT, TODAY = b"s" * 16, date(2026, 6, 1)
START = pd.Timestamp("2025-01-01")


def orders(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    """Orders of (name, day since the start, amount), people by their hashes."""
    table = pd.DataFrame(rows, columns=["customer", "day", "amount"])
    table["customer"] = hashed(table["customer"].astype("category"), SALT)
    return table.assign(date=(START + pd.to_timedelta(table.pop("day"), unit="D")).astype("datetime64[us]"))


def h(name: str) -> str:
    return str(hashed(pd.Series([name], dtype="category"), SALT).iloc[0])


LOG = orders([("ann", 0, 10), ("ann", 100, 30), ("bob", 20, 5), ("cid", 50, 7), ("王五", 60, 8), ("ann", 300, 1)])
KNOWN = pd.Index(LOG["customer"].cat.categories)
MEMBERS = (
    "会员号,注册时间,会员等级,来源渠道\nann,2024-12-01,金,微信\nbob,2025-01-10,银,微信\ncid,,银,抖音\n王五,2025-02-20,,抖音\n"
    "dee,2025-03-01,银,微信\nann,2025-01-01,金,微信\n,2025-01-01,金,微信\n测试,2025-01-01,金,微信\neve,明天,金,微信\n"
    "fay,2031-01-01,金,微信\ngus,2025\n"
)


def read(text: str | bytes, kind: besides.Kind, **options) -> Beside:
    data = text.encode() if isinstance(text, str) else text
    found = besides.read(data, kind, options.pop("mapping", {}), KNOWN, SALT, today=TODAY, **options)
    assert found.read == len(found.rows) + sum(each.count for each in found.rejected)
    return found


def refusal(text: str | bytes, kind: besides.Kind, **options) -> LabError:
    with pytest.raises(LabError) as told:
        read(text, kind, **options)
    return told.value


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_members_are_read_joined_and_accounted_for(encoding: str) -> None:
    found = read(MEMBERS.encode(encoding), "members")
    assert {each.reason: each.count for each in found.rejected} == {
        "wrong_width": 1, "missing_customer": 1, "test_account": 1, "unreadable_date": 1, "future_date": 1,
        "same_person": 1,
    }  # fmt: skip
    assert found.rows["customer"].tolist() == [h(name) for name in ("ann", "bob", "cid", "王五", "dee")]
    assert (found.people, found.known) == (5, 4)
    assert found.rows["joined"].isna().tolist() == [False, False, True, False, False]
    assert not any(
        example.value for each in found.rejected if each.reason == "same_person" for example in each.examples
    )


def test_a_workbook_and_a_choice_of_columns() -> None:
    held = io.BytesIO()
    pd.DataFrame({"a": ["ann", "bob"], "b": ["x", "y"], "c": ["p", "q"]}).to_excel(held, index=False)
    begun = besides.preview(held.getvalue(), "members")
    assert set(begun.mapping.values()) == {None} and begun.sheets == ("Sheet1",)
    read_in = read(held.getvalue(), "members", mapping={"customer": "a", "tier": "c"})
    assert list(read_in.rows) == ["customer", "tier"] and read_in.rows["tier"].tolist() == ["p", "q"]
    assert besides.guess(["inviter_id", "invitee_id", "invite_date"], "invitations") == {
        "customer": "inviter_id", "other": "invitee_id", "date": "invite_date"
    }  # fmt: skip
    assert besides.guess(["被邀请人", "邀请人"], "invitations") == {
        "customer": "邀请人",
        "other": "被邀请人",
        "date": None,
    }
    assert besides.guess(["from", "to", "time"], "messages")["other"] == "to"
    assert besides.guess(["客户ID", "触达时间", "活动名称"], "contacts") == {
        "customer": "客户ID", "date": "触达时间", "campaign": "活动名称"
    }  # fmt: skip


def test_what_is_refused_as_a_whole_is_said_in_words() -> None:
    assert refusal("member,tier\nzoe,a\nyan,b\n", "members").key == "beside_strangers"
    assert refusal("member,x\nann,a\nbob,b\n", "members").key == "beside_nothing"
    assert refusal("x,y\nann,a\nbob,b\n", "contacts").values["missing"] == "customer, date"
    assert refusal("member,tier\n,a\n,b\n", "members").key == "log_nothing_left"
    assert refusal(MEMBERS, "members", mapping={"tier": "nothing"}).key == "log_unknown_column"
    many = "member,tier\n" + "".join(f"p{k},t{k}\n" for k in range(60)) + "ann,z\n"
    assert refusal(many, "members").key == "log_many_groups"
    for kind in KINDS:
        for data in (b"", b"\x00\x01\x02" * 99, b"PK\x03\x04broken", b"one line", b"a," * 5000, b"a,b,c\n1,2,3\n"):
            assert refusal(data, kind).key.startswith(("log_", "beside_"))


def test_members_by_tier_counted_by_hand() -> None:
    rows = read(MEMBERS, "members").rows
    table = besides_studied.members(rows, LOG, "tier").set_index("group")
    silver = table.loc["银"]
    assert (silver["people"], silver["bought"], silver["spent"]) == (3, pytest.approx(2 / 3), pytest.approx(4))
    # bob bought 11 days after joining, dee never; cid's day of joining is not known, ann joined before the log
    assert (silver["watched"], silver["soon"]) == (2, 0.5) and silver["soon_low"] < 0.5 < silver["soon_high"]
    assert table.loc["金", "watched"] == 0 and np.isnan(table.loc["金", "soon"])
    assert table["people"].sum() == 5 and int(np.sum(pd.isna(table.index))) == 1
    groups = besides_studied.grouped(LOG, rows, "channel")
    assert groups["group"].tolist() == ["微信", "微信", "微信", "抖音", "抖音", "微信"]


def test_the_network_of_messages() -> None:
    text = (
        "sender,receiver,date\nann,bob,2025-01-03\nbob,ann,2025-01-03\nann,bob,2025-01-03\nann,cid,\nxi,xi,2025-01-01\n"
    )
    found = read(text, "messages")
    assert {each.reason: each.count for each in found.rejected} == {"own_tie": 1} and len(found.rows) == 4
    net = besides_studied.network(found.rows, LOG)
    assert (net.people, net.pairs, net.customers) == (3, 2, 3)
    assert net.degree == pytest.approx(4 / 4)  # ann two, bob and cid one, 王五 none
    first = net.keys.iloc[0]
    assert (first["person"], first["degree"], first["strength"], first["sent"]) == (h("ann"), 2, 4, 3)
    assert first["spent"] == 41 and net.communities["people"].sum() == 3
    assert [besides_studied.ties_a_newcomer(degree) for degree in (0.0, 5.0, 99.0)] == [1, 2, 20]


def test_invited_customers_and_the_k_factor() -> None:
    text = "inviter,invitee,date\nann,bob,2025-01-05\nann,cid,2025-12-01\nann,zoe,2025-01-05\nbob,王五,2025-02-01\n"
    found = besides_studied.invited(read(text, "invitations").rows, LOG)
    # cid had bought before being invited, zoe never bought
    assert (found.invited, found.others) == (2, 2)
    assert found.share.estimate == pytest.approx(2 / 3) and found.share.low < 2 / 3 < found.share.high
    assert found.k == pytest.approx(4 / 4 * 2 / 4)


def test_buying_around_a_contact() -> None:
    rows = [(f"t{k}", day, 1.0) for k in range(20) for day in (0, 80, 101, 105, 200)]
    rows += [(f"c{k}", day, 1.0) for k in range(15) for day in (0, 85, 110, 200)]
    rows += [("new", 95, 1.0)]
    log = orders(rows)
    text = "客户,日期,活动\n" + "".join(f"t{k},2025-04-11,spring\n" for k in range(20)) + "new,2025-04-11,spring\n"
    text += "".join(f"t{k},2025-07-18,late\n" for k in range(20))  # the log ends a day later
    found = besides.read(text.encode(), "contacts", {}, pd.Index(log["customer"].cat.categories), SALT, today=TODAY)
    table = contacted.around_contacts(found.rows, log).set_index("campaign")
    spring: Any = table.loc["spring"]
    assert (spring["reached"], spring["customers"], spring["others"]) == (21, 20, 15)
    assert spring[["before", "after", "others_before", "others_after"]].tolist() == [1, 2, 1, 1]
    assert (spring["change"], spring["low"], spring["high"]) == (1, 1, 1)
    late: Any = table.loc["late"]
    assert (late["customers"], late["unwatched"]) == (0, 20) and np.isnan(late["change"])
    often, close = contacted.pressure(found.rows)
    assert often == pytest.approx(41 / 21 * 30 / 99) and close == 0


def test_contacts_that_change_nothing_show_no_difference() -> None:
    luck = np.random.default_rng(5)
    log = orders([(f"p{k}", int(day), 1.0) for k in range(400) for day in luck.integers(0, 360, 12)])
    text = "member,date\n" + "".join(f"p{k},2025-07-{1 + k % 9:02d}\n" for k in range(0, 400, 2))
    found = besides.read(text.encode(), "contacts", {}, pd.Index(log["customer"].cat.categories), SALT, today=TODAY)
    one: Any = contacted.around_contacts(found.rows, log).iloc[0]
    assert one["campaign"] is None and one["low"] < 0 < one["high"] and one["high"] - one["low"] < 0.6
