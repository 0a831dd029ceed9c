"""What readers find around the pages of the demonstration: links, alerts, news, visits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from accounts.models import Notice, Organisation, User, Visit
from home.models import SiteAlert, SiteNavigation
from home.provisioning.tree import branch
from home.typography import french
from portal.demonstration.source import addresses, days, read, reference, some

LISTS = ("quick_links", "menu", "footer")


def load_frames() -> Iterator[str]:
    """Set the links and the alert of each intranet, unless its editors did; yields their names."""
    for slug, item in read("readers")["sites"].items():
        site = Organisation.objects.select_related("site__root_page").get(slug=slug).site
        if not SiteNavigation.objects.filter(site=site).exists():
            chosen = SiteNavigation(site=site)
            for name in LISTS:
                links = [_link(site, link) for link in some(item.get(name))]
                setattr(chosen, name, json.dumps(links))
            chosen.save()
        if (alert := item.get("alert")) and not SiteAlert.objects.filter(site=site).exists():
            SiteAlert.objects.create(
                site=site,
                level=alert["level"],
                message=french(alert["message"]),
                link=alert.get("link") or "",
                link_title=french(alert.get("link_title") or ""),
                audience=alert["audience"],
                starts_at=days(-2),
                ends_at=days(alert["days"]),
            )
        yield slug


def _link(site: Any, link: dict[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = {"title": french(link["title"]), "icon": link.get("icon") or ""}
    if "page" in link:
        page = branch(site, *link["page"].split("/"))
        return {"type": "page", "value": value | {"page": page.pk}}
    return {"type": "address", "value": value | {"address": link["address"]}}


def load_visits() -> Iterator[str]:
    """Say when people came last, so that a first look shows what is new; yields their names."""
    ago = read("readers")["visits"]
    keys = {item["email"].lower(): item["key"] for item in read("people")["people"]}
    for person in User.objects.filter(email__in=keys, last_seen_at=None):
        person.last_seen_at = days(-ago.get(keys[person.email], 1), hour=8)
        person.save(update_fields=["last_seen_at"])
        sites = Organisation.objects.belonging_to(person).filter(site__isnull=False).values("site")
        Visit.objects.bulk_create(
            Visit(user=person, site_id=pk["site"], last_seen_at=person.last_seen_at) for pk in sites
        )
        yield str(person)


def load_notices() -> Iterator[str]:
    """Tell some people what happened to an event of theirs, as already sent, once; yields whose."""
    told = read("readers")["notices"]
    refs = [reference("notice", one["person"], one["event"], one["kind"]) for one in told]
    # Loaded again, the pages and the people may have gone elsewhere.
    if Notice.objects.filter(ref__in=refs).exists():
        return
    emails = addresses()
    for ref, data in zip(refs, told, strict=True):
        organisation = Organisation.objects.select_related("site").get(slug=data["site"])
        event = branch(organisation.site, *data["event"].split("/"))
        told_at = days(-data["days"], hour=16)
        Notice.objects.create(
            ref=ref,
            recipient=User.objects.get(email=emails[data["person"]]),
            organisation=organisation,
            kind=data["kind"],
            subject=french(data["subject"]),
            body=french(data["body"]),
            path=event.specific.permanent_path,
            action="Voir l’événement",
            created_at=told_at,
            sent_at=told_at,
            read_at=told_at if data.get("read") else None,
        )
        yield data["person"]
