"""Other names of what is typed: alike on every engine, in force at once, never « mécénat »."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organisation
from marketplace.models import Listing
from search.highlights import highlight
from search.models import SynonymGroup, SynonymOptOut
from search.results import CatalogueResult
from search.synonyms.in_force import names_in, thesaurus_for
from search.synonyms.shipped import Shipped, load_synonyms, shipped_groups
from search.synonyms.thesaurus import SynonymRule, Thesaurus, name_of
from search.text import TextQuery
from tests.factories import OrganisationFactory, member
from tests.search.conftest import titles

Find = Callable[..., CatalogueResult]
Publish = Callable[..., Listing]

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(publish: Publish) -> Publish:
    """The same, without the words of the factory."""
    return lambda *tags, **fields: publish(*tags, **{"summary": "Sur place.", **fields})


def equal(words: str, organisation: Organisation | None = None) -> SynonymGroup:
    return SynonymGroup.objects.create(asked=words, organisation=organisation)


def one_way(asked: str, found: str) -> SynonymGroup:
    return SynonymGroup.objects.create(asked=asked, found=found)


@pytest.mark.parametrize(
    ("typed", "group", "written"),
    [
        ("barnum", "barnum, tonnelle", "Tonnelle de jardin"),
        ("barnums", "barnum, tonnelle", "Deux tonnelles"),
        ("BARNUM", "barnum, tente de réception", "Tente de réception"),
        ("salle des fêtes", "salle des fêtes, foyer rural", "Foyer rural du haut"),
        ("une salle de fete", "salle des fêtes, foyer rural", "Foyer rural du haut"),
        ("vehicule refrigere", "véhicule réfrigéré, camion froid", "Camion froid"),
        ("velo cargo", "vélo-cargo, triporteur", "Triporteur"),
        ("triporteur", "vélo-cargo, triporteur", "Vélo-cargo à prêter"),
        ("l’état civil", "état civil, acte de naissance", "Relire un acte de naissance"),
        ("lsf", "langue des signes, LSF", "Interprète en langue des signes"),
        ("vidéo projecteur", "vidéoprojecteur, vidéo projecteur", "Vidéoprojecteur"),
    ],
)
def test_another_name_is_found(
    typed: str, group: str, written: str, publish: Publish, find: Find, reader: Any
) -> None:
    publish(title=written)
    publish(title="Fauteuils dépareillés")
    assert titles(find(reader, text=typed)) == []
    equal(group)
    assert titles(find(reader, text=typed)) == [written]


def test_another_name_of_several_words_is_a_phrase(
    publish: Publish, find: Find, reader: Any
) -> None:
    equal("barnum, tente de réception")
    publish(title="Tente de réception")
    publish(title="Réception sous la tente")
    assert titles(find(reader, text="barnum")) == ["Tente de réception"]


def test_the_longest_expression_is_what_was_meant(
    publish: Publish, find: Find, reader: Any
) -> None:
    equal("salle de sport, gymnase")
    equal("salle, local")
    publish(title="Gymnase")
    publish(title="Local pour le sport")
    assert titles(find(reader, text="salle de sport")) == ["Gymnase"]
    assert titles(find(reader, text="salle")) == ["Local pour le sport"]


def test_one_direction_only(publish: Publish, find: Find, reader: Any) -> None:
    one_way("véhicule", "fourgon, minibus")
    publish(title="Minibus")
    publish(title="Véhicule de service")
    assert set(titles(find(reader, text="véhicule"))) == {"Minibus", "Véhicule de service"}
    assert titles(find(reader, text="minibus")) == ["Minibus"]
    assert find(reader, text="fourgon").total == 0


def test_the_word_typed_weighs_more_than_another_name(
    publish: Publish, find: Find, reader: Any
) -> None:
    equal("barnum, chapiteau, tonnelle")
    # The other name is the latest: for equal scores it would come first.
    publish(title="Barnum de la mairie")
    publish(title="Chapiteau de cirque")
    for thing in ("Chaises", "Bancs", "Tréteaux", "Nappes"):
        publish(title=thing)
    assert titles(find(reader, text="barnum")) == ["Barnum de la mairie", "Chapiteau de cirque"]
    assert titles(find(reader, text="chapiteau")) == ["Chapiteau de cirque", "Barnum de la mairie"]


def test_the_other_words_are_still_wanted(publish: Publish, find: Find, reader: Any) -> None:
    equal("barnum, tonnelle")
    publish(title="Tonnelle blanche")
    publish(title="Tonnelle verte")
    assert titles(find(reader, text="barnum blanc"))[0] == "Tonnelle blanche"
    result = find(reader, text="barnum vert amphibie")
    assert result.relaxed
    assert titles(result)[0] == "Tonnelle verte"


def test_between_quotation_marks_nothing_is_widened(
    publish: Publish, find: Find, reader: Any
) -> None:
    equal("salle des fêtes, foyer rural")
    publish(title="Foyer rural")
    assert find(reader, text="« salle des fêtes »").total == 0


def test_other_names_are_marked_too(publish: Publish, find: Find, reader: Any) -> None:
    equal("barnum, tente de réception")
    publish(title="Tente de réception", summary="Une tente, pour la réception.")
    (hit,) = find(reader, text="barnum").hits
    assert hit.title_html == "<mark>Tente</mark> de <mark>réception</mark>"
    assert "<mark>" in hit.summary_html  # « tente, pour la réception »: the same words in order
    thesaurus = Thesaurus.of([SynonymRule(("barnum",), ("tente de réception", "tonnelle"))])
    query = thesaurus.expand(TextQuery.parse("barnum"))
    assert highlight("tente, tonnelles, réception", query) == (
        "tente, <mark>tonnelles</mark>, réception"
    )


@pytest.mark.parametrize(
    "groups",
    [
        [("bénévole, mécénat", "")],
        [("bénévolat, mécénat de compétences, volontaire", "")],
        [("bénévole", "mécénat")],
        [("mécénat", "bénévoles")],
        [("bénévole, coup de main", ""), ("coup de main, mécénat", "")],
    ],
)
def test_a_volunteer_never_widens_to_patronage(
    groups: list[tuple[str, str]], publish: Publish, find: Find, reader: Any
) -> None:
    for asked, found in groups:
        one_way(asked, found)
    publish(title="Mécénat de compétences")
    publish(title="Bénévole pour la buvette")
    for typed in ("bénévole", "bénévoles", "bénévolat", "benevole"):
        assert "Mécénat de compétences" not in titles(find(reader, text=typed))
    assert titles(find(reader, text="mécénat")) == ["Mécénat de compétences"]


def test_a_change_is_in_force_at_once(publish: Publish, find: Find, reader: Any) -> None:
    publish(title="Tonnelle")
    group = equal("barnum, tonnelle")
    assert find(reader, text="barnum").total == 1
    group.asked = "barnum, chapiteau"
    group.save()
    assert find(reader, text="barnum").total == 0
    group.asked = "barnum, tonnelle"
    group.save()
    assert find(reader, text="barnum").total == 1
    group.in_force = False
    group.save()
    assert find(reader, text="barnum").total == 0
    group.in_force = True
    group.save()
    group.delete()
    assert find(reader, text="barnum").total == 0


def test_those_of_a_collectivite_are_for_its_own_searches(
    publish: Publish, find: Find, reader: Any
) -> None:
    own, other = OrganisationFactory(), OrganisationFactory()
    equal("barnum, tonnelle", own)
    publish(title="Tonnelle")
    assert find(reader, text="barnum").total == 0
    assert find(reader, text="barnum", own=own.pk).total == 1
    assert find(reader, text="barnum", own=other.pk).total == 0
    # On the platform's own site, those of where one works.
    assert find(member(own, "agent"), text="barnum").total == 1
    assert find(member(own, "agent"), text="barnum", own=other.pk).total == 0


def test_a_collectivite_switches_off_a_group_for_itself(
    publish: Publish, find: Find, reader: Any
) -> None:
    own = OrganisationFactory()
    shared = equal("barnum, tonnelle")
    publish(title="Tonnelle")
    assert find(reader, text="barnum", own=own.pk).total == 1
    off = SynonymOptOut.objects.create(organisation=own, group=shared)
    assert find(reader, text="barnum", own=own.pk).total == 0
    assert find(reader, text="barnum").total == 1
    off.delete()
    assert find(reader, text="barnum", own=own.pk).total == 1


def test_one_query_a_search(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    own = OrganisationFactory()
    equal("barnum, tonnelle")
    reader = member(own, "agent")
    thesaurus_for(reader, None)
    thesaurus_for(reader, own.pk)
    with django_assert_num_queries(1):
        assert thesaurus_for(reader, None).names
    with django_assert_num_queries(1):
        assert thesaurus_for(reader, own.pk).names


def test_pages_are_found_by_another_name(client: Client, reader: Any) -> None:
    """The one box over everything: pages and listings widen alike (see test_pages.py)."""
    thesaurus = Thesaurus.of([SynonymRule(("congés de solidarité",), ("congé solidaire",))])
    query = thesaurus.expand(TextQuery.parse("congé de solidarité"))
    assert [other.text for other in query.alternatives] == ["congé solidaire"]


def test_the_thesaurus_that_ships_is_sound() -> None:
    groups = list(shipped_groups())
    assert len(groups) >= 300
    keys = [group.key for group in groups]
    assert len(set(keys)) == len(keys), [key for key in keys if keys.count(key) > 1]
    for group in groups:
        asked, found = names_in(group.asked), names_in(group.found)
        assert len(asked) + len(found) > 1, group
        for name in (*asked, *found):
            assert name_of(name), f"{name!r} of {group} is no name that can be looked for"
        assert max(len(group.asked), len(group.found)) <= 400
    # A name said twice with the same others would be a line too many.
    equals = [group for group in groups if not group.found]
    lines = [frozenset(map(str.lower, names_in(group.asked))) for group in equals]
    assert len(set(lines)) == len(lines)


def test_loading_it_again_keeps_what_was_edited_or_put_out_of_force() -> None:
    written, gone = load_synonyms()
    assert (written, gone) == (len(list(shipped_groups())), 0)
    assert load_synonyms() == (0, 0)
    edited, off, stale = SynonymGroup.objects.all()[:3]
    SynonymGroup.objects.filter(pk=edited.pk).update(asked="barnum, tivoli", edited=True)
    SynonymGroup.objects.filter(pk=off.pk).update(in_force=False)
    SynonymGroup.objects.filter(pk=stale.pk).update(asked="vieux, ancien")
    SynonymGroup.objects.create(asked="d’avant, d’alors", key="d’avant")
    assert load_synonyms() == (1, 1)
    edited.refresh_from_db()
    off.refresh_from_db()
    assert edited.asked == "barnum, tivoli"
    assert not off.in_force


def test_what_ships_never_widens_a_volunteer_to_patronage() -> None:
    thesaurus = Thesaurus.of(SynonymRule(*_names(group)) for group in shipped_groups())
    for typed in ("bénévole", "bénévolat", "volontaire"):
        others = thesaurus.expand(TextQuery.parse(typed)).alternatives
        assert not [other.text for other in others if "mécén" in other.text]


def _names(group: Shipped) -> tuple[tuple[str, ...], tuple[str, ...]]:
    asked = names_in(group.asked)
    return asked, names_in(group.found) or asked
