"""Start, Studio and Duel as a person walks through them, in both languages, on a desk and on a phone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.parts import duelling
from pages.parts.weekly import VIEWS, label
from pages.parts.words import Words
from simulation import ROOT
from simulation.outcomes import TOTALS
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

WAYS = [("zh", 1400), ("en", 390)]
"""Language and width in which people walk and pictures are kept; ``LAB_EVERY_SCREEN=1`` adds the other two."""
if os.environ.get("LAB_EVERY_SCREEN"):
    WAYS += [("zh", 390), ("en", 1400)]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
Start = Callable[..., Any]
LONG = 300_000
"""Milliseconds that computing may take on a busy machine."""
CHART = "[data-testid=stVegaLiteChart]"
STREAMLITS = {("list", True), ("listitem", True)}
"""Streamlit's own navigation puts sections between a list and its items; nothing in a page can change that."""
GRAVE = ("serious", "critical")


def switch(page: Page, name: str) -> None:
    """Move a switch whose name begins so."""
    # Undo and redo set every control anew when their look at the page ends; what is moved meanwhile is set back.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=LONG)
    page.locator("[data-testid=stCheckbox] label", has_text=name).first.click()


def settled(page: Page, t: Words) -> None:
    """Wait until nothing runs any more."""
    expect(page.get_by_role("button", name=t("jobs.cancel"))).to_have_count(0, timeout=LONG)
    page.wait_for_selector("[data-testid=stMetric]")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)


def run(page: Page, t: Words) -> None:
    """Press Run and wait for the end."""
    page.get_by_role("button", name=t("studio.run"), exact=True).click()
    expect(page.get_by_text(t("studio.unchanged"))).to_be_visible()
    settled(page, t)


def drawn(page: Page, charts: int) -> None:
    expect(page.locator(f"{CHART} svg.marks, {CHART} canvas.marks")).to_have_count(charts, timeout=60_000)


def through_the_studio(seen: Any, t: Words, name: str) -> None:
    """Search, move, undo, shock, run, look at every curve in one week, watch live."""
    page, language = seen.page, t.language
    page.get_by_placeholder(t("studio.search_example")).fill("S17")
    page.keyboard.press("Enter")
    expect(page.get_by_text(t("studio.found", count=1))).to_be_visible()
    switch(page, STRATEGIES["price_promotion"].label[language])
    discount = page.get_by_role("slider", name="折扣" if language == "zh" else "Discount").first
    discount.focus()
    for _ in range(3):
        discount.press("ArrowRight")
    page.wait_for_timeout(1000)  # the last key has arrived
    kept = discount.input_value()
    page.get_by_role("button", name=t("studio.undo")).click()
    expect(discount).not_to_have_value(kept)
    page.get_by_role("button", name=t("studio.redo")).click()
    expect(discount).to_have_value(kept)
    page.wait_for_timeout(1500)
    page.get_by_text(t("studio.shocks"), exact=True).click()
    switch(page, SHOCKS["price_war"].label[language])
    expect(page.get_by_role("slider", name=t("studio.shock_weeks")).first).to_be_visible()
    expect(page.get_by_role("button", name=t("studio.run"), exact=True)).to_be_in_viewport()
    run(page, t)
    # The run before, without the shock, comes to lie behind the curves with nobody's help.
    expect(page.get_by_text(t("studio.not_twins", last="")[-20:])).to_be_visible()

    for view in VIEWS:
        pill = page.get_by_role("button", name=label(view, t), exact=True)
        if pill.get_attribute("aria-pressed") != "true":
            pill.click()
            expect(pill).to_have_attribute("aria-pressed", "true")
    drawn(page, len(VIEWS) + 2)
    week = page.get_by_role("slider", name=t("studio.week"))
    week.focus()
    for _ in range(8):
        week.press("ArrowLeft")
    expect(page.get_by_text(t("studio.at_week", week=96))).to_be_visible()
    expect(page.get_by_text(t("charts.needs", week=96))).to_be_visible()
    seen.picture(f"walk_studio_{name}")

    switch(page, t("live.title"))
    page.get_by_role("button", name=t("live.pause")).click()
    expect(page.get_by_role("button", name=t("live.go_on"))).to_be_visible()
    seen.picture(f"walk_live_{name}")
    switch(page, t("live.title"))


