"""A walk through every address outside `/cms/`, as people of A, after what B keeps to itself.

What B shows to all may be read by all; here everything of B is inside, being written, or somebody's
own, and holds a canary word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver
from wagtail.models import Page, Site

from accounts.invitations.rules import invite, prepared
from accounts.models import User
from accounts.notices.rules import tell
from home.audience.rules import keep_inside
from home.bookmarks.rules import keep
from home.calls.rules import answer_named
from home.events.pages import EventPage
from home.events.rules import sign_up
from home.feedback.rules import answer, comment
from home.launch import waves
from home.models import EditorialDocument, EditorialImage, SiteAlert
from marketplace.models import Consent, Exchange, Listing, Series
from tests.factories import AssociationFactory, VerificationFactory, member
from tests.home.canary import Rows, differences, every_row, keep_people
from tests.home.events.factories import event
from tests.home.factories import (
    Intranet,
    article,
    call,
    document,
    given,
    guide,
    intranet,
    news,
    picture,
    story,
)
from tests.home.walk import with_each_value
from tests.marketplace.factories import ask, draft, published

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CANARY = "Kadabra"
# They end the walk, or lead out of it; their own tests say what they do.
LEAVE = {
    "account_logout", "openid_signed_out", "erase_account_confirm", "media", "wagtail_serve",
    "notices_read", "my_data_export",
}  # fmt: skip


@pytest.fixture
def vallees(platform_site: Site) -> Intranet:
    return intranet("vallees", name="Les Vallées")


@pytest.fixture
def persons(vallees: Intranet) -> dict[str, User]:
    return {
        "agent": vallees.person("agent"),
        "with every role": vallees.person("agent", "editor", "coordinator", "manager"),
    }


@pytest.fixture
def ours(persons: dict[str, User]) -> Rows:
    """Return every row that was there before B was."""
    return every_row()


@pytest.fixture
def hidden(ours: Rows) -> Intranet:
    """Return B, with something inside, being written, or of somebody's own in every room."""
    place = intranet("kadabra", name="Les Dunes")
    agent = place.person("agent", first_name=f"{CANARY}prénom", last_name=f"{CANARY}nom")
    chief = place.person("agent", "coordinator", "editor", last_name=f"{CANARY}chef")
    _intranet(place, agent)
    _market(place, agent, chief)
    tell(agent, kind="test", subject=f"{CANARY} nouvelle", body=f"{CANARY} mot", path="/")
    invite(
        chief, place.organisation, channel="email", roles=["agent"],
        email="kadabra@exemple.test", first_name=f"{CANARY}invitée",
    )  # fmt: skip
    prepared(
        place.organisation, chief, "prete@exemple.test", roles=["agent"],
        first_name=f"{CANARY}prête", job_title=f"{CANARY}métier",
    ).save()  # fmt: skip
    waves.write_to_waiting(place.organisation, chief, [agent.ref], None)
    keep_people(place, CANARY)
    return place


def _intranet(place: Intranet, agent: User) -> None:
    title = {"title": f"{CANARY} titre", "audience": "internal"}
    body = {
        "body": [{"paragraph": f"<p>{CANARY} texte</p>"}, {"checklist": [f"{CANARY} ligne"]}],
        "tags": [f"{CANARY} mot"],
    }
    for add in (guide, news, story, article):
        add(place, f"interne-{add.__name__}", **title, **body)
    kept = guide(place, "garde", **title, **body)
    keep(agent, kept)
    comment(answer(kept, agent, "no", ""), f"{CANARY} mot de lecture", signed=True)
    guide(place, "brouillon", title=f"{CANARY} brouillon", **body).unpublish()
    went_inside = story(place, "parti", title=f"{CANARY} parti", **body)
    keep_inside(went_inside, agent)
    page = call(place, "appel", summary=f"{CANARY} résumé", **title)
    answer_named(page, agent, given(page, f"{CANARY} réponse"), "first_name")
    sign_up(agent, event(place, "date", **title, body=body["body"]))
    picture(place, f"{CANARY}image", internal=True)
    document(place, f"{CANARY}document", internal=True)
    SiteAlert.objects.create(
        site=place.site, message=f"{CANARY} alerte", audience=SiteAlert.Audience.MEMBERS
    )


