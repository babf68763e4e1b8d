"""The form of a contest: everything that an organiser settles, as typed, and the draft that it makes.

What was typed is kept whole, so that the page can show it again beside its faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from outreach.core.audit.values import clean
from outreach.core.list_queries import whole
from outreach.quiz.actions.contests import ContestDraft
from outreach.quiz.actions.drafts import RoundNames
from outreach.quiz.models import AgeBand, Contest, KeyRule, QuestionKind, ScoreMode
from outreach.quiz.rules import draw
from outreach.quiz.rules.draw import DrawPlan, Prize
from outreach.quiz.rules.papers import Quota

CHINA: Final = timezone(timedelta(hours=8))
#: Rows of a table in the form at most.
MOST_ROWS: Final = 30
#: Empty rows that the form offers below what is there.
SPARE_ROWS: Final = 3

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXTS: Final[dict[str, int]] = {"title": 300, "title_en": 300, "summary": 2000, "summary_en": 2000, "organiser": 300}
_TEXTS_LATER: Final[dict[str, int]] = {"organiser_en": 300, "consent_version": 64}
#: Whole numbers of the form: smallest and largest value.
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "seconds_per_paper": (30, 86_400),
    "attempts_per_day": (1, 1000),
    "attempts_total": (1, 1000),
    "pass_points": (0, 20_000),
    "minimum_sample": (2, 100_000),
    "snapshot_every_s": (5, 86_400),
    "starts_per_second": (0, 100_000),
    "work_bits": (0, 24),
    "kept_days": (1, 3650),
    "draw_minimum": (0, 20_000),
    "claim_days": (1, 365),
    "contact_kept_days": (1, 365),
}
FLAGS: Final = ("is_practice_after", "is_repeat_avoided", "is_demo", "draw_full_only")
DEFAULTS: Final[Mapping[str, str]] = {
    "seconds_per_paper": "1200",
    "attempts_per_day": "1",
    "attempts_total": "10",
    "pass_points": "60",
    "minimum_sample": "10",
    "snapshot_every_s": "60",
    "starts_per_second": "0",
    "work_bits": "16",
    "kept_days": "180",
    "draw_minimum": "60",
    "claim_days": "14",
    "contact_kept_days": "90",
    "score_mode": ScoreMode.BEST.value,
    "key_rule": KeyRule.AFTER_CLOSE.value,
    "is_practice_after": "1",
    "is_repeat_avoided": "1",
}


#: Fields of a form, as Flask and tests have them.
Sent = MultiDict[str, str]


class Fault(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    MALFORMED = "malformed"
    RANGE = "range"
    ORDER = "order"
    TAKEN = "taken"
    MORE_THAN_TOTAL = "more-than-total"
    TOO_LONG = "too-long"


@dataclass(slots=True)
class ContestForm:
    """What was typed (``values``, ``rows`` by table), its faults by field, and the draft when there are none."""

    values: dict[str, str]
    rows: dict[str, list[dict[str, Any]]]
    faults: dict[str, Fault] = field(default_factory=dict)
    draft: ContestDraft | None = None
    names: RoundNames = field(default_factory=RoundNames)


#: Columns of the tables of the form.
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "quota": ("topic", "difficulty", "kind", "count", "points"),
    "round": ("title", "title_en", "opens_at", "closes_at"),
    "bracket": ("code", "name", "name_en", "ages"),
    "prize": ("name", "name_en", "count"),
}


def parse_contest(sent: Sent, *, slug: str = "") -> ContestForm:
    """Read the form; ``slug``: the address of a contest that exists, which stays."""
    names = [*_TEXTS, *_TEXTS_LATER, *NUMBERS, *FLAGS, "slug", "score_mode", "key_rule"]
    names += ["study_from", "opens_at", "closes_at"]
    values = {name: clean(sent.get(name, ""), 2001).strip() for name in names}
    if slug:
        values["slug"] = slug
    form = ContestForm(values, {table: _rows(sent, table, columns) for table, columns in TABLES.items()})
    draft = _Reader(form).draft()
    form.draft = None if form.faults else draft
    return form


def _rows(sent: Sent, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of a table that hold anything."""
    found = []
    for number in range(MOST_ROWS):
        row: dict[str, Any] = {name: clean(sent.get(f"{table}-{number}-{name}", ""), 300).strip() for name in columns}
        if "ages" in columns:
            row["ages"] = [age for age in sent.getlist(f"{table}-{number}-ages") if age in set(AgeBand)]
        if any(
            value for name, value in row.items() if not (table == "quota" and name in ("topic", "difficulty", "kind"))
        ):
            found.append(row)
    return found


