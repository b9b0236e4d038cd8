"""The tables of alerts, in the database of accounts."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashapp.accounts.tables import Base, Utc

LONGEST_KEY: Final = 36  # a UUID


class Alert(Base):
    """A limit on a KPI of some stores and categories, month by month.

    key: the owner's browser made it up, so that one that is sent twice is kept once. filters: field → values, as
    `Filters.parse` reads them; the owner's rights narrow them whenever it is looked at.
    """

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    kpi: Mapped[str] = mapped_column(String(40))
    above: Mapped[bool]
    limit: Mapped[float]
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    mail: Mapped[bool] = mapped_column(default=False)
    set_at: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (UniqueConstraint("owner_id", "key"),)


class Notice(Base):
    """A month beyond the limit. It is told once, whatever is published later. mailed_at: None until a mail is out.

    rights: `Rights.key` of the owner when it was found, so that it is not shown to whom may see other places now.
    """

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    month: Mapped[str] = mapped_column(String(7))
    value: Mapped[float]
    rights: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime | None] = mapped_column(Utc)
    mailed_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (UniqueConstraint("alert_id", "month", "rights"),)
