from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from pages.parts import charts, charts_marks, exports, panels, taking, verdicts
from pages.parts.settings import ASKED, key
from pages.parts.words import JOIN, LANGUAGES, Words
from simulation import ROOT
from simulation.analysis import compare
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results
from simulation.scenario import Text, load_scenario
from tests.pages.test_pages import opened, served, sound  # noqa: F401

both = pytest.mark.parametrize("language", LANGUAGES)
NAMES = {"a": "方案甲 <b>", "b": "=cmd|' /C calc'!A0"}


def figure(results: Results, language: str = "zh") -> charts.Figure:
    return charts.bands(compare.band(results, "trust"), WEEKLY["trust"], NAMES, Words(language))


def titled(text: str) -> charts.Figure:
    """A figure in which nothing but its title differs."""
    frame = pd.DataFrame({"name": ["x"], "mean": [1.0], "low": [1.0], "high": [1.0]})
    return charts.costs(frame, Words("en"))._replace(title=text)


def cells(book: bytes) -> tuple[dict[str, str], str]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = {name: archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name}
        return sheets, archive.read("xl/sharedStrings.xml").decode()


def test_a_workbook_carries_no_formula_and_no_link() -> None:
    hostile = pd.DataFrame(
        {
            "=HYPERLINK(1)": ["=1+1", "+a", "-b", "@c", "\td", "https://example.com"],
            "x": [1.5, float("nan"), -3, float("inf"), 5, 6],
        }
    )
    for amount in ("+4.0 个百分点 [+3.6, +4.3]", f"+{JOIN}¥1,472 [-25, +2,969]"):
        assert f">{amount.replace(JOIN, '')}<" in cells(exports.workbook({"x": pd.DataFrame({"y": [amount]})}))[1]
    sheets, texts = cells(exports.workbook({"一/二[*]": hostile, "": hostile, "1": hostile}))
    assert len(sheets) == 3
    for sheet in sheets.values():
        assert "<f>" not in sheet and "hyperlink" not in sheet.lower()
        assert "<v>-3</v>" in sheet and "inf" not in sheet.lower() and "nan" not in sheet.lower()
    for text in re.findall(r"<t[^>]*>([^<]*)</t>", texts):
        assert not text.startswith(("=", "+", "-", "@", "\t")), text


def test_chinese_has_glyphs_in_pictures(results: Results) -> None:
    """Missing glyphs would all look alike."""
    one, other = (exports.png(titled(text)) for text in ("中", "文"))
    assert one[:8] == b"\x89PNG\r\n\x1a\n" and one != other
    assert exports.png(titled("中")) == one
    drawn = exports.svg(figure(results))
    assert "方案甲 &lt;b&gt;" in drawn and "信任" in drawn


@both
def test_pictures_come_as_png_and_svg(results: Results, language: str) -> None:
    packed = exports.pictures({"trust/../x": figure(results, language)})
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["01_trust_x.png", "01_trust_x.svg"]
        assert archive.read("01_trust_x.svg").startswith(b"<svg")


@both
def test_the_report_is_one_file_that_asks_nobody(results: Results, language: str) -> None:
    t = Words(language)
    compared = panels.pairs(results, "a", "b")
    answer = verdicts.sentence(compared, NAMES["a"], NAMES["b"], t)
    title = "<script>alert(1)</script>中文"
    scenario = load_scenario("product").model_copy(update={"title": Text(zh=title, en=title)})
    make = partial(
        taking._report, results, NAMES, compared, answer, scenario, lambda: {"t": figure(results, language)}, t
    )
    page = make().decode()
    assert "⟦" not in page and "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"""(src|href)=["'](?!#)""", page) and not re.search(r"url\((?!#)", page)
    assert "@media print" in page and f'lang="{"zh-CN" if language == "zh" else "en"}"' in page
    for pair in compared.values():
        assert f"{pair.wins}" in page
    assert results.provenance["engine_version"] in page and page.count("<svg") == 1
    assert str(answer).replace("<b>", "&lt;b&gt;").replace("'", "&#39;") in page


@both
def test_the_workbook_tells_what_the_page_tells(results: Results, language: str) -> None:
    t = Words(language)
    _, texts = cells(taking._workbook(results, NAMES, panels.pairs(results, "a", "b"), t))
    assert "⟦" not in texts and t("verdict.better") in texts and "'=cmd" in texts.replace("&#39;", "'")
    found = taking.each_world(results, NAMES, t)
    assert found.columns.is_unique and len(found) == len(results.worlds)
    share = charts.axis_title(TOTALS["retention_13"], t)
    assert found[share].tolist() == pytest.approx((100 * results.worlds["retention_13"]).tolist())
    assert results.worlds["retention_13"].max() < 2, "the results themselves stay shares"


@both
def test_the_books_name_what_was_earned_and_what_was_paid(results: Results, language: str) -> None:
    t = Words(language)
    earned = results.ledger.assign(item="income.subscription")
    made = taking.booked(replace(results, ledger=pd.concat([results.ledger, earned])), NAMES, t)
    sides = made.groupby(t("report.kind"))[t("report.amount", currency=t.unit("¥"))].sum()
    assert sides[t("report.earned")] == sides[t("report.paid")] == results.ledger["amount"].sum()
    assert not made[t("charts.item")].str.contains("income|⟦").any()
    assert set(made[t("charts.plan")]) == set(NAMES.values())


@both
def test_what_the_dots_of_the_last_run_are_is_said_on_every_picture(results: Results, language: str) -> None:
    t = Words(language)
    drawn = charts_marks.ghost(figure(results, language), pd.DataFrame({"x": [0, 26], "y": [50, 40]}), "Zuletzt", t)
    told = t("charts.alt_ghost", label="Zuletzt")
    assert told in exports.svg(drawn) and told not in exports.svg(figure(results, language))
    page = exports.report(exports.Report("", "", "", [], {}, [drawn], {}, ""), t).decode()
    assert f'<p class="small">{told}</p>' in page


def test_a_report_keeps_pictures_at_the_size_of_its_words(results: Results) -> None:
    size = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')
    wide, high = map(float, size.findall(exports.svg(figure(results), titled=False))[0])
    assert wide < 680 and high < 300, "three stand on a sheet of A4 that leaves 180 × 267 mm"


def test_draws_of_a_posterior_stand_side_by_side_in_a_report() -> None:
    settings = {"population": {"drawn": {"churn_alpha": [0.5, 1.25] * 20}}, "tags": ["咖啡", "社群"]}
    page = exports.report(exports.Report("", "", "", [], {}, [], settings, ""), Words("zh")).decode()
    told = re.search(r"<pre>(population:.*?)</pre>", page, re.DOTALL)
    assert told is not None and yaml.safe_load(told[1]) == settings
    assert len(told[1].splitlines()) < 12


@both
def test_a_plan_of_ones_own_has_a_name_that_travels(language: str) -> None:
    app = opened("studio", language)
    app.toggle(key=key("on", "price_promotion")).set_value(True).run()
    app.text_input(key=key("title")).set_value("促销 **试验**").run()
    app.selectbox(key=key("worlds")).select(5).run()
    app.button(key=key("run")).click().run()
    assert app.session_state[ASKED].plan.title.said(language) == "促销 **试验**"
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params["s"], again.query_params["lang"] = app.query_params["s"], language
    again.run()
    again.switch_page("pages/studio.py").run()
    assert again.text_input(key=key("title")).value == "促销 **试验**"
    assert r"\*\*试验" in "".join(caption.value for caption in again.caption)
    sound(again)