def _market(place: Intranet, agent: User, chief: User) -> None:
    home = place.organisation
    association = AssociationFactory(short_name="Lire")
    odile = member(association, "representative", last_name=f"{CANARY}odile")
    newcomer = AssociationFactory(short_name="Neuve")
    VerificationFactory(association=association, by=home)
    VerificationFactory(
        association=newcomer,
        by=home,
        asked_by=member(newcomer, "representative", last_name=f"{CANARY}neuve"),
        state="asked",
        decided_at=None,
    )
    words = {"title": f"{CANARY} barnum", "summary": f"{CANARY} résumé"}
    draft(agent, home, **words)
    published(agent, home, **words, scope="organisation")
    lent = published(agent, home, **words, scope="verified")
    ask(lent, odile, association, message=f"{CANARY} demande")
    Listing.objects.filter(pk=lent.pk).update(scope="organisation")


@pytest.fixture(autouse=True)
def _plain_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the drawing of thousands of pages that say nothing."""

    def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse("404", status=404)

    monkeypatch.setattr("portal.urls.handler404", not_found)


@pytest.fixture(params=["agent", "with every role"])
def browser(
    request: pytest.FixtureRequest,
    vallees: Intranet,
    persons: dict[str, User],
    hidden: Intranet,
    client_for: Callable[..., Client],
) -> Client:
    """That person's browser, on A's host."""
    client = client_for(persons[request.param], vallees.host)
    client.raise_request_exception = False  # counted with the 500s, and not one is allowed
    return client


def routes() -> Iterator[tuple[str, str]]:
    """Return (name, route) of every pattern outside the two admins."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, route: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if here.startswith(("cms/", "plateforme/", "_")):
            continue
        if isinstance(entry, URLPattern):
            if entry.name not in LEAVE:
                yield entry.name or "?", here
        else:
            yield from _below(entry, here)


# In the rooms with the most addresses, what their references are of: the others are tried in all
# rooms below these, for a reference is drawn at random and is of one thing only.
KINDS = {
    "marche/": Listing,
    "mes-annonces/": Listing,
    "mes-echanges/<slug:ref>/": Exchange,
    "mes-echanges/series/": Series,
    "mon-equipe/accords/": Consent,
    "evenements/": EventPage,
}


def references_of(place: Intranet) -> dict[type[Model], list[str]]:
    """Return one reference of each model, but of what is A's or shared by all; of listings, each.

    A listing's state decides who sees it; the rows of other models are hidden for one reason.
    """
    found = {}
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "ref" not in names or model is User:
            continue
        rows = model._default_manager.all()
        if "organisation" in names:
            rows = rows.filter(organisation=place.organisation)
        wanted = rows.order_by("pk").values_list("ref", flat=True)
        found[model] = [str(ref) for ref in (wanted if model is Listing else wanted[:1])]
    return found


def paths(place: Intranet) -> Iterator[str]:
    references = references_of(place)
    refs = [ref for each in references.values() for ref in each]
    assert len(refs) > 10
    values = {
        "*": refs, "ref": refs, "step": [1], "name": ["retirer", "publier"], "photo": refs[:1],
        "folder": ["offres", "besoins"], "key": ["propose"], "code": ["off"], "token": ["x"],
        "path": ["x"], "slug": [f"{CANARY.lower()}-mot"], "page_id": _hidden_ids(place),
    }  # fmt: skip
    for _, route in routes():
        kind = next((model for room, model in KINDS.items() if route.startswith(room)), None)
        theirs = references.get(kind) or refs
        yield from with_each_value(route, values | {"ref": theirs, "*": theirs})


def plain_paths() -> list[str]:
    """Return the path of every address that names nothing, the home page first."""
    named = [route for _, route in routes() if set("<(^\\").intersection(route)]
    return ["/", *(f"/{route}" for _, route in routes() if route not in named)]


def _hidden_ids(place: Intranet) -> list[int]:
    inside = place.page("interne")
    return list(inside.get_descendants().order_by("pk").values_list("pk", flat=True))


