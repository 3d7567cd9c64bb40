from __future__ import annotations

import ast
import re
from collections import defaultdict
from string import Formatter
from typing import Any

import pytest
import yaml

from pages.parts import cards, errors
from pages.parts.words import JOIN, LANGUAGES, Words, catalogue
from simulation import ROOT
from simulation.errors import LabError
from simulation.model import SCHEDULE
from simulation.outcomes import TOTALS, WEEKLY

CALL = re.compile(r"""\bt\(\s*f?["']([^"']+)["']""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def refusals() -> dict[str, set[str]]:
    """Key of every LabError in the tree, with the values that all its places give."""
    given: dict[str, list[set[str]]] = defaultdict(list)
    for folder in ("simulation", "lessons", "classroom", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LabError" and node.args:
                    values = {word.arg or "**" for word in node.keywords}
                    for inner in ast.walk(node.args[0]):
                        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                            given[inner.value].append(values)
    return {key: set.intersection(*sets) for key, sets in given.items()}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert set(zh) == set(en)
    for key, text in zh.items():
        assert placeholders(text) == placeholders(en[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_levels_and_no_key_said_twice(language: str) -> None:
    text = (ROOT / "locales" / f"{language}.yaml").read_text(encoding="utf-8")
    for group, words in yaml.safe_load(text).items():
        assert all(isinstance(said, str) for said in words.values()), group
    tree: Any = yaml.compose(text)
    for _, words in tree.value:
        names = [key.value for key, _ in words.value]
        assert len(names) == len(set(names))


def test_every_refusal_has_words_that_ask_only_for_what_is_given() -> None:
    for key, given in refusals().items():
        for language in LANGUAGES:
            text = catalogue(language).get(f"errors.{key}")
            assert text, f"errors.{key} has no words in {language}"
            if "**" not in given:
                assert placeholders(text) <= given, f"errors.{key} in {language}"


def test_every_key_that_a_page_asks_for_is_known() -> None:
    known = catalogue("en")
    groups = {key.split(".")[0] for key in known}
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        for key in CALL.findall(path.read_text(encoding="utf-8")):
            stem = key.split("{")[0]
            assert key in known or ("{" in key and stem.split(".")[0] in groups | {""}), f"{key} in {path.name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_roles_grades_and_schedule_have_words(language: str) -> None:
    t = Words(language)
    units = {outcome.unit for outcome in (WEEKLY | TOTALS).values()}
    for label, kind in cards.groups(t).values():
        assert "⟦" not in label
        for declared in kind.declared():
            units.add(declared.unit)
            assert t.knows(f"roles.{declared.role}") and t.knows(f"grades.{declared.grade}")
            assert declared.label(language)
    assert [unit for unit in units if unit and not t.knows(f"units.{unit}")] == []
    assert "⟦" not in cards.schedule(t) and len(cards.schedule(t).splitlines()) == len(SCHEDULE)


def test_missing_words_show_themselves(caplog: pytest.LogCaptureFixture) -> None:
    assert Words("zh")("no.such") == "⟦no.such⟧"
    assert Words("zh")("jobs.starting", wrong=1) == "⟦jobs.starting⟧"
    assert "no.such" in caplog.text


def test_numbers_as_each_language_writes_them() -> None:
    zh, en = Words("zh"), Words("en")
    assert zh.money(71142) == en.money(71142) == "¥71,142"
    assert zh.money(-8012.4) == f"−{JOIN}¥8,012"
    assert zh.money(1_234_567) == "¥123.5 万" and en.money(1_234_567) == "¥1.23M"
    assert zh.money(250_000_000) == "¥2.50 亿" and en.money(2.5e9) == "¥2.50B"
    assert zh.percent(0.6321) == "63.2%" and en.percent(float("nan")) == "–"
    assert zh.points(0.021) == "+2.1 个百分点" and en.points(-0.0001) == "0.0 points"
    assert en.interval(TOTALS["retention_13"], 0.012, 0.03, change=True) == "[+1.2,\u00a0+3.0]"
    assert en.interval(TOTALS["profit"], -11_000, -4000, change=True).replace(JOIN, "") == "[−11,000,\u00a0−4,000]"
    dollars = Words("en")
    dollars.currency = "$"
    assert dollars.money(12.0) == "$12" and dollars.unit("¥/week") == "$/week"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_values_in_errors_stay_plain_text(language: str) -> None:
    told = errors.sentence(
        LabError("unknown_field", field="<img src=x> **x** [a](http://b)", known="a"), Words(language)
    )
    assert r"\<img" in told and r"\*\*x\*\*" in told and r"\[a\]" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_unforeseen_errors_are_logged_and_told_in_general_words(
    language: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = errors.sentence(ZeroDivisionError("secret"), Words(language))
    assert "secret" not in told and "⟦" not in told and "secret" in caplog.text


def test_a_bare_number_is_never_in_powers_of_ten() -> None:
    told = [Words.bare(value) for value in (-33225.6, 0.00001, 0.55, 12.34567, 20000.0, -9582.43)]
    assert told == ["-33,225.6", "0.00001", "0.55", "12.35", "20,000", "-9,582.4"]
