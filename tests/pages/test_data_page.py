"""Your data, as somebody works through it: hand in, look, fit, open elsewhere, forget."""

from __future__ import annotations

import io
import json
from functools import partial

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data_desk, duelling, settings
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import twin_posterior
from simulation.analysis.order_twin import TWIN
from tests.pages.test_pages import opened, served, sound, spoken, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
SECRET = "Wang-Xiaoming"
ORDERS = pd.DataFrame(
    {
        "买家会员名": [f"{SECRET}{k % 60}" for k in range(600)] + ["测试账号", SECRET + "1"],
        "渠道": ["微信" if k % 60 < 30 else "抖音" for k in range(600)] + ["微信", "抖音"],
        "付款时间": [f"2024-{1 + k // 60:02d}-{1 + (k * 7) % 28:02d}" for k in range(600)] + ["2024-01-01", "明天"],
        "实付金额": [f"￥{20 + (k * 13) % 90}.50" for k in range(602)],
    }
)


def workbook() -> bytes:
    held = io.BytesIO()
    ORDERS.to_excel(held, index=False)
    return held.getvalue()


def parquet() -> bytes:
    held = io.BytesIO()
    ORDERS.to_parquet(held)
    return held.getvalue()


def read_in(app: AppTest) -> AppTest:
    return until(app, lambda app: data_desk.key("log") in app.session_state)


def example(language: str) -> AppTest:
    app = opened("data", language)
    sound(app)
    app.button(key=data_desk.key("example")).click().run()
    return read_in(app)


def handed_in(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[0].upload(name, data).run()
    return app


def show(app: AppTest, view: str, charts: int) -> AppTest:
    app.segmented_control(key=data_desk.key("view")).set_value(view).run()
    return until(app, lambda app: len(app.get("vega_lite_chart")) == charts)


@both
def test_the_example_from_hand_in_to_duel(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    t = Words(language)
    app = example(language)
    text = sound(until(app, lambda app: len(app.get("vega_lite_chart")) == 2))
    assert "2,357" in text and t("data.season_unknown", weeks=78)[:12] in text
    app.segmented_control(key=data_desk.key("unit")).set_value("quarter").run()
    sound(app)
    sound(show(app, "again", 2))
    app.segmented_control(key=data_desk.key("by")).set_value("arrival").run()
    sound(app)
    show(app, "worth", 3)
    sound(app)
    table = app.dataframe[0].value
    assert len(table) == 2 and str(table.iloc[0, 1]).startswith("$")
    app.segmented_control(key=data_desk.key("view")).set_value("twin").run()
    app.number_input(key=data_desk.key("calibration")).set_value(39).run()
    app.button(key=data_desk.key("lock")).click().run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == 1)
    sound(app)
    assert app.number_input(key=data_desk.key("calibration")).disabled
    assert list(app.dataframe[0].value.iloc[:, 0]) == [
        t("data.twin"),
        t("data.naive_last_value"),
        t("data.naive_bgnbd"),
    ]
    app.button(key=data_desk.key("unlock")).click().run()
    app.button(key=data_desk.key("lock")).click().run()
    assert t("data.looked", looks=2) in [warning.value for warning in app.warning]
    until(app, lambda app: len(app.get("vega_lite_chart")) == 1)
    assert t("data.onward_point") in spoken(app)
    monkeypatch.setattr(twin_posterior, "fit", partial(twin_posterior.fit, draws=8, worlds=12, most=200))
    app.button(key=data_desk.key("calibrate")).click().run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == 3)
    assert t("data.onward_draws", draws=8) in sound(app)
    app.button(key=data_desk.key("duel")).click().run()
    assert app.session_state[settings.ASKED].population.drawn.count == 8
    assert t("studio.drawn", draws=8) in spoken(app)
    assert app.title[0].value == t("duel.title")
    assert app.session_state[settings.ASKED].name == TWIN
    assert app.selectbox(key=duelling.key("scenario")).value == duelling.OURS
    assert not app.exception
    app.switch_page("pages/data.py").run()
    app.button(key=data_desk.key("forget")).click().run()
    for name in ("log", "salt", "locked", "looks", "currency", "wanted", "calibration"):
        assert data_desk.key(name) not in app.session_state, name
    assert settings.ASKED not in app.session_state
    assert app.file_uploader
    app.switch_page("pages/studio.py").run()
    assert app.session_state[settings.ASKED].name != TWIN


@both
@pytest.mark.parametrize(
    ("name", "data"),
    [("o.csv", ORDERS.to_csv(index=False).encode("gbk")), ("o.xlsx", workbook()), ("o.parquet", parquet())],
)
def test_a_shop_s_own_file_with_channels(language: str, name: str, data: bytes) -> None:
    t = Words(language)
    app = handed_in(opened("data", language), name, data)
    until(app, lambda app: bool(app.dataframe))
    sound(app)
    chosen = [box.value for box in app.selectbox][:4]
    assert chosen == ["买家会员名", "付款时间", "实付金额", None]
    app.selectbox[3].select("渠道").run()
    app.button(key=data_desk.key("import")).click().run()
    read_in(app)
    log = app.session_state[data_desk.key("log")]
    assert {each.reason: each.count for each in log.report.rejected} == {"test_account": 1, "unreadable_date": 1}
    assert not log.orders["customer"].astype(str).str.contains(SECRET).any()
    assert SECRET not in spoken(app) + app.dataframe[0].value.to_csv()
    assert set(app.dataframe[0].value.iloc[:, 0]) == {t("data.reason_test_account"), t("data.reason_unreadable_date")}
    sound(show(app, "again", 2))
    app.segmented_control(key=data_desk.key("by")).set_value("group").run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == 2)
    assert json.dumps("抖音")[1:-1] in app.get("vega_lite_chart")[0].proto.spec
    sound(app)
    app.segmented_control(key=data_desk.key("view")).set_value("worth").run()
    until(app, lambda app: bool(app.warning) or len(app.dataframe) > 1)
    assert not app.exception and "⟦" not in spoken(app)


@both
@pytest.mark.parametrize(
    "data",
    [b"\x00\x01\x02" * 500, b"PK\x03\x04broken", b"PAR1broken", b"a," * 5000, b"one line", b"customer,date,amount\n"],
)
def test_hostile_files_end_in_a_sentence(language: str, data: bytes) -> None:
    app = handed_in(opened("data", language), "../../x.csv", data)
    until(app, lambda app: bool(app.error) or bool(app.dataframe))
    if not app.error:
        button = app.button(key=data_desk.key("import"))
        if not button.disabled:
            button.click().run()
            until(app, lambda app: bool(app.error))
    assert not app.exception and "⟦" not in spoken(app)
    assert data_desk.key("log") not in app.session_state
    assert Words(language)("errors.unforeseen") not in spoken(app)


def test_forgetting_gives_other_hashes() -> None:
    app = example("en")
    first = set(app.session_state[data_desk.key("log")].orders["customer"].cat.categories)
    app.button(key=data_desk.key("forget")).click().run()
    app.button(key=data_desk.key("example")).click().run()
    second = set(read_in(app).session_state[data_desk.key("log")].orders["customer"].cat.categories)
    assert len(first) == len(second) == 2357 and not first & second
