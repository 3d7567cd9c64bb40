"""The second half of a person's week: trust, tiers, needs, mood, ties and leaving."""

from __future__ import annotations

from math import exp, log, tanh

from tests.reference.agent import (
    CHURN,
    CONTROL,
    DEPART,
    EVENTS,
    LAPSED,
    MEMBER,
    PERFORMANCE,
    RECOGNITION,
    REWARD,
    TIER,
    TIER_STEP,
    TRANSPARENCY,
    Person,
    share,
)


class FeelingPerson(Person):
    """A person who remembers what the week was like."""

    def come_to_trust(self) -> None:
        """E8: a ← 1 + .98(a − 1) + good + ω T̄; b ← 1 + .98(b − 1) + κ bad + ω(1 − T̄); T = a/(a + b)."""
        if self.status != MEMBER:
            return
        c = self.model.behaviour.trusting
        self.trust_for = 1 + c.memory * (self.trust_for - 1) + self.good
        self.trust_against = 1 + c.memory * (self.trust_against - 1) + c.asymmetry * self.bad
        if self.member_ties > 0:
            heard = self.tie_trust / self.member_ties
            self.trust_for += c.hearsay * heard
            self.trust_against += c.hearsay * (1 - heard)
        self.trust = self.trust_for / (self.trust_for + self.trust_against)

    def climb(self) -> None:
        """Points ← .98 points + paid; rungs at 1, 2 and 4 steps, each kept down to 80 % of its threshold."""
        self.promoted = self.demoted = 0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.climbing
        self.points = c.memory * self.points + self.paid
        old, self.tier = self.tier, 0
        if self.offer[TIER] <= 0:
            return
        for rung in (1, 2, 3):
            threshold = max(self.offer[TIER_STEP], 1.0) * 2 ** (rung - 1)
            if self.points >= threshold * (c.patience if old >= rung else 1):
                self.tier = rung
        self.promoted, self.demoted = int(self.tier > old), int(self.tier < old)

    def feel(self) -> None:
        """E5: n ← (1 − δ)n + (1 − n)·gain − n·pain; S = Σ ω n. E6: the gains and pains. E7: A ← A + η(S − A)."""
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.feeling, self.offer
        events, recognition = max(offer[EVENTS], 0.0), share(offer[RECOGNITION])
        posted, replies = self.posts > 0, min(self.replies, 3)
        gains = (
            c.product_fit
            + 0.10 * self.relevance * tanh(self.contacts)
            + c.content * log(1 + self.content) / (1 + self.content / c.overload)
            + 0.10 * (self.orders > 0),
            c.calm + 0.02 * share(offer[TRANSPARENCY]) + 0.02 * share(offer[CONTROL]),
            c.welcome + 0.07 * replies + 0.06 * tanh(self.member_ties / 3) + 0.10 * events / (1 + events),
            c.regard + 0.04 * replies + 0.30 * recognition * (1 - 0.45 * recognition) * posted + 0.15 * self.promoted,
            c.learning + 0.50 * self.cocreated + 0.05 * posted,
        )
        pains = (
            0.05 * self.unresolved,
            0.10 * self.unresolved + 0.10 * self.intrusion + 0.05 * min(self.bad, 4.0),
            0.0,
            0.012 * recognition * (not posted)
            + 0.10 * c.loss_aversion * self.demoted
            + 0.03 * (offer[TIER] > 0 and self.tier == 0),
            0.0,
        )
        self.need = [
            share((1 - c.decay) * n + (1 - n) * gain - n * pain)
            for n, gain, pain in zip(self.need, gains, pains, strict=True)
        ]
        self.satisfaction = sum(w * n for w, n in zip(self.need_weight, self.need, strict=True))
        self.aspiration += c.adaptation * (self.satisfaction - self.aspiration)

    def tire(self) -> None:
        """E10: F ← .75F + .08m(1.3 − rel) + .10e + .05·1[R > 0] + .03·invites seen. E12: motivation."""
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.tiring, self.offer
        reward = share(offer[REWARD])
        self.fatigue = (
            c.memory * self.fatigue
            + c.contact * self.contacts * (1.3 - self.relevance)
            + 0.10 * max(offer[EVENTS], 0.0)
            + 0.05 * (reward > 0)
            + 0.03 * self.invites_seen
        )
        m, hub = self.motivation, min(self.degree / self.mean_degree, 5.0) if self.mean_degree else 0.0
        fed = 0.03 * (1 - m) * (share(offer[RECOGNITION]) * (self.posts > 0) + 0.5 * self.cocreated)
        eaten = c.crowding_out * m * reward * (0.3 + hub) * (1 - share(offer[PERFORMANCE]))
        restored = c.restored * (0.7 - m) * (reward == 0)
        self.motivation = share(m + fed - eaten + restored)

    def take_part(self) -> None:
        """Active is who posted, bought or created something this week."""
        self.active = int(self.status == MEMBER and (self.posts > 0 or self.orders > 0 or self.cocreated > 0))

    def bond(self) -> None:
        """w ← w + .02(1 − w) on ties whose ends were both active."""
        if self.active:
            growth = self.model.behaviour.bonding.growth
            for place, friend in enumerate(self.friends):
                if friend.active:
                    self.strength[place] += growth * (1 - self.strength[place])

    def decide_to_leave(self) -> None:
        """E14: logit h = logit θ − β_S v − β_T(T − .6) + 2β_F(F − .5)₊ + ln 1.8·X − .35 referred + .5 demoted."""
        self.leaves = 0
        self.hazard = self.value = 0.0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.leaving
        v = self.satisfaction - self.aspiration
        if v < 0:
            v *= self.model.behaviour.feeling.loss_aversion
        missing = 0.0
        if self.total_ties > 0:
            missing = min(self.departed_ties / (self.total_ties / self.degree), 3.0)
        pressure = (
            -c.satisfaction * v
            - c.trust * (self.trust - 0.6)
            + 2 * c.fatigue * max(self.fatigue - 0.5, 0.0)
            + log(c.contagion) * missing
            - c.referred * (self.referrer is not None and self.referrer.status == MEMBER)
            + c.demoted * self.demoted
            + self.offer[CHURN]
        )
        self.pressure = min(max(pressure, -8.0), 8.0)
        hazard = 1 / (1 + exp(-(self.base_churn + self.pressure)))
        if self.model.dropout_after_purchase:
            leaves = self.dropout == 1
            self.hazard = 1 - exp(-self.rate * hazard)
        else:
            leaves = self.coins("churn")[0] < hazard
            self.hazard = hazard
        self.leaves = int(leaves or self.offer[DEPART] > 0.5)
        self.value = self.expected_margin / (1 - (1 - self.hazard) * (1 - 0.002))
        if self.left < 0:
            self.model.note_tenure(self.model.week - self.joined, self.leaves)

    def leave(self) -> None:
        """Those who left are missed, half as much after every four weeks."""
        self.departed *= 0.5**0.25
        if self.leaves:
            self.status, self.left, self.departed = LAPSED, self.model.week, 1.0
            self.active, self.echo = 0, 0.0
