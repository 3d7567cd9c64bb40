"""What students hand in of the lesson that a class was made from; what the instructor did is found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table; its rows never change."""
    op.create_table(
        "coursework",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_coursework_class_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_coursework_seat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coursework")),
        sa.UniqueConstraint("seat_id", "step", name=op.f("uq_coursework_seat_id")),
    )
    op.create_index(op.f("ix_coursework_class_id"), "coursework", ["class_id"], unique=False)
    op.create_index(op.f("ix_coursework_seat_id"), "coursework", ["seat_id"], unique=False)
    op.create_index("ix_event_class_id_who", "event", ["class_id", "who"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER coursework_stays BEFORE UPDATE ON coursework "
            "BEGIN SELECT RAISE(ABORT, 'coursework is only added to'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER coursework_stays BEFORE UPDATE ON coursework FOR EACH ROW EXECUTE FUNCTION lab_stays()"
        )
