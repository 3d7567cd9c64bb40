"""The printed model is the model, and has every element that the protocol asks for."""

from __future__ import annotations

import pytest

from simulation import ROOT
from simulation.effects import Channel
from simulation.members import Flow, People, Standing
from simulation.model import SCHEDULE
from simulation.odd import markdown
from simulation.outcomes import TOTALS, WEEKLY
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

CONCEPTS = ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
            "Interaction", "Stochasticity", "Collectives", "Observation")  # fmt: skip


@pytest.fixture(scope="module")
def document() -> str:
    return markdown()


def test_printed_model_is_today_s(document: str) -> None:
    printed = (ROOT / "simulation" / "ODD.md").read_text(encoding="utf-8")
    assert printed == document, (
        "write it anew: python -m simulation odd > /tmp/odd.md && cp /tmp/odd.md simulation/ODD.md"
    )


def test_the_seven_elements_come_in_order(document: str) -> None:
    heads = ["1 Purpose and patterns", "2 Entities, state variables and scales", "3 Process overview and scheduling",
             "4 Design concepts", "5 Initialisation", "6 Input data", "7 Submodels"]  # fmt: skip
    assert [line[3:] for line in document.splitlines() if line.startswith("## ")] == heads


def test_all_eleven_design_concepts_are_told(document: str) -> None:
    told = document.split("## 4 ")[1].split("## 5 ", maxsplit=1)[0]
    places = [told.index(f"**{concept}.**") for concept in CONCEPTS]
    assert places == sorted(places) and len(places) == 11


def test_every_state_variable_has_a_meaning(document: str) -> None:
    rows = {
        line.split("|")[1].strip(): line.split("|")[3].strip() for line in document.splitlines() if line.count("|") == 4
    }
    for kind in (People, Standing, Flow):
        for name in kind._fields:
            assert rows.get(f"`{name}`"), name


def test_every_channel_process_outcome_strategy_and_shock_is_there(document: str) -> None:
    for channel in Channel:
        assert f"| `{channel.name.lower()}` | " in document
        assert f"| `{channel.name.lower()}` |  |" not in document
    for step in SCHEDULE:
        assert f"**`{step.__name__}`**" in document
    for name in TOTALS | WEEKLY | STRATEGIES | SHOCKS:
        assert f"`{name}`" in document
    assert "\u007b" not in document.split("## 5 ", maxsplit=1)[0].split("## 4 ")[1], "a placeholder was left"
