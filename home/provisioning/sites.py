"""Opening the intranet of a collectivité, and the platform's own site; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    GroupSitePermission,
    Page,
    PageViewRestriction,
    Site,
    Task,
    Workflow,
)

from accounts.models import Organisation
from home.changes import together
from home.models import (
    HomePage,
    InternalPage,
    PlatformHomePage,
    PublishingPolicy,
    SectionPage,
    SiteAlert,
    SiteIdentity,
    SiteNavigation,
    Tenancy,
)
from home.provisioning.tree import child, ensure_child
from home.rereading.rules import apply_policy, policy_of

# What editors set for their own site.
EDITORS_SET: list[type[Model]] = [SiteIdentity, SiteNavigation, SiteAlert]

SECTIONS = [
    ("tracks", "pistes", "Pistes"),
    ("guides", "guides", "Guides"),
    ("stories", "recits", "Récits"),
    ("news", "actualites", "Actualités"),
    ("events", "agenda", "Agenda"),
    ("calls", "appels", "Appels"),
    ("articles", "articles", "Articles"),
]
INTERNAL_SECTIONS = SECTIONS[1:]
# The menu has room for so many: the section of stories leads to the open calls.
OUT_OF_THE_MENU = ("calls",)
# Whether editors publish as well is what the policy of the site says (home/rereading/).
EDITORS_MAY = ["add_page", "change_page"]
COORDINATORS_MAY = [*EDITORS_MAY, "publish_page"]
# Wagtail asks for those of its stock models, whatever the models in use.
FILE_PERMISSIONS = [
    f"{action}_{model}" for model in ("image", "document") for action in ("add", "change", "choose")
]


@together()
def provision_site(
    organisation: Organisation,
    hostname: str,
    port: int = 80,
    *,
    identity: dict[str, Any] | None = None,
) -> Site:
    """Return the site of the collectivité, with all that it needs; done again, it repairs.

    Raises ValueError when another collectivité has the host name.
    """
    taken = Site.objects.filter(hostname__iexact=hostname, port=port).first()
    if taken is not None and taken.pk != organisation.site_id:
        owner = getattr(taken, "organisation", None)
        if owner is not None:
            raise ValueError(f"Le nom d’hôte {hostname} est déjà celui de {owner}.")
        if taken.is_default_site:
            raise ValueError(f"Le nom d’hôte {hostname} est celui de la plateforme.")
    site = organisation.site or taken or Site()
    home = _home(organisation, site)
    site.hostname, site.port = hostname, port
    site.site_name = site.site_name or organisation.short_name  # its editors may have changed it
    site.root_page = home
    site.save()
    if organisation.site_id != site.pk:
        organisation.site = site
        organisation.save(update_fields=["site"])
    _sections(home)
    tenancy = _tenancy(site, organisation)
    _permissions(tenancy, home)
    apply_policy(policy_of(site))
    _identity(site, identity or {})
    return site


@together()
def provision_platform(hostname: str, port: int = 80) -> Site:
    """Return the platform's own site; takes away the welcome page and groups of stock Wagtail."""
    root = Page.get_first_root_node()
    home, _ = ensure_child(root, PlatformHomePage(title=settings.PLATFORM_NAME, slug="plateforme"))
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    former = site.root_page if site.root_page_id else None
    site.hostname, site.port, site.site_name = hostname, port, settings.PLATFORM_NAME
    site.root_page = home
    site.save()
    if former is not None and former.pk != home.pk and former.depth == 2:
        former.delete()
    _identity(site, {})
    # Stock groups and workflow reach every tree: rights here come from memberships only.
    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()
    Workflow.objects.filter(name="Moderators approval").delete()
    Task.objects.filter(name="Moderators approval").delete()
    return site


def complete_sites() -> list[Site]:
    """Give every intranet that is open what a new one has, a new section for instance; safe to
    repeat. Returns their sites."""
    return [
        provision_site(organisation, organisation.site.hostname, organisation.site.port)
        for organisation in Organisation.objects.filter(site__isnull=False).select_related("site")
    ]


