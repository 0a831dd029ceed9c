"""Which synonyms a search uses: one small query each time, so that a change is in force at once.

The compiled thesaurus stays in the process under the token of `ThesaurusVersion`, which changes in
the transaction of each change of a group: no process can go on with an old one, and a transaction
that is undone leaves a token that nobody will see again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import F, Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.readers import reader_for
from search.models import SynonymGroup, SynonymOptOut, ThesaurusVersion
from search.synonyms.thesaurus import NONE, SynonymRule, Thesaurus

_ONLY = 1


def thesaurus_for(user: Any, organisation_id: int | None) -> Thesaurus:
    """Return the synonyms of a search: the platform's, with those of the collectivité whose site is
    open, or else of the public bodies that the reader belongs to. One query."""
    token = ThesaurusVersion.objects.filter(pk=_ONLY).values_list("token", flat=True).first()
    if token is None:
        return NONE  # nobody ever wrote a group
    if organisation_id is not None:
        return _compiled(token, frozenset({organisation_id}))
    return _compiled(token, reader_for(user).public_body_ids)


def rules_of(groups: Iterable[SynonymGroup]) -> Iterable[SynonymRule]:
    """Yield what the groups say."""
    for group in groups:
        asked = names_in(group.asked)
        yield SynonymRule(asked, names_in(group.found) or asked)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names written between commas."""
    return tuple(name for part in text.split(",") if (name := " ".join(part.split())))


def groups_in_force(organisation_ids: frozenset[int]) -> Any:
    """Return the groups that these collectivités' searches use, their own first."""
    own = Q(organisation__in=organisation_ids)
    shared = Q(organisation=None)
    if organisation_ids:
        off = SynonymOptOut.objects.filter(organisation__in=organisation_ids)
        shared &= ~Q(pk__in=off.values("group"))
    return SynonymGroup.objects.filter(own | shared, in_force=True).order_by(
        F("organisation_id").asc(nulls_last=True), "pk"
    )


@lru_cache(maxsize=64)
def _compiled(token: str, organisation_ids: frozenset[int]) -> Thesaurus:
    groups = list(groups_in_force(organisation_ids))
    own = any(group.organisation_id for group in groups)
    if organisation_ids and not own and not _has_opt_outs(organisation_ids):
        # Most have nothing of their own: one thesaurus for all of them.
        return _compiled(token, frozenset())
    return Thesaurus.of(rules_of(groups))


def _has_opt_outs(organisation_ids: frozenset[int]) -> bool:
    return SynonymOptOut.objects.filter(organisation__in=organisation_ids).exists()


def renew() -> None:
    """Put what was written in force, in its transaction. For whoever writes without signals."""
    ThesaurusVersion.objects.update_or_create(pk=_ONLY, defaults={"token": uuid.uuid4().hex})


@receiver([post_save, post_delete], sender=SynonymGroup)
@receiver([post_save, post_delete], sender=SynonymOptOut)
def _changed(**kwargs: Any) -> None:
    renew()
