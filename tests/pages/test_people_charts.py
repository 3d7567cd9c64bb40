from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pages.parts import charts_life, charts_people, charts_people_groups, people_words
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import biography, picturing, segments
from simulation.analysis.explain import CAUSES, DECISIONS
from simulation.analysis.lives import Lives
from simulation.members import NEEDS, Status
from tests.analysis.test_biography import SEED, lived
from tests.pages.test_charts import marks, spec

both = pytest.mark.parametrize("language", LANGUAGES)


@lru_cache(maxsize=1)
def world() -> tuple[Lives, pd.DataFrame]:
    lives = lived(("all_good",))["all_good", SEED]
    known = lives.ties.rename(columns={"after": "strength"})
    everybody = lives.people["person"].to_numpy()
    return lives, picturing.placed(everybody, known, lives.changes["person"].unique(), SEED)


@both
@pytest.mark.parametrize("colouring", picturing.COLOURINGS)
def test_the_network_draws_three_hundred_and_sums_up_the_rest(language: str, colouring: str) -> None:
    lives, places = world()
    t = Words(language)
    for week in (0, 26, 52):
        seen = picturing.view(lives, places, week, colouring)
        assert len(seen.nodes) == picturing.MOST_DRAWN and len(seen.nodes) + seen.circles["people"].sum() == 800
        drawn = charts_people.network(seen, colouring, week, None, t)
        series = drawn.spec["series"][0]
        assert "⟦" not in str(drawn.spec) + drawn.alt + drawn.title
        assert len(series["data"]) == len(drawn.people)
        dots = [dot for dot, person in zip(series["data"], drawn.people, strict=True) if person >= 0]
        members = [seen.nodes["status"] == Status.MEMBER][0].to_numpy()
        kinds = [series["categories"][dot["category"]]["name"] for dot in dots]
        never, left = t("people.outside"), t("people.left")
        assert [kind not in {never, left} for kind in kinds] == members.tolist()
        for link in series["links"]:
            assert drawn.people[link["source"]] >= 0 and drawn.people[link["target"]] >= 0
        assert str(picturing.MOST_DRAWN) in drawn.alt


def test_a_colour_means_the_same_in_every_week_and_a_click_finds_the_person() -> None:
    lives, places = world()
    t = Words("en")
    views = [picturing.view(lives, places, week, "trust") for week in (5, 50)]
    assert views[0].groups == views[1].groups
    for seen in views:
        inside = seen.nodes[seen.nodes["group"] != ""]
        low, high = (inside["group"].str.split("–", expand=True)[side].astype(float) for side in (0, 1))
        assert ((inside["value"] >= low - 0.011) & (inside["value"] <= high + 0.011)).mean() > 0.99
        drawn = charts_people.network(seen, "trust", 5, None, t)
        first = len(drawn.people) - len(seen.nodes)
        assert list(drawn.people[first:]) == seen.nodes["person"].tolist()
        assert f"{seen.nodes['person'].iloc[7]}" in drawn.spec["series"][0]["data"][first + 7]["name"]


def test_somebody_who_is_looked_at_is_drawn_in_any_case() -> None:
    lives, places = world()
    absent = int(places.loc[places["drawn"] == 0, "person"].iloc[0])
    seen = picturing.view(lives, places, 10, "status", also=absent)
    assert absent in set(seen.nodes["person"]) and len(seen.nodes) == picturing.MOST_DRAWN + 1
    drawn = charts_people.network(seen, "status", 10, absent, Words("en"))
    marked = [dot for dot in drawn.spec["series"][0]["data"] if dot.get("label", {}).get("formatter") == str(absent)]
    assert len(marked) == 1


def test_the_rule_of_who_is_drawn() -> None:
    degree, ever = np.arange(1000), np.arange(1000) % 4 == 0
    drawn = picturing.chosen(degree, ever, 1)
    assert drawn.sum() == picturing.MOST_DRAWN and drawn[-picturing.HUBS :].all()
    rest = drawn[: -picturing.HUBS]
    assert (rest & ever[: -picturing.HUBS]).sum() == picturing.EVER
    assert (picturing.chosen(degree, ever, 1) == drawn).all() and (picturing.chosen(degree, ever, 2) != drawn).any()
    assert picturing.chosen(np.arange(40), np.zeros(40, bool), 1).all()


@both
def test_feelings_show_gaps_and_one_week_is_still_seen(language: str) -> None:
    lives, _ = world()
    t = Words(language)
    person = int(lives.changes.loc[lives.changes["joined"] == 0, "person"].iloc[3])
    course = biography.course(lives, person)
    figure = charts_life.feelings(course, NEEDS, {7: "x"}, "title", t)
    found = spec(figure)
    assert marks(found) == ["rule", "text", "line", "point"]
    rows = max(found["datasets"].values(), key=len)
    assert len(rows) == 53 * 5 and any(row["value"] is None for row in rows)
    assert spec(charts_life.feelings(course.head(1), NEEDS, {}, "title", t))
    empty = course.assign(**dict.fromkeys(NEEDS, np.nan))
    assert "–" in charts_life.feelings(empty, NEEDS, {}, "title", t).alt
    done = spec(charts_life.doings(course, {}, "title", t))
    assert marks(done) == ["circle"] and done["layer"][0]["encoding"]["y"]["axis"]["labelOverlap"] is False
    spec(charts_life.doings(course.assign(**dict.fromkeys(charts_life.DOING, 0)), {}, "title", t))


