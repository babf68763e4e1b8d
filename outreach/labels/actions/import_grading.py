"""The computed grade of rows, each distinct set of figures worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from outreach.labels.imports.rows import RegisterRow, Remark, RemarkCode
from outreach.labels.models import GradeCheck
from outreach.labels.queries.import_facts import EditionFacts, Facts
from outreach.labels.queries.scales import Scales
from outreach.labels.rules.grading import GradeResult, compute_grade

#: Distinct sets of figures that are remembered.
REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Graded:
    """What the figures say: the computed grade's id (None: not exactly one), the check, a remark where they differ."""

    computed_grade_id: int | None
    check: GradeCheck
    remark: Remark | None = None


class Grader:
    """Grades rows under the recorded scales."""

    def __init__(self, facts: Facts, scales: Scales) -> None:
        self.facts = facts
        self.scales = scales
        self._known: dict[tuple[object, ...], Graded] = {}

    def grade(self, row: RegisterRow) -> Graded:
        """The grade that the row's figures make, held against the one it declares."""
        figures = tuple((item.metric, item.value) for item in row.values)
        key = (row.edition, row.subtype, row.declared_grade, figures)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._grade(row, dict(figures))
        return found

    def _grade(self, row: RegisterRow, figures: dict[str, float]) -> Graded:
        edition = self.facts.editions[row.edition]
        scale = self.scales.get((edition.id, edition.subtypes.get(row.subtype))) or self.scales[edition.id, None]
        result = compute_grade(scale, figures)
        check = GradeCheck(result.check(edition.ranks.get(row.declared_grade)))
        codes = {rank: code for code, rank in edition.ranks.items()}
        computed = edition.grades[codes[result.rank]] if result.rank else None
        remark = self._remark(row, edition, result) if check is GradeCheck.DIFFERS else None
        return Graded(computed, check, remark)

    def _remark(self, row: RegisterRow, edition: EditionFacts, result: GradeResult) -> Remark:
        """The contradiction, with the deciding metrics in place of a column."""
        metrics = ", ".join(result.deciding)
        if result.is_outside:
            return Remark(RemarkCode.GRADE_OUTSIDE, metrics, row.declared_grade)
        possible = [code for code, rank in edition.ranks.items() if result.best <= rank <= result.worst]
        return Remark(RemarkCode.GRADE_DIFFERS, metrics, row.declared_grade, "/".join(possible))
