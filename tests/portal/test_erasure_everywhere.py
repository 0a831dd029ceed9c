"""Whoever leaves is nowhere any more: every column of every table is read, and every index.

A world is made in which the person left their name in as many places as the product has; then each
text of the database is searched for it, whatever its table. A room that starts to store a name and
says nothing to the registry makes this file fail, if the world below passes through it. What others
wrote of somebody by that name is apart: not a letter of it changes, and they are told.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.models import APIToken, Comment, Page, TaskState
from wagtail.users.models import UserProfile

from accounts.invitations.rules import accept, invite
from accounts.models import Notice, Organisation, User
from accounts.notices.rules import tell
from accounts.personal_data.erasure import erase
from accounts.readers import forget_reader
from home.calls.rules import answer_named
from home.models import ManagersLetter
from home.rereading.models import PublishingMode
from home.rereading.rules import policy_of
from marketplace.exchanges import rules
from marketplace.exchanges.closing import rules as closing
from marketplace.exchanges.recording import rules as recording
from marketplace.models import Listing
from search.models import Row
from search.query import CatalogueQuery
from search.saved.rules import keep as keep_search
from tests.accounts.factories import JoinRequestFactory
from tests.factories import (
    AssociationFactory,
    DepartmentFactory,
    OrganisationFactory,
    PartnershipFactory,
    VerificationFactory,
    join,
    member,
)
from tests.home.canary import every_row
from tests.home.factories import Intranet, call, given, guide, intranet, news, picture
from tests.marketplace.factories import ask, draft, facts, given_back, published, under_way

pytestmark = pytest.mark.django_db


def folded(text: str) -> str:
    """Return the text as a reader who does not care about accents or capitals sees it."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def traces_of(words: list[str], allowed: tuple[str, ...] = ()) -> list[str]:
    """Return «table column: text» for every text of the database that holds one of the words."""
    wanted = [folded(word) for word in words]
    escaped = [folded(json.dumps(word)[1:-1]) for word in words]
    found = []
    for (label, pk), row in every_row().items():
        if label in allowed:
            continue
        for value in row:
            text = folded(value if isinstance(value, str) else json.dumps(value, default=str))
            if any(word in text for word in [*wanted, *escaped]):
                found.append(f"{label} {pk}: {str(value)[:120]}")
    for session in Session.objects.all():
        text = folded(json.dumps(session.get_decoded()))
        found += [f"session: {text[:120]}" for word in wanted if word in text]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM search_fulltext")
            texts = [folded(" ".join(map(str, row))) for row in cursor.fetchall()]
        found += [f"full text: {text[:120]}" for text in texts for w in wanted if w in text]
    return found


