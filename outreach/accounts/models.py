"""Staff accounts: people, their roles and counties, sessions, recovery codes, invitations, and what is counted.

Nothing here can be used to sign in by who reads the tables: passwords are Argon2 hashes, tokens and recovery codes
are SHA-256 of long random values, and the secret of the second factor is encrypted.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText


class Stage(StrEnum):
    """How far a session has come. Only an open one opens the back office."""

    #: The password was right, the second factor is missing.
    CODE = "code"
    #: A second factor must be set up first.
    ENROL = "enrol"
    #: The password is too old and must be changed first.
    RENEW = "renew"
    OPEN = "open"


class AttemptKind(StrEnum):
    """What a row of failures counts."""

    ACCOUNT = "account"
    NETWORK = "network"
    PAIR = "pair"


class StaffUser(Base):
    """A member of staff. Accounts are never deleted, because the audit log names them; they are disabled."""

    __tablename__ = "staff_user"

    id: Mapped[IntPk]
    #: Lower case, as typed to sign in.
    login: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    #: Argon2id; empty until the invitation is accepted.
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="")
    password_set_at: Mapped[datetime | None]
    #: Encrypted secret of the second factor; empty while none is set up.
    totp_secret: Mapped[LongText] = mapped_column(default="")
    #: The newest time step whose code was used: each code counts once.
    totp_last_step: Mapped[int | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    roles: Mapped[list[StaffRole]] = relationship(cascade="all, delete-orphan", order_by="StaffRole.role")
    counties: Mapped[list[StaffCounty]] = relationship(cascade="all, delete-orphan", order_by="StaffCounty.county_slug")


class StaffRole(Base):
    """One role of a person, spelled as in ``core.permissions``; a word that is no role there counts for nothing."""

    __tablename__ = "staff_role"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(32), primary_key=True)


class StaffCounty(Base):
    """A county that a county officer looks after."""

    __tablename__ = "staff_county"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    #: Address of the county, which is for ever; no foreign key, so that the registry stays a subject of its own.
    county_slug: Mapped[Code] = mapped_column(primary_key=True)


class StaffSession(Base):
    """One sign-in on one browser. The cookie holds a random token, this row its SHA-256."""

    __tablename__ = "staff_session"
    #: A number is never given twice, because the tokens in forms are made for it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[IntPk]
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    stage: Mapped[Stage]
    created_at: Mapped[datetime]
    #: At most a minute behind.
    seen_at: Mapped[datetime]
    #: When the password or the second factor was last proved.
    proved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    network: Mapped[Code]
    #: What the browser calls itself.
    agent: Mapped[str] = mapped_column(sa.String(300))
    #: What the next page says, once.
    messages: Mapped[list[Any]] = mapped_column(default=list)


class RecoveryCode(Base):
    """One of the codes that replace a lost second factor, each once."""

    __tablename__ = "staff_recovery_code"

    id: Mapped[IntPk]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    #: SHA-256 of 80 random bits.
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A link, shown once, by which a person sets their password."""

    __tablename__ = "staff_invitation"

    id: Mapped[IntPk]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """Attempts to sign in that did not succeed, counted before the password is looked at.

    ``key`` is a digest: people type passwords into the wrong field.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.CheckConstraint("failures >= 0", name="failures_not_negative"),
    )

    id: Mapped[IntPk]
    kind: Mapped[AttemptKind]
    key: Mapped[str] = mapped_column(sa.String(64))
    failures: Mapped[int] = mapped_column(default=0)
    #: Attempts that were turned away without a look at the password.
    refused: Mapped[int] = mapped_column(default=0)
    #: When the counting began; it begins anew after a while without failures.
    since_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]
