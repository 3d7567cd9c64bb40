"""How claims are judged, and the shell that puts them to the engine."""

from __future__ import annotations

import numpy as np
import pytest

from lessons.__main__ import main
from lessons.claims import judge
from lessons.measures import Estimate, estimate, ratio
from lessons.parse import parse_part
from lessons.parts import Claim
from tests.lessons.real_worlds import LESSONS


def claim(**holds: object) -> Claim:
    return parse_part(Claim, {"statement": {"zh": "甲", "en": "a"}, "left": "x", "holds": holds}, "claims.x")


@pytest.mark.parametrize(
    ("holds", "low", "high", "verdict"),
    [
        ({"below": 0}, -2, -1, "holds"),
        ({"below": 0}, -1, 1, "undecided"),
        ({"below": 0}, 1, 2, "fails"),
        ({"above": 5}, 6, 7, "holds"),
        ({"above": 5}, 1, 2, "fails"),
        ({"between": [1, 3]}, 1.5, 2, "holds"),
        ({"between": [1, 3]}, 0.5, 2, "undecided"),
        ({"between": [1, 3]}, 0.5, 4, "undecided"),
        ({"between": [1, 3]}, 4, 5, "fails"),
        ({"exactly": 0}, 0, 0, "holds"),
        ({"exactly": 0}, -0.1, 0.1, "fails"),
        ({"above": 5}, float("nan"), float("nan"), "fails"),
    ],
)
def test_verdicts(holds: dict[str, object], low: float, high: float, verdict: str) -> None:
    assert judge(claim(**holds), Estimate((low + high) / 2, low, high, 10)) == verdict


def test_intervals_have_their_coverage() -> None:
    rng = np.random.default_rng(1)
    inside = ratios = 0
    for _ in range(400):
        world = rng.normal(0, 1, 12)
        left, right = 10 + world + rng.normal(0, 0.5, 12), 5 + 0.5 * world + rng.normal(0, 0.5, 12)
        mean, relative = estimate(left), ratio(left, right)
        inside += mean.low <= 10 <= mean.high
        ratios += relative.low <= 2 <= relative.high
    assert 0.92 <= inside / 400 <= 0.98
    assert 0.92 <= ratios / 400 <= 0.98


def test_a_ratio_of_what_is_not_positive_is_unknown() -> None:
    assert np.isnan(ratio(np.array([1.0, 2.0]), np.array([0.0, 0.0])).mean)


def test_shell_refuses_an_unknown_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "99_none"]) == 1
    assert "02_trust" in capsys.readouterr().err


def test_shell_checks_with_few_worlds(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "02_trust", "--worlds", "2"])
    told = capsys.readouterr().out
    assert "same_before: 0 [0, 0] in 2 worlds, claimed = 0" in told
    assert len(told.splitlines()) == len(LESSONS["02_trust"].claims)
