from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pages.parts import cards, evidence_judged, evidence_parameters, evidence_validation
from pages.parts.words import LANGUAGES, Words
from simulation import ROOT
from simulation.analysis import acceptance
from simulation.analysis.claimed import CLAIMS
from simulation.coverage import rows
from simulation.scenario import load_scenario
from simulation.strategies import STRATEGIES
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
VIEWS = ("facts", "published", "claims", "wrong", "model", "parameters", "systems", "sensitivity", "sources")


def section(view: str, language: str) -> Any:
    app = opened("evidence", language)
    app.segmented_control(key="evidence.view").set_value(view).run()
    return app


def ready(count: int) -> Any:
    """Whether that many tables are there and nothing is still being made."""
    return lambda app: len(app.dataframe) >= count and not app.get("skeleton")


@both
@pytest.mark.parametrize("view", VIEWS)
def test_every_section_speaks_both_languages(view: str, language: str) -> None:
    sound(section(view, language))


@both
def test_published_numbers_stand_beside_recomputed_ones(language: str) -> None:
    t = Words(language)
    app = until(section("published", language), ready(5), seconds=120)
    sound(app)
    retention, cdnow, donations, bass, seeding = (table.value for table in app.dataframe)
    assert len(cdnow) == 13 and len(donations) == 5 and len(bass) == 11 and len(seeding) == 4
    fitted = cdnow[cdnow[t("evidence.parameter")] == "LL"]
    assert t.number(-9582.4, 1) in set(fitted[t("evidence.published_value")])
    assert (donations[t("evidence.verdict")] == t("evidence.same_digits")).all()
    assert (bass[t("evidence.verdict")] == t("evidence.within", tolerance="5%")).all()
    assert (seeding[t("evidence.verdict")] == t("evidence.within", tolerance="15%")).all()
    assert set(retention[t("evidence.use")]) == {t("evidence.fitted_year"), t("evidence.projected_year")}


