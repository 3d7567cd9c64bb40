"""What a week amounts to: sums over people, as the engine's totals name them."""

from __future__ import annotations

from collections.abc import Iterable

from simulation.members import NEEDS, Layer, Role, Source
from simulation.processes.accounting import SUMS
from tests.reference.agent import MEMBER, Person

_CAME = {
    Source.ORGANIC: "came_organic", Source.REFERRED: "came_referred", Source.MEDIA: "came_media",
    Source.GROUP: "came_group", Source.RETURNED: "came_back",
}  # fmt: skip
_ROLES = {
    Role.BYSTANDER: "bystanders", Role.PARTICIPANT: "participants", Role.CONTRIBUTOR: "contributors",
    Role.COCREATOR: "cocreators", Role.ADVOCATE: "advocates",
}  # fmt: skip


def sums_of(people: Iterable[Person]) -> dict[str, float]:
    """Sum the week over people: deeds of the leaving week count, standing is that of those who stayed."""
    t = dict.fromkeys(SUMS, 0.0)
    for p in people:
        _sum_movement(t, p)
        if p.status == MEMBER or p.leaves:
            _sum_week(t, p)
            _sum_offers(t, p)
        if p.status == MEMBER:
            _sum_standing(t, p)
            _sum_moods(t, p)
    return t


def _sum_movement(t: dict[str, float], p: Person) -> None:
    t["joins"] += p.joins
    t["leaves"] += p.leaves
    t["creators_left"] += p.leaves and p.activity >= 1
    if p.joins:
        t["referred"] += p.inviter is not None and p.referrer is p.inviter
        if p.source in _CAME:
            t[_CAME[p.source]] += 1


def _sum_week(t: dict[str, float], p: Person) -> None:
    t["posts"] += p.posts
    t["posters"] += p.posts > 0
    t["replies"] += p.replies
    t["contacts"] += p.contacts
    t["orders"] += p.orders
    t["repeats"] += p.repeats
    t["buyers"] += p.orders > 0
    t["sales"] += p.paid
    t["list_value"] += p.list_value
    t["failures"] += p.failures
    t["unresolved"] += p.unresolved
    t["intrusions"] += p.intrusion
    t["invites"] += p.invites_sent
    t["tasks"] += p.invited_to_task
    t["cocreated"] += p.cocreated
    t["tier_spend"] += p.paid if p.tier else 0.0
    t["bad"] += p.bad


def _sum_offers(t: dict[str, float], p: Person) -> None:
    t["custom"] += p.custom
    t["custom_value"] += p.custom * p.spend
    t["courses"] += p.course
    t["salon"] += p.salon
    t["votes"] += p.voted
    t["hurt"] += p.hurt
    t["removed"] += p.removed
    t["renewals_due"] += p.renewal_due
    t["renewed"] += p.renewed
    t["groups"] += p.group_size > 0
    t["group_orders"] += p.group_order
    for link in range(1, min(p.chain, 3) + 1):
        t[f"chain_{link}"] += p.paid


def _sum_standing(t: dict[str, float], p: Person) -> None:
    t["members"] += 1
    t["founders_kept"] += p.arrival >= 0 and p.left < 0
    t["tiered"] += p.tier > 0
    t["value"] += p.value
    t["subscribers"] += p.subscribed > 0
    t["rivals"] += p.rival
    t["ties"] += p.member_ties
    t["creators"] += p.activity >= 1
    t["tokens"] += p.tokens
    t[_ROLES[p.role]] += 1
    t[f"layer_{Layer(p.layer).name.lower()}"] += 1


def _sum_moods(t: dict[str, float], p: Person) -> None:
    t["trust"] += p.trust
    t["satisfaction"] += p.satisfaction
    t["aspiration"] += p.aspiration
    t["fatigue"] += p.fatigue
    t["motivation"] += p.motivation
    t["attention"] += p.attention
    t["wary"] += p.wary
    t["promoters"] += p.trust >= 0.7 and p.satisfaction >= p.aspiration
    t["detractors"] += p.trust < 0.45
    for need, met in zip(NEEDS, p.need, strict=True):
        t[need] += met
