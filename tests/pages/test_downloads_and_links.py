from __future__ import annotations

import base64
import zlib

import pandas as pd
import pytest

from pages.parts import downloads, state
from simulation.errors import LabError
from simulation.scenario import load_plan, load_scenario


def test_csv_opens_in_a_chinese_excel_and_carries_no_formula() -> None:
    frame = pd.DataFrame({"方案": ["=1+1", "+a", "-b", "@c", "\td", "中性方案"], "=x": [1.5, -2, 3, 4, 5, 6]})
    text = downloads.csv(frame)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = text.decode("utf-8-sig").split("\r\n")
    assert rows[0] == "方案,'=x" and rows[1] == "'=1+1,1.5" and rows[6] == "中性方案,6.0"
    assert all(row.startswith("'") for row in rows[1:6])
    assert "-2" in rows[2]


def test_a_share_link_reproduces_the_scenario() -> None:
    scenario = load_scenario("product").with_plan(load_plan("all_good"))
    scenario = scenario.model_copy(update={"horizon": 52})
    assert state.unpack(state.pack(scenario)) == scenario


def squeezed(text: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "x",
        "!!!",
        "é",
        "A" * 20_000,
        base64.urlsafe_b64encode(b"plain").decode(),
        squeezed(b"\xff\xfe"),
        squeezed(b"a" * 10_000_000),
        squeezed(b"just text"),
        squeezed(b"horizon: -5"),
        squeezed(b"horizon: .nan"),
        squeezed(b"nosuch: 1"),
        squeezed(b"plan: ../../etc/passwd"),
        squeezed(b"a: &a [*a]"),
        squeezed(b"population: {size: 1000000000}"),
        state.pack(load_scenario("product"))[:-8],
    ],
)
def test_a_broken_or_hostile_link_is_refused_in_words(code: str) -> None:
    with pytest.raises(LabError):
        state.unpack(code)
