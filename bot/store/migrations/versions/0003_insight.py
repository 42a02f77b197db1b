"""Client intelligence and papers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("qualifications", sa.JSON(), nullable=True))
    op.add_column("conversations", sa.Column("draft", sa.JSON(), nullable=True))
    op.create_table(
        "insight_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_changes")),
    )
    with op.batch_alter_table("insight_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_insight_changes_client_id"), ["client_id"], unique=False)

    op.create_table(
        "insight_peer_products",
        sa.Column("peer_group", sa.String(length=80), nullable=False),
        sa.Column("product", sa.String(length=60), nullable=False),
        sa.Column("holders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("peer_group", "product", name=op.f("pk_insight_peer_products")),
    )
    op.create_table(
        "insight_peers",
        sa.Column("peer_group", sa.String(length=80), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("contribution", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.PrimaryKeyConstraint("peer_group", name=op.f("pk_insight_peers")),
    )
    op.create_table(
        "insight_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("book", sa.String(length=40), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_runs")),
    )
    op.create_table(
        "insight_totals",
        sa.Column("segment", sa.String(length=20), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("contribution", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("top_clients", sa.Integer(), nullable=False),
        sa.Column("cutoff", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.PrimaryKeyConstraint("segment", name=op.f("pk_insight_totals")),
    )
    op.create_table(
        "client_insights",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=20), nullable=False),
        sa.Column("peer_group", sa.String(length=80), nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("deposits", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("loans", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("contribution", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("contribution_net", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("tier_score", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("attractiveness", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("competitiveness", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("ge_class", sa.String(length=1), nullable=False),
        sa.Column("lifecycle", sa.String(length=20), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_client_insights_client_id_clients"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_insights")),
    )
    with op.batch_alter_table("client_insights", schema=None) as batch_op:
        batch_op.create_index("ix_client_insights_peer_group", ["peer_group"], unique=False)
        batch_op.create_index("ix_client_insights_segment_contribution", ["segment", "contribution"], unique=False)
    op.create_table(
        "client_relations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("other_name", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_client_relations_client_id_clients"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["clients.id"], name=op.f("fk_client_relations_other_id_clients"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_relations")),
        sa.UniqueConstraint(
            "client_id", "kind", "other_name", name=op.f("uq_client_relations_client_id_kind_other_name")
        ),
    )
    with op.batch_alter_table("client_relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_relations_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_relations_other_id"), ["other_id"], unique=False)
    op.create_table(
        "tier_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_tier_proposals_client_id_clients"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_tier_proposals_decided_by_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tier_proposals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_proposals")),
    )
    with op.batch_alter_table("tier_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tier_proposals_client_id"), ["client_id"], unique=False)
    op.create_table(
        "papers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_papers_client_id_clients"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_papers_user_id_users")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_papers_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_papers_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_papers_visit_id"), ["visit_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_commitments_client_id_clients"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_commitments_task_id_tasks"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_commitments_user_id_users")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_commitments_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_commitments_visit_id")),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitments_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_task_id"), ["task_id"], unique=False)
    for table, column in WATCHED:
        _watch(table, column)


# What changes a client's figures: table, the column that names the client
WATCHED = (("clients", "id"), ("holdings", "client_id"), ("flows", "client_id"))
EVENTS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))


def _watch(table: str, column: str) -> None:
    """Note every client that changes, whoever writes, so that the next run looks at those alone.

    PostgreSQL notes a client as often as it changes: a note that waits for another's would make writers wait for each other.
    """
    postgres = op.get_bind().dialect.name == "postgresql"
    for event, row in EVENTS:
        if table == "clients" and event == "delete":
            continue
        name, client = f"insight_{table}_{event}", f"{row}.{column}"
        if postgres:
            note = f"INSERT INTO insight_changes (client_id) VALUES ({client})"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note}; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            noted = f"SELECT 1 FROM insight_changes WHERE client_id = {client}"
            note = f"INSERT INTO insight_changes (client_id) SELECT {client} WHERE NOT EXISTS ({noted})"
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note}; END")
