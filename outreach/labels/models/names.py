"""Names that registers repeat, each kept once: makers, brands, products."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, IntPk, Name


class Maker(Base):
    """Who made or imported a product, under the name that the register prints."""

    __tablename__ = "maker"

    id: Mapped[IntPk]
    name: Mapped[Name]
    #: The folded name (``core.search.text.fold``), which decides identity.
    name_key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    #: What people call the company: 方太 for 宁波方太厨具有限公司; empty when none can be told.
    short_name: Mapped[str] = mapped_column(sa.String(100), default="", index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: The maker that this one was found to be; then nothing rests on this row but its name and its address. No foreign
    #: key: SQLite adds none to a table that is there.
    merged_into_id: Mapped[int | None] = mapped_column(index=True, default=None)


class Brand(Base):
    """A brand as registers print it, where they print one."""

    __tablename__ = "brand"

    id: Mapped[IntPk]
    name: Mapped[Name]
    name_key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)


class ProductName(Base):
    """A marketing or type name. Kept once, because registers repeat it; the text index holds these, not products."""

    __tablename__ = "product_name"

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(sa.String(500))
    name_key: Mapped[str] = mapped_column(sa.String(500), unique=True)
