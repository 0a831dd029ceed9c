"""Agents' names stay hidden from associations until a contact is accepted: nowhere do they leak."""

from __future__ import annotations

from collections.abc import Callable

from django.core import mail
from django.test import Client

from accounts.models import Notice
from marketplace.catalogue.contacts import shown_contact
from marketplace.exchanges import rules
from tests.marketplace.factories import World, ask, decision, published, skill


def test_the_contact_is_a_service_for_an_association_and_a_name_for_an_agent(w: World) -> None:
    listing = skill(w.nadia, w.metropole)
    hidden = shown_contact(listing, w.odile)
    assert (hidden.title, hidden.detail) == ("Les Trois-Vallées", "par la coordination")
    assert shown_contact(listing, w.paul).title == "Nadia Merle"
    assert shown_contact(listing, w.karim).is_name


def test_no_page_notice_nor_e_mail_says_the_name_before_the_contact_is_accepted(
    w: World,
    client_for: Callable[..., Client],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    browser = client_for(w.odile)
    with django_capture_on_commit_callbacks(execute=True):
        listing = skill(w.nadia, w.metropole)
        exchange = ask(listing, w.odile, w.association)
        rules.write(exchange, w.nadia, "Bonjour, avec plaisir.")
        rules.write(exchange, w.chloe, "La coordination vous suit.")
        rules.add_decision(exchange, w.nadia, decision())
    pages = (
        listing.get_absolute_url(),
        f"{listing.get_absolute_url()}demander/",
        exchange.get_absolute_url(),
        "/mes-echanges/",
    )
    names = ("Merle", "Roux", "Nadia", "Chloé")
    for page in pages:
        text = browser.get(page).content.decode()
        assert not any(name in text for name in names), page
    read_by_odile = list(Notice.objects.filter(recipient=w.odile))
    assert len(read_by_odile) == 2
    for notice in read_by_odile:
        assert not any(name in notice.subject + notice.body for name in names)
    letters = [letter for letter in mail.outbox if w.odile.email in letter.to]
    assert len(letters) == 2
    for letter in letters:
        parts = [letter.subject, letter.body, letter.from_email]
        parts += [content for content, _ in letter.alternatives]
        assert not any(name in part for name in names for part in parts)
    anonymous = client_for().get(listing.get_absolute_url()).content.decode()
    assert not any(name in anonymous for name in names)

    rules.accept(exchange, w.nadia)
    after = browser.get(exchange.get_absolute_url()).content.decode()
    assert "Nadia Merle" in after
    assert w.nadia.email not in after


def test_a_declined_request_never_says_the_name(
    w: World, client_for: Callable[..., Client]
) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    rules.decline(exchange, w.nadia, "taken")
    text = client_for(w.odile).get(exchange.get_absolute_url()).content.decode()
    assert "Merle" not in text
    assert "C’est déjà pris" in text
