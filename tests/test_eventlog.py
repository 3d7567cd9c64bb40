"""The event log agrees with the books of the same world, hides what is hidden, and is described column by column."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from simulation.errors import LabError
from simulation.eventlog import DICTIONARY, EventLog, dictionary, follow, record, ties
from simulation.eventlog_columns import TABLES
from simulation.members import People, Standing, Status
from simulation.model import CommunityModel
from tests.worlds import CONTACT, small

SCENARIO = small(CONTACT | {"referral": {"reward": 0.8}, "recognition": {}}, horizon=40)


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return CommunityModel(SCENARIO, (7,))


@pytest.fixture(scope="module")
def log(model: CommunityModel) -> EventLog:
    return follow(model)


def test_sums_of_the_log_are_the_weekly_outcomes(log: EventLog, model: CommunityModel) -> None:
    weekly = model.tables().weekly.set_index("week").iloc[1:]
    for table, column, outcome in (
        ("orders", "orders", "orders"),
        ("orders", "paid", "revenue"),
        ("posts", "posts", "posts"),
        ("replies", "replies", "replies"),
        ("contacts", "messages", "contacts"),
    ):
        sums = log[table].groupby("week")[column].sum().reindex(weekly.index, fill_value=0)
        assert sums.to_numpy() == pytest.approx(weekly[outcome].to_numpy(), rel=1e-5), outcome
        assert (log[table].groupby(["week", "person"]).size() == 1).all()


def test_spells_are_the_joins_and_leaves(log: EventLog, model: CommunityModel) -> None:
    members, weekly = log["members"], model.tables().weekly.set_index("week")
    came = members[members["joined"] > 0].groupby("joined").size()
    left = members.groupby("left").size()
    assert came.reindex(weekly.index, fill_value=0).to_numpy() == pytest.approx(weekly["joins"].to_numpy())
    assert left.reindex(weekly.index, fill_value=0).to_numpy() == pytest.approx(weekly["leaves"].to_numpy())
    here = members[members["left"].isna()]["person"].to_numpy()
    assert np.array_equal(np.sort(here), np.flatnonzero(model.standing.status == Status.MEMBER))
    for _, spells in members.groupby("person"):
        assert spells["spell"].tolist() == list(range(1, len(spells) + 1))
        assert (spells["joined"].to_numpy()[1:] > spells["left"].to_numpy()[:-1]).all()


def test_channels_say_how_people_came(log: EventLog, model: CommunityModel) -> None:
    members = log["members"]
    assert set(members["channel"]) == {"founder", "organic", "referral", "won_back"}
    first = members[members["spell"] == 1]
    assert ((first["channel"] == "founder") == (model.people.arrival[first["person"]] >= 0)).all()
    assert (members[members["spell"] > 1]["channel"] == "won_back").all()
    referred = members[members["channel"] == "referral"]
    assert referred["referrer"].tolist() == model.standing.referrer[referred["person"]].tolist()
    assert members[members["channel"] != "referral"]["referrer"].isna().all()


def test_invitations_are_single_and_lead_to_the_referred(log: EventLog) -> None:
    invitations, members = log["invitations"], log["members"]
    accepted = invitations[invitations["accepted"] == 1]
    pairs = accepted.merge(members, left_on=["invitee", "week"], right_on=["person", "joined"])
    assert len(accepted) == len(pairs) == (members["channel"] == "referral").sum() > 0
    assert (pairs["inviter"] == pairs["referrer"]).all()
    assert invitations[invitations["accepted"] == 0]["invitee"].isna().all()


def test_invitations_sent_are_all_there() -> None:
    model = CommunityModel(SCENARIO, (8,))
    sent, step = 0, model.step

    def counted() -> None:
        nonlocal sent
        step()
        sent += int(model.flow.invites_sent.sum())

    model.step = counted  # type: ignore[method-assign]
    assert len(follow(model)["invitations"]) == sent > 0


def test_quality_falls_where_people_are_paid_by_the_piece() -> None:
    plain, paid = (record(small(plan, horizon=10), 3)["posts"] for plan in ({}, {"material_incentives": {"reward": 1}}))
    assert plain["quality"].dropna().to_numpy() == pytest.approx(1)
    assert paid["quality"].dropna().to_numpy() == pytest.approx(0.55)


def test_interactions_are_ties_of_present_members(log: EventLog, model: CommunityModel) -> None:
    pairs = log["interactions"]
    assert (pairs["a"] < pairs["b"]).all()
    assert (model.standing.status[pairs[["a", "b"]].to_numpy()] == Status.MEMBER).all()
    assert pairs["strength"].between(0, 1, inclusive="right").all()
    assert len(ties(model)) == len(model.graph.indices) // 2 > len(pairs)


def test_every_column_is_in_the_dictionary_and_the_other_way_round(log: EventLog) -> None:
    assert list(log.tables) == [table.name for table in DICTIONARY]
    for language in ("zh", "en"):
        told = dictionary(language)
        assert [(row.table, row.column) for row in told.itertuples()] == [
            (name, column) for name, frame in log.tables.items() for column in frame.columns
        ]
        assert (told[["row", "meaning", "type"]] != "").all(axis=None)
    assert not set(dictionary("zh")["meaning"]) & set(dictionary("en")["meaning"])


def test_no_hidden_trait_is_told(log: EventLog) -> None:
    observable = {"orders", "posts", "joined", "left", "referrer"}
    hidden = (set(People._fields) | set(Standing._fields)) - observable
    told = {column for frame in log.tables.values() for column in frame.columns}
    assert not told & hidden


def test_empty_tables_keep_their_columns_and_types() -> None:
    for table in TABLES.values():
        empty = table.frame([])
        assert list(empty.columns) == [column.name for column in table.columns]
        assert empty.dtypes.equals(table.frame([{c.name: [] for c in table.columns}]).dtypes)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_what_is_written_can_be_read_again(log: EventLog, tmp_path: Path, kind: str) -> None:
    log.write(tmp_path / "log", kind)
    for name, frame in log.tables.items():
        path = tmp_path / "log" / f"{name}.{kind}"
        again = pd.read_parquet(path) if kind == "parquet" else pd.read_csv(path)
        pd.testing.assert_frame_equal(again, frame, check_dtype=kind == "parquet" and len(frame) > 0)
    text = (tmp_path / "log" / "dictionary_zh.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert "实付金额" in text.decode("utf-8-sig")


def test_refusals(log: EventLog, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="unknown name"):
        log.write(tmp_path, "xlsx")
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="not writable"):
        log.write(tmp_path / "file")
    with pytest.raises(LabError, match="out of range"):
        record(SCENARIO, 1, weeks=0)


def test_a_recording_repeats_and_can_be_cut_short(log: EventLog) -> None:
    again = record(SCENARIO, 7, weeks=20)
    assert (again.weeks, again.people, again.seed) == (20, 400, 7)
    early = log["orders"][log["orders"]["week"] <= 20].reset_index(drop=True)
    pd.testing.assert_frame_equal(again["orders"], early)


def test_assignments_are_noted_once_and_when_they_change() -> None:
    model = CommunityModel(small({}, horizon=6), (1,))
    notebook, step = SimpleNamespace(assignments=np.full(400, -1, np.int8)), model.step
    model.operator.notebooks = {"trial": notebook, "other": SimpleNamespace()}

    def lived() -> None:
        step()
        if model.week == 2:
            notebook.assignments[[3, 5]] = 1, 0
        if model.week == 4:
            notebook.assignments[3] = 0

    model.step = lived  # type: ignore[method-assign]
    noted = follow(model)["assignments"]
    assert noted.to_numpy().tolist() == [[2, 3, "trial", 1], [2, 5, "trial", 0], [4, 3, "trial", 0]]


def test_votes_and_ways_of_joining_are_noted() -> None:
    strategies = {
        "contact": {},
        "group_buying": {"frequency": 0.1},
        "governance": {"cycle": 3},
        "growth": {"budget": 400},
    }
    model = CommunityModel(small(strategies, horizon=40), (1,))
    log = follow(model)
    assert set(log["votes"]["week"] % 3) == {log["votes"]["week"].iloc[0] % 3}
    assert log["votes"]["voted"].sum() > 10
    channels = log["members"]["channel"]
    assert set(channels) == {"founder", "organic", "referral", "media", "group", "won_back"}
    assert (channels == "won_back").sum() == (log["members"]["spell"] > 1).sum()
