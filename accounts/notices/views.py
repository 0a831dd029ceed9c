"""What I was told, and how to hear less."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Notice, User
from accounts.notices.links import has_a_path, leading_elsewhere, person_of
from accounts.people.models import DigestRhythm

PAGE = 30


@login_required
@require_safe
def my_notices(request: HttpRequest) -> HttpResponse:
    notices = Notice.objects.visible_to(request.user).select_related("organisation")
    page = Paginator(notices, PAGE).get_page(request.GET.get("page"))
    elsewhere = _leading_elsewhere(request, page)
    return render(
        request,
        "accounts/my_notices.html",
        {
            "page": page,
            "rows": [
                {
                    "notice": one,
                    "elsewhere": elsewhere.get(one.pk, ""),
                    "opens": has_a_path(one) and one.pk not in elsewhere,
                }
                for one in page
            ],
            "unread": Notice.objects.visible_to(request.user).unread().count(),
        },
    )


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    Notice.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    messages.success(request, "Toutes les nouvelles sont marquées comme lues.")
    return redirect("my_notices")


@login_required
@require_POST
def open_notice(request: HttpRequest, ref: str) -> HttpResponse:
    """Mark one notice as read and go where it leads, unless that is on another intranet."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), ref=ref)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())
    stays = has_a_path(notice) and not _leading_elsewhere(request, [notice])
    return redirect(notice.path if stays else "my_notices")


def _leading_elsewhere(request: HttpRequest, notices: Iterable[Notice]) -> dict[int, str]:
    person: Any = request.user
    return leading_elsewhere(person, notices, request.site)  # type: ignore[attr-defined]


@never_cache
@csrf_exempt  # RFC 8058: the mail reader posts it without our form; the link itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop e-mails: reading shows the question (mail scanners open links), posting answers it.

    Raises Http404 when the link was tampered with.
    """
    person = person_of(token)
    if person is None:
        raise Http404
    stopped = request.method == "POST"
    if stopped:
        User.objects.filter(pk=person.pk).update(notice_rhythm=DigestRhythm.NEVER)
    return render(request, "accounts/notices_stop.html", {"stopped": stopped})
