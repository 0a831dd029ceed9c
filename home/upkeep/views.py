"""«J’ai relu»: a page of our own at the desk, for an own guide (home/tenancy/opened.py checks)."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from home.models import GuidePage
from home.tenancy.own import own
from home.typography import NBSP
from home.upkeep.reviews import AT_MOST, USUALLY, NotNowError, mark_reviewed, why_not_now


class ReviewedForm(forms.Form):
    until = forms.DateField(
        label="Prochaine relecture avant le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choisissez le jour de la prochaine relecture.",
            "invalid": f"Écrivez un jour qui existe, comme ceci{NBSP}: 31/12/2027.",
        },
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today < until <= today + AT_MOST:
            raise ValidationError("Choisissez un jour à venir, dans les trois ans.")
        return until


@require_http_methods(["GET", "HEAD", "POST"])
@require_admin_access
def reviewed(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask until when the guide holds, and keep it."""
    guide = get_object_or_404(own(GuidePage.objects.all()), pk=page_id)
    start = {"until": timezone.localdate() + USUALLY}
    form = ReviewedForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            mark_reviewed(guide.pk, until, request.user)
        except NotNowError:
            pass  # the page below says why, and what to do
        else:
            messages.success(
                request,
                f"C’est noté{NBSP}: «{NBSP}{guide.title}{NBSP}» est relue, à revoir avant le "
                f"{date_format(until, 'j F Y')}.",
            )
            return redirect("wagtailadmin_home")
    not_now = why_not_now(guide, request.user)
    return render(
        request, "home/desk/reviewed.html", {"page": guide, "form": form, "not_now": not_now}
    )