def files_of(place: Intranet) -> list[str]:
    tenancy = place.site.tenancy
    kept = [EditorialImage, EditorialDocument]
    return [
        f"/fichiers/{file.file.name}"
        for model in kept
        for file in model._default_manager.filter(collection=tenancy.internal_collection)
    ]


def pages_of(place: Intranet) -> list[str]:
    """Return the path of every page that B keeps inside or is writing."""
    pages = Page.objects.filter(path__startswith=place.site.root_page.path)
    hidden = [page for page in pages if CANARY in page.title]
    assert len(hidden) > 5
    return [page.url_path[len(place.site.root_page.url_path) - 1 :] for page in hidden]


QUERIES = ("", f"?q={CANARY[:6]}&format=xlsx&export=csv", "?nature=materiel&page=1&tri=recent")


def test_nothing_that_another_collectivite_keeps_to_itself_comes_back(
    hidden: Intranet, browser: Client, request: pytest.FixtureRequest
) -> None:
    before = every_row()
    # Who has every role tries every reference, an agent what their own pages bring.
    every = paths(hidden) if request.node.callspec.params["browser"] != "agent" else plain_paths()
    asked = [*every, *files_of(hidden), *pages_of(hidden)]
    problems = [
        *(found for path in asked for found in _answers(browser, path)),
        *(found for path in ("/recherche/", "/marche/") for query in QUERIES[1:]
          for found in _answers(browser, path + query)),
    ]  # fmt: skip
    theirs = Client(headers={"host": hidden.host})
    theirs.cookies = browser.cookies
    theirs.raise_request_exception = False
    for path in [
        "/",
        "/plan-du-site/",
        "/flux.xml",
        "/sitemap.xml",
        *pages_of(hidden),
        *files_of(hidden),
    ]:
        problems += _answers(theirs, path)
    assert not problems, "\n".join(problems)
    # Looking notes one's own visit and address, and counts without a name what nobody finds.
    changed = differences(before, every_row())
    noted = {"accounts.Visit", "accounts.User", "account.EmailAddress"}
    noted |= {"search.Demand", "search.DemandAsker", "search.SeasonSecret"}
    assert {label for label, _ in changed} <= noted, changed


def test_what_is_looked_for_is_there_for_who_may_see_it(
    hidden: Intranet, client_for: Callable[..., Client]
) -> None:
    chief = hidden.organisation.memberships.get(user__last_name=f"{CANARY}chef").user
    browser = client_for(chief, hidden.host)
    asked = [*paths(hidden), *pages_of(hidden), f"/recherche/?q={CANARY}", "/"]
    seen = [path for path in asked if _answers(browser, path)]
    assert len(seen) > 20, seen
    desks = {"/".join(path.split("/")[1:3]) for path in seen}
    assert desks >= {"coordination/personnes", "coordination/services"}, seen
    assert {path.split("/")[1] for path in seen} >= {
        "", "marche", "mes-echanges", "coordination", "evenements", "interne", "recherche",
        "annuaire", "etiquettes",
    }, seen  # fmt: skip


# Who has every role may do whatever an agent may.
@pytest.mark.parametrize("browser", ["with every role"], indirect=True)
def test_nothing_that_another_collectivite_keeps_to_itself_changes(
    ours: Rows, hidden: Intranet, browser: Client
) -> None:
    before = every_row()
    taken = {"title": "Pris", "reason": "Pris", "text": "Pris", "message": "Pris", "decision": "no"}
    problems = []
    for path in paths(hidden):
        answer = browser.post(path, taken)
        problems += _leak(path, answer)
    assert not problems, "\n".join(problems)
    changed = differences(before, every_row())
    assert [key for key in changed if key in before and key not in ours] == []


def _answers(browser: Client, path: str) -> list[str]:
    return _leak(path, browser.get(path))


def _leak(path: str, answer: Any) -> list[str]:
    if answer.status_code >= 500:
        return [f"{path}: {answer.status_code}"]
    text = (
        b"".join(answer.streaming_content).decode("utf-8", "replace")
        if answer.streaming
        else answer.content.decode("utf-8", "replace")
    )
    where = text.find(CANARY)
    return [f"{path}: …{text[max(0, where - 80) : where + 60]}…"] if where >= 0 else []
