from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_walks import WAYS

pytestmark = pytest.mark.browser
SEEN = {"start": "[data-testid=stAlert]", "studio": "[data-testid=stMetric]", "duel": "[data-testid=stVegaLiteChart]",
        "people": "[data-testid=stVegaLiteChart]", "stress": ".st-key-stress-run",
        "data": "[data-testid=stFileUploader]", "lessons": "[data-testid=stTextInput]",
        "desk": "[data-testid=stDataFrame]", "classroom": "[data-testid=stForm]", "teach": "input[type=password]",
        "evidence": "[data-testid=stDataFrame]"}  # fmt: skip
PAGES = tuple(SEEN)
Start = Callable[..., Any]


def test_a_deep_link_on_a_fresh_server_runs_in_chinese_and_keeps_settings_in_english(visit: Start) -> None:
    seen = visit()
    page = seen.see("/studio?lang=zh")
    expect(page.locator("h1")).to_have_text("实验台")
    page.wait_for_selector("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas")

    page.get_by_role("switch", name="价格促销").or_(page.get_by_label("价格促销")).first.locator(
        "xpath=ancestor-or-self::label"
    ).click()
    slider = page.get_by_role("slider", name="折扣")
    slider.first.focus()
    for _ in range(3):
        slider.first.press("ArrowRight")
    set_to = slider.first.input_value()
    expect(page.get_by_text("设置已改动")).to_be_visible()
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_text("图中就是这些设置的结果")).to_be_visible()
    page.wait_for_selector("[data-testid=stMetric]")
    expect(page.get_by_text("“我的方案”").first).to_be_visible()
    assert "s=" in page.url and "lang=zh" in page.url
    expect(page.get_by_role("button", name="取消")).to_have_count(0, timeout=120_000)
    seen.picture("studio_run_zh")

    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.locator("h1")).to_have_text("Studio")
    expect(page.get_by_text("“My plan”").first).to_be_visible()
    expect(page.get_by_text("The picture shows these settings.")).to_be_visible()
    assert page.get_by_role("slider", name="Discount").first.input_value() == set_to
    assert page.locator("[data-testid=stVegaLiteChart]").count() >= 2
    seen.picture("studio_run_en")

    again = visit()
    shared = again.see(page.url.removeprefix(seen.address))
    expect(shared.get_by_text("“My plan”").first).to_be_visible()
    assert shared.get_by_role("slider", name="Discount").first.input_value() == set_to
    assert seen.wrong == [] and again.wrong == []


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_every_page_fits_the_screen(visit: Start, language: str, width: int) -> None:
    scheme = "light" if language == "zh" else "dark"
    seen = visit(width, scheme)
    for page in PAGES:
        seen.see(f"/{'' if page == 'start' else page}?lang={language}")
        seen.page.wait_for_selector(SEEN[page])
        seen.page.wait_for_timeout(500)
        assert seen.too_wide() == 0, page
        assert "⟦" not in seen.page.inner_text("body")
        seen.picture(f"{page}_{language}_{scheme}_{width}")
    assert seen.wrong == []


def test_the_browser_decides_the_language_of_a_first_visit(visit: Start) -> None:
    for locale, title in (("zh-CN", "开始"), ("en-GB", "Start")):
        seen = visit(locale=locale)
        expect(seen.see("/").locator("h1")).to_have_text(title)
        assert seen.wrong == []