def leave_a_mark_everywhere(first: str, last: str, address: str, client_for: Any) -> User:
    """Return a person whose name and address are in every corner of the product."""
    place = intranet("vallees", name="Les Vallées")
    home, partner = place.organisation, OrganisationFactory(short_name="Woippy")
    PartnershipFactory(proposer=partner, partner=home)
    association = AssociationFactory(short_name="Lire")
    VerificationFactory(association=association, by=home)
    nom = f"{first} {last}"
    person = place.person(
        "agent", "editor", "coordinator",
        first_name=first, last_name=last, email=address, wishes=f"Moi, {nom}", skills=nom,
    )  # fmt: skip
    chloe = place.person("agent", "coordinator")
    paul = member(partner, "coordinator")
    odile = member(association, "representative")
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=True)
    EmailAddress.objects.create(user=person, email=f"autre.{address}")
    SocialAccount.objects.create(
        user=person, provider="proconnect", uid="x", extra_data={"email": address, "n": nom}
    )
    client_for(person, place.host).get("/mon-compte/")
    client_for(person).get("/mon-compte/")

    # Belonging
    used = invite(
        chloe, partner, channel="email", roles=["agent"],
        email=address, first_name=first, last_name=last,
    )  # fmt: skip
    accept(used, person)
    invite(chloe, OrganisationFactory(), channel="email", roles=["agent"], email=address.upper())
    JoinRequestFactory(user=person, message=f"Bonjour, {nom}")
    VerificationFactory(by=home, asked_by=person, message=f"{nom}\n{address}")
    tell(person, kind="test", subject="Bonjour", body=nom)
    keep_search(person, CatalogueQuery(text=nom), organisation=home, name=f"Pour {nom}")
    forget_reader(person)

    # Exchanges
    thing = published(
        person,
        home,
        summary=f"Demandez {nom}.",
        description=f"Voir {nom}",
        place_label=f"Chez {last}",
    )
    asked = ask(thing, odile, association, message=f"Bonjour {nom}, ou {last} {first} !")
    rules.write(asked, person, f"Bonjour,\n{first}\n{last}")
    rules.accept(asked, person)
    declined = ask(published(person, home), odile, association)
    rules.decline(declined, person, "other", f"Écrivez à {nom} ({address})")
    terms = {"wish": f"{first} aimerait", "whose_time": "own"}
    offer = published(person, home, "offer skill time", terms=terms)
    ask(offer, odile, association, message=f"Chère {nom},")
    borrowed = ask(published(paul, partner), person, home, message=f"C’est {first} {last}.")
    rules.accept(borrowed, paul)
    draft(person, home, title=f"Brouillon de {nom}")
    told = given_back(under_way(published(person, home), odile, association))
    told.hand_overs.update(words=f"{nom} l’a rendu.")
    recording.say(told, person, facts(told, "1", "units"), f"Vu avec {nom}.")
    recording.say(told, odile, facts(told, "2", "units"), f"Merci à {nom}.", seen=1)
    recording.confirm(told, person, seen=2)
    closing.review(told, odile, {"happened": f"{nom} est venue."})
    closing.review(told, person, {"hard": f"Signé {first}"})

    # The writing desk
    page = guide(place, author=nom)
    page.author = person
    page.save_revision(user=person).publish()
    page.author_name = f"{nom} et Paul"
    page.save_revision(user=person)
    Page.objects.filter(pk=page.pk).update(
        owner=person, locked=True, locked_by=person, locked_at=timezone.now()
    )
    comment = Comment.objects.create(
        page=page, user=person, text=f"À revoir, {first}", contentpath="title"
    )
    comment.log_create(user=person)
    policy = policy_of(place.site)
    policy.mode = PublishingMode.TEAM
    policy.save()
    started = page.get_workflow().start(page, chloe)
    TaskState.objects.filter(workflow_state=started).update(
        finished_by=person, comment=f"Reprenez le titre. {first}"
    )
    ManagersLetter.objects.create(
        organisation=home, text=f"Bonjour,\n{nom}\n{address}", written_by=person
    )
    asked_for = call(place)
    answer_named(asked_for, person, given(asked_for, f"Moi, {nom}"), "first_name")
    image = picture(place)
    type(image).objects.filter(pk=image.pk).update(uploaded_by_user=person)
    kind = ContentType.objects.get_for_model(User)
    FormState.objects.create(
        user=person, content_type=page.content_type, data=nom, last_updated_at=timezone.now()
    )
    APIToken.objects.create(user=person, name=nom, key_hash="x")
    UserProfile.objects.create(user=person)
    LogEntry.objects.create(
        user=person, action_flag=CHANGE, content_type=kind, object_id=person.pk, object_repr=nom,
        change_message=json.dumps(
            [{"changed": {"name": "appartenance", "object": f"{nom}, V", "fields": ["métier"]}}]
        ),
    )  # fmt: skip
    return User.objects.get(pk=person.pk)


def let_others_speak_of(nom: str, home: Organisation) -> None:
    """Have colleagues and strangers write that name, the person's or a homonym's."""
    editor = member(home, "editor", "coordinator")
    stranger = OrganisationFactory(short_name="Ailleurs")
    there = member(stranger, "coordinator")
    PartnershipFactory(proposer=home, partner=stranger)
    published(editor, home, summary=f"Demandez {nom}.")
    exchange = ask(published(editor, home), there, stranger, message=f"{nom} m’a parlé de vous.")
    rules.cancel(exchange, there, f"{nom} est venue")
    page = news(Intranet(home, home.site), "portrait", summary=f"Le portrait de {nom}")
    page.save_revision(user=editor)
    Comment.objects.create(page=page, user=editor, text=f"{nom} ?", contentpath="title")
    JoinRequestFactory(message=f"De la part de {nom}", state="refused", decided_at=timezone.now())
    tell(editor, kind="test", subject=f"{nom} expose", body=f"Voyez {nom}", organisation=home)
    ManagersLetter.objects.create(organisation=stranger, text=f"Bonjour,\n{nom}", written_by=there)
    DepartmentFactory(organisation=stranger, name=f"Salle {nom}")
    AssociationFactory(short_name=f"Les amis de {nom}")
    first, last = nom.split()
    for place in (home, stranger):
        member(place, "agent", first_name=first, last_name=last)


