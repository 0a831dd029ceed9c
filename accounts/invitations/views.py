"""The desk of invitations: list, invite, print, send again, withdraw."""

from __future__ import annotations

import re
from collections.abc import Sequence

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.invitations import rules
from accounts.invitations.codes import code_of, display
from accounts.invitations.forms import InvitationForm
from accounts.members.desk import asked_among, desks_if_any
from accounts.models import Invitation, Organisation
from accounts.readers import reader_for
from accounts.rights import COORDINATOR, REPRESENTATIVE, can_invite
from accounts.words import clean, fold

PAGE = 30
ALREADY_PRINTED = "Ces feuilles étaient déjà prêtes : les voici, avec les mêmes codes."
TABS = (
    ("ouvertes", "À accepter"),
    ("preparees", "À envoyer"),
    ("acceptees", "Acceptées"),
    ("fermees", "Retirées ou périmées"),
)


def organisations_one_invites_for(request: HttpRequest) -> list[Organisation]:
    """Return them by name; raises PermissionDenied when there are none."""
    reader = reader_for(request.user)
    ids = reader.organisations_with_role(COORDINATOR, REPRESENTATIVE)
    found = [
        organisation
        for organisation in Organisation.objects.open().filter(pk__in=ids)
        if can_invite(request.user, organisation)
    ]
    if not found:
        raise PermissionDenied(
            "Inviter des personnes revient à la coordination d’une collectivité "
            "ou à qui représente une association."
        )
    return found


def _in_tab(invitations: QuerySet, tab: str) -> QuerySet:
    if tab == "acceptees":
        return invitations.filter(used_at__isnull=False)
    if tab == "fermees":
        return invitations.filter(used_at__isnull=True).exclude(
            pk__in=Invitation.objects.open().values("pk")
        )
    if tab == "preparees":
        return invitations.prepared().order_by("last_name", "first_name", "pk")
    return invitations.open().sent()


def _page_of(found: QuerySet, words: str, number: str | None) -> Page:
    """Return the page of those that have all the words, names compared folded; two queries."""
    parts = fold(words).split()
    rows = found.values_list("pk", "first_name", "last_name", "email", "job_title")
    ids = [pk for pk, *texts in rows if all(part in fold(" ".join(texts)) for part in parts)]
    page = Paginator(ids, PAGE).get_page(number)
    shown = found.select_related("organisation", "department", "used_by", "invited_by")
    by_id = shown.in_bulk(list(page.object_list))
    page.object_list = [by_id[pk] for pk in page.object_list if pk in by_id]
    return page


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """List the invitations of one's organisations and send new ones."""
    organisations = organisations_one_invites_for(request)
    asked = request.GET.get("pour", "")
    initial = next((o for o in organisations if o.ref == asked), organisations[0])
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        organisations=organisations,
        initial={"organisation": initial},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _invite(request, form)
        except rules.InvitationRefused as refusal:  # they were invited since the form was checked
            form.add_error("email", str(refusal))
    tab = request.GET.get("etat", "ouvertes")
    tab = tab if tab in dict(TABS) else "ouvertes"
    words = clean(request.GET.get("q", ""), 100)
    found = _in_tab(Invitation.objects.visible_to(request.user), tab)
    people = desks_if_any(request)
    return render(
        request,
        "accounts/invitations.html",
        {
            "form": form,
            "page": _page_of(found, words, request.GET.get("page")),
            "words": words,
            "tab": tab,
            "tabs": TABS,
            "now": timezone.now(),
            "several": len(organisations) > 1,
            # Beside the pages of people, for who keeps those; an association has none.
            "desks": people,
            "organisation": asked_among(request, people) if people else initial,
        },
    )


def _invite(request: HttpRequest, form: InvitationForm) -> HttpResponse:
    asked = form.cleaned_data
    common = {
        "roles": asked["roles"],
        "department": asked.get("department"),
        "job_title": asked["job_title"],
        "first_name": asked["first_name"],
        "last_name": asked["last_name"],
    }
    if asked["channel"] == Invitation.Channel.EMAIL:
        rules.write_once(
            request.user, asked["organisation"], asked["email"], key=asked["key"], **common
        )
        messages.success(request, f"L’invitation part à {asked['email']}.")
        return redirect("invitations")
    made, now = rules.print_once(
        request.user,
        asked["organisation"],
        asked["number"],
        key=asked["key"],
        **common,
    )
    if not now:
        messages.info(request, ALREADY_PRINTED)
    return redirect(print_path([invitation.ref for invitation in made]))


def print_path(refs: Sequence[str]) -> str:
    """Return where the printed invitations of these references are shown, ready for paper."""
    return f"{reverse('invitations_print')}?refs={','.join(refs)}"


