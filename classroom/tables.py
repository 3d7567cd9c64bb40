"""What a class leaves behind: tables of classes, seats, decisions, predictions and results."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",
    }
)  # fmt: skip


def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _of(table: str, name: str, optional: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=optional, index=True)


instructor = Table("instructor", METADATA, _number(), Column("secret_hash", String(200), nullable=False))
"""One row: the salted hash of the instructor's secret."""

teacher_pass = Table(
    "teacher_pass", METADATA, _number(),
    Column("token_hash", String(64), nullable=False, unique=True), Column("at", Float, nullable=False),
)  # fmt: skip
"""Sessions that have shown the secret; times everywhere are seconds since 1970."""

attempt = Table(
    "attempt", METADATA, _number(), Column("door", String(40), nullable=False), Column("at", Float, nullable=False),
    Index("ix_attempt_door_at", "door", "at"),
)  # fmt: skip
"""Codes and secrets that were checked in the last minute, by the door they were tried at."""

classes = Table(
    "class", METADATA, _number(),
    Column("handle", String(8), nullable=False, unique=True),
    Column("code", String(16), nullable=False),
    Column("title", String(80), nullable=False),
    Column("setup", Text, nullable=False),
    Column("hidden_seed", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Column("phase", String(12), nullable=False),
    Column("round", Integer, nullable=False),
    Column("deadline", Float),
    Column("paused", Float),
    Column("board", Boolean, nullable=False),
    Column("last_seq", Integer, nullable=False),
)  # fmt: skip
"""``paused`` holds the seconds that were left when the clock was stopped (−1: there was no deadline)."""

team = Table(
    "team", METADATA, _number(), _of("class", "class_id"), Column("place", Integer, nullable=False),
    UniqueConstraint("class_id", "place"),
)  # fmt: skip

seat = Table(
    "seat", METADATA, _number(), _of("class", "class_id"), _of("team", "team_id"),
    Column("nickname", String(40), nullable=False), Column("student_number", String(40), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True), Column("joined", Float),
)  # fmt: skip

event = Table(
    "event", METADATA, _number(), _of("class", "class_id"), Column("seq", Integer, nullable=False),
    _of("team", "team_id", optional=True), _of("seat", "seat_id", optional=True),
    Column("who", String(8), nullable=False), Column("round", Integer, nullable=False),
    Column("field", String(60), nullable=False), Column("old", Text, nullable=False),
    Column("new", Text, nullable=False), Column("reason", Text, nullable=False), Column("at", Float, nullable=False),
    Column("receipt", String(40), nullable=False),
    UniqueConstraint("class_id", "seq"), UniqueConstraint("receipt", "field"),
    Index("ix_event_class_id_who", "class_id", "who"),
)  # fmt: skip
"""What was decided, by whom, in the order in which it was; rows are only ever added."""

prediction = Table(
    "prediction", METADATA, _number(), _of("class", "class_id"), _of("seat", "seat_id"),
    Column("round", Integer, nullable=False), Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("reason", Text, nullable=False), Column("at", Float, nullable=False),
    UniqueConstraint("seat_id", "round"),
)  # fmt: skip
"""Interval forecasts; a row never changes."""

coursework = Table(
    "coursework", METADATA, _number(), _of("class", "class_id"), _of("seat", "seat_id"),
    Column("step", String(12), nullable=False), Column("body", Text, nullable=False),
    Column("at", Float, nullable=False), UniqueConstraint("seat_id", "step"),
)  # fmt: skip
"""What a student handed in of the class's lesson: the locked prediction and the quiz; a row never changes."""

result = Table(
    "result", METADATA, _number(), _of("class", "class_id"), _of("team", "team_id"),
    Column("stage", Integer, nullable=False), Column("body", Text, nullable=False),
    UniqueConstraint("team_id", "stage"),
)  # fmt: skip
"""What a team's plan came to, world by world; the stage is the round, or one more than the last for the final."""
