"""The stress test on its page: set up, run, found again, cancelled, read, taken away, refused in words."""

from __future__ import annotations

import re
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import (
    settings,
    stress,
    stress_bundle,
    stress_cluster,
    stress_fail,
    stress_report,
    stress_shocks,
    stress_words,
)
from pages.parts.words import LANGUAGES, Words
from simulation import ROOT
from simulation.__main__ import main
from simulation.analysis.futures import Futures, uncertainties
from simulation.analysis.robustness import Target
from simulation.analysis.stress_bundle import Bundle
from simulation.analysis.stress_findings import Question
from simulation.errors import LabError
from simulation.executor import SerialExecutor, ThreadExecutor
from simulation.experiment import run
from simulation.scenario import Scenario, list_plans
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES
from simulation.sweep_folder import read_runs, run_sweep
from simulation.sweep_jobs import SWEEPS
from simulation.work import simulate_worlds
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
key = stress.key
TINY = Scenario.parse({"name": "tiny", "population": {"size": 60}, "horizon": 14, "seeds": {"first": 3}})
PLANS = {name: list_plans()[name] for name in ("neutral", "tiers_first")}
FUTURES = 20
PRICE_WAR = SHOCKS["price_war"].parse({"week": 5, "size": 0.9})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweeps")


@pytest.fixture(autouse=True)
def own_sweeps(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SWEEPS, "home", home)


@pytest.fixture(scope="module")
def asked() -> stress.Asked:
    found = uncertainties(TINY, list(PLANS.values()))
    return stress.Asked(TINY, PLANS, found, FUTURES, 1, "latin", "profit", called={"neutral": "Neutral"})


@pytest.fixture(scope="module")
def lived(asked: stress.Asked, home: Path) -> Futures:
    """The test of the page, computed beforehand."""
    folder = home / asked.sweep.fingerprint
    run_sweep(asked.sweep, folder, executor=SerialExecutor())
    return Futures.of(read_runs(folder), asked.sweep)


def tiny(language: str, **chosen: object) -> AppTest:
    """The page over a community of sixty people."""
    app = opened("evidence", language)
    app.session_state[settings.ASKED] = TINY
    given: dict[str, object] = {"scenario": "studio", "plans": list(PLANS), "points": FUTURES, "worlds": 1}
    for name, value in (given | chosen).items():
        app.session_state[key(name)] = value
    return app.switch_page("pages/stress.py").run()


def titled(app: AppTest, words: str) -> bool:
    return any(words in element.value for element in app.markdown)


@both
@pytest.mark.usefixtures("lived")
def test_a_test_is_read_and_a_reload_finds_it_again(language: str, asked: stress.Asked) -> None:
    t = Words(language)
    app = until(tiny(language), lambda app: len(app.get("vega_lite_chart")) == 2 and bool(app.dataframe))
    sound(app)
    assert len(app.dataframe[0].value) == 2
    assert "".join(app.query_params["stress"]) == asked.sweep.fingerprint
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params["lang"], again.query_params["stress"] = language, asked.sweep.fingerprint
    again.run()
    again = until(again.switch_page("pages/stress.py").run(), lambda app: bool(app.dataframe))
    assert again.session_state[key("points")] == FUTURES and again.session_state[key("plans")] == list(PLANS)
    assert again.session_state[key("width")] == "all" and again.session_state[settings.ASKED].population.size == 60
    assert t("stress.run") not in [button.label for button in again.button]
    sound(again)
    again.multiselect[1].set_value([]).run()
    assert t("errors.targets_missing") in [info.value for info in again.info]
    again.multiselect[1].set_value(["profit", "trust"]).run()
    sound(again)


@both
def test_where_it_fails_in_words_and_an_example_goes_to_the_studio(
    language: str, asked: stress.Asked, lived: Futures
) -> None:
    t = Words(language)
    level = float(lived.means("profit")["tiers_first"].median())
    place = f"at.{asked.nominal.key()}.profit"
    app = tiny(language, **{"section": "fail", "failing": "tiers_first", place: level})
    until(app, lambda app: titled(app, t("stress.tree")))
    sound(app)
    assert titled(app, t("stress.examples"))
    number = int(app.selectbox(key=key("example")).value or 0)
    scenario = stress_fail.example(asked, lived.places.loc[number], "tiers_first", number)
    app.button(key=key("studio")).click().run()
    assert app.session_state[settings.ASKED].fingerprint() == scenario.fingerprint()
    assert f"{number + 1}" in app.session_state[settings.ASKED].title.said(language)
    assert settings.same(scenario, app.session_state[settings.ASKED])


@both
def test_the_report_stands_alone_and_names_what_it_rests_on(language: str, asked: stress.Asked, lived: Futures) -> None:
    t, nominal = Words(language), run(asked.nominal, executor=SerialExecutor())
    level = float(lived.means("profit")["neutral"].median())
    question = Question("profit", (Target("profit", level),), "neutral")
    struck = replace(asked, scenario=TINY.model_copy(update={"shocks": (PRICE_WAR,)}))
    html = stress_report.report(struck, lived, nominal, question, t).decode()
    assert "⟦" not in html and not re.search(r"(src|href)=.https?:", html) and "<script" not in html
    for words in (struck.sweep.fingerprint, t("stress.assumptions"), "behaviour.leaving.trust", "python -m simulation",
                  t("stress.assumed"), "paired: true", t("stress.shock_table"), stress_shocks.told((PRICE_WAR,), t),
                  t("stress.plan_does"), STRATEGIES["tiers"].label[language]):  # fmt: skip
        assert words in html, words
    assert html.count("<svg") >= 2
    # A target that every future reaches leaves no rule to find, and the report says so.
    html = stress_report.report(asked, lived, nominal, replace(question, targets=(Target("profit", -1e9),)), t).decode()
    assert t("errors.too_few_cases", given=0, futures=FUTURES, needed=5) in html
    assert t("stress.shock_table") not in html


