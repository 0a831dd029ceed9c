"""The page where a coordination keeps what protects its agents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.members.desk import asked_among, desks
from marketplace.catalogue.protection import presentation, rules
from marketplace.catalogue.protection.forms import ProtectionForm
from marketplace.choices import WhoseTime
from marketplace.refusals import Refused


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def protection(request: HttpRequest) -> HttpResponse:
    """Show the texts for the two kinds of time, and keep one."""
    found = desks(request)
    organisation = asked_among(request, found)
    own = rules.texts_of(organisation)
    sent = request.POST.get("whose_time", "") if request.method == "POST" else ""
    sections: list[dict[str, Any]] = []
    for whose_time in WhoseTime.values:
        text = own.get(whose_time)
        data = request.POST if sent == whose_time else None
        form = ProtectionForm(data, whose_time=whose_time, own=text)
        if data is not None and form.is_valid():
            cleaned = form.cleaned_data
            try:
                saved = rules.save(
                    organisation,
                    request.user,  # type: ignore[arg-type]
                    whose_time,
                    form.words(),
                    confirmed_by=cleaned["confirmed_by"],
                    confirmed_on=cleaned["confirmed_on"],
                    valid_until=cleaned["valid_until"],
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                said = presentation.confirmation(saved)
                messages.success(request, f"Le texte est enregistré. {said}")
                return redirect(f"{reverse('desk_protection')}?pour={organisation.ref}")
        sections.append(
            {
                "whose_time": whose_time,
                "title": presentation.TITLES[WhoseTime(whose_time)],
                "confirmation": presentation.confirmation(text),
                "is_confirmed": text is not None and text.is_confirmed,
                "form": form,
            }
        )
    return render(
        request,
        "marketplace/protection/desk.html",
        {"organisation": organisation, "desks": found, "sections": sections},
    )
