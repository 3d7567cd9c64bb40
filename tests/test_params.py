"""Parameters: said once, frozen, closed, refused by name."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from simulation.errors import LabError
from simulation.market import Market
from simulation.params import Params, lever, uncertainty
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.processes import Behaviour, Economy


class Soup(Params):
    """A bowl for the tests."""

    salt: float = lever(1, 0, 10, unit="g", zh="盐", en="Salt", help_zh="放多少盐。", help_en="How much salt.")
    stirs: int = uncertainty(3, 0, 9, zh="搅拌次数", en="Stirs", grade="V", source="a cook", plausible=(2, 5))


class Meal(Params):
    """A set within a set."""

    soup: Soup = Soup()


def test_a_line_says_everything() -> None:
    salt, stirs = Soup.declared()
    assert (salt.name, salt.default, salt.low, salt.high, salt.unit, salt.role) == ("salt", 1, 0, 10, "g", "lever")
    assert (salt.label("zh"), salt.label("en"), salt.help("en")) == ("盐", "Salt", "How much salt.")
    assert (salt.grade, salt.source, salt.allowed) == ("T", "teaching assumption", "0–10")
    assert (stirs.integer, stirs.step, stirs.plausible) == (True, 1, (2, 5))


@pytest.mark.parametrize(
    ("data", "key", "field", "told"),
    [
        ({"salt": 11}, "out_of_range", "salt", "0–10"),
        ({"salt": -1}, "out_of_range", "salt", "0–10"),
        ({"salt": math.nan}, "out_of_range", "salt", "0–10"),
        ({"salt": math.inf}, "out_of_range", "salt", "0–10"),
        ({"salt": "much"}, "wrong_type", "salt", "0–10"),
        ({"salt": None}, "wrong_type", "salt", "0–10"),
        ({"salt": [1]}, "wrong_type", "salt", "0–10"),
        ({"stirs": 2.5}, "wrong_type", "stirs", "0–9"),
        ({"pepper": 1}, "unknown_field", "pepper", "salt, stirs"),
    ],
)
def test_refusals_name_the_field_and_what_is_allowed(data: dict[str, object], key: str, field: str, told: str) -> None:
    with pytest.raises(LabError) as refused:
        Soup.parse(data)
    assert refused.value.key == key
    assert refused.value.values["field"] == field
    assert told in (refused.value.values.get("allowed") or refused.value.values["known"])


def test_refusals_name_the_whole_way_down() -> None:
    with pytest.raises(LabError) as refused:
        Meal.parse({"soup": {"salt": 99}}, where="dinner")
    assert refused.value.values["field"] == "dinner.soup.salt"


def test_values_cannot_be_changed_behind_the_back() -> None:
    with pytest.raises(ValidationError):
        Soup().salt = 2  # type: ignore[misc]


def test_kernels_read_the_same_numbers() -> None:
    record = Soup(salt=2.5).record()
    assert (float(record["salt"]), float(record["stirs"])) == (2.5, 3)


@pytest.mark.parametrize(
    "kind", [Population, NeedWeights, SocialGraph, Economy, Market, *(type(part) for _, part in Behaviour())],
    ids=lambda kind: kind.__name__,
)  # fmt: skip
def test_every_parameter_of_the_engine_is_told(kind: type[Params]) -> None:
    for declared in kind.declared():
        assert declared.zh and declared.en
        assert declared.low <= declared.default <= declared.high
        assert declared.low <= declared.plausible[0] < declared.plausible[1] <= declared.high
        assert declared.source or declared.role == "setting" or declared.grade == "T"