@both
@pytest.mark.parametrize("decision", DECISIONS)
def test_a_ledger_is_drawn_and_every_cause_has_a_name(language: str, decision: str) -> None:
    t = Words(language)
    for cause in CAUSES[decision]:
        for term in (-1.0, 1.0):
            assert "⟦" not in charts_life.cause_name(decision, cause, term, t)
    terms = pd.DataFrame({"cause": CAUSES[decision][:3], "term": [1.5, 0.5, -1.0], "share": [0.75, 0.25, np.nan]})
    figure = charts_life.causes(terms, decision, "title", t)
    rows = [row for rows in spec(figure)["datasets"].values() for row in rows if "term" in row]
    assert [row["told"] for row in rows] == ["75.0%", "25.0%", "–"]
    assert "75.0%" in figure.alt and "–" not in figure.alt
    assert charts_life.causes(terms.head(0), decision, "title", t).alt


@both
def test_the_story_names_the_causes_of_the_ledger(language: str) -> None:
    lives = lived()["flood", SEED]
    t = Words(language)
    left = lives.changes[lives.changes["joined"] == 0]
    told = 0
    for week, person in zip(left["week"].head(40), left["person"].head(40), strict=True):
        story = people_words.story(lives, int(person), t, after_purchase=False)
        assert "⟦" not in "".join(story) and len(story) >= 2
        found = biography.ledger(lives, int(person), "leaving", int(week))
        if not found.slight:
            cause, share = found.leading()[0]
            said = f"{charts_life.cause_name('leaving', cause, 1.0, t)} {t.percent(share)}"
            assert any(said in sentence for sentence in story)
            told += 1
        assert people_words.balance(found, "leaving", t)
    assert told > 10


@both
def test_segments_are_drawn_from_data(language: str) -> None:
    lives, _ = world()
    t = Words(language)
    cells = segments.rfm(lives, 52)
    rows = [row for rows in spec(charts_people_groups.rfm(cells, t))["datasets"].values() for row in rows]
    assert sum(row["people"] for row in rows) == cells["people"].sum()
    found = segments.lifetime_values(lives, 52)
    figure = charts_people_groups.values(found, t)
    assert marks(spec(figure)) == ["bar", "rule", "text"] and t.money(float(np.median(found))) in figure.alt
    table = segments.densities(lives, 0.55)
    for which in charts_people_groups.DENSITIES:
        assert marks(spec(charts_people_groups.density(table, which, t))) == ["line"]
    shares, _ = segments.receipts(lives, 52)
    assert marks(spec(charts_people_groups.receipts(shares, t))) == ["bar"]
    curve, _, _ = segments.lorenz(segments.contributions(lives, 52)["posts"])
    assert marks(spec(charts_people_groups.lorenz({"posts": curve}, t))) == ["line", "line"]


@both
def test_empty_and_single_data_are_drawn_too(language: str) -> None:
    lives, _ = world()
    t = Words(language)
    none = lives.weeks.head(0)
    spec(charts_people_groups.rfm(segments.rfm(lives, 0).head(0), t))
    spec(charts_people_groups.values(np.array([]), t))
    spec(charts_people_groups.values(np.array([5.0]), t))
    spec(charts_people_groups.lorenz({"posts": segments.lorenz([0, 0])[0]}, t))
    spec(charts_people_groups.receipts(pd.DataFrame(columns=["group", "given", "received", "people"]), t))
    spec(charts_people_groups.density(segments.densities(lives, 0.5).head(1), "value", t))
    nothing = pd.DataFrame({"origin": [], "destination": [], "people": []})
    assert charts_people_groups.flows(nothing, "layer", 0, 13, t).spec["series"][0]["links"] == []
    assert none.empty


@both
@pytest.mark.parametrize("kind", ["layer", "role"])
def test_flows_hold_everybody_who_was_inside(language: str, kind: str) -> None:
    lives, _ = world()
    moves = segments.moves(lives, 20, 40, kind)
    drawn = charts_people_groups.flows(moves, kind, 20, 40, Words(language))
    series = drawn.spec["series"][0]
    assert "⟦" not in str(drawn.spec) + drawn.alt + drawn.title
    assert sum(link["value"] for link in series["links"]) == moves["people"].sum()
    named: set[Any] = {node["name"] for node in series["data"]}
    assert {link["source"] for link in series["links"]} | {link["target"] for link in series["links"]} == named
    assert [link["value"] for link in series["links"]] == [
        moves.set_index(["origin", "destination"])["people"][pair] for pair in drawn.links
    ]
