"""Submodels, one a file, and the coefficients they share with the scenario file."""

from __future__ import annotations

from simulation.params import Params
from simulation.processes.accounting import Economy
from simulation.processes.arriving import Arriving
from simulation.processes.bonding import Bonding
from simulation.processes.buying import Buying
from simulation.processes.choosing import Choosing
from simulation.processes.climbing import Climbing
from simulation.processes.creating import Creating
from simulation.processes.deciding import Deciding
from simulation.processes.feeling import Feeling
from simulation.processes.grouping import Grouping
from simulation.processes.joining import Joining
from simulation.processes.leaving import Leaving
from simulation.processes.placing import Placing
from simulation.processes.posting import Posting
from simulation.processes.referral import Referral
from simulation.processes.serving import Serving
from simulation.processes.subscribing import Subscribing
from simulation.processes.tiring import Tiring
from simulation.processes.trusting import Trusting

__all__ = ["Behaviour", "Economy"]


class Behaviour(Params):
    """Coefficients of every process: what nobody decides."""

    deciding: Deciding = Deciding()
    referral: Referral = Referral()
    grouping: Grouping = Grouping()
    joining: Joining = Joining()
    arriving: Arriving = Arriving()
    posting: Posting = Posting()
    creating: Creating = Creating()
    subscribing: Subscribing = Subscribing()
    choosing: Choosing = Choosing()
    buying: Buying = Buying()
    serving: Serving = Serving()
    trusting: Trusting = Trusting()
    climbing: Climbing = Climbing()
    feeling: Feeling = Feeling()
    tiring: Tiring = Tiring()
    bonding: Bonding = Bonding()
    leaving: Leaving = Leaving()
    placing: Placing = Placing()
