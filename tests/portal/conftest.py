"""Thousands of answers of which the status alone is read: nothing of them is drawn."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse


@pytest.fixture
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(status: int) -> object:
        def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
            return HttpResponse(status=status)

        return answer

    monkeypatch.setattr("portal.urls.handler403", refused(403))
    monkeypatch.setattr("portal.urls.handler404", refused(404))
    monkeypatch.setattr(
        "django.template.backends.django.Template.render", lambda *args, **kwargs: ""
    )
