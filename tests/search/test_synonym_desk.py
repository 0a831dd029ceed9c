"""The coordination's page of synonyms: checked, previewed, in force at once, its own only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from search.catalogue import search_catalogue
from search.indexing import mark
from search.models import SynonymGroup, SynonymOptOut
from search.query import CatalogueQuery
from search.synonyms import rules
from search.synonyms.preview import preview
from tests.factories import ListingFactory, OrganisationFactory, member

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
PATH = "/coordination/synonymes/"


@pytest.fixture
def desk(collectivite: Organisation, client_for: ClientFor) -> Client:
    return client_for(member(collectivite, "coordinator"), "vallees.localhost")


def published(title: str, **fields: Any) -> Any:
    listing = ListingFactory(title=title, summary="Sur place.", **fields)
    mark("listing", [listing.pk])
    return listing


@pytest.mark.parametrize(
    ("asked", "found", "said"),
    [
        ("", "", "Écrivez les mots"),
        (" , ,", "", "Écrivez les mots"),
        ("barnum", "", "Un mot seul"),
        ("barnum, Barnums", "", "un même mot"),
        ("barnum, de la", "", "trop courants"),
        ("barnum, " + "x" * 61, "", "trop long"),
        (", ".join(f"mot{n}" for n in range(13)), "", "c’est un thème"),
        ("véhicule", "voiture, véhicules", "se trouve déjà lui-même"),
        ("bénévole, mécénat", "", "la loi distingue"),
        ("bénévole", "mécénat de compétences", "la loi distingue"),
        ("tonnelle, barnum", "", "Ce groupe existe déjà"),
    ],
)
def test_what_is_no_group_is_refused_kindly(asked: str, found: str, said: str) -> None:
    SynonymGroup.objects.create(asked="barnum, tonnelle")
    with pytest.raises(ValidationError) as refused:
        rules.check(asked, found, OrganisationFactory())
    assert said in " ".join(refused.value.messages)


def test_a_change_is_seen_before_it_is_made_then_in_force_at_once(
    desk: Client, collectivite: Organisation
) -> None:
    published("Tivoli de la place", scope="public")
    published("Tivoli d’ailleurs", scope="organisation")  # of another: the editor may not see it
    typed = {"asked": "barnum, tivoli", "found": ""}
    page = desk.post(PATH, typed | {"action": "preview"}).content.decode()
    assert "Tivoli de la place" in page
    assert "Tivoli d’ailleurs" not in page
    assert not SynonymGroup.objects.exists()
    assert desk.post(PATH, typed | {"action": "save"}).status_code == 302
    group = SynonymGroup.objects.get()
    assert group.organisation == collectivite
    reader = member(collectivite, "agent")
    query = CatalogueQuery(text="barnum")
    assert search_catalogue(query, reader, collectivite.pk).total == 1

    own = f"{PATH}{group.pk}/"
    page = desk.post(own, {"action": "preview_delete"}).content.decode()
    assert "Ne trouverait plus" in page
    assert desk.post(own, {"action": "delete"}).status_code == 302
    assert search_catalogue(query, reader, collectivite.pk).total == 0


def test_a_group_is_changed(desk: Client, collectivite: Organisation) -> None:
    group = SynonymGroup.objects.create(asked="barnum, tivoli", organisation=collectivite)
    own = f"{PATH}{group.pk}/"
    typed = {"asked": "barnum", "found": "tivoli, vitabri"}
    assert "Ce que cela change" in desk.post(own, typed | {"action": "preview"}).content.decode()
    assert desk.post(own, typed | {"action": "save"}).status_code == 302
    group.refresh_from_db()
    assert (group.asked, group.found) == ("barnum", "tivoli, vitabri")


def test_one_of_the_platform_is_switched_off_here_only(
    desk: Client, collectivite: Organisation
) -> None:
    published("Tonnelle", scope="public")
    shared = SynonymGroup.objects.create(asked="barnum, tonnelle")
    query, reader = CatalogueQuery(text="barnum"), member(OrganisationFactory(), "agent")
    for _ in range(2):
        assert desk.post(PATH, {"action": "off", "group": shared.pk}).status_code == 302
    assert search_catalogue(query, reader, collectivite.pk).total == 0
    assert search_catalogue(query, reader).total == 1
    assert "Désactivé" in desk.get(PATH).content.decode()
    shown = f"{PATH}?mot=tonnelle&page=1&autre=1"
    back = desk.post(shown, {"action": "off", "group": shared.pk})["Location"]
    assert back == f"{PATH}?pour={collectivite.ref}&mot=tonnelle&page=1#plateforme"
    desk.post(PATH, {"action": "on", "group": shared.pk})
    assert search_catalogue(query, reader, collectivite.pk).total == 1


def test_those_of_another_collectivite_do_not_exist(desk: Client) -> None:
    other = SynonymGroup.objects.create(asked="canari, serin", organisation=OrganisationFactory())
    assert "canari" not in desk.get(PATH).content.decode()
    for answer in (
        desk.get(f"{PATH}{other.pk}/"),
        desk.post(f"{PATH}{other.pk}/", {"action": "delete"}),
        desk.post(PATH, {"action": "off", "group": other.pk}),
        desk.post(PATH, {"action": "off", "group": "²"}),
    ):
        assert answer.status_code == 404
    assert SynonymGroup.objects.filter(pk=other.pk).exists()
    assert not SynonymOptOut.objects.exists()


@pytest.mark.parametrize("role", ["agent", "editor", "manager"])
def test_only_the_coordination_edits_them(
    role: str, collectivite: Organisation, client_for: ClientFor
) -> None:
    browser = client_for(member(collectivite, role), "vallees.localhost")
    assert browser.get(PATH).status_code == 403
    assert browser.post(PATH, {"action": "save", "asked": "a1, b1"}).status_code == 403
    assert not SynonymGroup.objects.exists()


def test_a_preview_writes_nothing(collectivite: Organisation) -> None:
    coordinator = member(collectivite, "coordinator")
    group = SynonymGroup(asked="barnum, tivoli", organisation=collectivite)
    changes = preview(coordinator, collectivite, added=group)
    assert [change.text for change in changes] == ["barnum", "tivoli"]
    assert not SynonymGroup.objects.exists()
