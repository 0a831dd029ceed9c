"""A StreamField whose block definitions stay out of migrations.

Blocks live in code and their values in JSON: a new block needs no change of the database, and
migrations stay short enough to be read.
"""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    def __init__(self, block_types: Any = (), **options: Any) -> None:
        super().__init__(block_types, **options)

    def deconstruct(self) -> tuple[str, str, list, dict[str, Any]]:
        name, path, _, options = super(StreamField, self).deconstruct()
        return name, path, [], options
