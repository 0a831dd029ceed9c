"""Fictitious searches that people keep, one of which has found something."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import QueryDict

from accounts.models import Organisation, User
from marketplace.models import Listing
from portal.demonstration.source import addresses, days, read, reference
from search.parsing import parse_query
from search.saved import rules
from search.saved.models import Finding, SavedSearch
from search.saved.storing import signature_of
from search.saved.telling import tell_found
from search.saved.watching import take_as_seen
from search.text import TextQuery
from search.unmet.rules import count


def load_searches() -> Iterator[str]:
    """Create what is missing; yields the names."""
    take_as_seen()
    emails = addresses()
    for item in read("searches"):
        user = User.objects.get(email=emails[item["by"]])
        query = parse_query(QueryDict(item["query"]), user).query
        if SavedSearch.objects.filter(owner=user, signature=signature_of(query)).exists():
            continue
        body = Organisation.objects.get(slug=item["organisation"])
        search = rules.keep(
            user, query, organisation=body, name=item.get("name", ""), rhythm=item["rhythm"]
        )
        SavedSearch.objects.filter(pk=search.pk).update(
            ref=reference("search", item["by"], item["query"]), created_at=days(-item["days_ago"])
        )
        if key := item.get("found"):
            listing = Listing.objects.get(ref=reference("listing", key))
            Finding.objects.create(search=search, listing=listing)
            tell_found([search.pk])
        yield search.name
    yield from _load_demands()


def _load_demands() -> Iterator[str]:
    """Have the agents of a collectivité look in vain for the same thing."""
    for item in read("demands"):
        body = Organisation.objects.get(slug=item["organisation"])
        text = TextQuery.parse(item["words"])
        members = User.objects.filter(memberships__organisation=body).order_by("pk").distinct()
        for person in members[: item["askers"]]:
            count(body, text, person)
        yield item["words"]
