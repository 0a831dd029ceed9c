"""A database of its own for a benchmark: made, and taken down whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def throwaway(index_prefix: str = "benchmark") -> Iterator[None]:
    """Give an empty database (SQLite, or what DATABASE_URL says) and a prefix for its indexes.

    The settings' module must be named in the environment before.
    """
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    settings.ELASTICSEARCH_INDEX_PREFIX = index_prefix
    setup_test_environment()
    databases = setup_databases(0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(databases, 0)
