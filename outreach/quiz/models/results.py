"""Counted results: everything here can be counted again from the attempts, and must then be the same."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, IntPk, Name

_UNFOLDED = sa.text("fold_id IS NULL")


class BestScore(Base):
    """The attempt that counts for a participant, with the keys of the total order."""

    __tablename__ = "quiz_best_score"
    __table_args__ = (
        sa.Index("ix_quiz_best_score_contest_id_county_code", "contest_id", "county_code"),
        sa.CheckConstraint("centipoints >= 0 AND rank_ms >= 0", name="figures_not_negative"),
    )

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    participant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_participant.id"), primary_key=True, autoincrement=False
    )
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"))
    centipoints: Mapped[int]
    rank_ms: Mapped[int]
    submitted_at: Mapped[datetime]
    is_full: Mapped[bool]
    county_code: Mapped[str] = mapped_column(sa.String(6))
    unit_code: Mapped[str] = mapped_column(sa.String(64))
    bracket: Mapped[str] = mapped_column(sa.String(64))


#: The total order of ``rules.order``.
sa.Index(
    "ix_quiz_best_score_order",
    BestScore.contest_id,
    BestScore.centipoints.desc(),
    BestScore.rank_ms,
    BestScore.submitted_at,
    BestScore.attempt_id,
)


class ScoreDelta(Base):
    """How one event changed the counts. Only ever added; the folder notes in ``fold_id`` that it has taken it."""

    __tablename__ = "quiz_score_delta"
    __table_args__ = (
        sa.Index("ix_quiz_score_delta_unfolded", "id", sqlite_where=_UNFOLDED, postgresql_where=_UNFOLDED),
    )

    id: Mapped[IntPk]
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    county_code: Mapped[str] = mapped_column(sa.String(6))
    unit_code: Mapped[str] = mapped_column(sa.String(64))
    bracket: Mapped[str] = mapped_column(sa.String(64))
    #: Changes of: attempts that count, participants with a result, their centipoints, full marks.
    attempts: Mapped[int]
    participants: Mapped[int]
    centipoints: Mapped[int]
    full_marks: Mapped[int]
    #: The histogram bins that lose and win a participant; empty when none.
    old_centipoints: Mapped[int | None]
    old_second: Mapped[int | None]
    new_centipoints: Mapped[int | None]
    new_second: Mapped[int | None]
    at: Mapped[datetime]
    fold_id: Mapped[int | None]


class FoldState(Base):
    """The folder's place: one row. Its lock keeps folders apart; nobody who submits touches it."""

    __tablename__ = "quiz_fold_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fold_id: Mapped[int]
    deltas: Mapped[int]
    folded_at: Mapped[datetime]


class CountyStat(Base):
    """Counts of one county in one contest. Provinces and the country are sums of these."""

    __tablename__ = "quiz_county_stat"
    __table_args__ = (
        sa.CheckConstraint(
            "attempts >= 0 AND participants >= 0 AND centipoints >= 0 AND full_marks >= 0", name="counts_not_negative"
        ),
    )

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    county_code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    attempts: Mapped[int]
    participants: Mapped[int]
    centipoints: Mapped[int] = mapped_column(sa.BigInteger)
    full_marks: Mapped[int]


class UnitStat(Base):
    """Counts of one unit in one contest."""

    __tablename__ = "quiz_unit_stat"
    __table_args__ = (
        sa.CheckConstraint(
            "attempts >= 0 AND participants >= 0 AND centipoints >= 0 AND full_marks >= 0", name="counts_not_negative"
        ),
    )

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    unit_code: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    attempts: Mapped[int]
    participants: Mapped[int]
    centipoints: Mapped[int] = mapped_column(sa.BigInteger)
    full_marks: Mapped[int]


class HistogramBin(Base):
    """How many participants of a bracket have exactly this score in this second: ranks without counting rows."""

    __tablename__ = "quiz_histogram_bin"
    __table_args__ = (sa.CheckConstraint("count >= 0", name="count_not_negative"),)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    bracket: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    centipoints: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    second: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class RankingSnapshot(Base):
    """All rankings of a contest at one moment. Built beside, then ``CurrentSnapshot`` is pointed at it."""

    __tablename__ = "quiz_ranking_snapshot"

    id: Mapped[IntPk]
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), index=True)
    as_of: Mapped[datetime]
    fold_id: Mapped[int]
    participants: Mapped[int]
    attempts: Mapped[int]
    #: SHA-256 over the rows; a recount must give the same.
    digest: Mapped[str] = mapped_column(sa.String(64))
    is_final: Mapped[bool] = mapped_column(default=False)
    #: The ``PopulationEdition`` that was used; empty: none was loaded. No foreign key: editions are never deleted, and
    #: SQLite could only add one by making the table anew, which its rows would not outlive.
    population_edition_id: Mapped[int | None]


class RankingRow(Base):
    """One line of one ranking. ``board``: people, provinces, counties or units; ``scope``: what it is limited to."""

    __tablename__ = "quiz_ranking_row"

    snapshot_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_ranking_snapshot.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    board: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    scope: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: A participant's public id, or the code of a region or unit.
    key: Mapped[Code]
    label: Mapped[Name] = mapped_column(default="")
    county_code: Mapped[str] = mapped_column(sa.String(6), default="")
    centipoints: Mapped[int | None] = mapped_column(sa.BigInteger)
    rank_ms: Mapped[int | None]
    participants: Mapped[int | None]
    attempts: Mapped[int | None]
    full_marks: Mapped[int | None]
    population: Mapped[int | None]
    #: Participants in ten million residents: per 10,000 with three decimals, without a fraction.
    participants_per_10m: Mapped[int | None]
    #: Fewer participants than the contest's minimum sample: figures are not shown, and there is no place.
    is_small: Mapped[bool] = mapped_column(default=False)


class CurrentSnapshot(Base):
    """Which snapshot the public sees, and which one the organisers see while rankings are frozen."""

    __tablename__ = "quiz_current_snapshot"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    public_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_ranking_snapshot.id"))
    newest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_ranking_snapshot.id"))