@pytest.mark.parametrize(
    ("first", "last", "address"),
    [
        ("Zoélie", "Quàrtz-Ïgny", "zoelie.quartz@maison.test"),
        ("Maëlwenn", "d’Ôrmessan", "ormessan+prive@maison.test"),
        ("Yün", "Ben Zarbïa", "YUN.BENZARBIA@maison.test"),
    ],
)
def test_no_table_and_no_index_holds_the_name_or_the_address_any_more(
    client_for: Any, platform_site: Any, first: str, last: str, address: str
) -> None:
    person = leave_a_mark_everywhere(first, last, address.lower(), client_for)
    call_command("search_rebuild", verbosity=0)
    words = [first, last, address]
    before = traces_of(words)
    marked = {line.split()[0] for line in before}
    assert len(marked) > 15, f"the world must hold the name in many tables: {sorted(marked)}"
    assert any(line.startswith("search.Row") for line in before), "and in the index"

    erase(person)

    assert traces_of(words) == []
    person.refresh_from_db()
    assert Row.objects.exists()
    assert str(person) == "Personne partie"


def test_not_a_letter_of_what_others_wrote_changes(client_for: Any, platform_site: Any) -> None:
    person = leave_a_mark_everywhere("Zoélie", "Quàrtz", "zoelie@maison.test", client_for)
    own = every_row().keys()
    let_others_speak_of("Zoélie Quàrtz", person.memberships.order_by("pk").first().organisation)
    theirs = {key: row for key, row in every_row().items() if key not in own}
    told = Notice.objects.latest("pk").pk

    erase(person)

    after = every_row()
    assert {key: after.get(key) for key in theirs} == theirs
    letters = Notice.objects.filter(pk__gt=told)
    assert {"page_about_departed", "listing_about_departed"} <= {one.kind for one in letters}
    assert not any("Quàrtz" in one.subject + one.body for one in letters)
    assert [
        line
        for line in traces_of(["Quàrtz", "zoelie@maison.test"])
        if not line.startswith(("full text", *(f"{label} {pk}:" for label, pk in theirs)))
    ] == []


def test_the_name_is_nowhere_to_be_read_in_pages_lists_admin_and_search(
    client_for: Any, platform_site: Any
) -> None:
    person = leave_a_mark_everywhere("Zoélie", "Quàrtz", "zoelie@maison.test", client_for)
    place = person.memberships.order_by("pk").first().organisation
    staff = member(place, "agent", "coordinator", "editor", is_staff=True, is_superuser=True)
    pk = person.pk
    erase(person)
    browser = client_for(staff, place.site.hostname)
    listing = Listing.objects.filter(author=pk).first()
    pages = [
        "/",
        "/coordination/",
        "/coordination/invitations/",
        "/coordination/invitations/?etat=acceptees",
        "/mon-compte/nouvelles/",
        "/mes-echanges/",
        f"/marche/{listing.folder}/{listing.ref}/",
        "/recherche/?q=Quartz",
        "/recherche/?q=zoelie",
        "/marche/?q=quartz",
        "/guides/premier-pas/",
        f"/plateforme/accounts/user/{pk}/change/",
        "/plateforme/accounts/user/?q=quartz",
        "/plateforme/accounts/invitation/",
        "/plateforme/accounts/membership/",
        f"/plateforme/accounts/user/{pk}/history/",
    ]
    for address in pages:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        text = folded(answer.content.decode()).replace('value="quartz"', "")
        # What one has just looked for is said again by the page of results.
        if "?q=" not in address:
            assert "quartz" not in text, address
            assert "zoelie" not in text, address


@pytest.mark.demo
def test_in_the_demonstration_too(settings: Any) -> None:
    """The person who has the most there: nothing of them but what others wrote."""
    settings.DEMO_MODE = True
    call_command("load_demo", "--quiet-table")
    person = User.objects.get(email__startswith="amandine.roth")
    join(person, OrganisationFactory(), "agent")
    words = [f"{person.first_name} {person.last_name}", person.email]
    User.objects.filter(pk=person.pk).update(last_login=timezone.now() - timedelta(days=1))
    erase(person)
    written = ("wagtailcore.Revision", "home.StoryPage", "home.GuidePage", "home.NewsPage")
    assert traces_of(words, allowed=written) == []
