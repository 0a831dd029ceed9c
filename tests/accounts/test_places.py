"""A commune is found as people type it, and what is ambiguous is said with the exact choices."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django import forms
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Commune, Epci
from accounts.places.distance import distance_km
from accounts.places.fields import CommuneField
from accounts.places.names import fold
from tests.accounts.conftest import plain


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Metz", "metz"),
        ("  LA   ROCHELLE ", "rochelle"),
        ("L’Haÿ-les-Roses", "hay les roses"),
        ("St Étienne", "saint etienne"),
        ("Ste-Foy-lès-Lyon", "sainte foy les lyon"),
        ("La Ferté ss Jouarre", "ferte sous jouarre"),
        ("Œting", "oeting"),
        ("Le", "le"),
        ("---", ""),
    ],
)
def test_names_as_people_type_them(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=60))
def test_folding_any_text_settles_at_once(text: str) -> None:
    folded = fold(text)
    assert folded == folded.lower()
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@pytest.fixture(scope="module")
def communes(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """All the communes of France, loaded once for this module."""
    with django_db_blocker.unblock():
        call_command("load_places", verbosity=0)
        yield
        Commune.objects.all().delete()
        Epci.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.usefixtures("communes")
class TestFrance:
    def test_loading_again_changes_nothing(self) -> None:
        before = Commune.objects.count()
        call_command("load_places", verbosity=0)
        assert Commune.objects.count() == before > 34_000
        metz = Commune.objects.get(code="57463")
        assert (metz.located, metz.epci.kind) == ("commune", "METRO")

    def test_names_are_set_as_pages_set_them(self) -> None:
        assert Commune.objects.get(code="38421").name == "Saint-Martin-d’Hères"
        assert not Commune.objects.filter(name__contains="'").exists()
        assert not Epci.objects.filter(name__contains="'").exists()

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("metz", "57463"),
            ("METZ", "57463"),
            ("57463", "57463"),
            ("57000", "57463"),
            ("Metz (57)", "57463"),
            ("Metz 57000", "57463"),
            ("57000 Metz", "57463"),
            ("Metz, 57463 (57000 57050 57070)", "57463"),
            ("st denis 93200", "93066"),
            ("saint-denis (974)", "97411"),
            ("2a004", "2A004"),
            ("rochelle (17)", "17300"),
        ],
    )
    def test_one_place(self, typed: str, code: str) -> None:
        assert CommuneField().clean(typed).code == code

    def test_the_most_populated_first(self) -> None:
        found = list(Commune.objects.named("saint denis"))
        assert len(found) > 2
        assert [c.population for c in found] == sorted((c.population for c in found), reverse=True)

    def test_several_places_are_told_apart(self) -> None:
        with pytest.raises(forms.ValidationError) as error:
            CommuneField().clean("Saint-Denis")
        sentence = plain(error.value.messages[0])
        assert "« Saint-Denis 93200 »" in sentence
        assert CommuneField().clean("Saint-Denis 93200").code == "93066"

    def test_every_choice_that_is_offered_settles_it(self) -> None:
        for typed in ("Saint-Aubin", "Sainte-Colombe", "57640", "Beaulieu"):
            with pytest.raises(forms.ValidationError) as error:
                CommuneField().clean(typed)
            for choice in plain(error.value.messages[0]).split("« ")[1:]:
                assert CommuneField().clean(choice.split(" »")[0])

    @pytest.mark.parametrize("typed", ["Metzz", "99999", "<b>", "%", "a" * 190])
    def test_no_place(self, typed: str) -> None:
        with pytest.raises(forms.ValidationError, match="Nous ne connaissons pas"):
            CommuneField().clean(typed)

    def test_what_was_typed_is_kept(self) -> None:
        class Form(forms.Form):
            commune = CommuneField()

        assert 'value="saint denis"' in str(Form({"commune": "saint denis"})["commune"])

    def test_completion_is_short_and_public(self, client_for: Any) -> None:
        response = client_for().get("/lieux/?q=saint")
        assert len(response.json()["places"]) == 10
        assert client_for().get("/lieux/?q=met").json()["places"][0]["name"] == "Metz"

    @pytest.mark.parametrize("q", ["", "%", "'", "a" * 5000, "\x00", "5\x007", "57 OR 1=1"])
    def test_completion_answers_anything(self, client_for: Any, q: str) -> None:
        assert client_for().get("/lieux/", {"q": q}).status_code == 200


def test_the_distance_from_metz_to_grenoble() -> None:
    assert distance_km(49.1191, 6.1727, 45.1715, 5.7224) == pytest.approx(440.3, abs=1.5)


latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distances_are_distances(a: float, b: float, c: float, d: float) -> None:
    there = distance_km(a, b, c, d)
    assert 0 <= there <= 20_020
    assert math.isclose(there, distance_km(c, d, a, b), abs_tol=1e-6)
    assert distance_km(a, b, a, b) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["\x00", "Metz\x00", "5746\x00"])
def test_what_a_database_cannot_hold_is_refused_and_shown_again(typed: str) -> None:
    class Where(forms.Form):
        commune = CommuneField()

    form = Where({"commune": typed})
    assert not form.is_valid()
    assert "commune" in form.as_p()
