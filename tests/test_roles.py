"""Roles and layers are read from what people did (P4, P5), counted again beside the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.members import Layer, Role, Status
from simulation.model import CommunityModel
from simulation.scenario import Scenario


def members(model: CommunityModel) -> Any:
    return model.standing.status == Status.MEMBER


class Diary:
    """Behaviour as it is recorded, kept apart from the engine's own counters."""

    def __init__(self, model: CommunityModel) -> None:
        n = len(model.people.world)
        self.idle, self.active_posts, self.orders = np.zeros(n), np.zeros(n), np.zeros(n)
        self.created, self.brought = np.full(n, -1), np.zeros(n)
        self.joined = np.where(members(model), 0, -1)
        self.left = np.full(n, -1)

    def note(self, model: CommunityModel) -> None:
        f, week = model.flow, model.week
        came = f.joins > 0
        self.joined[came] = week
        self.idle[came], self.active_posts[came] = 0, 0
        by = model.standing.referrer[came & np.isin(model.standing.source, (2, 4))]
        np.add.at(self.brought, by[by >= 0], 1)
        self.orders += f.orders
        self.left[f.leaves > 0] = week
        did = (f.posts > 0) | (f.orders > 0) | (f.cocreated > 0) | (f.voted > 0) | (f.salon > 0) | (f.course > 0)
        did |= f.custom > 0
        self.idle = np.where(did, 0, self.idle + 1)
        self.active_posts = 0.9 * self.active_posts + f.posts
        self.created[f.cocreated > 0] = week

    def role(self, i: int, week: int) -> Role:
        if self.brought[i] and self.idle[i] < 13:
            return Role.ADVOCATE
        if self.created[i] >= 0 and week - self.created[i] < 26:
            return Role.COCREATOR
        if self.active_posts[i] >= 1:
            return Role.CONTRIBUTOR
        return Role.PARTICIPANT if self.idle[i] < 13 else Role.BYSTANDER

    def layer(self, i: int, week: int) -> Layer:
        if self.left[i] >= 0 and week - self.joined[i] < 13:
            return Layer.WON_BACK
        if week - self.joined[i] < 8:
            return Layer.NEW
        if self.idle[i] >= 13:
            return Layer.DORMANT if self.idle[i] >= 26 else Layer.WARNING
        core = self.role(i, week) >= Role.CONTRIBUTOR and self.orders[i] >= 2
        return Layer.CORE if core else Layer.POTENTIAL


@pytest.fixture(scope="module")
def observed() -> tuple[CommunityModel, Diary]:
    plan = {"referral": {"reward": 0.5}, "cocreation": {}, "contact": {"frequency": 1}}
    scenario = Scenario.parse(
        {"population": {"size": 600, "founders": 0.5}, "plan": {"strategies": plan}, "horizon": 70}
    )
    model = CommunityModel(scenario, (1, 2))
    diary = Diary(model)
    while model.week < 70:
        model.step()
        diary.note(model)
    return model, diary


def test_roles_are_read_from_behaviour(observed: tuple[CommunityModel, Diary]) -> None:
    model, diary = observed
    here = np.flatnonzero(members(model))
    assert [Role(model.standing.role[i]) for i in here] == [diary.role(i, 70) for i in here]
    assert len(set(model.standing.role[here])) == len(Role), "every role occurs"
    counts = np.bincount(model.standing.role[here], minlength=len(Role))
    assert counts[:2].sum() > counts[2:].sum(), "most look on or take part, few contribute"


def test_layers_are_read_from_behaviour(observed: tuple[CommunityModel, Diary]) -> None:
    model, diary = observed
    here = np.flatnonzero(members(model))
    assert [Layer(model.standing.layer[i]) for i in here] == [diary.layer(i, 70) for i in here]
    assert len(set(model.standing.layer[here])) >= 5, "nearly every layer occurs"
