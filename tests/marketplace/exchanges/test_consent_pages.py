"""The signed link of a manager, and the pages of who is signed in: what each shows and hides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Notice, Role
from marketplace.exchanges.consents import asking, links, presentation, rules
from marketplace.exchanges.consents.models import Consent, TacitConsent
from marketplace.exchanges.models import Exchange, Participant
from tests.factories import join
from tests.marketplace.exchanges.team import Team, agreed, consent, team
from tests.marketplace.factories import World

Browser = Callable[..., Client]
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def t(w: World) -> Team:
    return team(w)


@pytest.fixture
def exchange(w: World, t: Team) -> Exchange:
    return agreed(w)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


# The link


def test_the_letter_holds_the_link_and_says_for_whom_and_when(w: World, t: Team) -> None:
    one = consent(agreed(w))
    notice = Notice.objects.get(recipient=t.thomas, kind="consent_asked")
    assert links.consent_of(notice.path.split("/")[2]) == (one, True)
    assert notice.must_send
    assert notice.organisation == w.metropole
    assert "Nadia Merle" in notice.subject
    assert "rien n’est accordé" in notice.body


def test_opening_the_link_decides_nothing_however_often(
    w: World, exchange: Exchange, client_for: Browser
) -> None:
    path = links.path_of(consent(exchange))
    for _ in range(2):
        page = text(client_for().get(path))
        assert client_for().head(path).status_code == 200
        assert "Oui, d’accord" in page
    assert consent(exchange).state == "asked"


def test_the_link_shows_what_one_decides_on_and_little_more(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    rules.say_cover(consent(exchange), w.nadia, "Karim tient l’accueil.")
    answer = client_for().get(links.path_of(consent(exchange)))
    page = text(answer)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-cache" in answer["Cache-Control"]
    for shown in ("Nadia M.", "Accueil", w.partner.name, "Karim tient l’accueil."):
        assert shown in page
    # Neither full names, nor the conversation, nor who is asked.
    for hidden in ("Nadia Merle", "Wagner", "Weber", "Bonjour, pour notre fête", "@"):
        assert hidden not in page


def test_colleagues_who_are_away_are_counted_by_the_link_and_named_when_signed_in(
    w: World, t: Team, client_for: Browser
) -> None:
    first, second = agreed(w), agreed(w)
    Participant.objects.filter(exchange=first).update(user=w.karim)
    Membership.objects.filter(user=w.karim).update(department=t.service)
    one = consent(second)
    page = text(client_for().get(links.path_of(one)))
    assert "1\u00a0autre échange est prévu" in page
    assert "Karim" not in page
    assert "Karim Aziz" in text(client_for(t.thomas).get(one.get_absolute_url()))


def test_absences_of_colleagues_are_for_who_manages_them_today_and_the_coordination(
    w: World, t: Team, client_for: Browser
) -> None:
    first, second = agreed(w), agreed(w)
    Participant.objects.filter(exchange=first).update(user=w.karim)
    Membership.objects.filter(user=w.karim).update(department=t.service)
    rules.agree(consent(second), t.thomas)
    url = consent(second).get_absolute_url()
    for reader in (t.thomas, w.chloe):
        assert "Karim Aziz" in text(client_for(reader).get(url))
    # Of their own consent, an agent reads nothing of the others' days.
    Role.objects.filter(membership__user=t.thomas, kind="manager").delete()
    for reader in (w.nadia, t.thomas):
        page = text(client_for(reader).get(url))
        assert "Karim" not in page
        assert "Dans l’équipe à ces dates" not in page


def test_as_many_queries_for_one_absence_as_for_many(
    w: World, t: Team, client_for: Browser
) -> None:
    one = consent(agreed(w))
    Membership.objects.filter(user=w.karim).update(department=t.service)

    def queries_with_one_more_absence() -> int:
        Participant.objects.filter(exchange=agreed(w)).update(user=w.karim)
        with CaptureQueriesContext(connection) as found:
            presentation.page(one, reader=t.thomas)
        return len(found)

    queries_with_one_more_absence()  # what one reader is asked once
    few = queries_with_one_more_absence()
    queries_with_one_more_absence()
    assert queries_with_one_more_absence() == few


def test_a_yes_by_the_link_uses_it_up_and_is_told_to_its_owner(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    path = links.path_of(consent(exchange))
    assert "votre accord est donné" in text(client_for().post(path, {"reponse": "oui"}))
    one = consent(exchange)
    assert (one.state, one.decided_by, one.by_link) == ("given", t.thomas, True)
    assert Notice.objects.filter(recipient=t.thomas, kind="consent_answered").exists()
    # Twice, by hand or by the back button.
    for answer in (client_for().post(path, {"reponse": "non"}), client_for().get(path)):
        page = text(answer, 410)
        assert "déjà donné" in page
        assert "Nadia" not in page
    assert consent(exchange).state == "given"


def test_a_no_wants_a_reason_and_loses_no_word(exchange: Exchange, client_for: Browser) -> None:
    path = links.path_of(consent(exchange))
    page = text(client_for().post(path, {"reponse": "non", "words": "Deux arrêts"}), 400)
    assert "Choisissez la raison" in page
    assert "Deux arrêts" in page
    client_for().post(path, {"reponse": "non", "code": "other", "words": HOSTILE})
    assert consent(exchange).state == "refused"


def test_other_dates_in_the_wrong_order_are_answered_kindly(
    exchange: Exchange, client_for: Browser
) -> None:
    path = links.path_of(consent(exchange))
    label = client_for().get(path).text.partition('for="id_last_day"')[2].partition("</label>")[0]
    assert "Jusqu’au" in label
    assert "facultatif" not in label
    days = {"first_day": "2030-05-02", "last_day": "2030-05-01"}
    page = text(client_for().post(path, {"reponse": "dates", **days}), 400)
    assert "La fin doit venir après le début" in page
    past = {"first_day": "2020-05-02", "last_day": "2020-05-03"}
    assert "passée" in text(client_for().post(path, {"reponse": "dates", **past}), 400)
    assert text(client_for().post(path, {"reponse": "dates"}), 400)
    good = {"first_day": "2030-05-02", "last_day": "2030-05-03"}
    assert "proposées" in text(client_for().post(path, {"reponse": "dates", **good}))
    assert consent(exchange).stopped_for == "dates"
    # It still serves to answer, afterwards.
    assert "vous proposez" in text(client_for().get(path)).lower()


def test_what_is_no_answer_is_none(exchange: Exchange, client_for: Browser) -> None:
    page = text(client_for().post(links.path_of(consent(exchange)), {"reponse": "<b>"}))
    assert "Choisissez une réponse" in page


@pytest.mark.parametrize("token", ["abc", "a:b:c", "é", "x" * 300])
def test_a_link_that_we_never_signed_leads_nowhere(
    db: Any, client_for: Browser, token: str
) -> None:
    assert "ne mène à rien" in text(client_for().get(f"/accord/{token}/"), 404)
    assert client_for().post(f"/accord/{token}/", {"reponse": "oui"}).status_code == 404


def test_a_link_does_not_open_on_another_collectivite_s_host(
    exchange: Exchange, collectivite: Any, client_for: Browser
) -> None:
    path = links.path_of(consent(exchange))
    assert client_for(None, "vallees.localhost").get(path).status_code == 404


def test_a_forwarded_link_says_nothing_to_somebody_else_who_is_signed_in(
    w: World, exchange: Exchange, client_for: Browser
) -> None:
    path = links.path_of(consent(exchange))
    for person in (w.karim, w.nadia, w.odile):
        page = text(client_for(person).get(path), 403)
        assert "quelqu’un d’autre" in page
        assert "Nadia M." not in page
        assert client_for(person).post(path, {"reponse": "oui"}).status_code == 403
    assert consent(exchange).state == "asked"


def test_who_is_asked_and_signed_in_reads_it_on_their_own_page(
    t: Team, exchange: Exchange, client_for: Browser
) -> None:
    one = consent(exchange)
    answer = client_for(t.thomas).get(links.path_of(one))
    assert answer.headers["Location"] == one.get_absolute_url()
    page = text(client_for(t.thomas).get(one.get_absolute_url()))
    assert "Nadia Merle" in page
    client_for(t.thomas).post(one.get_absolute_url(), {"reponse": "oui", "retour": "equipe"})
    assert consent(exchange).state == "given"
    # The link of the letter, opened again, leads to what became of it.
    again = client_for(t.thomas).get(links.path_of(one))
    assert again.headers["Location"] == one.get_absolute_url()


def test_a_link_stops_when_somebody_else_is_asked(
    w: World, exchange: Exchange, client_for: Browser
) -> None:
    old = links.path_of(consent(exchange))
    asking.ask_next(consent(exchange), w.chloe)
    page = text(client_for().get(old), 410)
    assert "transmise" in page
    assert client_for().post(old, {"reponse": "oui"}).status_code == 410
    assert consent(exchange).state == "asked"
    assert client_for().get(links.path_of(consent(exchange))).status_code == 200


def test_a_link_says_kindly_that_it_is_over(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    one = consent(exchange)
    path = links.path_of(one)
    Exchange.objects.filter(pk=exchange.pk).update(state="cancelled")
    assert "annulé" in text(client_for().get(path), 410)
    Exchange.objects.filter(pk=exchange.pk).update(state="agreed")
    Consent.objects.filter(pk=one.pk).update(expires_at=timezone.now())
    assert "délai de réponse est passé" in text(client_for().get(path), 410)
    Consent.objects.filter(pk=one.pk).update(expires_at=timezone.now() + timedelta(days=1))
    now = timezone.now()
    Membership.objects.filter(user=t.thomas).update(
        starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    assert "n’encadrez plus" in text(client_for().get(path), 410)


# Signed in


def test_the_desk_of_a_manager_answers_in_one_tap(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    page = text(client_for(t.thomas).get("/mon-equipe/"))
    assert "Nadia Merle" in page
    assert 'name="reponse" value="oui"' in page
    url = consent(exchange).get_absolute_url()
    client_for(t.thomas).post(url, {"reponse": "oui", "retour": "equipe"})
    page = text(client_for(t.thomas).get("/mon-equipe/"))
    assert "Vos réponses" in page
    assert "Aucun accord ne vous est demandé" in page


def test_as_many_queries_for_one_consent_as_for_many(
    w: World, t: Team, client_for: Browser
) -> None:
    def queries() -> int:
        browser = client_for(t.thomas)
        browser.get("/mon-equipe/")
        with CaptureQueriesContext(
            connection,
        ) as found:
            browser.get("/mon-equipe/")
        return len(found)

    agreed(w)
    few = queries()
    for _ in range(4):
        agreed(w)
    assert queries() == few


@pytest.mark.parametrize("who", ["nadia", "chloe"])
def test_the_page_of_an_exchange_says_where_it_stands(
    w: World, t: Team, exchange: Exchange, client_for: Browser, who: str
) -> None:
    page = text(client_for(getattr(w, who)).get(exchange.get_absolute_url()))
    assert "Les accords" in page
    assert "Thomas Wagner" in page
    assert "2\u00a0accords attendus" in page


def test_the_other_side_reads_no_manager_s_name_and_no_reason(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    rules.refuse(consent(exchange), t.thomas, "other", "Deux arrêts cette semaine.")
    page = text(client_for(w.paul).get(exchange.get_absolute_url()))
    assert "Pas donné" in page
    assert "Wagner" not in page
    assert "Deux arrêts" not in page
    page = text(client_for(w.nadia).get(exchange.get_absolute_url()))
    assert "Deux arrêts" in page


def test_an_association_never_reads_the_manager_s_name(
    w: World, t: Team, client_for: Browser
) -> None:
    exchange = agreed(w, to="association")
    rules.talk(consent(exchange), t.thomas, "Passez me voir.")
    page = text(client_for(w.odile).get(exchange.get_absolute_url()))
    assert "souhaite en parler" in page
    assert "Wagner" not in page
    assert "Passez me voir" not in page


def test_the_agent_says_the_cover_plan_from_the_exchange(
    w: World, exchange: Exchange, client_for: Browser
) -> None:
    one = consent(exchange)
    client_for(w.nadia).post(f"{one.get_absolute_url()}releve/", {"cover": HOSTILE})
    page = text(client_for().get(links.path_of(one)))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    client_for(w.karim).post(f"{one.get_absolute_url()}releve/", {"cover": "x"})
    assert consent(exchange).cover == HOSTILE


def test_a_consent_opens_for_who_is_asked_the_agent_and_the_coordination(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    url = consent(exchange).get_absolute_url()
    for person in (t.thomas, w.chloe, w.nadia):
        text(client_for(person).get(url))
    for person in (t.helene, t.bruno, w.karim, w.paul, w.odile, w.sonia, w.gone):
        text(client_for(person).get(url), 404)
    assert client_for().get(url).status_code == 302


def test_the_coordination_follows_from_its_pile(
    w: World, t: Team, exchange: Exchange, client_for: Browser
) -> None:
    browser = client_for(w.chloe)
    page = text(browser.get("/coordination/suivi/accords-attendus/"))
    assert "Thomas Wagner" in page
    assert "Bruno" not in page
    url = consent(exchange).get_absolute_url()
    browser.post(f"{url}suivre/", {"faire": "rappeler"})
    assert consent(exchange).reminded_at is not None
    browser.post(f"{url}suivre/", {"faire": "suppleance"})
    assert consent(exchange).asked_of == t.helene


def test_withdrawing_asks_why(w: World, t: Team, exchange: Exchange, client_for: Browser) -> None:
    rules.agree(consent(exchange), t.thomas)
    url = f"{consent(exchange).get_absolute_url()}retirer/"
    browser = client_for(t.thomas)
    text(browser.get(url))
    text(browser.post(url, {"reason": ""}), 400)
    browser.post(url, {"reason": "Trop d’absences."})
    assert consent(exchange).state == "revoked"
    assert browser.get(url).status_code == 302


def test_the_coordination_says_whether_silence_is_a_yes(
    w: World, collectivite: Any, client_for: Browser
) -> None:
    join(w.chloe, collectivite, "coordinator")
    browser = client_for(w.chloe, "vallees.localhost")
    url = "/coordination/accord-tacite/"
    assert "Jamais pour une association" in text(browser.get(url))
    browser.post(url, {"days": "5"})
    assert TacitConsent.objects.get(organisation=collectivite).days == 5
    text(browser.post(url, {"days": "0"}), 400)
    text(browser.post(url, {"days": "quelques"}), 400)
    browser.post(url, {"days": ""})
    assert not TacitConsent.objects.exists()
    text(client_for(w.nadia, "vallees.localhost").get(url), 403)
    assert not Role.objects.filter(membership__user=w.nadia, kind="coordinator").exists()