class _Reader:
    """Turns typed values into the draft and notes every fault on the way."""

    def __init__(self, form: ContestForm) -> None:
        self.form, self.values = form, form.values

    def draft(self) -> ContestDraft:
        numbers = {name: self._number(name, *limits) for name, limits in NUMBERS.items()}
        for name in ("title", "title_en", "consent_version"):
            if not self.values[name]:
                self._fault(name, Fault.MISSING)
        for name, length in (_TEXTS | _TEXTS_LATER).items():
            if len(self.values[name]) > length:
                self._fault(name, Fault.TOO_LONG)
        if not _SLUG.fullmatch(self.values["slug"]) or len(self.values["slug"]) > 64 or self.values["slug"] == "new":
            self._fault("slug", Fault.MALFORMED if self.values["slug"] else Fault.MISSING)
        if numbers["attempts_per_day"] > numbers["attempts_total"]:
            self._fault("attempts_per_day", Fault.MORE_THAN_TOTAL)
        opens_at, closes_at = self._moment("opens_at"), self._moment("closes_at")
        if opens_at >= closes_at:
            self._fault("closes_at", Fault.ORDER)
        return ContestDraft(
            slug=self.values["slug"],
            title=self.values["title"],
            title_en=self.values["title_en"],
            opens_at=opens_at,
            closes_at=closes_at,
            quotas=self._quotas(),
            seconds_per_paper=numbers["seconds_per_paper"],
            attempts_per_day=numbers["attempts_per_day"],
            attempts_total=numbers["attempts_total"],
            pass_centipoints=100 * numbers["pass_points"],
            consent_version=self.values["consent_version"][:64],
            rounds=self._rounds(),
            settings=self._settings(numbers, opens_at),
        )

    def _settings(self, numbers: Mapping[str, int], opens_at: datetime) -> dict[str, Any]:
        study_from = self._moment("study_from") if self.values["study_from"] else None
        if study_from is not None and study_from > opens_at:
            self._fault("study_from", Fault.ORDER)
        texts = {name: self.values[name] for name in ("summary", "summary_en", "organiser", "organiser_en")}
        kept = ("minimum_sample", "snapshot_every_s", "starts_per_second", "work_bits", "kept_days")
        return {
            **texts,
            **{name: numbers[name] for name in kept},
            "study_from": study_from,
            "is_practice_after": bool(self.values["is_practice_after"]),
            "is_repeat_avoided": bool(self.values["is_repeat_avoided"]),
            "is_demo": bool(self.values["is_demo"]),
            "score_mode": self._choice("score_mode", ScoreMode),
            "key_rule": self._choice("key_rule", KeyRule),
            "brackets": self._brackets(),
            "draw_plan": self._draw_plan(numbers),
        }

    def _fault(self, name: str, fault: Fault) -> None:
        self.form.faults.setdefault(name, fault)

    def _number(self, name: str, low: int, high: int) -> int:
        found = whole(self.values[name])
        if found is None:
            self._fault(name, Fault.MALFORMED if self.values[name] else Fault.MISSING)
        elif not low <= found <= high:
            self._fault(name, Fault.RANGE)
        else:
            return found
        return low

    def _choice(self, name: str, choices: type[ScoreMode] | type[KeyRule]) -> Any:
        try:
            return choices(self.values[name])
        except ValueError:
            self._fault(name, Fault.MALFORMED)
            return next(iter(choices))

    def _moment(self, name: str) -> datetime:
        found = moment_from(self.values[name])
        if found is None:
            self._fault(name, Fault.MALFORMED if self.values[name] else Fault.MISSING)
        return found or datetime(2000, 1, 1, tzinfo=CHINA)

    def _quotas(self) -> tuple[Quota, ...]:
        quotas = []
        for row in self.form.rows["quota"]:
            count, points, hard = whole(row["count"]), whole(row["points"]), whole(row["difficulty"] or "0")
            known = row["kind"] in ("", *QuestionKind) and hard in (0, 1, 2, 3)
            if not known or count is None or points is None or not (1 <= count <= 200 and 1 <= points <= 100):
                self._fault("quota", Fault.MALFORMED)
                continue
            quotas.append(Quota(count, points, row["topic"][:64], hard or 0, row["kind"]))
        total = sum(quota.count for quota in quotas)
        if not quotas:
            self._fault("quota", Fault.MISSING)
        elif total > 200:
            self._fault("quota", Fault.RANGE)
        return tuple(quotas)

    def _rounds(self) -> tuple[tuple[datetime, datetime], ...]:
        found, names = [], []
        for row in self.form.rows["round"]:
            start, end = moment_from(row["opens_at"]), moment_from(row["closes_at"])
            if start is None or end is None or start >= end:
                self._fault("round", Fault.MALFORMED if start is None or end is None else Fault.ORDER)
                continue
            found.append((start, end))
            names.append((row["title"], row["title_en"]))
        self.form.names = RoundNames(tuple(names))
        return tuple(found)

    def _brackets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        codes = [row["code"] for row in self.form.rows["bracket"]]
        for row in self.form.rows["bracket"]:
            is_code = _SLUG.fullmatch(row["code"]) and len(row["code"]) <= 64 and codes.count(row["code"]) == 1
            if not is_code or not row["name"] or not row["name_en"] or not row["ages"]:
                self._fault("bracket", Fault.MALFORMED)
            found.append({name: row[name] for name in TABLES["bracket"]})
        return found

    def _draw_plan(self, numbers: Mapping[str, int]) -> dict[str, Any]:
        prizes = []
        for row in self.form.rows["prize"]:
            count = whole(row["count"])
            if not row["name"] or count is None or not 1 <= count <= 100_000:
                self._fault("prize", Fault.MALFORMED)
                continue
            prizes.append(Prize(row["name"], count, row["name_en"]))
        if not prizes:
            return {}
        plan = DrawPlan(
            tuple(prizes),
            minimum_centipoints=100 * numbers["draw_minimum"],
            is_full_only=bool(self.values["draw_full_only"]),
            claim_days=numbers["claim_days"],
            contact_kept_days=numbers["contact_kept_days"],
        )
        return plan.as_dict()


