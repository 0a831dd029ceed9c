from __future__ import annotations

from typing import Any

import pytest

from tests.marketplace.factories import World, world


@pytest.fixture
def w(db: Any) -> World:
    """The small world: see `tests.marketplace.factories`."""
    return world()
