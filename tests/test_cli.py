from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from simulation import ROOT
from simulation.__main__ import main
from simulation.commands import parser
from simulation.model import SCHEDULE
from simulation.results import Results
from simulation.sweep import Sweep

PRODUCT = "scenarios/types/product.yaml"


def shell(*words: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with a store of its own and this process's kernels."""
    environment = os.environ | {"LAB_CACHE": str(cache), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "simulation", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def test_a_run_tells_its_progress_and_writes_its_results(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = shell("run", str(tiny), "--seeds", "6", "--first-seed", "3", "--out", str(out), cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "6/6 worlds" in done.stderr
    assert "Mean over worlds with its 95 % interval." in done.stdout
    results = Results.read(out)
    assert results.seeds == tuple(range(3, 9))
    assert results.provenance["horizon"] == 6
    assert {path.name for path in out.iterdir()} == {
        "weekly.parquet",
        "tenure.parquet",
        "worlds.parquet",
        "ledger.parquet",
        "streams.parquet",
        "summary.json",
        "summary.md",
    }
    again = shell("run", str(tiny), "--seeds", "6", "--first-seed", "3", "--json", cache=tmp_path)
    assert "6 from the store" in again.stderr
    summary = json.loads(again.stdout)
    assert summary["provenance"]["plans"].keys() == {"neutral"}


def test_horizon_and_plans_can_be_chosen(tiny: Path, tmp_path: Path) -> None:
    plan = tmp_path / "rich.yaml"
    plan.write_text("name: rich\nbudget: 5\nstrategies: {}\n", encoding="utf-8")
    words = ("run", str(tiny), "--plans", f"neutral, {plan}", "--horizon", "4", "--seeds", "2", "--json")
    done = shell(*words, cache=tmp_path)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)["provenance"]
    assert (made["horizon"], list(made["plans"]), made["seeds"]) == (4, ["neutral", "rich"], [1, 2])


def test_refusals_are_one_sentence_and_exit_with_one(tmp_path: Path) -> None:
    done = shell("run", "nothing_here", cache=tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "nothing_here" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", PRODUCT, "--seeds", "1000000000"], "too much work"),
        (["run", PRODUCT, "--horizon", "9999"], "1–520"),
        (["run", PRODUCT, "--first-seed", "-1"], "seeds"),
        (["run", PRODUCT, "--plans", "unheard_of"], "unheard_of"),
        (["run", PRODUCT, "--plans", "neutral,neutral"], "plans same name"),
        (["describe", "../../etc/passwd"], "unknown name"),
    ],
)
def test_what_cannot_be_run_is_refused(words: list[str], told: str, capsys) -> None:
    assert main(words) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "words", [[], ["run"], ["dance"], ["run", "product", "--seeds", "0"], ["run", "x", "--seeds", "many"]]
)
def test_wrong_usage_exits_with_two(words: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_an_interrupted_run_exits_with_130(monkeypatch, capsys) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulation.commands_experiments.experiment.run", interrupted)
    assert main(["run", PRODUCT]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_validate_says_a_sentence_for_each_file(tmp_path: Path, tiny: Path, capsys) -> None:
    files = {
        "bad.yaml": "horizon: -3\n",
        "odd.yaml": "horizn: 3\n",
        "torn.yaml": "a: [1\n",
        "plan.yaml": "budget: many\n",
        "latin.yaml": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.yaml").write_bytes(b"name: \xff\xfe\n")
    (tmp_path / "scenario.txt").write_text(tiny.read_text(encoding="utf-8"))
    names = [str(tmp_path / name) for name in (*files, "absent.yaml", "scenario.txt")]
    assert main(["validate", PRODUCT, "scenarios/plans/neutral.yaml", str(tiny), *names]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 + len(names)
    assert [line.endswith(("a valid scenario", "a valid plan")) for line in lines] == [True] * 3 + [False] * len(names)
    assert "1–520" in lines[3]
    assert "horizn" in lines[4]
    assert "budget" in lines[6]


def test_validate_is_content_with_good_files(capsys) -> None:
    assert main(["validate", PRODUCT, "scenarios/plans/neutral.yaml"]) == 0
    assert "a valid plan" in capsys.readouterr().out


def test_list_names_the_library(capsys) -> None:
    assert main(["list"]) == 0
    told = capsys.readouterr().out
    assert "product" in told
    assert "neutral" in told


def test_describe_shows_every_number_with_range_and_source(capsys) -> None:
    assert main(["describe", "product"]) == 0
    told = capsys.readouterr().out
    assert "plan: neutral" in told
    assert "shocks: none" in told
    churn = next(line for line in told.splitlines() if "population.churn_alpha" in line)
    assert "0.05–5" in churn
    assert "[V] sBG, Fader & Hardie 2007" in churn


def test_schedule_is_the_engines_own(capsys) -> None:
    assert main(["schedule"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == [process.__name__ for process in SCHEDULE]


def test_warm_needs_no_server(capsys) -> None:
    assert main(["warm"]) == 0
    assert capsys.readouterr().out == ""


def test_the_examples_of_the_readme_are_understood_and_the_library_has_what_they_name() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python -m simulation ((?:run|compare|sweep) [^#\n]+)", text, re.MULTILINE)
    assert {line.split()[0] for line in lines} == {"run", "compare", "sweep"}
    for line in lines:
        given = parser().parse_args(line.split())
        if given.command == "sweep" and given.sweep:
            assert Sweep.load(given.sweep).runs > 1


@pytest.mark.slow
def test_the_examples_of_the_readme_run(tmp_path: Path, capsys) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in re.findall(r"^python -m simulation ((?:run|compare|sweep) [^#\n]+)", text, re.MULTILINE):
        assert main(line.replace("DIR", str(tmp_path / line.split()[0])).split()) == 0, line
        assert capsys.readouterr().out.startswith(("# ", "Difference", "640 runs"))