def moment_from(text: str) -> datetime | None:
    """What a field for date and time sends, on China's clock."""
    try:
        found = datetime.fromisoformat(text.strip()[:19])
    except ValueError:
        return None
    return found.replace(tzinfo=CHINA) if 2000 <= found.year <= 2100 else None


def moment_text(value: datetime | None) -> str:
    """A moment as the browser's field takes it."""
    return "" if value is None else value.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")


def empty_form() -> ContestForm:
    """The form of a new contest."""
    values = dict.fromkeys([*_TEXTS, *_TEXTS_LATER, *NUMBERS, *FLAGS, "slug", "score_mode", "key_rule"], "")
    values |= {"study_from": "", "opens_at": "", "closes_at": "", **DEFAULTS}
    return ContestForm(values, {table: [] for table in TABLES})


def form_of(contest: Contest) -> ContestForm:
    """The form of a contest as it is."""
    form = empty_form()
    plan = draw.plan_from(contest.draw_plan) if contest.draw_plan else None
    for name in (*_TEXTS, *_TEXTS_LATER, "slug"):
        form.values[name] = str(getattr(contest, name))
    for name in NUMBERS:
        if hasattr(contest, name):
            form.values[name] = str(getattr(contest, name))
    for name in ("study_from", "opens_at", "closes_at"):
        form.values[name] = moment_text(getattr(contest, name))
    for name in ("is_practice_after", "is_repeat_avoided", "is_demo"):
        form.values[name] = "1" if getattr(contest, name) else ""
    form.values |= {
        "score_mode": contest.score_mode.value,
        "key_rule": contest.key_rule.value,
        "pass_points": str(contest.pass_centipoints // 100),
    }
    if plan is not None:
        form.values |= {
            "draw_minimum": str(plan.minimum_centipoints // 100),
            "draw_full_only": "1" if plan.is_full_only else "",
            "claim_days": str(plan.claim_days),
            "contact_kept_days": str(plan.contact_kept_days),
        }
    form.rows = _rows_of(contest, plan.prizes if plan else ())
    return form


def _rows_of(contest: Contest, prizes: Iterable[Prize]) -> dict[str, list[dict[str, Any]]]:
    return {
        "quota": [{name: str(getattr(q, name) or "") for name in TABLES["quota"]} for q in contest.quotas],
        "round": [
            {
                "title": one.title,
                "title_en": one.title_en,
                "opens_at": moment_text(one.opens_at),
                "closes_at": moment_text(one.closes_at),
            }
            for one in ([] if _is_whole_window(contest) else contest.rounds)
        ],
        "bracket": [{name: bracket.get(name, "") for name in TABLES["bracket"]} for bracket in contest.brackets or ()],
        "prize": [{"name": one.name, "name_en": one.name_en, "count": str(one.count)} for one in prizes],
    }


def _is_whole_window(contest: Contest) -> bool:
    """Whether the only round is the contest itself, which the form shows by no row."""
    windows = [(one.opens_at, one.closes_at, one.title) for one in contest.rounds]
    return windows == [(contest.opens_at, contest.closes_at, "")]
