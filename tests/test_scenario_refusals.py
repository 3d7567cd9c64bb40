"""Scenario files: what goes out comes back, layers lie as told, and nothing hostile gets further than a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from simulation.errors import LabError
from simulation.files import LIBRARY, MAX_BYTES
from simulation.scenario import (
    Scenario,
    load_plan,
    load_scenario,
    read_scenario,
)

README = (LIBRARY / "README.md").read_text(encoding="utf-8")
TYPES = ("product", "interest", "brand", "knowledge", "tool")


# Refusals: a sentence that names the field and what is allowed.

DEEP = "population: " + "{a: " * 9_000 + "1" + "}" * 9_000
BOMB = "a: &a [x,x,x,x]\n" + "".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)
)

REFUSED = {
    # text: (key, what the sentence must name)
    "horizn: 5": ("unknown_field", ["horizn", "horizon"]),
    "population: {sice: 5}": ("unknown_field", ["population.sice", "size"]),
    "population: {needs: {love: 1}}": ("unknown_field", ["population.needs.love", "belonging"]),
    "behaviour: {dreaming: {}}": ("unknown_field", ["behaviour.dreaming", "feeling"]),
    "behaviour: {leaving: {memory: 1}}": ("unknown_field", ["behaviour.leaving.memory", "contagion"]),
    "plan: {strategies: {contact: {volume: 3}}}": ("unknown_field", ["strategies.contact.volume", "frequency"]),
    "shocks: [{shock: hub_loss, colour: 3}]": ("unknown_field", ["shocks.0.colour", "count"]),
    "1: 2": ("unknown_field", ["1", "horizon"]),
    "horizon: 0": ("out_of_range", ["horizon", "0", "1–520"]),
    "horizon: 521": ("out_of_range", ["horizon", "521", "1–520"]),
    "economy: {margin: -0.1}": ("out_of_range", ["economy.margin", "0.05–0.95"]),
    "economy: {margin: .nan}": ("out_of_range", ["economy.margin", "nan", "0.05–0.95"]),
    "economy: {margin: .inf}": ("out_of_range", ["economy.margin", "inf", "0.05–0.95"]),
    "economy: {margin: -.inf}": ("out_of_range", ["economy.margin", "inf", "0.05–0.95"]),
    "horizon: .nan": ("out_of_range", ["horizon", "1–520"]),
    "population: {arrivals: [.nan]}": ("out_of_range", ["population.arrivals"]),
    "population: {size: 1000000000}": ("out_of_range", ["population.size", "20–1e+06"]),
    "graph: {kind: star}": ("out_of_range", ["graph.kind", "star", "holme_kim"]),
    "plan: {strategies: {contact: {frequency: 99}}}": ("out_of_range", ["strategies.contact.frequency", "99", "0–7"]),
    "plan: {budget: -1}": ("out_of_range", ["plan.budget", "-1"]),
    "shocks: [{shock: price_war, size: 2}]": ("out_of_range", ["shocks.0.size", "2", "0–1"]),
    "shocks: [{shock: hub_loss, length: 2}]": ("out_of_range", ["shocks.0.length", "2", "1"]),
    "seeds: {count: 100000}": ("out_of_range", ["seeds.count", "1–1000"]),
    "horizon: ten": ("wrong_type", ["horizon", "ten", "1–520"]),
    "horizon: 10.5": ("wrong_type", ["horizon", "10.5", "1–520"]),
    "horizon: [1]": ("wrong_type", ["horizon", "1–520"]),
    "horizon: 2020-01-01": ("wrong_type", ["horizon", "1–520"]),
    "population: [1]": ("wrong_type", ["population"]),
    "population: {1: 2}": ("wrong_type", ["population.1"]),
    "population: {needs: 5}": ("wrong_type", ["population.needs"]),
    "population: !!set {a, b}": ("wrong_type", ["population"]),
    "plan: 5": ("wrong_type", ["plan", "5"]),
    "plan: [neutral]": ("wrong_type", ["plan"]),
    "plan: {strategies: [contact]}": ("wrong_type", ["strategies", "name: value"]),
    "plan: {strategies: 0}": ("wrong_type", ["strategies", "name: value"]),
    "plan: {strategies: {contact: 5}}": ("wrong_type", ["strategies.contact", "name: value"]),
    "shocks: 0": ("wrong_type", ["shocks"]),
    "shocks: price_war": ("wrong_type", ["shocks"]),
    "shocks: [price_war]": ("wrong_type", ["shocks.0"]),
    "name: ../../x": ("wrong_type", ["name"]),
    'name: ""': ("wrong_type", ["name"]),
    "title: {zh: 5}": ("wrong_type", ["title.zh"]),
    'title: {zh: "\\ud800"}': ("wrong_type", ["title.zh"]),
    "title: {en: " + "x" * 2001 + "}": ("wrong_type", ["title.en", "2000"]),
    "plan: {strategies: {magic: {}}}": ("unknown_name", ["strategy", "magic", "contact"]),
    "plan: {strategies: {1: {}}}": ("unknown_name", ["strategy", "1", "contact"]),
    "shocks: [{shock: meteor}]": ("unknown_name", ["shock", "meteor", "price_war"]),
    "shocks: [{shock: [1]}]": ("unknown_name", ["shock", "price_war"]),
    "shocks: [{shock: {a: 1}}]": ("unknown_name", ["shock", "price_war"]),
    "shocks: [{week: 3}]": ("unknown_name", ["shock", "price_war"]),
    "plan: nonsense": ("unknown_name", ["plan", "nonsense", "neutral"]),
    "plan: {extends: nonsense}": ("unknown_name", ["plan", "nonsense", "neutral"]),
    "extends: nonsense": ("unknown_name", ["scenario", "nonsense", "product"]),
    "extends: [1]": ("unknown_name", ["scenario", "product"]),
    "extends: ../../etc/passwd": ("unknown_name", ["scenario", "product"]),
    "extends: /etc/passwd": ("unknown_name", ["scenario", "product"]),
    "extends: types/../types/product": ("unknown_name", ["scenario", "product"]),
    'extends: "product\\0"': ("unknown_name", ["scenario", "product"]),
    "extends: " + "a" * 300: ("unknown_name", ["scenario", "product"]),
    "extends: " + "a" * 300 + ".yaml": ("unknown_name", ["scenario", "product"]),
    "plan: ../types/product": ("unknown_name", ["plan", "neutral"]),
    "horizon: 5\nhorizon: 6": ("scenario_unreadable", ["horizon", "twice"]),
    "population: {size: 30, size: 40}": ("scenario_unreadable", ["size", "twice"]),
    "a: &a [1]\nb: *a": ("scenario_unreadable", ["aliases"]),
    BOMB: ("scenario_unreadable", ["aliases"]),
    DEEP: ("scenario_unreadable", ["deep"]),
    "- " * 20_000: ("scenario_unreadable", []),
    "? " * 20_000: ("scenario_unreadable", []),
    "x: !!python/object/apply:os.system [ls]": ("scenario_unreadable", []),
    'horizon: !!int ""': ("scenario_unreadable", []),
    'horizon: !!float ""': ("scenario_unreadable", []),
    "horizon: " + ":".join(["1"] * 300) + ":1.5": ("scenario_unreadable", []),
    "horizon: " + "9" * 5000: ("scenario_unreadable", []),
    'horizon: !!timestamp "x"': ("scenario_unreadable", []),
    'horizon: !!bool "x"': ("scenario_unreadable", []),
    "? [a]\n: 1": ("scenario_unreadable", []),
    "a: \x01": ("scenario_unreadable", []),
    "{": ("scenario_unreadable", []),
    "": ("scenario_unreadable", ["mapping"]),
    "null": ("scenario_unreadable", ["mapping"]),
    "hello": ("scenario_unreadable", ["mapping"]),
    "- 1": ("scenario_unreadable", ["mapping"]),
    "x: " + "y" * MAX_BYTES: ("scenario_too_large", ["kB"]),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: re.sub(r"\W+", "_", text)[:40])
def test_refused_with_a_sentence(text):
    key, named = REFUSED[text]
    with pytest.raises(LabError) as refusal:
        read_scenario(text)
    assert refusal.value.key == key
    told = str(refusal.value)
    assert len(told) < 2000
    for word in named:
        assert word in told, told


@pytest.mark.parametrize("data", ["arrivals: [-1, 2]", "arrivals: [0, 0]"])
def test_shares_of_arrivals_are_shares(data):
    with pytest.raises(LabError, match=r"population\.arrivals"):
        read_scenario(f"population: {{{data}}}")


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../types/product", "a" * 300, "a" * 300 + ".yaml", "\0.yaml", "", "."]
)
@pytest.mark.parametrize("load", [load_scenario, load_plan])
def test_names_cannot_leave_the_library(load, name):
    with pytest.raises(LabError) as refusal:
        load(name)
    assert refusal.value.key == "unknown_name"


@pytest.mark.parametrize("field", ["extends", "plan"])
def test_a_file_cannot_reach_for_other_files_by_path(field, tmp_path):
    (tmp_path / "secret.yaml").write_text("budget: 5\n" if field == "plan" else "horizon: 5\n", encoding="utf-8")
    with pytest.raises(LabError) as refusal:
        read_scenario(f"{field}: {tmp_path / 'secret.yaml'}")
    assert refusal.value.key == "unknown_name"


def test_extends_in_a_circle_is_refused(tmp_path):
    for name, base in (("one", "two"), ("two", "three"), ("three", "one"), ("self", "self")):
        (tmp_path / f"{name}.yaml").write_text(f"extends: {base}\n", encoding="utf-8")
    for name in ("one", "self"):
        with pytest.raises(LabError) as refusal:
            load_scenario(tmp_path / f"{name}.yaml")
        assert refusal.value.key == "extends_loop"
        assert "→" in refusal.value.values["chain"]


def test_files_that_are_not_text_or_too_large_are_refused(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00title: \xe9")
    with pytest.raises(LabError) as refusal:
        load_scenario(path)
    assert refusal.value.key == "scenario_unreadable"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(LabError) as refusal:
        load_scenario(path)
    assert refusal.value.key == "scenario_too_large"


values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8) | some.dates(),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8) | some.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
fields = some.sampled_from([*Scenario.model_fields, "extends", "oops"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.dictionaries(fields, values, max_size=4))
def test_any_data_is_a_scenario_or_a_sentence(data):
    try:
        assert isinstance(read_scenario(data), Scenario)
    except LabError as refusal:
        assert refusal.key


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=some.text(max_size=60) | some.text("!?&*:-[]{}|>%@\"'<=, \n#0123456789abinft~.", max_size=60))
def test_any_text_is_a_scenario_or_a_sentence(text):
    for attempt in (text, f"horizon: {text}", f"plan: {{strategies: {{contact: {text}}}}}"):
        try:
            assert isinstance(read_scenario(attempt), Scenario)
        except LabError as refusal:
            assert refusal.key
