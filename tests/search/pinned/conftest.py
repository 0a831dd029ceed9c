from __future__ import annotations

from collections.abc import Callable

import pytest
from wagtail.models import Site

from tests.home.factories import Intranet


@pytest.fixture
def vallees(kept_vallees: Callable[[], Intranet], platform_site: Site) -> Intranet:
    return kept_vallees()


@pytest.fixture
def dunes(kept_dunes: Callable[[], Intranet], vallees: Intranet) -> Intranet:
    return kept_dunes()