@both
def test_claims_are_told_without_numbers_until_somebody_computes_them(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    t = Words(language)
    monkeypatch.setattr(evidence_validation, "DATA", tmp_path / "validation.json")
    app = section("claims", language)
    sound(app)
    assert t("evidence.claims_empty") in [info.value for info in app.info]
    table = app.dataframe[0].value
    assert len(table) == len(CLAIMS) and set(table[t("evidence.simulated")]) == {"–"}
    assert app.button(key="evidence.claims.compute")


def stored() -> dict[str, Any]:
    """Made-up tables in the shape a full validation leaves them in."""
    bare = [evidence_validation._bare(claim) for claim in CLAIMS]
    claims = [
        {key: None if isinstance(value, float) else value for key, value in row.items()}
        | {"ratio": 1.5, "ratio_low": 1.2, "ratio_high": None, "level": 0.5, "level_low": 0.4, "level_high": 0.6}
        | {"verdict": "smaller" if number else "supported", "flips": "β_S = 5" if number else "", "worlds": 10}
        for number, row in enumerate(bare)
    ]
    factor = {"zh": "信任的影响", "en": "Effect of trust", "role": "uncertainty", "low_value": 0.5, "high_value": 4.0,
              "mu": -0.01, "mu_star": 0.02, "sigma": 0.01, "low": 0.01, "high": 0.03, "always": 0}  # fmt: skip
    screening = [
        factor | {"outcome": outcome, "path": f"behaviour.leaving.x{number}"}
        for outcome in ("profit", "retention_52") for number in range(20)
    ]  # fmt: skip
    sign = {"dilemma_zh": "甲", "dilemma_en": "A", "fact_zh": "乙", "fact_en": "B", "value": 0.1, "low": 0.05,
            "high": None, "target": "> 0", "verdict": "holds", "flips": None, "source": "Deci 1999"}  # fmt: skip
    ends = ("_in", "_at", "", "_low", "_high")
    nowhere = dict.fromkeys(f"{what}{end}" for what in ("pays", "costs") for end in ends)
    knowledge = {"pays_in": "knowledge", "pays_at": 0.08, "pays": 0.02, "pays_low": 0.01, "pays_high": 0.03}
    lever = {"path": "a.b", "zh": "丙", "en": "C", "outcome": "profit", "finding": "always_wins"}
    explain = [lever | nowhere | knowledge, lever | {"path": "a.c", "outcome": "", "finding": "never_matters"}]
    moods = {mood: [0.04, "holds"] for mood in ("β_S = 0.8", "β_T = 0.5", "β_T = 4")} | {"β_S = 5": [-0.01, "fails"]}
    fact = {"id": "best_lever", "value": 0.0123, "low": 0.005, "high": 0.02, "verdict": "holds"}
    fact |= {"flips": "β_S = 5", "moods": moods}
    exact = {"id": "published_bgnbd_r", "value": 0.243, "low": None, "high": None, "verdict": "holds", "moods": None}
    made = {"engine_version": "1", "created": "2030-01-02T03:04:05", "people": 2000, "seeds": [1, 10]}
    return {"provenance": made, "facts": [fact, exact], "dilemmas": [sign], "claims": claims, "screening": screening,
            "to_explain": explain}  # fmt: skip


@both
def test_what_a_validation_has_stored_is_shown(language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    t = Words(language)
    data = tmp_path / "validation.json"
    data.write_text(json.dumps(stored()), encoding="utf-8")
    monkeypatch.setattr(evidence_validation, "DATA", data)
    app = section("claims", language)
    text = sound(app)
    assert t("evidence.claims_answer", supported=1, claims=len(CLAIMS))[-10:-2] in text and "2030-01-02" in text
    shown = app.dataframe[0].value[t("evidence.simulated")]
    assert "×1.50 [1.20, –]" in set(shown) and "50.0% [40.0%, 60.0%]" in set(shown)
    assert set(app.dataframe[0].value[t("evidence.flips")]) == {"β_S = 5", t("evidence.never_flips")}
    app = section("sensitivity", language)
    sound(app)
    assert len(app.dataframe[0].value) == 20 and len(app.dataframe[1].value) == 2
    assert len(app.get("vega_lite_chart")) == 1
    app.segmented_control(key="evidence.sensitivity.outcome").set_value("retention_52").run()
    assert t.points(0.02).removeprefix("+") in set(app.dataframe[0].value["μ*"])
    sound(app)
    explained = app.dataframe[1].value
    title = load_scenario("knowledge").title.said(language)
    place = t("evidence.place", type=title, level="0.08", change="+2.0% [+1.0%, +3.0%]")
    assert explained[t("evidence.pays")].tolist() == [place, "–"]
    assert explained[t("evidence.backfires")].tolist() == [t("evidence.nowhere"), "–"]
    app = section("facts", language)
    assert t("evidence.stale") in sound(app)  # engine "1" is not today's
    facts = app.dataframe[0].value.set_index(t("evidence.fact"))
    names = {fact.id: fact.zh if language == "zh" else fact.en for fact in acceptance.FACTS}
    lever, r = facts.loc[names["best_lever"]], facts.loc[names["published_bgnbd_r"]]
    assert lever[t("evidence.simulated")] == "0.012 [0.005, 0.020]"
    assert lever[t("evidence.verdict")] == t("evidence.verdict_holds")
    assert r[t("evidence.simulated")] == "0.243"
    assert facts.loc[names["littles_law"], t("evidence.simulated")] == "–"
    assert app.dataframe[1].value[t("evidence.verdict")].tolist() == [t("evidence.verdict_holds")]


@both
def test_a_fact_tells_what_beta_does_to_it_only_where_beta_can(language: str) -> None:
    t = Words(language)
    moved, exact = stored()["facts"]
    told = evidence_judged.judged(moved, moved, "0.012", t, fact="A", target="-9582.4 … 1–3", source="Deci 1999")
    assert told.target == "−9582.4 … 1–3" and told.flips == "β_S = 5"
    assert told.moods["β_S = 5"] == f"−0.010 · {t('evidence.verdict_fails')}"
    assert told.moods["β_T = 4"] == f"0.040 · {t('evidence.verdict_holds')}"
    told = evidence_judged.judged(exact, exact, "0.243", t, fact="B", target="0.243", source="Deci 1999")
    assert told.moods == {} and told.flips == evidence_judged.UNKNOWN


@both
def test_without_a_validation_the_page_says_how_to_make_one(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(evidence_validation, "DATA", tmp_path / "validation.json")
    app = section("sensitivity", language)
    sound(app)
    assert "validate-model" in app.info[0].value and not app.dataframe


@both
def test_measured_wrong_on_purpose(language: str) -> None:
    t = Words(language)
    app = until(section("wrong", language), ready(2), seconds=180)
    text = sound(app)
    assert len(app.get("vega_lite_chart")) == 1
    ways = app.dataframe[0].value
    assert len(ways) == 7
    twins = ways.iloc[-1]
    assert twins[t("evidence.bias")] == t.number(0.0, 3) and twins[t("evidence.estimate")].startswith("+")
    assert t("evidence.posters_title") in text
    needed = [element.value for element in app.markdown if "2,2" in element.value]
    assert needed, "about 2,250 people an arm to find +5 % on 73 %"
    app.slider(key="evidence.power.baseline").set_value(90).run()
    app.slider(key="evidence.power.lift").set_value(20).run()
    sound(app)
    assert t("evidence.power_impossible") in [info.value for info in app.info]
    app.selectbox(key="evidence.wrong.strategy").select("recognition").run()
    app.selectbox(key="evidence.wrong.outcome").select("posts").run()
    sound(until(app, ready(2), seconds=120))


@both
def test_every_parameter_has_a_card(language: str) -> None:
    t = Words(language)
    app = section("parameters", language)
    app.selectbox(key="evidence.group").select("all").run()
    text = sound(app)
    declared = sum(len(list(kind.declared())) for _, kind in cards.groups(t).values())
    assert len(app.dataframe[0].value) == declared
    for head in ("default", "range", "grade", "source", "used"):
        assert f"**{t(f'evidence.{head}')}**" in text
    app.text_input(key="evidence.search").set_value("prepotency").run()
    assert len(app.dataframe[0].value) == 1
    assert "`prepotency`" in sound(app) and t("schedule.feel")[:12] in sound(app)
    app.text_input(key="evidence.search").set_value("<b>no such</b>").run()
    sound(app)
    assert t("evidence.nothing_found") in [info.value for info in app.info]


def test_a_card_names_the_step_and_the_file_of_every_parameter() -> None:
    t = Words("en")
    for label, kind in cards.groups(t).values():
        assert (ROOT / evidence_parameters.file_of(kind)).is_file(), label
        assert evidence_parameters.used(kind, t)


@both
def test_a_reader_finds_every_system(language: str) -> None:
    t = Words(language)
    app = section("systems", language)
    sound(app)
    assert len(app.dataframe[0].value) == len(rows())
    search = "evidence.systems.search"
    app.text_input(key=search).set_value("s1").run()
    assert app.dataframe[0].value[t("evidence.number")].tolist() == ["S1"]
    for word, expected in (
        ("拼团", "S10"),
        ("prepotency feeling", None),
        ("Maslow needs", "P1"),
        ("referral.py", "S9"),
    ):
        app.text_input(key=search).set_value(word).run()
        sound(app)
        found = app.dataframe[0].value[t("evidence.number")].tolist() if app.dataframe else []
        assert expected in found if expected else True, word
    app.text_input(key=search).set_value(STRATEGIES["tiers"].label[language]).run()
    assert "S4" in app.dataframe[0].value[t("evidence.number")].tolist()
    app.text_input(key=search).set_value("").run()
    app.segmented_control(key="evidence.systems.kind").set_value("K").run()
    assert len(app.dataframe[0].value) == 13
    sound(app)


def test_sections_named_by_the_table_exist() -> None:
    for row in rows().values():
        if row.section:
            for language in LANGUAGES:
                assert Words(language).knows(f"{row.page}.{row.section}"), row.id
