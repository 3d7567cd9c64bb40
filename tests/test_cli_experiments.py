"""The shell's comparisons and sweeps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from simulation import ROOT
from simulation.__main__ import main
from simulation.commands_words import Bar
from simulation.errors import LabError
from simulation.jobs import Progress
from simulation.results import Results
from simulation.sweep import Sweep
from simulation.sweep_folder import parts_of, read_runs
from tests.made_up_worlds import until
from tests.test_cli import PRODUCT

SWEEP = """name: levers
scenario: product
horizon: 20
seeds: {first: 1, count: 6}
vary: {population.size: 120, plan.strategies.contact.frequency: [0.25, 0.5, 1, 2]}
"""


@pytest.fixture
def levers(tmp_path: Path) -> Path:
    path = tmp_path / "levers.yaml"
    path.write_text(SWEEP, encoding="utf-8")
    return path


def test_plans_are_compared_world_by_world(tiny: Path, capsys) -> None:
    words = ["compare", str(tiny), "--plans", "neutral,tiers_first", "--seeds", "6", "--executor", "threads"]
    assert main(words) == 0
    assert "| tiers_first | Revenue (¥) |" in capsys.readouterr().out
    assert main([*words, "--out", str(tiny.parent / "out")]) == 0
    assert Results.read(tiny.parent / "out").plans == ("neutral", "tiers_first")
    capsys.readouterr()
    assert main([*words, "--json", "--against", "tiers_first"]) == 0
    told = json.loads(capsys.readouterr().out)
    first = next(row for row in told["differences"] if row["outcome"] == "profit")
    assert (first["plan"], first["against"], first["worlds"]) == ("neutral", "tiers_first", 6)
    assert first["low"] < first["mean"] < first["high"]
    assert list(told["provenance"]["plans"]) == ["neutral", "tiers_first"]
    assert main([*words, "--csv"]) == 0
    assert capsys.readouterr().out.startswith("plan,against,outcome,mean,low,high")


def test_a_plan_has_to_have_another_to_be_compared_with(tiny: Path, capsys) -> None:
    assert main(["compare", str(tiny), "--plans", "neutral"]) == 1
    assert "plans missing" in capsys.readouterr().err
    assert main(["compare", str(tiny), "--plans", "neutral,tiers_first", "--against", "absent"]) == 1


def test_a_run_can_be_printed_as_csv(tiny: Path, capsys) -> None:
    assert main(["run", str(tiny), "--csv", "--executor", "threads"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "plan,outcome,mean,low,high,worlds"
    assert any(line.startswith("neutral,profit,") for line in lines)


def test_a_sweep_is_written_printed_and_reproduced_by_its_folder(levers: Path, tmp_path: Path, capsys) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(["sweep", str(levers), "--out", str(first), "--executor", "threads", "--csv"]) == 0
    said = capsys.readouterr()
    assert "24/24 runs" in said.err
    rows = said.out.splitlines()
    assert rows[0].startswith("point,population.size,plan.strategies.contact.frequency,seed,")
    assert len(rows) == 25
    assert main(["sweep", str(first), "--out", str(second), "--executor", "threads", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == 24 and told["seeds"] == [1, 2, 3, 4, 5, 6]
    assert {row["worlds"] for row in told["points"] if row["outcome"] == "profit"} == {6}
    pd.testing.assert_frame_equal(read_runs(first), read_runs(second), check_exact=True)
    assert main(["sweep", "--out", str(first)]) == 1
    assert "sweep exists" in capsys.readouterr().err
    assert main(["sweep", "--out", str(first), "--resume"]) == 0
    assert "| Revenue (¥) | highest |" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_sweep_killed_in_the_middle_goes_on_and_comes_to_the_same_table(tmp_path: Path, capsys) -> None:
    plain = SWEEP.replace("horizon: 20", "horizon: 100").replace("size: 120", "size: 6000")
    (tmp_path / "levers.yaml").write_text(plain, encoding="utf-8")
    torn, whole = tmp_path / "torn", tmp_path / "whole"
    words = ["sweep", str(tmp_path / "levers.yaml"), "--out", str(torn), "--executor", "threads"]
    with subprocess.Popen(
        [sys.executable, "-m", "simulation", *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        until(lambda: len(parts_of(torn)) >= 2 or running.poll() is not None, 60)
        running.kill()
    before = len(parts_of(torn))
    assert 2 <= before < Sweep.load(tmp_path / "levers.yaml").share_count, "it was killed in the middle"
    assert main([*words, "--resume"]) == 0
    assert "from the store" in capsys.readouterr().err
    assert main([*words[:3], str(whole), *words[4:]]) == 0
    pd.testing.assert_frame_equal(read_runs(torn), read_runs(whole), check_exact=True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["run", PRODUCT, "--executor", "abacus"], 1, "threads, processes, tcp://"),
        (["sweep", "unheard_of", "--out", "x"], 1, "unknown name"),
        (["sweep", PRODUCT, "--out", "x"], 1, "unknown field"),
        (["sweep", "--out", "no/such/folder", "--resume"], 1, "unknown name"),
    ],
)
def test_what_cannot_be_computed_is_refused(words: list[str], code: int, told: str, capsys) -> None:
    assert main(words) == code
    assert told in capsys.readouterr().err


def test_work_that_breaks_off_exits_with_three(monkeypatch, levers: Path, tmp_path: Path, capsys) -> None:
    def lost(*_: object, **__: object) -> None:
        raise LabError("worker_lost")

    monkeypatch.setattr("simulation.sweep_folder.run_sweep", lost)
    assert main(["sweep", str(levers), "--out", str(tmp_path / "x")]) == 3
    assert capsys.readouterr().err.strip() == "worker lost"


def test_files_and_pipes_get_a_line_a_second_and_the_last(capsys) -> None:
    with Bar("runs") as bar:
        for done in range(1001):
            bar.tell(Progress(done, 1000, 1.0, 0))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("0/1000 runs")
    assert lines[-1].startswith("1000/1000 runs")
    assert len(lines) < 20


def test_people_at_a_terminal_see_a_bar(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Bar("worlds") as bar:
        bar.tell(Progress(2, 8, None, 2))
        bar.tell(Progress(8, 8, 0.0, 2))
    told = capsys.readouterr().err
    assert "8/8" in told and "100%" in told and "\r" in told
