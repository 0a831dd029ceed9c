"""The links around the pages, and the alert above them: chosen by editors, seen by who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.frame.addresses import check_address
from home.models import SiteAlert, SiteNavigation
from home.provisioning.sites import complete_permissions
from tests.home.factories import Intranet, guide

HOUR = timedelta(hours=1)


def links(place: Intranet, **lists: list[tuple[str, dict[str, Any]]]) -> SiteNavigation:
    """Save the links of a site: name of the list, then (block, value) in order."""
    chosen = SiteNavigation.for_site(place.site)
    for name, blocks in lists.items():
        setattr(chosen, name, json.dumps([{"type": kind, "value": v} for kind, v in blocks]))
    chosen.save()
    return chosen


def to_page(page: Any, title: str = "") -> tuple[str, dict[str, Any]]:
    return "page", {"page": page.pk, "title": title}


def to_address(title: str, address: str) -> tuple[str, dict[str, Any]]:
    return "address", {"title": title, "address": address}


def shown(browser: Client, name: str, path: str = "/") -> list[tuple[str, str]]:
    return [(link.title, link.url) for link in browser.get(path).context[name]]


class TestAddresses:
    @pytest.mark.parametrize(
        "address", ["/", "/marche/?q=vélo", "/guides/#haut", "https://exemple.fr/conges?a=1"]
    )
    def test_a_path_or_an_https_address_is_taken(self, address: str) -> None:
        check_address(address)

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("http://exemple.fr", "https://"),
            ("javascript:alert(1)", "adresse complète"),
            ("//exemple.fr", "adresse complète"),
            ("/\\exemple.fr", "adresse complète"),
            ("exemple.fr", "adresse complète"),
            ("https://", "adresse complète"),
            ("https://[::1", "adresse complète"),
            ("/a b", "adresse complète"),
            ('/"onclick=', "adresse complète"),
            ("https://moi:secret@exemple.fr/", "mot de passe"),
            ("/" + "a" * 300, "trop longue"),
        ],
    )
    def test_anything_else_is_refused_with_how_to_mend_it(
        self, address: str, sentence: str
    ) -> None:
        with pytest.raises(ValidationError, match=sentence):
            check_address(address)


class TestLinks:
    def test_without_a_choice_the_menu_shows_the_sections(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        titles = [title for title, _ in shown(client_for(None, vallees.host), "navigation")]
        assert titles[0] == "Pistes"
        assert titles[-1] == "Entraide"

    def test_chosen_links_are_the_menu_in_their_order(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        page = guide(vallees, "tri", title="Trier")
        links(
            vallees,
            menu=[
                to_address("Mairie", "https://mairie.example/"),
                to_page(page, "Le tri"),
                to_page(vallees.page("recits")),
            ],
        )
        browser = client_for(None, vallees.host)
        assert shown(browser, "navigation") == [
            ("Mairie", "https://mairie.example/"),
            ("Le tri", "/guides/tri/"),
            ("Récits", "/recits/"),
            ("Entraide", "/marche/"),
        ]
        current = [
            link.title for link in browser.get("/guides/tri/").context["navigation"] if link.active
        ]
        assert current == ["Le tri"]

    def test_the_footer_adds_to_what_the_law_asks(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        links(vallees, footer=[to_address("Marchés publics", "https://marches.example/")])
        titles = [title for title, _ in shown(client_for(None, vallees.host), "footer_links")]
        assert titles[-2:] == ["Marchés publics", "Plan du site"]

    @pytest.mark.parametrize("written_as", ["page", "address"])
    @pytest.mark.parametrize("reader", ["nobody", "neighbour", "agent"])
    def test_a_link_to_a_page_is_for_who_may_read_it(
        self,
        vallees: Intranet,
        dunes: Intranet,
        client_for: Callable[..., Client],
        written_as: str,
        reader: str,
    ) -> None:
        page = guide(vallees, "conges", title="Nos congés", audience="internal")
        link = (
            to_page(page)
            if written_as == "page"
            else to_address("Nos congés", "/interne/guides/conges/?a=1#b")
        )
        links(vallees, menu=[link], footer=[link], quick_links=[link])
        people = {
            "nobody": None,
            "neighbour": dunes.person("agent", "editor"),
            "agent": vallees.person("agent"),
        }
        text = client_for(people[reader], vallees.host).get("/").content.decode()
        assert text.count("Nos congés") == (0 if reader != "agent" else text.count("Nos congés"))
        assert ("Nos congés" in text) is (reader == "agent")

    def test_a_page_that_left_takes_its_link_with_it(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        page = guide(vallees, "tri", title="Trier")
        links(vallees, menu=[to_page(page), to_address("Trier ici", "/guides/tri")])
        browser = client_for(None, vallees.host)
        assert "Trier" in str(shown(browser, "navigation"))
        page.unpublish()
        assert shown(browser, "navigation") == [("Entraide", "/marche/")]
        page.delete()
        assert shown(browser, "navigation") == [("Entraide", "/marche/")]

    def test_a_page_of_another_site_leads_nowhere(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
    ) -> None:
        links(vallees, menu=[to_page(guide(dunes, "ailleurs", title="Ailleurs"))])
        assert "Ailleurs" not in client_for(None, vallees.host).get("/").content.decode()

    def test_quick_links_are_for_the_people_of_the_collectivite(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
    ) -> None:
        links(vallees, quick_links=[to_address("Congés <b>", "https://conges.example/")])
        agent = client_for(vallees.person("agent"), vallees.host).get("/").content.decode()
        assert "Accès rapides" in agent
        assert "Congés &lt;b&gt;" in agent
        for person in (None, dunes.person("agent")):
            text = client_for(person, vallees.host).get("/").content.decode()
            assert "conges.example" not in text

    def test_links_cost_no_query(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(vallees.person("agent"), vallees.host)
        pages = [guide(vallees, f"g{number}") for number in range(6)]
        browser.get("/recits/")
        counts = []
        for chosen in ([], [to_page(page) for page in pages]):
            links(vallees, menu=chosen, footer=chosen, quick_links=chosen)
            with CaptureQueriesContext(connection) as queries:
                browser.get("/recits/")
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_an_editor_chooses_own_pages_and_checked_addresses_only(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
    ) -> None:
        theirs = guide(dunes, "chez-eux", title="Chez eux")
        ours = guide(vallees, "chez-nous")
        browser = client_for(vallees.person("editor"), vallees.host)
        address = f"/cms/settings/home/sitenavigation/{vallees.site.pk}/"
        assert browser.get(address).status_code == 200
        form = {
            "menu-count": "0",
            "footer-count": "0",
            "quick_links-count": "1",
            "quick_links-0-deleted": "",
            "quick_links-0-order": "0",
            "quick_links-0-type": "page",
            "quick_links-0-id": "",
            "quick_links-0-value-title": "Ici",
            "quick_links-0-value-icon": "",
            "quick_links-0-value-page": str(theirs.pk),
        }
        answer = browser.post(address, form)
        assert answer.status_code == 200  # drawn again, with what was typed
        assert "Chez eux" not in answer.content.decode()
        assert not SiteNavigation.for_site(vallees.site).quick_links
        form["quick_links-0-value-page"] = str(ours.pk)
        assert browser.post(address, form).status_code == 302
        assert len(SiteNavigation.for_site(vallees.site).quick_links) == 1
        wrong = form | {
            "quick_links-0-type": "address",
            "quick_links-0-value-address": "http://exemple.fr",
        }
        text = browser.post(address, wrong).content.decode()
        assert "https:// si le site le permet" in text
        assert "http://exemple.fr" in text

    def test_another_sites_settings_are_closed(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(vallees.person("editor", "coordinator"), vallees.host)
        for name in ("siteidentity", "sitenavigation", "sitealert"):
            assert browser.get(f"/cms/settings/home/{name}/{dunes.site.pk}/").status_code == 404
            assert browser.get(f"/cms/settings/home/{name}/{vallees.site.pk}/").status_code == 200

    def test_a_new_version_gives_its_settings_to_those_that_are_there(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        group = vallees.site.tenancy.editors
        group.site_permissions.all().delete()
        browser = client_for(vallees.person("editor"), vallees.host)
        address = f"/cms/settings/home/sitealert/{vallees.site.pk}/"
        assert browser.get(address).status_code == 302
        complete_permissions()
        assert browser.get(address).status_code == 200


class TestAlert:
    @staticmethod
    def alert(place: Intranet, **fields: Any) -> SiteAlert:
        alert = SiteAlert.for_site(place.site)
        for name, value in {"message": "Neige : restez chez vous.", **fields}.items():
            setattr(alert, name, value)
        alert.full_clean()
        alert.save()
        return alert

    @pytest.mark.parametrize(
        ("level", "role", "word", "closes"),
        [
            ("info", "status", "Information", True),
            ("attention", "status", "Attention", True),
            ("urgent", "alert", "Urgence", False),
        ],
    )
    def test_the_level_is_said_in_words(
        self,
        vallees: Intranet,
        client_for: Callable[..., Client],
        level: str,
        role: str,
        word: str,
        closes: bool,
    ) -> None:
        self.alert(vallees, level=level, link="/actualites/", link_title="Voir")
        text = client_for(None, vallees.host).get("/guides/").content.decode()
        assert f'role="{role}"' in text
        assert f"{word}&nbsp;:" in text
        assert "Neige\u00a0: restez chez vous." in text
        assert ("Fermer" in text) is closes

    @pytest.mark.parametrize(
        ("fields", "seen"),
        [
            ({}, True),
            ({"starts_at": HOUR}, False),
            ({"starts_at": -HOUR, "ends_at": HOUR}, True),
            ({"ends_at": -HOUR}, False),
            ({"message": "  "}, False),
        ],
    )
    def test_it_comes_and_goes_by_its_dates(
        self,
        vallees: Intranet,
        client_for: Callable[..., Client],
        fields: dict[str, Any],
        seen: bool,
    ) -> None:
        moments = {
            name: timezone.now() + value if isinstance(value, timedelta) else value
            for name, value in fields.items()
        }
        self.alert(vallees, **moments)
        page = client_for(None, vallees.host).get("/")
        assert ("site-alert" in page.content.decode()) is seen

    def test_one_for_agents_is_for_members_here(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
    ) -> None:
        self.alert(vallees, audience="members")
        for person, seen in (
            (None, False),
            (dunes.person("agent", "coordinator"), False),
            (vallees.person("agent"), True),
        ):
            text = client_for(person, vallees.host).get("/").content.decode()
            assert ("Neige" in text) is seen

    def test_another_sites_alert_is_not_shown_here(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
    ) -> None:
        self.alert(dunes)
        assert "Neige" not in client_for(None, vallees.host).get("/").content.decode()

    def test_it_is_closed_for_the_session_until_it_says_something_else(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        alert = self.alert(vallees)
        browser = client_for(None, vallees.host)
        form = {"version": alert.version, "page": "/guides/?page=1"}
        assert browser.post("/alerte/fermer/", form).url == "/guides/?page=1"
        assert "Neige" not in browser.get("/").content.decode()
        assert "Neige" in client_for(None, vallees.host).get("/").content.decode()
        self.alert(vallees, message="Neige, encore.")
        assert "Neige, encore" in browser.get("/").content.decode()

    def test_an_urgent_one_stays_and_so_does_one_that_was_not_read(
        self, vallees: Intranet, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(None, vallees.host)
        browser.post("/alerte/fermer/", {"version": "autre"})  # there is none
        alert = self.alert(vallees, level="urgent")
        browser.post("/alerte/fermer/", {"version": alert.version})
        assert "Neige" in browser.get("/").content.decode()
        self.alert(vallees, level="info")
        browser.post("/alerte/fermer/", {"version": alert.version})
        assert "Neige" in browser.get("/").content.decode()

    @pytest.mark.parametrize("page", ["https://ailleurs.example/", "//ailleurs", "", "/\\x", "é"])
    def test_closing_leads_back_to_this_site_only(
        self, vallees: Intranet, client_for: Callable[..., Client], page: str
    ) -> None:
        answer = client_for(None, vallees.host).post("/alerte/fermer/", {"page": page})
        assert answer.url == "/"

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"link": "/actualites/"}, "link_title"),
            ({"link_title": "Voir"}, "link"),
            ({"link": "javascript:1", "link_title": "Voir"}, "link"),
            ({"starts_at": HOUR, "ends_at": -HOUR}, "ends_at"),
        ],
    )
    def test_what_could_not_be_shown_is_refused(
        self, vallees: Intranet, fields: dict[str, Any], wrong: str
    ) -> None:
        moments = {
            name: timezone.now() + value if isinstance(value, timedelta) else value
            for name, value in fields.items()
        }
        with pytest.raises(ValidationError) as refusal:
            self.alert(vallees, **moments)
        assert wrong in refusal.value.message_dict

    def test_the_database_refuses_an_unknown_level(self, vallees: Intranet) -> None:
        alert = self.alert(vallees)
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteAlert.objects.filter(pk=alert.pk).update(level="panique")