def test_the_bundle_is_computed_again_by_the_one_command_it_names(
    asked: stress.Asked, lived: Futures, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nominal = run(asked.nominal, executor=SerialExecutor())
    level = float(lived.means("profit")["tiers_first"].median())
    question = Question("profit", (Target("profit", level),), "tiers_first")
    file = tmp_path / stress_bundle.FILE
    file.write_bytes(stress_bundle.bundle(asked, home / asked.sweep.fingerprint, lived, nominal, question))
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "unpacked")
    (line,) = re.findall(r"python -m simulation (stress .+)", (tmp_path / "unpacked" / "README.md").read_text())
    words = [str(tmp_path / word) if word in {file.name, "again"} else word for word in line.split()]
    assert main([*words, "--executor", "threads"]) == 0
    pd.testing.assert_frame_equal(read_runs(tmp_path / "again"), read_runs(tmp_path / "unpacked"))
    # What it found are the numbers that the report tells.
    found = Bundle.load(file).said.set_index(["what", "of"])
    told = stress_words.findings(lived, nominal, "profit", question.targets)
    shares = told.reached.set_index("plan")
    for plan in PLANS:
        assert found.loc[("targets reached", plan), "value"] == pytest.approx(shares["share"][plan])
        assert found.loc[("as it stands profit", plan), "value"] == pytest.approx(
            nominal.worlds[nominal.worlds["plan"] == plan]["profit"].mean()
        )
    assert {what for what, _ in found.index} >= {"regret mean", "most robust", "box density"} or any(
        what.startswith("rule ") for what, _ in found.index
    )
    # A number that was tampered with is found out.
    capsys.readouterr()
    other = tmp_path / "unpacked" / "findings.csv"
    other.write_text(re.sub(r"(targets reached,neutral,)[0-9.]+", r"\g<1>0.123", other.read_text()))
    assert main(["stress", str(tmp_path / "unpacked"), "--out", str(tmp_path / "third"), "--executor", "threads"]) == 1
    assert "1 of" in capsys.readouterr().err
    assert main(["stress", str(tmp_path / "nowhere"), "--out", str(tmp_path / "fourth")]) == 1


@both
def test_it_can_be_cancelled_and_goes_on_where_it_stopped(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    t, gate, begun = Words(language), threading.Event(), threading.Event()

    def gated(scenario: Scenario, seeds: tuple[int, ...]) -> Any:
        """The real worlds; those of a future once the gate is open."""
        if scenario.behaviour != TINY.behaviour:
            begun.set()
            assert gate.wait(60)
        return simulate_worlds(scenario, seeds)

    where = ThreadExecutor(1, compute=gated)
    monkeypatch.setattr(stress_cluster, "executor", lambda address: where)
    app = tiny(language, points=20, kind="sobol", worlds=2 + list(LANGUAGES).index(language))
    sound(app)
    app.button(key=key("run")).click().run()
    until(app, lambda app: any(button.key == key("cancel") for button in app.button) and begun.is_set())
    app.button(key=key("cancel")).click().run()
    assert t("jobs.cancelled") in [info.value for info in app.info]
    gate.set()
    app.button(key=key("resume")).click().run()
    sound(until(app, lambda app: bool(app.dataframe) and not app.progress))


@both
def test_what_cannot_be_asked_is_told_in_words(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    t = Words(language)
    app = tiny(language, plans=["neutral"])
    assert app.info[0].value == t("duel.choose_two")
    app = tiny(language, width="chosen", paths=[])
    assert t("stress.choose_uncertain") in [info.value for info in app.info]
    for address, told in (
        ("10.0.0.5", "tcp://HOST:PORT"), ("tcp://x:99999", "tcp://HOST:PORT"), ("tcp://127.0.0.1:1", "127.0.0.1:1"),
    ):  # fmt: skip
        app = tiny(language, cluster=address)
        assert len(app.error) == 1 and told in app.error[0].value.replace("\\", "")
    monkeypatch.setenv(stress_cluster.VARIABLE, "tcp://10.0.0.5:8786")
    app = tiny(language, cluster="tcp://127.0.0.1:1")
    assert stress_cluster.VARIABLE in app.error[0].value.replace("\\", "")
    late = {"shocks.price_war.week": 30}
    app = tiny(language, shocked="chosen", shocks=["price_war", "data_breach"], width="assumed", **late)
    assert t("studio.shock_late", horizon=TINY.horizon) in sound(app)
    app = opened("evidence", language)
    app.query_params["stress"] = "../../nowhere"
    sound(app.switch_page("pages/stress.py").run())


def test_only_listed_clusters_are_open_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stress_cluster, "_at_this_machine", lambda: False)
    assert not stress_cluster.allowed("tcp://10.0.0.5:8786")
    monkeypatch.setenv(stress_cluster.VARIABLE, "tcp://10.0.0.5:8786, tcp://b:1")
    assert stress_cluster.allowed("tcp://b:1") and not stress_cluster.allowed("tcp://c:1")
    with pytest.raises(LabError) as refused:
        stress_cluster.check("tcp://c:1")
    assert refused.value.key == "cluster_refused"
