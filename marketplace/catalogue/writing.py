"""Writing a listing in four short steps, each saved as it is sent; the address says which."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.days import last_day
from accounts.models import Organisation
from accounts.readers import reader_for
from accounts.words import clean
from marketplace import rights
from marketplace.catalogue import focus, guards, photos, presentation, rules, tagging
from marketplace.catalogue.contacts import shown_contact
from marketplace.catalogue.forms import KindForm
from marketplace.catalogue.models import Listing
from marketplace.catalogue.naming import tell_newly_named
from marketplace.catalogue.protection.presentation import boxes_of
from marketplace.catalogue.thing_forms import content_form_for
from marketplace.catalogue.where_form import PhotoForm, WhereForm
from marketplace.choices import Direction, ListingState
from marketplace.refusals import Refused

TITLES = {
    1: "De quoi s’agit-il ?",
    2: "Racontez",
    3: "Où, quand, pour qui",
    4: "Photos et relecture",
}
LONGEST_TITLE: int = Listing._meta.get_field("title").max_length
# The same words as in the addresses of the catalogue.
DIRECTION_WORDS = {"offre": Direction.OFFER, "besoin": Direction.NEED}


def step_url(listing: Listing, step: int) -> str:
    return reverse("listing_step", args=[listing.ref, step])


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Step 1 of a new listing; the draft exists once it is answered.

    The address may begin its title, with what somebody looked for in vain.
    """
    if refusal := rights.why_not_create(request.user):
        raise PermissionDenied(refusal)
    organisations = _organisations(request)
    initial = {"direction": DIRECTION_WORDS.get(request.GET.get("sens", ""), "")}
    form = KindForm(request.POST or None, organisations=organisations, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            listing = rules.create_draft(
                request.user,
                data["organisation"],
                direction=data["direction"],
                nature=data["nature"],
                transfer=data["transfer"],
                title=clean(request.GET.get("titre", ""), LONGEST_TITLE),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(step_url(listing, 2))
    unverified = _unverified(list(organisations))
    return render(
        request,
        "marketplace/step_form.html",
        {"form": form, "step": 1, "title": TITLES[1], "notice": unverified, "steps_total": 4},
    )


@login_required
def step(request: HttpRequest, ref: str, step: int) -> HttpResponse:
    """One step of an existing listing, draft or not."""
    listing = editable(request, ref)
    if step not in TITLES:
        raise Http404
    views = {1: _kind, 2: _content, 3: _where, 4: _review}
    return views[step](request, listing)


def editable(request: HttpRequest, ref: str) -> Listing:
    """Return the listing that this person may edit.

    Raises Http404 when they may not see it, PermissionDenied when they may only read it.
    """
    listing = get_object_or_404(Listing.objects.handled_by(request.user).for_page(), ref=ref)
    if refusal := rights.why_not_edit(request.user, listing):
        raise PermissionDenied(refusal)
    return listing


def _kind(request: HttpRequest, listing: Listing) -> HttpResponse:
    form = KindForm(
        request.POST or None,
        organisations=Organisation.objects.filter(pk=listing.organisation_id),
        fixed_direction=listing.published_at is not None,
        initial={
            "direction": listing.direction,
            "kind": f"{listing.nature}-{listing.transfer}",
        },
    )
    if request.method == "POST" and form.is_valid():
        names = ("direction", "nature", "transfer")
        values = {name: form.cleaned_data[name] for name in names}
        if _saved(request, form, listing, values):
            return redirect(step_url(listing, 2))
    return _step_page(request, listing, form, 1)


def _content(request: HttpRequest, listing: Listing) -> HttpResponse:
    form_class = content_form_for(listing)
    terms = getattr(listing, rules.terms_of(listing), None)
    initial = {name: getattr(listing, name) for name in form_class.listing_fields}
    initial |= {name: getattr(terms, name) for name in form_class.terms_fields if terms}
    initial["category"] = listing.category.slug if listing.category else ""
    initial["tags"] = ", ".join(tag.name for tag in listing.tags.all())
    form = form_class(request.POST or None, listing=listing, user=request.user, initial=initial)
    if listing.has_calendar:
        form.fields.pop("quantity", None)  # its calendar counts
    if request.method == "POST" and form.is_valid():
        tags = form.cleaned_data["tags"]
        if _saved(request, form, listing, form.listing_values(), form.terms_values(), tags):
            return redirect(step_url(listing, 3))
    return _step_page(request, listing, form, 2)


def _where(request: HttpRequest, listing: Listing) -> HttpResponse:
    initial = {
        "place": listing.commune,
        "place_label": listing.place_label,
        "remote": listing.remote,
        "first_day": listing.available_from,
        "last_day": last_day(listing.available_until),
        "availability": listing.availability,
        "scope": listing.scope,
        "access": listing.access,
        "accepts_requests": listing.accepts_requests,
    }
    form = WhereForm(request.POST or None, listing=listing, initial=initial)
    answered = request.method == "POST" and form.is_valid()
    before = (listing.keeper_id, listing.deputy_id)
    if answered and _saved(request, form, listing, form.listing_values()):
        now = Listing.objects.for_page().select_related("deputy").get(pk=listing.pk)
        tell_newly_named(now, request.user, before)
        if not rights.can_edit(request.user, now):  # handed over to somebody else
            return redirect(now)
        return redirect(step_url(listing, 4))
    return _step_page(request, listing, form, 3)


def _review(
    request: HttpRequest, listing: Listing, photo_form: PhotoForm | None = None
) -> HttpResponse:
    refusals = guards.refusals(listing)
    if listing.organisation.is_association and not rights.is_verified(listing.organisation):
        refusals = [rights.UNVERIFIED, *refusals]
    missing = [
        {"url": step_url(listing, number), "text": text} for number, text in guards.missing(listing)
    ]
    waits = guards.needs_moderation(listing) and not rights.can_moderate(request.user, listing)
    pictures = [
        {
            "ref": photo.ref,
            "alt": photo.description,
            "image": photos.shown(photo, photos.THUMBNAIL),
            "whole": photos.shown(photo, focus.WHOLE),
            "focus_form": focus.FocusForm(
                auto_id=f"id_{photo.ref}_%s",
                initial={"place": focus.nearest(focus.point_of(photo))},
            ),
        }
        for photo in listing.photos.all()
    ]
    return render(
        request,
        "marketplace/step_review.html",
        {
            "listing": listing,
            "step": 4,
            "steps_total": 4,
            "title": TITLES[4],
            "row": presentation.row(listing, request.user),
            "facts": presentation.facts(listing),
            "contact": shown_contact(listing, None),
            "scope_sentence": presentation.scope_sentence(listing.scope, listing.organisation),
            "pictures": pictures,
            "photo_form": photo_form or PhotoForm(),
            "may_add_photo": len(pictures) < photos.MAX_PHOTOS,
            "refusals": refusals,
            "missing": missing,
            "is_draft": listing.state in (ListingState.DRAFT, ListingState.RETURNED),
            "ready": not refusals and not missing,
            "waits": waits,
            "stays_read": waits and listing.is_published,
            "back_url": step_url(listing, 3),
            "errors": photo_form is not None,
        },
        status=400 if photo_form is not None and photo_form.errors else 200,
    )


@login_required
@require_POST
def add_photo(request: HttpRequest, ref: str) -> HttpResponse:
    """Add a photo; a refused one leaves the words typed in the form."""
    listing = editable(request, ref)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            photos.add(
                listing, request.user, form.cleaned_data["file"], form.cleaned_data["description"]
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "La photo est ajoutée.")
            return redirect(f"{step_url(listing, 4)}#photos")
    if request.FILES and "file" not in form.errors:
        # The browser does not send it back by itself.
        form.add_error("file", "Choisissez de nouveau la photo : le navigateur l’a oubliée.")
    return _review(request, listing, form)


@login_required
@require_POST
def focus_photo(request: HttpRequest, ref: str, photo: str) -> HttpResponse:
    """Keep in sight the point clicked on a photo, or the place chosen."""
    listing = editable(request, ref)
    found = listing.photos.filter(ref=photo).first()
    point = focus.sent_point(request.POST, photos.shown(found, focus.WHOLE)) if found else None
    if point is None or not photos.keep_in_sight(listing, request.user, photo, point):
        messages.error(request, "Choisissez l’endroit de la photo à garder.")
    else:
        messages.success(request, "La photo est recadrée : voyez-la dans la liste, plus bas.")
    return redirect(f"{step_url(listing, 4)}#photos")


@login_required
@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    """Return a few words already in use that go on as typed, among what this person may see."""
    if refusal := rights.why_not_create(request.user):
        raise PermissionDenied(refusal)
    return JsonResponse({"words": tagging.suggestions(request.user, request.GET.get("q", "")[:40])})


@login_required
@require_POST
def remove_photo(request: HttpRequest, ref: str, photo: str) -> HttpResponse:
    listing = editable(request, ref)
    photos.remove(listing, request.user, photo)
    messages.success(request, "La photo est enlevée.")
    return redirect(f"{step_url(listing, 4)}#photos")


def _saved(
    request: HttpRequest,
    form: Any,
    listing: Listing,
    values: dict,
    terms: dict | None = None,
    tags: list[str] | None = None,
) -> bool:
    """Save a step; on refusal, put the sentence in the form and return False."""
    before = listing.state
    try:
        saved = rules.save(listing, request.user, values, terms, tags=tags)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    if saved.state != before:
        messages.info(
            request,
            "L’annonce retourne à la relecture, car ce que vous avez changé décide de qui la voit.",
        )
    return True


def _step_page(request: HttpRequest, listing: Listing, form: Any, step: int) -> HttpResponse:
    return render(
        request,
        "marketplace/step_form.html",
        {
            "form": form,
            "listing": listing,
            "step": step,
            "steps_total": 4,
            "title": TITLES[step],
            "back_url": step_url(listing, step - 1) if step > 1 else "",
            "protections": boxes_of(listing.organisation)
            if step == 2 and listing.is_offer and listing.is_of_persons
            else [],
            "return_reason": listing.return_reason
            if listing.state == ListingState.RETURNED
            else "",
        },
    )


def _organisations(request: HttpRequest) -> Any:
    ids = reader_for(request.user).organisation_ids
    return Organisation.objects.filter(pk__in=ids).order_by("name")


def _unverified(organisations: list[Organisation]) -> str:
    associations = [one for one in organisations if one.is_association]
    only_associations = bool(associations) and len(associations) == len(organisations)
    if only_associations and not any(rights.is_verified(one) for one in associations):
        return rights.UNVERIFIED
    return ""
