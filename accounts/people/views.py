"""My account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.invitations.rules import link_of, received_by
from accounts.models import Membership, Notice, Role, User
from accounts.people.forms import ProfileForm
from accounts.readers import forget_reader
from accounts.signals import people_changed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """Show and save what a person says of themselves."""
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        people_changed.send(sender=User, user_ids=[person.pk])
        forget_reader(request.user)
        messages.success(request, "C’est enregistré.")
        return redirect("my_account")
    memberships = (
        Membership.objects.live()
        .filter(user=request.user, organisation__closed_at__isnull=True)
        .select_related("organisation", "department")
        .prefetch_related(Prefetch("roles", Role.objects.live(), to_attr="live_roles"))
    )
    return render(
        request,
        "accounts/my_account.html",
        {
            "form": form,
            "memberships": memberships,
            "invited": [(one, link_of(one)) for one in received_by(request.user)],
            "in_directories": [one for one in memberships if one.organisation.is_public_body],
            "unread": Notice.objects.visible_to(request.user).unread().count(),
            "has_password": request.user.has_usable_password(),
        },
    )