def _home(organisation: Organisation, site: Site) -> Page:
    """Return the home page of the organisation's site: the one on which it stands, or a new one.

    Never by its slug alone: that of an organisation changes, and may then be another's.
    """
    if organisation.site is not None:
        return organisation.site.root_page.specific
    root = Page.get_first_root_node()
    there = child(root, organisation.slug)
    slug = organisation.slug
    if there is not None:
        others = Site.objects.filter(root_page=there.pk).exclude(pk=site.pk)
        if not isinstance(there, HomePage) or others.exists():
            slug = f"{organisation.slug}-{organisation.pk}"
    return ensure_child(root, HomePage(title=organisation.short_name, slug=slug))[0]


def _sections(home: Page) -> None:
    _ensure_sections(home, SECTIONS, show_in_menus=True)
    internal, _ = ensure_child(
        home, InternalPage(title="Entre nous", slug="interne", show_in_menus=True)
    )
    _ensure_sections(internal, INTERNAL_SECTIONS)
    # Stock Wagtail knows it as private; who may read it is home.queries' answer.
    PageViewRestriction.objects.get_or_create(
        page=internal, defaults={"restriction_type": PageViewRestriction.LOGIN}
    )


def _ensure_sections(parent: Page, sections: list[tuple[str, str, str]], **fields: Any) -> None:
    """Add the sections that are missing, each next to the one before it: the menu's order."""
    before: Page | None = None
    for kind, slug, title in sections:
        page = SectionPage(title=title, slug=slug, kind=kind, **fields)
        page.show_in_menus = page.show_in_menus and kind not in OUT_OF_THE_MENU
        section, is_new = ensure_child(parent, page)
        if is_new and before is not None:
            before.refresh_from_db()
            if before.get_next_sibling().pk != section.pk:
                section.move(before, pos="right")
        before = section


def _tenancy(site: Site, organisation: Organisation) -> Tenancy:
    existing = Tenancy.objects.filter(site=site).first()
    if existing is not None:
        return existing
    root = Collection.get_first_root_node()
    collection = root.add_child(instance=Collection(name=organisation.short_name))
    internal = collection.add_child(
        instance=Collection(name=f"{organisation.short_name}, réservé aux agents")
    )
    # The key tells apart who has a slug now from who had it before.
    name = f"{organisation.slug} · {organisation.pk}"
    return Tenancy.objects.create(
        site=site,
        collection=collection,
        internal_collection=internal,
        editors=Group.objects.get_or_create(name=f"Rédaction · {name}")[0],
        coordinators=Group.objects.get_or_create(name=f"Coordination · {name}")[0],
    )


def _permissions(tenancy: Tenancy, home: Page) -> None:
    by_codename = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            codename__in=[*COORDINATORS_MAY, *FILE_PERMISSIONS, "access_admin"],
            content_type__app_label__in=[
                "wagtailcore",
                "wagtailimages",
                "wagtaildocs",
                "wagtailadmin",
            ],
        )
    }
    for group, may, settings_of in (
        (tenancy.editors, EDITORS_MAY, EDITORS_SET),
        (tenancy.coordinators, COORDINATORS_MAY, [*EDITORS_SET, PublishingPolicy]),
    ):
        group.permissions.set([by_codename["access_admin"]])
        for codename in may:
            GroupPagePermission.objects.get_or_create(
                group=group, page=home, permission=by_codename[codename]
            )
        for codename in FILE_PERMISSIONS:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=tenancy.collection, permission=by_codename[codename]
            )
        for model in settings_of:
            GroupSitePermission.objects.get_or_create(
                group=group, site=tenancy.site, permission=_change_permission(model)
            )


def _change_permission(model: type[Model]) -> Permission:
    return Permission.objects.get(
        codename=f"change_{model._meta.model_name}",
        content_type=ContentType.objects.get_for_model(model),
    )


def complete_permissions() -> None:
    """Give the groups of every collectivité what a new version opens to them; safe to repeat."""
    for tenancy in Tenancy.objects.select_related(
        "site__root_page", "collection", "editors", "coordinators"
    ):
        _permissions(tenancy, tenancy.site.root_page)


def _identity(site: Site, wanted: dict[str, Any]) -> None:
    """Set the identity the first time; afterwards the coordination decides in `/cms/`."""
    if SiteIdentity.objects.filter(site=site).exists():
        return
    identity = SiteIdentity(site=site, **wanted)
    identity.full_clean(exclude=["logo"])
    identity.save()