@login_required
@never_cache
@require_safe
def print_invitations(request: HttpRequest) -> HttpResponse:
    """Show the open printed invitations named by `refs`, one a sheet.

    Looking changes nothing: shown again, a sheet has the code that it had. Never one sent by
    e-mail: its code proves an address, and belongs to who reads that mailbox.
    """
    asked = request.GET.get("refs", "")[:2000].split(",")
    refs = [ref for ref in asked if ref.isalnum()][: rules.MAX_PRINTED_AT_ONCE]
    found = (
        Invitation.objects.visible_to(request.user)
        .open()
        .filter(ref__in=refs, channel=Invitation.Channel.PRINT)
        .select_related("organisation__site", "department", "invited_by")
        .order_by("pk")
    )
    sheets = [
        {
            "invitation": invitation,
            "code": display(code_of(invitation)),
            "qr": qr_code(rules.link_of(invitation)),
            "address": f"{invitation.organisation.base_url}{reverse('invitation_code')}",
        }
        for invitation in found
    ]
    return render(request, "accounts/invitations_print.html", {"sheets": sheets})


def qr_code(link: str, *, scalable: bool = False) -> SafeString:
    """Return the QR code of the link as inline SVG, drawn in the colour of the text.

    `scalable`: without a size of its own, it fills the place that a style sheet gives it.
    """
    drawing = segno.make(link, error="m").svg_inline(
        scale=4,
        border=4,
        dark="#1c2430",
        light="#fff",
        svgclass="qr",
        lineclass=None,
        omitsize=scalable,
    )
    return mark_safe(drawing)  # noqa: S308 - drawn by segno from our own link


def _list_with(invitation: Invitation) -> str:
    """Return the address of the list where the invitation was."""
    return f"{reverse('invitations')}{'' if invitation.sent_at else '?etat=preparees'}"


@login_required
@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), ref=ref)
    if rules.withdraw(invitation):
        messages.success(request, "L’invitation est retirée : son code ne sert plus.")
    else:
        messages.error(request, "Trop tard : cette invitation a déjà servi, ou était déjà retirée.")
    return redirect(_list_with(invitation))


@login_required
@require_POST
def send_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Send one that goes by e-mail; a sheet is replaced on a page that says what that stops."""
    invitation = get_object_or_404(
        Invitation.objects.visible_to(request.user).select_related("organisation"), ref=ref
    )
    if invitation.channel == Invitation.Channel.PRINT:
        return redirect("invitation_replace", ref=ref)
    before = _list_with(invitation)
    was_prepared = invitation.sent_at is None
    if not rules.send_again(invitation, request.user, seen=_seen(request)):  # type: ignore[arg-type]
        return _too_late(request, invitation, "Elle vient de partir : le dernier lien est le bon.")
    if was_prepared:
        messages.success(request, f"L’invitation part à {invitation.email}.")
        return redirect(before)
    messages.success(
        request, f"Une nouvelle invitation part à {invitation.email}. L’ancien lien ne sert plus."
    )
    return redirect("invitations")


def _seen(request: HttpRequest) -> int | None:
    """Return the version of the code that the person saw when they pressed."""
    typed = request.POST.get("version", "")
    return int(typed) if re.fullmatch(r"[0-9]{1,4}", typed) else None


def _too_late(request: HttpRequest, invitation: Invitation, sent: str) -> HttpResponse:
    """Say why nothing was done: it is closed, or another press (`sent`) came first."""
    invitation.refresh_from_db()
    if invitation.used_at or invitation.withdrawn_at:
        messages.error(request, "Trop tard : cette invitation a déjà servi, ou était déjà retirée.")
        return redirect("invitations")
    messages.info(request, sent)
    if invitation.channel == Invitation.Channel.PRINT:
        return redirect(print_path([invitation.ref]))
    return redirect("invitations")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, ref: str) -> HttpResponse:
    """Say which sheet would stop working, then give it a new code."""
    invitation = get_object_or_404(
        Invitation.objects.visible_to(request.user)
        .filter(channel=Invitation.Channel.PRINT)
        .select_related("organisation", "department", "invited_by"),
        ref=ref,
    )
    if invitation.used_at or invitation.withdrawn_at:
        return _too_late(request, invitation, "")
    if request.method != "POST":
        context = {"invitation": invitation, "print_path": print_path([ref])}
        return render(request, "accounts/invitation_replace.html", context)
    if not rules.send_again(invitation, request.user, seen=_seen(request)):  # type: ignore[arg-type]
        return _too_late(
            request, invitation, "Cette feuille vient d’être remplacée : voici celle qui sert."
        )
    messages.info(
        request,
        "Voici une nouvelle feuille, avec un nouveau code : celle que vous aviez imprimée "
        "ne sert plus.",
    )
    return redirect(print_path([ref]))
