"""The base of every model and the words its columns are made of."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a moment into UTC on its way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = dict[str, Any]


class JsonText(str):
    """JSON that is written already; a column of JSON takes it as it is."""

    __slots__ = ()


#: BIGINT everywhere; INTEGER on SQLite, where only that counts up by itself.
_BigId = BigInteger().with_variant(Integer, "sqlite")

PrimaryKey = Annotated[int, mapped_column(_BigId, primary_key=True)]
#: An amount in the minor unit of the row's currency.
MinorUnits = Annotated[int, mapped_column(BigInteger)]
#: A quantity or a unit price in millionths.
Millionths = Annotated[int, mapped_column(BigInteger)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Day = Annotated[date, mapped_column(Date)]
CurrencyCode = Annotated[str, mapped_column(String(3))]
#: A word of a vocabulary checked in Python, so that it can grow.
Word = Annotated[str, mapped_column(String(40))]
#: A number or code as its owner wrote it.
Reference = Annotated[str, mapped_column(String(120))]
Name = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]
#: A hex digest (SHA-256).
Digest = Annotated[str, mapped_column(String(64))]
JsonObject = Annotated[dict[str, Any], mapped_column(JSON)]
JsonList = Annotated[list[Any], mapped_column(JSON)]
Bytes = Annotated[bytes, mapped_column(LargeBinary)]
#: Counted up by every change, where two people may edit the same row.
Version = Annotated[int, mapped_column(Integer, default=1)]


class Base(DeclarativeBase):
    """Every table of Tieout."""

    #: Whole numbers are as wide as the keys they may point at, unless a column says otherwise.
    type_annotation_map: ClassVar = {int: _BigId}

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
