from __future__ import annotations

import json

import pytest

from classroom import market
from pages.parts import charts_market
from pages.parts import market as page
from pages.parts.words import LANGUAGES, Words

WORLDS = 3
MINE: dict[str, list[float]] = {
    "share": [0.30, 0.34, 0.32], "revenue_share": [0.4, 0.5, 0.45], "several": [3.0, 5.0, 4.0],
    "won ": [9.0, 11.0, 10.0], "lost ": [12.0, 12.0, 12.0],
    "won team_9": [6.0, 7.0, 8.0], "lost team_9": [1.0, 2.0, 2.0], "both team_9": [4.0, 4.0, 5.0],
    "won rival_1": [1.0, 0.0, 2.0], "lost rival_1": [1.0, 1.0, 1.0], "both rival_1": [0.0, 1.0, 0.0],
    "week team_4": [0.33, 0.32], "low team_4": [0.33, 0.27], "high team_4": [0.33, 0.37],
    "week rival_1": [0.33, 0.36], "low rival_1": [0.33, 0.35], "high rival_1": [0.33, 0.37],
}  # fmt: skip
THEIRS: dict[str, list[float]] = {
    "share": [0.30, 0.33, 0.33], "revenue_share": [0.3, 0.3, 0.3], "several": [4.0, 4.0, 5.0],
    "won ": [8.0, 8.0, 8.0], "lost ": [9.0, 9.0, 9.0],
    "won team_4": [1.0, 2.0, 2.0], "lost team_4": [6.0, 7.0, 8.0], "both team_4": [4.0, 4.0, 5.0],
    "won rival_1": [0.0, 0.0, 0.0], "lost rival_1": [1.0, 1.0, 2.0], "both rival_1": [0.0, 1.0, 0.0],
    "week team_9": [0.33, 0.32], "low team_9": [0.33, 0.30], "high team_9": [0.33, 0.34],
}  # fmt: skip
BODIES = {"team_4": MINE, "team_9": THEIRS}
PLACES = {4: 1, 9: 2}


def values(figure) -> list[dict]:
    return [row for rows in figure.spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_team_won_and_lost_stands_by_name(language: str) -> None:
    t = Words(language)
    exchanges = market.exchanges(MINE)
    assert [one.other for one in exchanges] == ["team_9", "rival_1", ""]
    names = page.named(["team_9", "rival_1"], PLACES, t)
    assert names == {"team_9": t("classroom.team", team=2), "rival_1": t("market.rival", number=1)}
    figure = charts_market.exchanged(exchanges, names, t)
    bars = {(row["name"], row["kind"]): row["people"] for row in values(figure) if "kind" in row}
    assert bars[names["team_9"], t("market.won")] == 7 and bars[names["team_9"], t("market.lost")] == pytest.approx(
        -5 / 3
    )
    nets = {row["name"]: row for row in values(figure) if "kind" not in row}
    assert nets[names["team_9"]]["low"] > 0 > nets[names["rival_1"]]["low"]
    assert names["team_9"] in figure.alt and len(nets) == 2
    json.dumps(figure.spec, allow_nan=False)


def test_the_table_of_a_team_tells_overlap_by_name() -> None:
    t = Words("en")
    told = page.by_name(market.exchanges(MINE), page.named(["team_9", "rival_1"], PLACES, t), t)
    first = told.iloc[0]
    assert list(told[t("market.community")]) == ["Team 2", "Rival 1"]
    assert first[t("market.net")].startswith("+5.3") and first[t("market.both")].startswith("4.3")


@pytest.mark.parametrize("language", LANGUAGES)
def test_moves_between_communities_leave_out_stayers_and_the_outside(language: str) -> None:
    t = Words(language)
    names = page.named(["team_4", "team_9", "rival_1"], PLACES, t)
    figure = charts_market.moved(market.moves(BODIES), names, t)
    cells = {(row["origin"], row["target"]): row["mean"] for row in values(figure)}
    assert cells["team_9", "team_4"] == 7 and cells["team_4", "team_9"] == pytest.approx(5 / 3)
    assert all("" not in cell and cell[0] != cell[1] for cell in cells) and len(cells) == 6
    empty = charts_market.moved(market.moves({}), names, t)
    assert values(empty) == [] or all(not row for row in values(empty))


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_of_all_teams_and_rivals(language: str) -> None:
    t = Words(language)
    curves = market.curves(BODIES)
    figure = charts_market.shares(curves, page.named(list(dict.fromkeys(curves["plan"])), PLACES, t), t)
    ends = {row["name"]: row["mean"] for row in values(figure) if row.get("week") == 1}
    assert len(ends) == 3 and sum(ends.values()) == pytest.approx(100)
    assert market.curves({}).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_teams_whose_shares_differ_by_noise_share_a_rank(language: str) -> None:
    t = Words(language)
    table = page.table(BODIES, PLACES, t)
    assert list(table[t("classroom.rank")]) == [1, 1]
    assert table[t("market.won")].iloc[0].startswith("8.0")  # 7 of the other team and 1 of the rival
    assert table[t("market.several")].iloc[0].startswith("4.0")
