"""Thousands of refusals: they are counted, not drawn."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse


@pytest.fixture(autouse=True)
def _plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(status: int) -> object:
        def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
            return HttpResponse(status=status)

        return answer

    monkeypatch.setattr("portal.urls.handler403", refused(403), raising=False)
    monkeypatch.setattr("portal.urls.handler404", refused(404))
