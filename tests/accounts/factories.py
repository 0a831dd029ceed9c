"""Small real objects of this room."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from accounts.models import JoinRequest, Notice, Verification
from tests.factories import AssociationFactory, UserFactory, VerificationFactory

__all__ = ["AskedVerificationFactory", "JoinRequestFactory", "NoticeFactory"]


class JoinRequestFactory(DjangoModelFactory):
    class Meta:
        model = JoinRequest

    association = factory.SubFactory(AssociationFactory)
    user = factory.SubFactory(UserFactory)


class AskedVerificationFactory(VerificationFactory):
    state = Verification.State.ASKED
    decided_at = None


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    recipient = factory.SubFactory(UserFactory)
    kind = "test"
    subject = factory.Sequence(lambda n: f"Nouvelle {n}")
    body = "Le barnum est de retour."
