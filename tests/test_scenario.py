"""Scenario files: what goes out comes back, layers lie as told, and nothing hostile gets further than a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from simulation.errors import LabError
from simulation.files import LIBRARY, MAX_BYTES
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.processes import Behaviour, Economy
from simulation.scenario import (
    Plan,
    Scenario,
    Text,
    list_plans,
    list_scenarios,
    load_plan,
    load_scenario,
    read_scenario,
)
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

README = (LIBRARY / "README.md").read_text(encoding="utf-8")
TYPES = ("product", "interest", "brand", "knowledge", "tool")


# What goes out comes back.


def returned(scenario: Scenario, tmp_path: Any) -> Scenario:
    path = tmp_path / "saved.yaml"
    scenario.save(path)
    return load_scenario(path)


@pytest.mark.parametrize("plan", list_plans())
@pytest.mark.parametrize("scenario", list_scenarios())
def test_library_survives_saving(scenario, plan, tmp_path):
    mixed = load_scenario(scenario).with_plan(load_plan(plan))
    again = returned(mixed, tmp_path)
    assert again == mixed
    assert again.fingerprint() == mixed.fingerprint()


def number(declared: Any) -> some.SearchStrategy[Any]:
    if declared.integer:
        return some.integers(int(declared.low), int(declared.high))
    return some.floats(declared.low, declared.high, allow_nan=False)


def levers(kind: Any) -> some.SearchStrategy[dict[str, Any]]:
    return some.fixed_dictionaries({}, optional={d.name: number(d) for d in kind.declared()})


words = some.text(some.characters(exclude_categories=("Cs",)), max_size=40)
texts = some.fixed_dictionaries({"zh": words, "en": words})
plans = some.fixed_dictionaries(
    {"name": some.just("drawn"), "title": texts},
    optional={
        "budget": some.floats(0, 1e9),
        "strategies": some.fixed_dictionaries({}, optional={name: levers(kind) for name, kind in STRATEGIES.items()}),
    },
)
shocks = some.lists(
    some.sampled_from(sorted(SHOCKS)).flatmap(
        lambda name: levers(SHOCKS[name]).map(lambda data: {"shock": name} | data)
    ),
    max_size=3,
)
scenarios = some.fixed_dictionaries(
    {"title": texts, "plan": plans, "shocks": shocks},
    optional={
        "population": levers(Population),
        "graph": levers(SocialGraph),
        "economy": levers(Economy),
        "behaviour": some.fixed_dictionaries(
            {}, optional={name: levers(info.annotation) for name, info in Behaviour.model_fields.items()}
        ),
        "horizon": some.integers(1, 520),
    },
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=scenarios)
def test_any_valid_scenario_survives_saving(data, tmp_path):
    scenario = Scenario.parse(data)
    again = returned(scenario, tmp_path)
    assert again == scenario
    assert again.fingerprint() == scenario.fingerprint()


def test_fingerprint_follows_numbers_not_words_or_seeds():
    product = load_scenario("product")
    assert product.model_copy(update={"title": Text(zh="别的", en="other"), "name": "other"}).fingerprint() == (
        product.fingerprint()
    )
    assert read_scenario({"extends": "product", "seeds": {"count": 3}}).fingerprint() == product.fingerprint()
    assert read_scenario({"extends": "product", "horizon": 52}).fingerprint() != product.fingerprint()
    prints = {scenario.with_plan(plan).fingerprint() for scenario in list_scenarios().values()
              for plan in list_plans().values()}  # fmt: skip
    assert len(prints) == len(list_scenarios()) * len(list_plans())


# The library.


@pytest.mark.parametrize("entry", [*list_scenarios().values(), *list_plans().values()], ids=lambda entry: entry.name)
def test_library_speaks_both_languages(entry):
    for text in (entry.title, entry.note):
        assert re.search("[一-鿿]", text.zh)
        assert text.en
        assert not re.search("[一-鿿]", text.en)
        assert not re.search("[一-鿿，。；：、] [一-鿿]", text.zh), "a line break in Chinese became a blank"


@pytest.mark.parametrize("folder", ["types", "cases", "plans"])
def test_files_are_named_as_their_contents(folder):
    load = load_plan if folder == "plans" else load_scenario
    for path in (LIBRARY / folder).glob("*.yaml"):
        assert load(path).name == path.stem


def test_five_types_that_truly_differ():
    found = [load_scenario(name) for name in TYPES]
    assert [scenario.population.type for scenario in found] == list(TYPES)
    for field in ("purchase_weeks", "churn_beta", "posting_sd", "posting_median", "spend_gamma"):
        assert len({getattr(scenario.population, field) for scenario in found}) >= 4, field
    assert len({scenario.economy.margin for scenario in found}) >= 4
    leading = [max(NeedWeights.model_fields, key=lambda need: getattr(s.population.needs, need)) for s in found]
    assert leading == ["functional", "belonging", "esteem", "growth", "functional"]


def test_plans_contrast():
    found = list_plans()
    assert next(iter(found)) == "neutral"
    assert len(found) >= 8
    assert set().union(*(plan.strategies for plan in found.values())) == set(STRATEGIES)
    assert len({plan.fingerprint() for plan in found.values()}) == len(found)


def test_readme_example_is_complete_and_loads():
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert example
    scenario = read_scenario(example[1])
    assert set(yaml.safe_load(example[1])) - {"extends"} == set(Scenario.model_fields)
    assert scenario.population.needs.belonging == 0.5
    assert scenario.population.needs.functional == load_scenario("interest").population.needs.functional
    assert scenario.population.posting_sd == Population().posting_sd
    assert len(scenario.shocks) == 2


def test_readme_names_every_field():
    kinds: list[Any] = [Scenario, Plan, Population, NeedWeights, SocialGraph, Economy, Behaviour, *SHOCKS.values()]
    kinds += [*STRATEGIES.values(), *(info.annotation for info in Behaviour.model_fields.values())]
    missing = {name for kind in kinds for name in kind.model_fields if f"`{name}`" not in README}
    assert not missing
    assert all(f"`{name}`" in README for name in (*STRATEGIES, *SHOCKS, *TYPES))


# Layers.


def test_extends_lays_mappings_over_each_other_and_null_removes():
    scenario = read_scenario("extends: interest\npopulation: {size: 500, posting_sd: null}\nseeds: null")
    interest = load_scenario("interest")
    assert scenario.population.size == 500
    assert scenario.population.posting_sd == Population().posting_sd
    assert scenario.population.needs == interest.population.needs
    assert scenario.plan == load_plan("neutral")


def test_null_means_the_default_wherever_it_stands():
    assert read_scenario("behaviour: {feeling: null}\npopulation: {needs: {growth: null}}") == Scenario()
    assert read_scenario("plan: {strategies: {tiers: null, contact: {}}}").plan.strategies.keys() == {"contact"}


def test_a_plan_may_extend_a_plan():
    scenario = read_scenario(
        "extends: product\nplan: {extends: all_good, name: fewer, budget: 300, strategies: {tiers: null}}"
    )
    assert set(scenario.plan.strategies) == set(load_plan("all_good").strategies) - {"tiers"}
    assert scenario.plan.budget == 300


def test_a_file_extends_the_one_beside_it_first(tmp_path):
    (tmp_path / "product.yaml").write_text("horizon: 7\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("extends: product\n", encoding="utf-8")
    assert load_scenario(tmp_path / "mine.yaml").horizon == 7


def test_shocks_are_kept_in_the_order_of_their_weeks():
    scenario = read_scenario("shocks: [{shock: price_war, week: 30}, {shock: hub_loss, week: 4}]")
    assert [shock.week for shock in scenario.shocks] == [4, 30]


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
