from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Site

from tests.home.factories import Intranet, intranet


@pytest.fixture
def vallees(platform_site: Site) -> Intranet:
    return intranet("vallees", name="Les Vallées")


@pytest.fixture
def dunes(platform_site: Site, vallees: Any) -> Intranet:
    """Another collectivité, which the first must never see."""
    return intranet("dunes", name="Les Dunes")
