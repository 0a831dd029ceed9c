"""A page that was re-read and cannot appear: back to its form, with what to mend."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.modal_workflow import render_modal_workflow

from home.rereading.finishing import CannotAppear
from home.typography import NBSP


def refused(request: HttpRequest, refusal: CannotAppear) -> HttpResponse:
    """Return the way to the form of the page, where the reviewer mends it; the page still waits.

    A dialogue of Wagtail's follows the address that it is given.
    """
    title = refusal.page.title
    messages.error(
        request,
        " ".join(
            [
                f"«{NBSP}{title}{NBSP}» n’est pas publiée, et attend toujours d’être relue.",
                *refusal.problems,
                f"Corrigez ici, puis choisissez de nouveau «{NBSP}Relu, publier{NBSP}».",
            ]
        ),
    )
    form = reverse("wagtailadmin_pages:edit", args=[refusal.page.pk])
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        told = {"step": "success", "redirect": form}
        return render_modal_workflow(request, "", None, {}, json_data=told)
    return redirect(form)
