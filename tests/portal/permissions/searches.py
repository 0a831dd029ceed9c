"""What is kept of searches around a collectivité, one of each, for the matrix."""

from __future__ import annotations

from wagtail.models import Page

from accounts.models import Organisation, User
from search.models import PinnedPage, SynonymGroup
from search.pinned.rules import key_of
from search.query import CatalogueQuery
from search.saved.links import stop_path
from search.saved.rules import keep


def searches(body: Organisation, agent: User) -> dict[str, str]:
    """Return the references of a search of `agent`, and of what `body` says of its own."""
    saved = keep(agent, CatalogueQuery(text="barnum"), organisation=body)
    site = body.site
    assert site is not None
    page = site.root_page.add_child(instance=Page(title="Salles", slug="salles"))
    pin = PinnedPage.objects.create(site=site, phrase="salle", key=key_of("salle"), page=page)
    own = SynonymGroup.objects.create(asked="barnum, tivoli", organisation=body)
    shared = SynonymGroup.objects.create(asked=f"estrade, podium de {body.short_name}")
    return {
        "saved": saved.ref,
        "alert_key": stop_path(saved).split("/")[3],
        "synonym": str(own.pk),
        "platform_synonym": str(shared.pk),
        "pin": str(pin.pk),
        "pinned_page": str(page.pk),
    }
