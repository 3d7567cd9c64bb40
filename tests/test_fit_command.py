"""From an order log to a scenario file in one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.__main__ import main
from simulation.analysis import cdnow
from simulation.analysis.orderlog import CDNOW
from simulation.scenario import load_scenario

COLUMNS = ["--customer", "#2", "--date", "#3", "--amount", "#5"]


def test_log_becomes_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "shop.yaml"
    assert main(["fit", str(CDNOW), *COLUMNS, "--name", "shop", "--horizon", "78", "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "6898 of 6919 rows kept, 2357 customers" in told
    assert "21 rows refused: duplicate" in told
    shop, case = load_scenario(out), cdnow.fitted()
    assert shop.population.size == case.population.size
    assert shop.population.purchase_shape == pytest.approx(case.population.purchase_shape, rel=0.01)
    assert shop.horizon == 78


def test_broken_logs_are_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for arguments in ([str(empty)], [str(tmp_path / "none.csv")], [str(CDNOW), "--customer", "nobody"]):
        assert main(["fit", *arguments]) == 1
        refusal = capsys.readouterr().err
        assert refusal.startswith("log ")
        assert "Traceback" not in refusal


def test_the_model_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["odd"]) == 0
    assert capsys.readouterr().out.startswith("# The model in the ODD protocol")
