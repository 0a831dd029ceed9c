from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Site

from tests.home.factories import Intranet, intranet
from tests.home.kept import KeptIntranet


@pytest.fixture
def vallees(kept_vallees: KeptIntranet, platform_site: Site) -> Intranet:
    return kept_vallees.get()


@pytest.fixture
def dunes(platform_site: Site, vallees: Any) -> Intranet:
    """Another collectivité, which the first must never see."""
    return intranet("dunes", name="Les Dunes")
