"""The full-text side of search_row: an FTS5 table on SQLite, a generated vector on PostgreSQL.

No triggers: SQLite drops them when Django alters a table. Python writes the FTS5 table in the
transaction of the change; PostgreSQL fills its generated column by itself.
"""

from django.db import migrations

COLUMNS = ("title", "keywords", "summary", "body", "variants", "words")

SQLITE = [
    # The tokens are already folded and stemmed; prefix indexes serve the word being typed.
    "CREATE VIRTUAL TABLE search_fulltext USING fts5("
    + ", ".join(COLUMNS)
    + ", tokenize = \"unicode61 remove_diacritics 0\", prefix = '4 6')",
]
POSTGRESQL = [
    "ALTER TABLE search_row ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple'::regconfig, title), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, keywords), 'B') || "
    "setweight(to_tsvector('simple'::regconfig, summary), 'C') || "
    "setweight(to_tsvector('simple'::regconfig, body), 'D') || "
    "setweight(to_tsvector('simple'::regconfig, variants), 'D') || "
    "setweight(to_tsvector('simple'::regconfig, words), 'D')) STORED",
    "CREATE INDEX search_row_vector ON search_row USING gin (vector)",
]
UNDO = {
    "sqlite": ["DROP TABLE search_fulltext"],
    "postgresql": ["DROP INDEX search_row_vector", "ALTER TABLE search_row DROP COLUMN vector"],
}


def build(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def undo(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(build, undo)]
