"""Products in the database, their search index, and what the last look-up was about"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _versions()
    _products()
    _bank_terms()
    _search()
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("focus", sa.JSON(), nullable=True))
    _lists_and_work()


def _versions() -> None:
    op.create_table(
        "catalogue_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_versions")),
    )


def _products() -> None:
    version, replaced = (
        op.f(f"fk_catalogue_products_{column}_catalogue_versions") for column in ("version_id", "replaced_id")
    )
    op.create_table(
        "catalogue_products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("segment", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("replaced_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_versions.id"], name=version),
        sa.ForeignKeyConstraint(["replaced_id"], ["catalogue_versions.id"], name=replaced),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_products")),
        sa.UniqueConstraint("code", "version_id", name=op.f("uq_catalogue_products_code_version_id")),
    )
    op.create_index("ix_catalogue_products_replaced_code", "catalogue_products", ["replaced_id", "code"])


def _bank_terms() -> None:
    op.create_table(
        "bank_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=60), nullable=False),
        sa.Column("term", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_versions.id"], name=op.f("fk_bank_terms_version_id_catalogue_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_terms")),
        sa.UniqueConstraint("product", "term", "since", name=op.f("uq_bank_terms_product_term_since")),
    )


def _search() -> None:
    """The full-text index of each database; see bot/store/catalogue_search.py."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE product_search USING fts5(code UNINDEXED, names, needs, body, sounds, tokenize='unicode61')"
        )
        return
    op.execute("CREATE TABLE product_search (code VARCHAR(60) PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX ix_product_search_words ON product_search USING gin (words)")


def _lists_and_work() -> None:
    """Indexes that lists of a manager's clients are read by; the hour of a task; calls beside visits."""
    op.create_index("ix_clients_book", "clients", ["manager_id", "updated_at", "id"])
    listed_by = (
        "manager_id last_contact_on id segment is_prospect industry region tier credit_grade risk_grade risk_valid_until "
        "annual_revenue headcount birth_date"
    )
    op.create_index("ix_clients_list", "clients", listed_by.split())
    op.create_index("ix_holdings_list", "holdings", ["client_id", "product", "matures_on", "balance"])
    op.create_index("ix_clients_short_name", "clients", ["short_name"])
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("due_time", sa.Time(), nullable=True))
    with op.batch_alter_table("visit_logs") as table:
        table.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="visit"))
        table.add_column(sa.Column("first", sa.Boolean(), nullable=False, server_default=sa.false()))
