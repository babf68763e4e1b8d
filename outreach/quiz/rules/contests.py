"""Whether a contest can open: everything that is wrong with its settings, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from outreach.quiz.rules import questions
from outreach.quiz.rules.papers import PoolItem, Quota, QuotaUnmet, assign

NO_QUOTA: Final = "no-quota"
QUOTA_SUM: Final = "quota-sum"
QUOTA_UNMET: Final = "quota-unmet"
QUESTION_FAULTY: Final = "question-faulty"
ROUND_OUTSIDE: Final = "round-outside"
ROUNDS_OVERLAP: Final = "rounds-overlap"
NO_ROUND: Final = "no-round"
MARK_TOO_HIGH: Final = "pass-mark-too-high"
BRACKETS_OVERLAP: Final = "brackets-overlap"
BRACKET_GAP: Final = "bracket-gap"
OVER_ALREADY: Final = "over-already"
SECONDS_TOO_FEW: Final = "seconds-too-few"
#: Seconds that a question needs at least.
SECONDS_PER_QUESTION: Final = 5


@dataclass(frozen=True, slots=True)
class ContestFault:
    """One reason why the contest may not open; ``value`` names the place."""

    field: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ContestPlan:
    """The settings that are checked together."""

    opens_at: datetime
    ends_at: datetime
    rounds: tuple[tuple[datetime, datetime], ...]
    questions_per_paper: int
    seconds_per_paper: int
    pass_centipoints: int
    quotas: tuple[Quota, ...]
    brackets: tuple[Mapping[str, object], ...] = ()


def full_centipoints(quotas: Sequence[Quota]) -> int:
    """The score of a paper without a mistake."""
    return 100 * sum(quota.count * quota.points for quota in quotas)


def contest_faults(
    plan: ContestPlan,
    pool: Sequence[PoolItem],
    contents: Mapping[int, questions.QuestionContent],
    ages: Sequence[str],
    now: datetime,
) -> list[ContestFault]:
    """Everything that is wrong; ``contents`` by version id, ``ages``: every age band."""
    return [
        *_window_faults(plan, now),
        *_quota_faults(plan, pool),
        *_question_faults(pool, contents),
        *_bracket_faults(plan, ages),
    ]


def _window_faults(plan: ContestPlan, now: datetime) -> list[ContestFault]:
    found = []
    if plan.ends_at <= now:
        found.append(ContestFault("closes_at", OVER_ALREADY))
    if not plan.rounds:
        found.append(ContestFault("rounds", NO_ROUND))
    for number, (start, end) in enumerate(plan.rounds, start=1):
        if start < plan.opens_at or end > plan.ends_at:
            found.append(ContestFault("rounds", ROUND_OUTSIDE, str(number)))
        if number > 1 and start < plan.rounds[number - 2][1]:
            found.append(ContestFault("rounds", ROUNDS_OVERLAP, str(number)))
    if plan.seconds_per_paper < SECONDS_PER_QUESTION * plan.questions_per_paper:
        found.append(ContestFault("seconds_per_paper", SECONDS_TOO_FEW, str(plan.seconds_per_paper)))
    return found


def _quota_faults(plan: ContestPlan, pool: Sequence[PoolItem]) -> list[ContestFault]:
    if not plan.quotas:
        return [ContestFault("quotas", NO_QUOTA)]
    found = []
    wanted = sum(quota.count for quota in plan.quotas)
    if wanted != plan.questions_per_paper:
        found.append(ContestFault("questions_per_paper", QUOTA_SUM, f"{wanted}≠{plan.questions_per_paper}"))
    if plan.pass_centipoints > full_centipoints(plan.quotas):
        found.append(ContestFault("pass_centipoints", MARK_TOO_HIGH, str(plan.pass_centipoints)))
    try:
        assign(pool, plan.quotas)
    except QuotaUnmet as unmet:
        quota = unmet.quota
        place = " ".join(filter(None, (quota.topic, str(quota.difficulty or ""), quota.kind)))
        found.append(ContestFault("quotas", QUOTA_UNMET, f"{place}: {unmet.available} < {quota.count}".strip()))
    return found


def _question_faults(pool: Sequence[PoolItem], contents: Mapping[int, questions.QuestionContent]) -> list[ContestFault]:
    found = []
    for item in pool:
        content = contents.get(item.version_id)
        if content is None:
            found.append(ContestFault("pool", QUESTION_FAULTY, str(item.version_id)))
            continue
        found += [
            ContestFault("pool", QUESTION_FAULTY, f"{item.version_id} {fault.field} {fault.code}")
            for fault in questions.faults(content)
        ]
    return found


def _bracket_faults(plan: ContestPlan, ages: Sequence[str]) -> list[ContestFault]:
    if not plan.brackets:
        return []
    named = [str(age) for bracket in plan.brackets for age in _ages(bracket)]
    repeated = sorted({age for age in named if named.count(age) > 1})
    missing = [age for age in ages if age not in named]
    return [ContestFault("brackets", BRACKETS_OVERLAP, age) for age in repeated] + [
        ContestFault("brackets", BRACKET_GAP, age) for age in missing
    ]


def _ages(bracket: Mapping[str, object]) -> Sequence[object]:
    ages = bracket.get("ages", ())
    return ages if isinstance(ages, (list, tuple)) else ()
