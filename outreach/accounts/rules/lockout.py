"""When an attempt to sign in is turned away without a look at the password.

Three counters, of failures only. A pair (account and network) has five tries and is then locked, longer each time. A
network has fifty over all accounts. An account is never locked as such, or a stranger could lock out its owner: when
it is under attack from many networks, a network that its owner has not used lately has one try instead of five.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

#: Tries of a pair before the first lock.
PAIR_TRIES: Final = 5
#: Tries of a strange network while the account is under attack.
TRIES_UNDER_ATTACK: Final = 1
#: Failures of one account, over all networks, from which on it counts as under attack.
ATTACK_FAILURES: Final = 20
NETWORK_TRIES: Final = 50
#: Locks of a pair, one after the other; the last one repeats.
LOCKS: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480, 900))
NETWORK_LOCK: Final = timedelta(minutes=15)
#: After so long without a failure a counter begins anew.
PAIR_MEMORY: Final = timedelta(hours=24)
NETWORK_MEMORY: Final = timedelta(minutes=15)
ACCOUNT_MEMORY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Counter:
    """One row of failures."""

    failures: int
    refused: int
    since_at: datetime
    last_at: datetime
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now

    def fresh(self, now: datetime, memory: timedelta) -> Counter:
        """The counter as it stands now: begun anew when nothing happened for ``memory``."""
        if now - self.last_at < memory or self.is_locked(now):
            return self
        return Counter(0, 0, now, now)

    def failed(self, now: datetime) -> Counter:
        return replace(self, failures=self.failures + 1, last_at=now)

    def turned_away(self) -> Counter:
        return replace(self, refused=self.refused + 1)

    def forgiven(self) -> Counter:
        """Without one failure: the attempt was right after all."""
        return replace(self, failures=max(self.failures - 1, 0))


@dataclass(frozen=True, slots=True)
class Counters:
    """What counts for one attempt."""

    account: Counter
    network: Counter
    pair: Counter


def decide(counters: Counters, now: datetime, *, is_known_network: bool) -> tuple[bool, Counters]:
    """Whether the attempt may look at the password, and the counters after it.

    An attempt counts as failed until it proves right.
    """
    account = counters.account.fresh(now, ACCOUNT_MEMORY)
    network = counters.network.fresh(now, NETWORK_MEMORY)
    pair = counters.pair.fresh(now, PAIR_MEMORY)
    if network.is_locked(now) or pair.is_locked(now):
        return False, Counters(account, network, pair.turned_away())
    is_attacked = account.failures >= ATTACK_FAILURES
    tries = TRIES_UNDER_ATTACK if is_attacked and not is_known_network else PAIR_TRIES
    pair, network = pair.failed(now), network.failed(now)
    if pair.failures >= tries:
        pair = replace(pair, locked_until=now + _lock(pair.failures - tries))
    if network.failures >= NETWORK_TRIES:
        network = replace(network, locked_until=now + NETWORK_LOCK)
    return True, Counters(account.failed(now), network, pair)


def _lock(times: int) -> timedelta:
    """How long the lock after the one that came ``times`` locks before it lasts."""
    return LOCKS[min(times, len(LOCKS) - 1)]
