"""Who is reading: what a person belongs to, computed once a request, used by every door.

A reader's tokens say which scopes they may open; a document of the search index carries the tokens
of those who may see it. One has a document in common with the reader, or the reader sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation

from accounts.models import Membership, Organisation, User, Verification
from accounts.periods import live_q

if TYPE_CHECKING:
    from collections.abc import Iterable

PUBLIC = "public"
VERIFIED = "verified"


@dataclass(frozen=True)
class Reader:
    """A person as the doors see them; the anonymous reader belongs to nothing.

    `organisation_ids`: live memberships. `partner_ids`: the bodies that are partners of those.
    `is_verified`: member of a public body, or of an association that a collectivité verified.
    `verifier_ids`: the bodies that verified one of the reader's associations.
    """

    user_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    public_body_ids: frozenset[int] = frozenset()
    partner_ids: frozenset[int] = frozenset()
    verifier_ids: frozenset[int] = frozenset()
    is_verified: bool = False
    roles: frozenset[tuple[int, str]] = field(default_factory=frozenset)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Return the reader's tokens, sorted: public, verified, org:12, partners-of:12."""
        tokens = {PUBLIC}
        if self.is_verified:
            tokens.add(VERIFIED)
        tokens |= {f"org:{pk}" for pk in self.organisation_ids}
        # What an organisation opens to its partners is tokened by its owner.
        tokens |= {f"partners-of:{pk}" for pk in self.partner_ids | self.organisation_ids}
        return tuple(sorted(tokens))

    @property
    def association_ids(self) -> frozenset[int]:
        """Return the ids of the associations that the reader is a member of."""
        return self.organisation_ids - self.public_body_ids

    @cached_property
    def associations_represented(self) -> frozenset[int]:
        """Return the ids of the associations that the reader speaks for.

        A few volunteers share their association's dossiers. Who may commit a public body does not
        read its agents' drafts and conversations for all that.
        """
        return self.organisations_with_role("representative") - self.public_body_ids

    def has_role(self, kind: str, organisation_id: int | None = None) -> bool:
        """Return whether the reader holds the role, in that organisation or in any."""
        return any(role == kind and organisation_id in (None, owner) for owner, role in self.roles)

    def organisations_with_role(self, *kinds: str) -> frozenset[int]:
        """Return the ids of the organisations where the reader holds one of the roles."""
        return frozenset(owner for owner, role in self.roles if role in kinds)


ANONYMOUS = Reader()


def reader_for(user: Any) -> Reader:
    """Return the reader that `user` is, at most three queries the first time, none afterwards.

    The answer is kept on the user object, which lives as long as the request: a role that ends is
    out at the next request. Code that changes memberships calls `forget_reader`.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    known: Reader | None = getattr(user, "_reader", None)
    if known is None:
        known = _build(user)
        user._reader = known
    return known


def forget_reader(user: Any) -> None:
    """Forget what was computed, after memberships or partnerships changed in this request."""
    if hasattr(user, "_reader"):
        del user._reader


def _build(user: User) -> Reader:
    # One row a live role, one without a role for a membership that has none.
    memberships = list(
        Membership.objects.live()
        .annotate(role=FilteredRelation("roles", condition=live_q("roles__")))
        .filter(user=user, organisation__closed_at__isnull=True)
        .order_by()
        .values_list("organisation_id", "organisation__kind", "role__kind")
    )
    organisation_ids = frozenset(pk for pk, _, _ in memberships)
    if not organisation_ids:
        return Reader(user_id=user.pk)
    public_bodies = frozenset(
        pk for pk, kind, _ in memberships if kind != Organisation.Kind.ASSOCIATION
    )
    roles = frozenset((pk, role) for pk, _, role in memberships if role is not None)
    partners: Iterable[int] = ()
    if public_bodies:
        partners = (
            Organisation.objects.partners_of(list(public_bodies))
            .order_by()
            .values_list("pk", flat=True)
        )
    verifiers: Iterable[int] = ()
    if associations := organisation_ids - public_bodies:
        verifiers = (
            Verification.objects.live()
            .filter(association__in=associations)
            .values_list("by_id", flat=True)
        )
    verifier_ids = frozenset(verifiers)
    return Reader(
        user_id=user.pk,
        organisation_ids=organisation_ids,
        public_body_ids=public_bodies,
        partner_ids=frozenset(partners),
        verifier_ids=verifier_ids,
        is_verified=bool(public_bodies or verifier_ids),
        roles=roles,
    )
