"""People, and why and who of the Duel, as a person walks through them, in both languages, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.parts.words import Words
from simulation.outcomes import TOTALS
from tests.browser.test_walks import CHART, LONG, WAYS, drawn, switch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
Start = Callable[..., Any]


def press(page: Page, name: str) -> None:
    """Choose one of several that stand beside each other."""
    page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name)).first.click()


def at_rest(page: Page, t: Words) -> None:
    """Wait until nothing is computed any more."""
    expect(page.get_by_role("button", name=t("jobs.cancel"))).to_have_count(0, timeout=LONG)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)


def as_it_should_be(seen: Any) -> None:
    assert "⟦" not in seen.page.inner_text("body")
    assert seen.too_wide() == 0
    assert seen.wrong == []


def cut_off(page: Page) -> int:
    """Tables of which a part can only be seen by scrolling sideways."""
    wide = "table => table.scrollWidth > table.parentElement.clientWidth + 1"
    return int(page.evaluate(f"[...document.querySelectorAll('[data-testid=stTable] table')].filter({wide}).length"))


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_person_looks_at_people(visit: Start, language: str, width: int) -> None:
    t, name = Words(language), f"{language}_{width}"
    seen = visit(width, "light" if language == "zh" else "dark")
    page: Page = seen.see(f"/people?lang={language}")
    page.wait_for_selector(CHART, timeout=LONG)
    at_rest(page, t)
    week = page.get_by_role("slider", name=t("studio.week")).first
    last = int(week.input_value())
    week.focus()
    for _ in range(4):
        week.press("ArrowLeft")
    title = t("people.network_title", week=last - 4, colouring=t("people.by_status"))
    expect(page.get_by_text(title)).to_be_visible()
    person = page.get_by_role("spinbutton", name=t("people.person"))
    before = person.input_value()
    person.fill(str(int(before) + 1))
    person.press("Enter")
    page.wait_for_url(f"**person={int(before) + 1}*")
    assert f"week={last - 4}" in page.url and "seed=1" in page.url
    page.wait_for_timeout(1500)
    seen.picture(f"walk_people_{name}")
    for view, told in (("circles", "desk.bridges"), ("segments", "people.densities"), ("movement", "people.lorenz")):
        press(page, t(f"people.view_{view}"))
        expect(page.get_by_text(t(told)).first).to_be_visible()
        at_rest(page, t)
        page.wait_for_timeout(1500)
        assert cut_off(page) == 0
        seen.picture(f"walk_people_{view}_{name}")
    as_it_should_be(seen)


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_person_asks_why_and_who(visit: Start, language: str, width: int) -> None:
    t, name = Words(language), f"{language}_{width}"
    seen = visit(width, "light" if language == "zh" else "dark")
    page: Page = seen.see(f"/duel?lang={language}&plans=paid_membership,tiers_first&worlds=10")
    drawn(page, 4)
    switch(page, t("why.ask"))
    expect(page.locator(CHART)).to_have_count(5, timeout=LONG)
    at_rest(page, t)
    drawn(page, 5)
    press(page, TOTALS["trust"].label(language))
    switch(page, t("who.ask"))
    expect(page.get_by_text(t("who.lives"), exact=True)).to_be_visible(timeout=LONG)
    # What is said of the lines stands there only once both lives are recorded; before, nothing may be running yet.
    expect(page.get_by_text(t("who.lines", a="{", b="").partition("{")[0]).first).to_be_visible(timeout=LONG)
    at_rest(page, t)
    expect(page.get_by_text(t("who.list", a="{", b="").partition("{")[0]).first).to_be_visible()
    page.wait_for_timeout(1500)
    assert cut_off(page) == 0
    seen.picture(f"walk_why_and_who_{name}")
    as_it_should_be(seen)


def test_a_reload_in_mid_run_finds_a_recording_and_an_explanation_again(visit: Start) -> None:
    t = Words("en")
    seen = visit()
    page: Page = seen.see("/people?lang=en")
    page.reload()
    page.wait_for_selector("h1")
    page.wait_for_selector(CHART, timeout=LONG)
    at_rest(page, t)
    page = seen.see("/duel?lang=en&plans=you_said_we_did,neutral&worlds=30")
    drawn(page, 4)
    switch(page, t("why.ask"))
    expect(page.get_by_role("button", name=t("jobs.cancel"))).to_be_visible()
    page.reload()
    page.wait_for_selector("h1")
    switch(page, t("why.ask"))
    expect(page.locator(CHART)).to_have_count(5, timeout=LONG)
    at_rest(page, t)
    assert seen.wrong == []
