"""Scenario files: what goes out comes back, layers lie as told, and nothing hostile gets further than a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from simulation.files import LIBRARY
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
