"""Opening an intranet: complete, safe to repeat, with exact refusals."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import Collection, GroupPagePermission, Page, PageViewRestriction, Site

from accounts.models import Membership, Organisation, Role
from home.changes import tell, together
from home.models import GuidePage, LegalNoticePage, SectionPage, TrackPage
from home.provisioning.sites import provision_site
from home.provisioning.starter import install_starter
from home.provisioning.texts import starter
from home.signals import pages_changed
from tests.factories import CommuneFactory, OrganisationFactory, siret
from tests.home.factories import Intranet, guide

ARGUMENTS = {
    "siret": siret(777),
    "legal_form": "epci",
    "commune": "57463",
    "hostname": "nouvelle.localhost",
    "port": 80,
    "coordinator": "anne@exemple.test",
}


def create(**changes: Any) -> str:
    out = StringIO()
    call_command(
        "create_collectivite", "Métropole nouvelle", stdout=out, **{**ARGUMENTS, **changes}
    )
    return out.getvalue()


def counts() -> tuple[int, ...]:
    models = (Page, Site, Group, Collection, Organisation, Membership, Role, GroupPagePermission)
    return (*(model.objects.count() for model in models), PageViewRestriction.objects.count())


def test_create_collectivite_twice_changes_nothing_the_second_time(platform_site: Site) -> None:
    CommuneFactory()
    first = create()
    before = counts()
    second = create()
    assert counts() == before
    assert "créée" in first
    assert "déjà là" in second
    site = Site.objects.get(hostname="nouvelle.localhost")
    slugs = set(site.root_page.get_children().values_list("slug", flat=True))
    assert {"pistes", "guides", "recits", "actualites", "interne"} <= slugs
    assert Role.objects.filter(kind="coordinator", membership__organisation=site.organisation)


def test_an_intranet_that_is_open_gets_a_new_section_where_new_ones_have_it(
    vallees: Intranet,
) -> None:
    def menu() -> list[str]:
        home = vallees.site.root_page
        return [page.slug for page in home.get_children().filter(show_in_menus=True)]

    as_new, inside = menu(), list(vallees.page("interne").get_children())
    vallees.page("agenda").delete()
    vallees.page("interne", "agenda").delete()
    kept = guide(vallees, "entre-nous", audience="internal")
    for _ in range(2):
        call_command("complete_sites", verbosity=0)
        assert menu() == as_new
        assert [page.slug for page in vallees.page("interne").get_children()] == [
            page.slug for page in inside
        ]
    assert vallees.page("interne", "guides", "entre-nous").pk == kept.pk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"siret": "123"}, "SIRET"),
        ({"commune": "57000"}, "Commune inconnue"),
        ({"legal_form": "royaume"}, "Forme inconnue"),
        ({"coordinator": "anne"}, "adresse électronique"),
        ({"hostname": "vallees.localhost"}, "déjà celui de"),
    ],
)
def test_wrong_arguments_are_refused_and_nothing_is_left(
    vallees: Intranet, changes: dict[str, Any], words: str
) -> None:
    CommuneFactory()
    before = counts()
    with pytest.raises(CommandError, match=words):
        create(**changes)
    assert counts() == before


def test_provisioning_again_keeps_what_editors_changed(vallees: Intranet) -> None:
    page = guide(vallees, title="Premier titre")
    page.title = "Titre de la rédaction"
    page.save_revision().publish()
    Site.objects.filter(pk=vallees.site.pk).update(site_name="Le fil des vallées")
    vallees.organisation.refresh_from_db()
    provision_site(vallees.organisation, vallees.host)
    guide(vallees, title="Premier titre")
    assert Site.objects.get(pk=vallees.site.pk).site_name == "Le fil des vallées"
    assert vallees.page("guides", "premier-pas").title == "Titre de la rédaction"


def test_a_host_name_may_change(vallees: Intranet) -> None:
    provision_site(vallees.organisation, "autre.localhost", 8000)
    assert Site.objects.get(pk=vallees.site.pk).hostname == "autre.localhost"
    assert Site.objects.count() == 2


def test_a_slug_that_changes_keeps_every_page(vallees: Intranet) -> None:
    kept, pages = guide(vallees), Page.objects.count()
    Organisation.objects.filter(pk=vallees.organisation.pk).update(slug="vallees-et-lacs")
    call_command("complete_sites", verbosity=0)
    site = Site.objects.get(pk=vallees.site.pk)
    assert site.root_page_id == vallees.site.root_page_id
    assert Page.objects.count() == pages
    assert kept.path.startswith(site.root_page.path)


@pytest.mark.parametrize("slug", ["vallees", "plateforme"])
def test_a_slug_that_was_another_s_opens_a_tree_of_its_own(
    vallees: Intranet, platform_site: Site, slug: str
) -> None:
    Organisation.objects.filter(pk=vallees.organisation.pk).update(slug="vallees-et-lacs")
    other = OrganisationFactory(slug=slug, name="Autre", short_name="Autre")
    site = provision_site(other, "autre.localhost")
    assert site.root_page_id not in {vallees.site.root_page_id, platform_site.root_page_id}
    groups = {site.tenancy.editors, site.tenancy.coordinators}
    assert not groups & {vallees.site.tenancy.editors, vallees.site.tenancy.coordinators}
    assert provision_site(other, "autre.localhost").root_page_id == site.root_page_id


def test_the_starter_content_is_complete_and_installed_once(vallees: Intranet) -> None:
    install_starter(vallees.site)
    before = Page.objects.count()
    install_starter(vallees.site)
    assert Page.objects.count() == before
    tracks = TrackPage.objects.all()
    assert tracks.count() == 3
    for track in tracks:
        assert len(track.words()) >= 600, track.title
        assert track.get_children().live().exists()
        assert "{name}" not in track.search_text()
    if starter("guides"):
        assert GuidePage.objects.count() == len(starter("guides"))
    if starter("pages"):
        assert LegalNoticePage.objects.filter(slug="mentions-legales").exists()
    for section in SectionPage.objects.child_of(vallees.site.root_page):
        assert section.intro, f"{section.title} opens without a word"


def _told_then_undone() -> None:
    with together():
        tell([7])
        raise ValueError("undone")


def test_changes_made_together_are_said_once_and_not_at_all_when_undone(db: Any) -> None:
    heard: list[list[int]] = []

    def hear(page_ids: list[int], **kwargs: Any) -> None:
        heard.append(page_ids)

    pages_changed.connect(hear)
    try:
        with together():
            tell([3])
            with together():
                tell([2, 3])
            tell([5])
            assert heard == []
        assert heard == [[2, 3, 5]]
        with pytest.raises(ValueError, match="undone"):
            _told_then_undone()
        tell([8])
    finally:
        pages_changed.disconnect(hear)
    assert heard == [[2, 3, 5], [8]]
