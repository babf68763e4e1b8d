"""Who takes part: as little as a contest needs, and nothing that names a person."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, IntPk


class AgeBand(StrEnum):
    """Age in bands; under 14 needs a guardian's consent."""

    UNDER_14 = "under-14"
    TEENS = "14-17"
    YOUNG = "18-35"
    MIDDLE = "36-59"
    SENIOR = "60-plus"


class Participant(Base):
    """A person in one contest. County, unit and bracket are locked by the first paper (``locked_at``)."""

    __tablename__ = "quiz_participant"
    __table_args__ = (
        sa.CheckConstraint("length(county_code) = 6", name="county_code_has_six_digits"),
        sa.CheckConstraint(
            "age_band <> 'under-14' OR guardian_consented_at IS NOT NULL OR deleted_at IS NOT NULL",
            name="guardian_consents_for_children",
        ),
        sa.CheckConstraint("extra_time_percent BETWEEN 100 AND 300", name="extra_time_sensible"),
        sa.CheckConstraint("extra_attempts >= 0", name="extra_attempts_not_negative"),
        sa.Index("ix_quiz_participant_contest_id_county_code", "contest_id", "county_code"),
        sa.Index("ix_quiz_participant_contest_id_device_hash", "contest_id", "device_hash"),
    )

    id: Mapped[IntPk]
    #: Random, in addresses and cookies (there signed); says nothing of when or how many joined.
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    nickname: Mapped[str] = mapped_column(sa.String(60))
    age_band: Mapped[AgeBand]
    county_code: Mapped[str] = mapped_column(sa.String(6))
    unit_code: Mapped[str] = mapped_column(sa.String(64), default="")
    bracket: Mapped[str] = mapped_column(sa.String(64), default="")
    consent_version: Mapped[Code]
    consented_at: Mapped[datetime]
    guardian_consented_at: Mapped[datetime | None]
    #: Keyed hash of the recovery code, which is shown once and kept nowhere.
    recovery_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    locked_at: Mapped[datetime | None]
    #: 100: the usual time. More on declared need, without proof; such papers stay out of the time tie-break.
    extra_time_percent: Mapped[int] = mapped_column(default=100)
    #: Attempts that the organiser granted on top, such as after a fault of the site.
    extra_attempts: Mapped[int] = mapped_column(default=0)
    #: Keyed hashes of a browser's coarse features, and of a network with its neighbourhood; empty when unknown.
    device_hash: Mapped[str] = mapped_column(sa.String(32), default="")
    network_hash: Mapped[str] = mapped_column(sa.String(32), default="")
    joined_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ParticipantDeletion(Base):
    """That somebody had their data deleted, so that a restored backup can be made to forget them again."""

    __tablename__ = "quiz_participant_deletion"

    #: SHA-256 of the public id.
    public_id_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    receipt: Mapped[str] = mapped_column(sa.String(32))
    deleted_at: Mapped[datetime]


class SpentChallenge(Base):
    """A proof of work that was used; the row makes the second use impossible."""

    __tablename__ = "quiz_spent_challenge"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RefusedCall(Base):
    """How many calls were refused, by kind and day in China. Shards keep an attack from making a hot row."""

    __tablename__ = "quiz_refused_call"

    contest_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
