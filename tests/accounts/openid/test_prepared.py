"""Who was prepared by an import, and comes by the door of their employer."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.invitations.rules import invite, prepared
from accounts.models import IdentityProvider, Invitation, Membership, Organisation, Role
from accounts.openid.refusals import Refused
from accounts.openid.rules import person_of
from tests.accounts.openid.conftest import SIRET, make_provider
from tests.factories import DepartmentFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(collectivite: Organisation) -> IdentityProvider:
    collectivite.siret = SIRET
    collectivite.save()
    return make_provider(collectivite, "https://identite.test", opens_membership=False)


SAYS: dict[str, Any] = {
    "email": "awa.diallo@vallees.example",
    "email_verified": True,
    "given_name": "Awa",
    "usual_name": "Diallo",
    "family_name": "Diallo",
    "siret": SIRET,
}


def waits(organisation: Organisation, *roles: str) -> Invitation:
    invitation = prepared(
        organisation,
        None,
        "awa.diallo@vallees.example",
        first_name="Awa",
        department=DepartmentFactory(organisation=organisation),
        job_title="Jardinière",
        roles=["agent", *roles],
    )
    invitation.save()
    return invitation


@pytest.mark.parametrize("known", [False, True])
def test_they_have_the_post_that_waited_for_them(provider: IdentityProvider, known: bool) -> None:
    invitation = waits(provider.organisation, "manager")
    if known:
        UserFactory(email=invitation.email)
    user = person_of(provider, SAYS)
    membership = Membership.objects.live().get(user=user)
    assert (membership.department, membership.job_title) == (invitation.department, "Jardinière")
    assert {role.kind for role in membership.roles.all()} == {Role.Kind.AGENT, Role.Kind.MANAGER}
    invitation.refresh_from_db()
    assert invitation.used_by == user
    assert person_of(provider, SAYS) == user


def test_an_invitation_that_gives_more_is_opened_by_hand(provider: IdentityProvider) -> None:
    boss = member(provider.organisation, "coordinator")
    invite(
        boss,
        provider.organisation,
        channel="email",
        email="awa.diallo@vallees.example",
        roles=["coordinator"],
    )
    with pytest.raises(Refused):
        person_of(provider, SAYS)
    assert not Invitation.objects.filter(used_at__isnull=False).exists()
