"""The colours, the name and the links of a site."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from wagtail.models import Site

from accounts.models import Organisation, User
from home import colours
from home.identity import identity_for
from home.models import SiteIdentity
from home.navigation import account_links_for
from home.pages.tracks import TRACK_ICONS
from home.typography import french, french_html
from tests.home.factories import Intranet, picture, picture_bytes

NBSP = "\u00a0"


def test_contrast_is_measured_as_wcag_does() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["#f0b13a", "#ffff00", "#777777", "#ffffff", "#ff8800"])
def test_an_accent_that_cannot_be_read_is_refused_with_one_that_can(
    vallees: Intranet, colour: str
) -> None:
    identity = SiteIdentity.objects.get(site=vallees.site)
    identity.accent = colour
    with pytest.raises(ValidationError) as refusal:
        identity.full_clean()
    (message,) = refusal.value.message_dict["accent"]
    assert "il en faut 4,5" in message
    suggested = colours.nearest_accent(colour)
    assert suggested in message
    identity.accent = suggested
    identity.full_clean()


@pytest.mark.parametrize("colour", ["#808080", "#0080ff", "#c55a11"])
def test_a_second_colour_between_ink_and_white_is_refused(colour: str) -> None:
    assert colours.second_contrast(colours.nearest_second(colour)) >= colours.ENOUGH


def test_the_colour_that_is_proposed_is_taken_by_its_button(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    """Pressed once, without a script; a colour mended by hand meanwhile is left as it is."""
    editor = client_for(vallees.person("editor"), vallees.host)
    address = f"/cms/settings/home/siteidentity/{vallees.site.pk}/"
    typed = {"mark": "sun", "accent": "#ffff00", "second": "#808080", "tagline": "Ensemble"}
    refused = editor.post(address, typed).content.decode()
    for name, proposed in [
        ("accent", colours.nearest_accent("#ffff00")),
        ("second", colours.nearest_second("#808080")),
    ]:
        assert f'name="{name}-instead"' in refused
        assert f"Prendre {proposed} et enregistrer" in refused
    assert editor.post(address, typed | {"accent-instead": "1"}).status_code == 200  # the second
    typed |= {"second": "#f0b13a"}
    assert editor.post(address, typed | {"accent-instead": "1"}).status_code == 302
    identity = SiteIdentity.objects.get(site=vallees.site)
    assert identity.accent == colours.nearest_accent("#ffff00")
    assert editor.get(address).content.decode().count("-instead") == 0
    editor.post(address, typed | {"accent": "#7b2d4a", "accent-instead": "1"})
    identity.refresh_from_db()
    assert identity.accent == "#7b2d4a"


@pytest.mark.parametrize("value", ["", "rouge", "#12", "#0f5d63;}body{display:none", "url(x)"])
def test_what_is_not_a_colour_is_refused(vallees: Intranet, value: str) -> None:
    identity = SiteIdentity.objects.get(site=vallees.site)
    identity.accent = value
    with pytest.raises(ValidationError) as refusal:
        identity.full_clean()
    assert "accent" in refusal.value.message_dict


def test_the_theme_is_the_sites_own_and_is_cached(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    SiteIdentity.objects.filter(site=vallees.site).update(accent="#7b2d4a")
    browser = client_for(None, vallees.host)
    first = browser.get("/theme.css")
    assert "--accent:#7b2d4a" in first.content.decode()
    assert first["Content-Type"].startswith("text/css")
    assert browser.get("/theme.css", headers={"if-none-match": first["ETag"]}).status_code == 304
    SiteIdentity.objects.filter(site=vallees.site).update(accent="#1d4f7c")
    again = browser.get("/theme.css", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert "#7b2d4a" not in client_for(None, dunes.host).get("/theme.css").content.decode()


def test_new_colours_show_at_once(vallees: Intranet, client_for: Callable[..., Client]) -> None:
    """Browsers keep the colours for five minutes: who had just chosen others saw the old ones."""
    editor = client_for(vallees.person("editor"), vallees.host)

    def addresses() -> set[str]:
        pages = [editor.get(path).content.decode() for path in ("/", "/cms/")]
        return {found for page in pages for found in re.findall(r"/theme\.css[^\"]*", page)}

    (before,) = addresses()
    SiteIdentity.objects.filter(site=vallees.site).update(accent="#7b2d4a")
    (after,) = addresses()
    assert after != before
    assert "--accent:#7b2d4a" in editor.get(after).content.decode()


def test_the_identity_costs_one_query(
    vallees: Intranet, rf: RequestFactory, django_assert_num_queries: Callable[..., Any]
) -> None:
    identity = SiteIdentity.objects.get(site=vallees.site)
    identity.logo = picture(vallees, "Logo")
    identity.save()
    request = rf.get("/")
    request.site, request.collectivite = vallees.site, vallees.organisation  # type: ignore[attr-defined]
    with django_assert_num_queries(1):
        assert identity_for(request).logo_url.startswith("/fichiers/images/")
        assert identity_for(request).name == "Les Vallées"


def test_a_logo_whose_file_is_replaced_is_still_drawn(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    identity = SiteIdentity.objects.get(site=vallees.site)
    identity.logo = logo = picture(vallees, "Logo")
    identity.save()
    former = identity.logo_url
    editor = client_for(vallees.person("agent", "editor"), vallees.host)
    new_file = SimpleUploadedFile("logo.png", picture_bytes(size=(60, 20)))
    form = {
        "title": "Logo",
        "file": new_file,
        "collection": vallees.site.tenancy.collection_id,
        "consent": "nobody",
    }
    answer = editor.post(f"/cms/images/{logo.pk}/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    identity.refresh_from_db()
    assert identity.logo_url != former
    assert client_for(None, vallees.host).get(identity.logo_url).status_code == 200


def test_links_of_the_account_follow_the_roles(
    vallees: Intranet, dunes: Intranet, rf: RequestFactory
) -> None:
    def links(user: Any) -> set[str]:
        request = rf.get("/")
        request.user, request.site = user, vallees.site  # type: ignore[attr-defined]
        request.collectivite = vallees.organisation  # type: ignore[attr-defined]
        return {link.title for link in account_links_for(request)}

    everyone = {"Mes échanges", "Mes annonces", "Annonces gardées", "Mes recherches", "Mes pages",
                "Mon compte"}  # fmt: skip
    assert links(dunes.person("agent")) == everyone
    everyone.add("Annuaire")
    assert links(vallees.person("agent")) == everyone
    assert links(vallees.person("manager")) == everyone | {"Mon équipe"}
    assert links(vallees.person("coordinator")) == everyone | {"Coordination", "Rédaction"}
    assert "Rédaction" not in links(dunes.person("editor"))


def test_pictograms_of_tracks_are_drawn() -> None:
    folder = Path(settings.BASE_DIR) / "static" / "icons"
    assert [name for name, _ in TRACK_ICONS if not (folder / f"{name}.svg").exists()] == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Pourquoi ?", f"Pourquoi{NBSP}?"),
        ("l'idée d'un agent", "l’idée d’un agent"),
        ("« oui »", f"«{NBSP}oui{NBSP}»"),
        ("à 9 h 30", f"à 9{NBSP}h{NBSP}30"),
        ("1 234,50 €", f"1{NBSP}234,50{NBSP}€"),
        ("http://a.test/?x=1", "http://a.test/?x=1"),
        ("Les Moëres · mardi", f"Les Moëres{NBSP}· mardi"),
        ("« oui », dit-elle", f"«{NBSP}oui{NBSP}», dit-elle"),
    ],
)
def test_french_typography(typed: str, shown: str) -> None:
    assert french(typed) == shown


def test_french_typography_leaves_tags_alone() -> None:
    html = '<p title="l\'eau ?">l\'eau <a href="/x?y=1">ici</a> ?</p>'
    assert french_html(html) == f'<p title="l\'eau ?">l’eau <a href="/x?y=1">ici</a>{NBSP}?</p>'


def test_whom_to_ask_is_at_the_foot_of_every_page_and_where_one_is_stopped(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    identity = SiteIdentity.objects.get(site=vallees.site)
    assert "Une question" not in client_for(host=vallees.host).get("/").content.decode()
    identity.whom_to_ask = "Sylvie <b>, à la coordination : 01 99 00 40 41, s@ville.example"
    identity.save()
    telephone = '<a class="nowrap" href="tel:+33199004041">01 99 00 40 41</a>'
    home = client_for(host=vallees.host).get("/").content.decode()
    assert telephone in home
    assert '<a href="mailto:s@ville.example">' in home
    assert "<b>," not in home
    stranger = client_for(dunes.person("agent"), vallees.host)
    refused = stranger.get("/annuaire/")
    assert refused.status_code == 403
    assert refused.content.decode().count(telephone) == 2
    assert telephone not in client_for(host=dunes.host).get("/").content.decode()


def test_editors_name_their_site_and_who_empties_the_name_has_the_short_one_again(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = client_for(vallees.person("editor"), vallees.host)
    address = f"/cms/settings/home/siteidentity/{vallees.site.pk}/"
    form = {"mark": "sun", "accent": "#0f5d63", "second": "#f0b13a"}
    short_name = vallees.organisation.short_name

    def shown_after(name: str) -> str:
        assert editor.post(address, {**form, "site_name": name}).status_code == 302
        assert f'value="{name or short_name}"' in editor.get(address).content.decode()
        page = client_for(None, vallees.host).get("/").content.decode()
        (found,) = re.findall(r'identity-name">([^<]+)<', page)
        return str(found)

    assert shown_after("Le fil des vallées") == "Le fil des vallées"
    assert Site.objects.get(pk=vallees.site.pk).site_name == "Le fil des vallées"
    assert shown_after("") == short_name
    assert Site.objects.get(pk=dunes.site.pk).site_name == dunes.organisation.short_name


def test_a_collectivite_that_is_renamed_renames_its_site_unless_its_editors_have(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    Site.objects.filter(pk=dunes.site.pk).update(site_name="Le fil des dunes")
    staff = client_for(User.objects.create_superuser(email="p@demo.example", password="x"))
    for place in (vallees, dunes):
        address = f"/plateforme/accounts/organisation/{place.organisation.pk}/change/"
        page = staff.get(address)
        known = page.context["adminform"].form.initial
        data = {name: value for name, value in known.items() if value not in (None, "")}
        for inline in page.context["inline_admin_formsets"]:
            data |= {field.html_name: 0 for field in inline.formset.management_form}
        answer = staff.post(address, {**data, "short_name": "Renommée"})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Organisation.objects.filter(short_name="Renommée").count() == 2
    names = [Site.objects.get(pk=place.site.pk).site_name for place in (vallees, dunes)]
    assert names == ["Renommée", "Le fil des dunes"]
