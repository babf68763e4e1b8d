"""Signs of play that is not fair. Each is a reason with a weight for a person to look at; none of them punishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

TOO_FAST: Final = "too-fast"
SAME_ANSWERS: Final = "same-answers"
SHARED_DEVICE: Final = "shared-device"
NO_SAVES: Final = "no-saves"
#: Milliseconds in which a question can be read and answered at all.
READING_MS: Final = 1000
#: Questions from which equal wrong answers say something.
SHORTEST_VECTOR: Final = 5
#: Participants that share a device without remark: a family, a classroom's tablet.
SHARED_FROM: Final = 4


@dataclass(frozen=True, slots=True)
class AttemptTrace:
    """What is looked at. ``wrong``: the wrong answers as (version id, chosen indices or text)."""

    attempt_id: int
    participant_id: int
    questions: int
    elapsed_ms: int
    save_count: int
    device_hash: str = ""
    network_hash: str = ""
    wrong: frozenset[tuple[int, tuple[str, ...]]] = frozenset()


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason about one attempt; ``weight`` from 1 to 100."""

    attempt_id: int
    kind: str
    weight: int
    details: dict[str, Any] = field(default_factory=dict, hash=False)


def signals(traces: Sequence[AttemptTrace]) -> list[Signal]:
    """Every signal among these attempts, the heaviest first."""
    found = [*_too_fast(traces), *_same_answers(traces), *_shared_devices(traces)]
    return sorted(found, key=lambda signal: (-signal.weight, signal.attempt_id, signal.kind))


def _too_fast(traces: Iterable[AttemptTrace]) -> Iterable[Signal]:
    for trace in traces:
        per_question = trace.elapsed_ms // max(trace.questions, 1)
        if per_question < READING_MS:
            weight = 40 + 60 * (READING_MS - per_question) // READING_MS
            yield Signal(trace.attempt_id, TOO_FAST, weight, {"ms_per_question": per_question})


def _same_answers(traces: Iterable[AttemptTrace]) -> Iterable[Signal]:
    """The same wrong answers to the same questions: right ones are the same for everybody who knows."""
    groups: dict[frozenset[tuple[int, tuple[str, ...]]], list[AttemptTrace]] = defaultdict(list)
    for trace in traces:
        if len(trace.wrong) >= SHORTEST_VECTOR:
            groups[trace.wrong].append(trace)
    for group in groups.values():
        people = {trace.participant_id for trace in group}
        if len(people) < 2:
            continue
        networks = {trace.network_hash for trace in group}
        is_one_network = len(networks) == 1 and networks != {""}
        weight = min(100, 40 + 5 * len(people) + 5 * len(group[0].wrong) // 2 + 20 * is_one_network)
        for trace in group:
            details = {"people": len(people), "wrong": len(trace.wrong), "one_network": is_one_network}
            yield Signal(trace.attempt_id, SAME_ANSWERS, weight, details)


def _shared_devices(traces: Iterable[AttemptTrace]) -> Iterable[Signal]:
    groups: dict[tuple[str, str], list[AttemptTrace]] = defaultdict(list)
    for trace in traces:
        if trace.device_hash:
            groups[trace.device_hash, trace.network_hash].append(trace)
    for group in groups.values():
        people = {trace.participant_id for trace in group}
        if len(people) >= SHARED_FROM:
            weight = min(80, 10 + 5 * len(people))
            yield from (Signal(trace.attempt_id, SHARED_DEVICE, weight, {"people": len(people)}) for trace in group)
