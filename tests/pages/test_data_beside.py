"""Files beside the orders, and contracts, as somebody works through the pages."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import charts_beside, charts_data, data_beside, data_desk, errors, panels
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import contracts
from simulation.analysis.besides import KINDS
from simulation.analysis.orderlog import read_cdnow
from simulation.analysis.orderlog_report import OrderLog
from simulation.errors import LabError
from simulation.scenario import Scenario
from tests.analysis.test_contracts import payments
from tests.pages.test_data_page import handed_in, read_in
from tests.pages.test_pages import opened, served, sound, spoken, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
ORDERS = pd.DataFrame(
    {
        "会员号": [f"u{k % 60}" for k in range(600)],
        "付款时间": [f"2024-{1 + k // 60:02d}-{1 + (k * 7) % 28:02d}" for k in range(600)],
        "实付金额": [20 + (k * 13) % 90 for k in range(600)],
    }
)
FILES = {
    "members": "会员号,注册时间,等级,渠道\n"
    + "".join(f"u{k},2024-01-{1 + k % 28:02d},L{k % 3},c{k % 2}\n" for k in range(80)),
    "invitations": "邀请人,被邀请人,日期\n" + "".join(f"u{k},u{k + 9},2024-01-01\n" for k in range(50)) + "u1,u1,\n",
    "messages": "sender,receiver\n" + "".join(f"u{k},u{k * 7 % 60}\n" for k in range(1, 55)),
    "contacts": "会员号,日期,活动\n" + "".join(f"u{k},2024-05-{1 + k % 5:02d},春季\n" for k in range(25)),
}  # fmt: skip


def uploaded(language: str, data: bytes) -> AppTest:
    app = handed_in(opened("data", language), "orders.csv", data)
    until(app, lambda app: bool(app.dataframe))
    app.button(key=data_desk.key("import")).click().run()
    return read_in(app)


def given(app: AppTest, kind: str, data: bytes) -> AppTest:
    app.segmented_control(key=data_desk.key("beside_kind")).set_value(kind).run()
    app.file_uploader[0].upload("../../x.csv", data).run()
    return app


def has_read(app: AppTest, kind: str) -> bool:
    return data_desk.key("beside", kind) in app.session_state


@both
def test_four_files_are_handed_in_looked_at_and_forgotten(language: str) -> None:
    t = Words(language)
    app = uploaded(language, ORDERS.to_csv(index=False).encode("gbk"))
    app.segmented_control(key=data_desk.key("view")).set_value("beside").run()
    sound(app)
    for kind in KINDS:
        given(app, kind, FILES[kind].encode("gbk"))
        until(app, lambda app: any(button.key == data_desk.key("beside_import") for button in app.button))
        app.button(key=data_desk.key("beside_import")).click().run()
        until(app, partial(has_read, kind=kind))
        text = sound(until(app, lambda app: bool(app.dataframe)))
        assert any(button.key == data_desk.key("beside_drop") for button in app.button)
        known = app.session_state[data_desk.key("beside", kind)].known
        assert str(known) in text and "u17" not in text
    app.segmented_control(key=data_desk.key("view")).set_value("again").run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == 2)
    app.segmented_control(key=data_desk.key("by")).set_value("channel").run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == 2)
    assert t("data.group_named", name="c0", people="30") in app.get("vega_lite_chart")[0].proto.alt
    assert not app.toggle  # two groups are one pair
    app.segmented_control(key=data_desk.key("by")).set_value("tier").run()
    until(app, lambda app: bool(app.toggle))
    assert t("data.group_named", name="L2", people="20") in app.get("vega_lite_chart")[0].proto.alt
    app.toggle(key=data_desk.key("pairs")).set_value(True).run()
    pairs = until(app, lambda app: bool(app.dataframe)).dataframe[-1].value
    assert set(pairs[t("data.group")]) == {
        t("data.against", a=a, b=b) for a, b in (("L0", "L1"), ("L0", "L2"), ("L1", "L2"))
    }
    sound(app)
    app.button(key=data_desk.key("forget")).click().run()
    for name in ("beside", "beside_file", "beside_wanted"):
        assert not any(data_desk.key(name, kind) in app.session_state for kind in KINDS)


@pytest.mark.parametrize("language", ["zh"])
def test_a_file_of_strangers_ends_in_a_sentence_and_another_can_be_given(language: str) -> None:
    app = uploaded(language, ORDERS.to_csv(index=False).encode())
    app.segmented_control(key=data_desk.key("view")).set_value("beside").run()
    given(app, "members", b"member,tier\nzoe,a\nyan,b\n")
    until(app, lambda app: any(button.key == data_desk.key("beside_import") for button in app.button))
    app.button(key=data_desk.key("beside_import")).click().run()
    until(app, lambda app: bool(app.error))
    assert app.error[0].value == errors.sentence(LabError("beside_strangers", people=2), Words(language))
    assert not app.exception and app.file_uploader


@both
def test_refusals_name_reasons_fields_and_bounds_in_words(language: str) -> None:
    t = Words(language)
    told = [
        errors.sentence(LabError("log_nothing_left", rows=2, reasons="future_date 2, negative_amount 1"), t),
        errors.sentence(LabError("log_no_columns", missing="customer, date", columns="a, b"), t),
        errors.sentence(LabError("log_too_large", what="rows", limit=1), t),
    ]
    assert t("data.reason_future_date") + " 2" in told[0] and t("data.role_date") in told[1]
    assert t("data.what_rows") in told[2] and not any("_" in sentence for sentence in told)


@both
def test_contracts_and_groups_are_drawn_and_told(language: str) -> None:
    t = Words(language)
    groups = pd.DataFrame({"group": ["<b>", "b"], "people": [9, 4], "bought": [0.5, np.nan],
                           "bought_low": [0.2, np.nan], "bought_high": [0.8, np.nan]})  # fmt: skip
    change = pd.DataFrame({"campaign": ["a"], "day": [pd.Timestamp("2025-01-01")], "customers": [20],
                           "change": [0.1],
                           "low": [-0.1], "high": [0.3]})  # fmt: skip
    figures = [
        charts_data.renewals(contracts.contracts(payments(300), 1.0), t),
        charts_beside.members(groups, "x", t),
        charts_beside.changes(change, t),
    ]
    for figure in figures:
        assert figure.spec["layer"] and figure.alt and figure.title
        assert "⟦" not in str(figure.spec) + figure.alt + figure.title


@both
def test_the_twin_takes_its_ties_from_a_file_of_messages(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    t = Words(language)
    said: list[str] = []
    log = read_cdnow()
    names = log.orders["customer"].cat.categories[:300].to_numpy(str)
    ring = np.concatenate([np.roll(names, step) for step in (1, 2, 3)])
    wanted = pd.DataFrame({"customer": np.tile(names, 3), "other": ring}).astype("category")
    monkeypatch.setattr(data_beside, "rows", lambda kind: wanted if kind == "messages" else None)
    monkeypatch.setattr(data_desk, "made", lambda name, make, t: make())
    monkeypatch.setattr(panels, "note", said.append)
    orders = log.orders[log.orders["customer"].isin(names)]
    few = OrderLog(orders.assign(customer=orders["customer"].cat.remove_unused_categories()), log.report)
    plain = Scenario()
    tied = data_beside.tied(plain, few, t)
    assert (tied.graph.ties, plain.graph.ties) == (3, 5)
    assert tied.model_copy(update={"graph": plain.graph}) == plain
    assert said == [t("data.tied", degree=t.number(6, 1), ties=3)]
    monkeypatch.setattr(data_beside, "rows", lambda kind: None)
    assert data_beside.tied(plain, few, t) is plain


@pytest.mark.parametrize("language", ["en"])
def test_a_subscription_is_valued_as_a_contract(language: str) -> None:
    t = Words(language)
    app = uploaded(language, payments(120).assign(date=lambda rows: rows["date"].dt.date).to_csv(index=False).encode())
    app.segmented_control(key=data_desk.key("view")).set_value("worth").run()
    until(app, lambda app: t("data.contracts_instead")[:9] in spoken(app))
    text = sound(app)
    assert t("data.term_month") in text and "sBG" in text