def through_the_duel(seen: Any, t: Words, name: str) -> None:
    """Look at what two plans came to in several outcomes."""
    page = seen.page
    seen.see(f"/duel?lang={t.language}")
    page.wait_for_selector(CHART)
    drawn(page, 4)
    for curve in ("profit_cum", "trust"):
        page.get_by_role("radio", name=label(curve, t)).or_(
            page.get_by_role("button", name=label(curve, t))
        ).first.click()
        drawn(page, 4)
        outcome = TOTALS[duelling.measure(curve)]
        unit = t.unit_of(outcome)
        title = t("charts.settling", label=t("charts.axis", label=outcome.label(t.language), unit=unit))
        expect(page.get_by_text(title)).to_be_visible()
    seen.picture(f"walk_duel_{name}")


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_person_walks_from_start_to_studio_to_duel(visit: Start, language: str, width: int) -> None:
    t, name = Words(language), f"{language}_{width}"
    seen = visit(width)
    page: Page = seen.see(f"/?lang={language}")
    page.wait_for_selector("[data-testid=stAlert]")
    page.get_by_role("link", name=t("start.plan_go")).click()
    expect(page.locator("h1")).to_have_text(t("studio.title"))
    settled(page, t)
    drawn(page, 3)

    through_the_studio(seen, t, name)
    through_the_duel(seen, t, name)
    assert "⟦" not in page.inner_text("body")
    assert seen.too_wide() == 0
    assert seen.wrong == []


def test_a_reload_in_mid_run_finds_the_run_again(visit: Start) -> None:
    t = Words("en")
    seen = visit()
    page: Page = seen.see("/studio?lang=en")
    settled(page, t)
    page.get_by_text(t("studio.time"), exact=True).click()
    seed = page.get_by_role("spinbutton", name="First seed")
    seed.fill("4321")
    seed.press("Enter")
    expect(page.get_by_text(t("studio.changed"))).to_be_visible()
    page.get_by_role("button", name=t("studio.run"), exact=True).click()
    expect(page.get_by_role("button", name=t("jobs.cancel"))).to_be_visible()
    page.wait_for_url("**s=*")
    page.reload()
    page.wait_for_selector("h1")
    expect(page.get_by_text("4321–4350")).to_be_visible(timeout=LONG)
    settled(page, t)
    assert seen.wrong == []


def test_no_serious_finding_of_the_accessibility_check(visit: Start) -> None:
    fetched = subprocess.run([ROOT / "tools" / "ensure_axe.sh"], capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(fetched.stderr.strip())
    found: list[str] = []
    for width, scheme, language in ((1400, "light", "zh"), (390, "dark", "en")):
        t = Words(language)
        seen = visit(width, scheme)
        for path, ready in (("/", "[data-testid=stAlert]"), ("/studio", "[data-testid=stMetric]"), ("/duel", CHART),
                            ("/people", CHART)):  # fmt: skip
            page: Page = seen.see(f"{path}?lang={language}")
            page.wait_for_selector(ready)
            if path == "/studio":
                settled(page, t)
            page.wait_for_timeout(1500)
            page.evaluate(fetched_script(fetched.stdout.strip()))
            told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            found += [
                f"{path} {width} {finding['id']}: {finding['help']} {node['target']} {node['html'][:160]}"
                for finding in told["violations"]
                if finding["impact"] in GRAVE
                for node in finding["nodes"][:3]
                if (finding["id"], "stSidebarNav" in node["html"] or "<li" in node["html"]) not in STREAMLITS
            ]
    assert found == []


def fetched_script(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
