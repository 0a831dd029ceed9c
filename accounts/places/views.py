"""Completion of a commune's name: public data, ten at most."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import Commune

MAX_PLACES = 10


@require_safe
@cache_control(public=True, max_age=86_400)
def places(request: HttpRequest) -> JsonResponse:
    """Return at most ten communes that begin with `q`, as {"places": [{code, name, label…}]}."""
    found = Commune.objects.beginning_with(request.GET.get("q", ""))[:MAX_PLACES]
    return JsonResponse(
        {
            "places": [
                {
                    "code": commune.code,
                    "name": commune.name,
                    "postal_codes": commune.postal_codes.split(),
                    "department": commune.department_code,
                    "label": commune.exact_label,
                    "latitude": commune.latitude,
                    "longitude": commune.longitude,
                }
                for commune in found
            ]
        }
    )
