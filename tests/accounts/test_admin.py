"""The platform's staff finds every page, and writes only where no rule is skipped."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin import site
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from accounts.models import Organisation, User
from accounts.signals import organisations_changed
from tests.accounts.factories import AskedVerificationFactory, JoinRequestFactory, NoticeFactory
from tests.factories import (
    DepartmentFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

OURS = ("accounts", "home", "marketplace", "portal", "search")
SAME_IN_FRENCH = {
    "association", "collection", "commune", "description", "latitude", "longitude", "message",
    "nature", "population", "site",
    "slug",  # of a library, and an address in the code of ours
}  # fmt: skip
MODELS = [
    "user",
    "organisation",
    "department",
    "membership",
    "verification",
    "partnership",
    "joinrequest",
    "invitation",
    "notice",
    "commune",
    "epci",
    "identityprovider",
]
READ_ONLY = [
    "verification",
    "partnership",
    "joinrequest",
    "invitation",
    "notice",
    "commune",
    "epci",
]


@pytest.fixture
def staff() -> User:
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(client_for: Any, staff: User) -> Any:
    verification = AskedVerificationFactory()
    member(verification.by, "coordinator")
    DepartmentFactory()
    JoinRequestFactory()
    NoticeFactory()
    PartnershipFactory()
    return client_for(staff)


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_can_be_searched(browser: Any, model: str) -> None:
    assert browser.get(f"/plateforme/accounts/{model}/").status_code == 200
    assert browser.get(f"/plateforme/accounts/{model}/?q=metz").status_code == 200


@pytest.mark.parametrize("model", ["user", "organisation", "membership"])
def test_the_pages_of_one_row_open(browser: Any, model: str, staff: User) -> None:

    row = apps.get_model("accounts", model).objects.first()
    assert browser.get(f"/plateforme/accounts/{model}/{row.pk}/change/").status_code == 200
    assert browser.get(f"/plateforme/accounts/{model}/add/").status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_has_rules_of_its_own_is_read_only(browser: Any, model: str) -> None:
    assert browser.get(f"/plateforme/accounts/{model}/add/").status_code == 403


def test_a_new_person_has_an_address_and_no_password(browser: Any) -> None:
    response = browser.post(
        "/plateforme/accounts/user/add/",
        {"email": "Neuve@exemple.test", "first_name": "Ada", "last_name": "Neuve"},
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    user = User.objects.get(email="neuve@exemple.test")
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, verified=False, primary=True).exists()


def test_a_person_is_changed_without_touching_the_password(browser: Any) -> None:
    user = UserFactory()
    before = user.password
    page = browser.get(f"/plateforme/accounts/user/{user.pk}/change/")
    form = page.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields if name != "password"}
    data |= {"last_name": "Changé", "is_active": "on"}
    data |= {
        f"memberships-{part}": "0"
        for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    data.pop("is_staff"), data.pop("is_superuser")
    response = browser.post(f"/plateforme/accounts/user/{user.pk}/change/", data)
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.last_name, user.password) == ("Changé", before)


def test_who_is_not_staff_has_no_page_here(client_for: Any) -> None:
    response = client_for(UserFactory()).get("/plateforme/accounts/user/", follow=True)
    assert response.status_code == 403


def test_a_name_changed_by_staff_is_said_to_the_other_rooms(staff: User) -> None:
    body, heard = OrganisationFactory(), []
    listener = lambda organisation_ids, **more: heard.extend(organisation_ids)  # noqa: E731
    organisations_changed.connect(listener)
    try:
        page = site._registry[Organisation]
        page.save_model(RequestFactory().post("/"), body, form=None, change=True)
    finally:
        organisations_changed.disconnect(listener)
    assert heard == [body.pk]


def test_the_first_page_shows_only_what_its_staff_uses(client_for: Any) -> None:
    """Groups of an intranet are its doors, and the tags of a library are nobody's."""
    page = client_for(UserFactory(is_staff=True, is_superuser=True)).get("/plateforme/")
    shown = page.content.decode()
    for library in ("Groupes", "Django-RQ", "Taggit", "Mots-clés", "Adresses e-mail"):
        assert library not in shown
    for used in ("Intranets", "Organismes", "Personnes", "Annonces"):
        assert used in shown


def test_its_screens_have_the_type_and_the_colours_of_the_product(client_for: Any) -> None:
    page = client_for(UserFactory(is_staff=True, is_superuser=True)).get("/plateforme/")
    assert finders.find("css/plateforme.css")
    assert "css/plateforme.css" in page.content.decode()


def test_a_list_is_titled_by_what_it_holds(browser: Any) -> None:
    """«Sélectionnez l’objet personne à changer» and «Ajouter personne» are nobody's words."""
    shown = browser.get("/plateforme/accounts/user/").content.decode()
    assert "<h1>Personnes</h1>" in shown
    assert ">Ajouter</a>" in shown
    assert "Sélectionnez" not in shown


@pytest.mark.parametrize(
    "model",
    sorted(
        {*site._registry} | {one.model for a in site._registry.values() for one in a.inlines},
        key=str,
    ),
)
def test_what_the_staff_reads_of_a_row_is_named_in_french(model: Any) -> None:
    """Without a name of its own, Django shows the one of the code: «asked by»."""
    if model._meta.app_label not in OURS:
        return
    fields = [one for one in model._meta.fields if one.name != "id" and not one.auto_created]
    as_in_code = [one.name for one in fields if one.verbose_name == one.name.replace("_", " ")]
    assert set(as_in_code) <= SAME_IN_FRENCH
