"""The desks show what waits, to who holds the role there, and to nobody else."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.invitations.rules import prepared
from accounts.models import Role, User
from accounts.organisations.rules import begin_membership
from accounts.todos.registry import TEAM, ToDo, forget, register
from home.launch.waves import write_to_waiting
from marketplace.models import Consent, Participant
from portal.desks.queries import desks_of
from tests.accounts.conftest import text_of
from tests.accounts.factories import AskedVerificationFactory
from tests.factories import (
    AssociationFactory,
    DepartmentFactory,
    ExchangeFactory,
    ListingFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    join,
    member,
)

pytestmark = pytest.mark.django_db


def _manager_of(department):
    membership = MembershipFactory(organisation=department.organisation, department=department)
    Role.objects.create(membership=membership, kind="manager", department=department)
    return membership.user


def _giving(person, organisation, **fields):
    listing = ListingFactory(
        organisation=organisation, author=person, nature="skill", transfer="time"
    )
    exchange = ExchangeFactory(listing=listing, **fields)
    Participant.objects.create(exchange=exchange, user=person)
    return exchange


def _asked_of(manager, exchange):
    return Consent.objects.create(
        exchange=exchange,
        participant=exchange.participants.get(),
        kind="home_manager",
        organisation=exchange.giver,
        asked_of=manager,
        expires_at=timezone.now() + timedelta(days=9),
    )


@pytest.fixture
def elsewhere():
    """Another room has something for the desk of every team."""

    def planning(user):
        yield ToDo(
            desk=TEAM,
            kind="planning",
            icon="calendar",
            text="Le planning de l’été est à relire",
            url="/mon-equipe/",
            action="Relire",
            since=timezone.now(),
        )

    register(planning, TEAM)
    yield
    forget(planning)


@pytest.mark.parametrize("path", ["/coordination/", "/mon-equipe/"])
class TestWhoMayOpen:
    def test_a_visitor_is_asked_to_sign_in(self, client_for, collectivite, path):
        response = client_for(host="vallees.localhost").get(path)
        assert response.status_code == 302
        assert response.url.startswith("/connexion/")

    def test_an_agent_is_told_it_is_not_theirs(self, client_for, collectivite, path):
        browser = client_for(member(collectivite, "agent"), "vallees.localhost")
        assert browser.get(path).status_code == 403

    def test_the_role_in_another_collectivite_does_not_count(self, client_for, collectivite, path):
        stranger = member(OrganisationFactory(), "coordinator", "manager")
        assert client_for(stranger, "vallees.localhost").get(path).status_code == 403

    def test_who_holds_the_role_comes_in(self, client_for, collectivite, path):
        person = member(collectivite, "coordinator", "manager")
        assert client_for(person, "vallees.localhost").get(path).status_code == 200


class TestTeam:
    def test_a_manager_sees_exchanges_of_the_whole_branch(self, client_for, collectivite):
        top = DepartmentFactory(organisation=collectivite)
        below = DepartmentFactory(organisation=collectivite, parent=top)
        agent = MembershipFactory(organisation=collectivite, department=below).user
        exchange = _giving(agent, collectivite)
        page = client_for(_manager_of(top), "vallees.localhost").get("/mon-equipe/")
        assert exchange.listing.title in page.content.decode()
        assert str(agent) in page.content.decode()

    def test_a_line_says_the_dates_and_leads_to_what_the_manager_may_open_only(
        self, client_for, collectivite
    ):
        department = DepartmentFactory(organisation=collectivite)
        agent = MembershipFactory(organisation=collectivite, department=department).user
        manager = _manager_of(department)
        first = datetime.fromisoformat("2027-05-10T00:00+02:00")
        seen = _giving(agent, collectivite, wanted_from=first, wanted_until=first + timedelta(3))
        theirs = _giving(agent, collectivite)
        Participant.objects.create(exchange=theirs, user=manager)
        browser = client_for(manager, "vallees.localhost")
        page = browser.get("/mon-equipe/").content.decode()
        assert "du lundi 10 au mercredi 12 mai 2027" in page
        assert seen.get_absolute_url() not in page
        assert theirs.get_absolute_url() in page
        assert browser.get(theirs.get_absolute_url()).status_code == 200

    def test_not_those_of_the_service_next_door(self, client_for, collectivite):
        mine = DepartmentFactory(organisation=collectivite)
        other = DepartmentFactory(organisation=collectivite)
        agent = MembershipFactory(organisation=collectivite, department=other).user
        exchange = _giving(agent, collectivite)
        page = client_for(_manager_of(mine), "vallees.localhost").get("/mon-equipe/")
        assert exchange.listing.title not in page.content.decode()

    def test_a_role_without_department_is_for_that_of_the_membership(
        self, client_for, collectivite
    ):
        """As an invitation gives it: a role on a membership that has its department."""
        mine = DepartmentFactory(organisation=collectivite)
        other = DepartmentFactory(organisation=collectivite)
        manager = begin_membership(UserFactory(), collectivite, ["manager"], department=mine).user
        ours = _giving(
            MembershipFactory(organisation=collectivite, department=mine).user, collectivite
        )
        theirs = _giving(
            MembershipFactory(organisation=collectivite, department=other).user, collectivite
        )
        page = client_for(manager, "vallees.localhost").get("/mon-equipe/").content.decode()
        assert ours.listing.title in page
        assert theirs.listing.title not in page

    def test_not_what_one_of_them_does_for_another_employer(self, client_for, collectivite):
        department = DepartmentFactory(organisation=collectivite)
        agent = MembershipFactory(organisation=collectivite, department=department).user
        elsewhere = OrganisationFactory()
        join(agent, elsewhere, "agent")
        exchange = _giving(agent, elsewhere)
        page = client_for(_manager_of(department), "vallees.localhost").get("/mon-equipe/")
        assert exchange.listing.title not in page.content.decode()

    def test_not_what_is_given_on_own_time(self, client_for, collectivite):
        department = DepartmentFactory(organisation=collectivite)
        agent = MembershipFactory(organisation=collectivite, department=department).user
        exchange = _giving(agent, collectivite, whose_time="own")
        page = client_for(_manager_of(department), "vallees.localhost").get("/mon-equipe/")
        assert exchange.listing.title not in page.content.decode()

    def test_never_drafts_nor_wishes(self, client_for, collectivite):
        department = DepartmentFactory(organisation=collectivite)
        agent = UserFactory(wishes="J’aimerais apprendre le vitrail")
        MembershipFactory(user=agent, organisation=collectivite, department=department)
        ListingFactory(
            organisation=collectivite,
            author=agent,
            title="Brouillon de vitrail",
            state="draft",
            published_at=None,
        )
        page = client_for(_manager_of(department), "vallees.localhost").get("/mon-equipe/")
        assert "vitrail" not in page.content.decode()

    def test_five_or_fifty_exchanges_cost_the_same(
        self, client_for, collectivite, django_assert_max_num_queries
    ):
        department = DepartmentFactory(organisation=collectivite)
        manager = _manager_of(department)
        for _ in range(12):
            agent = MembershipFactory(organisation=collectivite, department=department).user
            _giving(agent, collectivite)
        browser = client_for(manager, "vallees.localhost")
        # Team, exchanges, consents that wait, are agreed and were answered, deputies.
        with django_assert_max_num_queries(30):
            browser.get("/mon-equipe/")


class TestCoordination:
    def test_shows_the_exchanges_of_its_own_collectivite_only(self, client_for, collectivite):
        agent = member(collectivite, "agent")
        ours = _giving(agent, collectivite)
        theirs = _giving(member(OrganisationFactory(), "agent"), OrganisationFactory())
        browser = client_for(member(collectivite, "coordinator"), "vallees.localhost")
        page = browser.get("/coordination/").content.decode()
        assert ours.listing.title in page
        assert theirs.listing.title not in page

    def test_says_so_when_nothing_waits(self, client_for, collectivite):
        browser = client_for(member(collectivite, "coordinator"), "vallees.localhost")
        assert "Rien ne vous attend" in browser.get("/coordination/").content.decode()


class TestHomePage:
    def desks(self, rf, person, collectivite):
        request = rf.get("/")
        request.user, request.collectivite = person, collectivite
        return [line["url"] for line in desks_of(request)]

    def test_it_leads_to_the_desks_that_one_holds_here(self, rf, collectivite):
        both = member(collectivite, "coordinator", "manager")
        assert self.desks(rf, both, collectivite) == ["/coordination/", "/mon-equipe/"]
        assert self.desks(rf, member(collectivite, "agent"), collectivite) == []
        elsewhere = member(OrganisationFactory(), "coordinator")
        assert self.desks(rf, elsewhere, collectivite) == []

    def texts(self, rf, person, collectivite):
        request = rf.get("/")
        request.user, request.collectivite = person, collectivite
        return [line["text"] for line in desks_of(request)]

    def test_it_says_how_much_waits_and_counts_again_after_one_has_done_something(
        self, rf, client_for, collectivite
    ):
        boss = member(collectivite, "coordinator")
        nothing = ["Coordination\u00a0: rien n’attend"]
        assert self.texts(rf, boss, collectivite) == nothing
        AskedVerificationFactory(by=collectivite)
        boss = User.objects.get(pk=boss.pk)
        # Somebody else asked: told within the minute.
        assert self.texts(rf, boss, collectivite) == nothing
        client_for(boss).post("/mon-compte/")
        assert self.texts(rf, boss, collectivite) == ["Coordination\u00a0: 1\u00a0chose à régler"]

    def test_a_manager_reads_how_many_exchanges_of_the_team_are_under_way(self, rf, collectivite):
        department = DepartmentFactory(organisation=collectivite)
        boss, other = _manager_of(department), _manager_of(DepartmentFactory())
        agent = MembershipFactory(organisation=collectivite, department=department).user
        for state in ("proposed", "waiting", "expired"):
            _giving(agent, collectivite, state=state)
        under_way = ["Mon équipe\u00a0: 2\u00a0échanges en cours"]
        assert self.texts(rf, boss, collectivite) == under_way
        nothing = ["Mon équipe\u00a0: rien n’attend, aucun échange en cours"]
        assert self.texts(rf, other, None) == nothing


class TestWhatWaitsForAManager:
    def test_the_home_line_says_the_consents_and_what_else_waits(self, rf, collectivite, elsewhere):
        department = DepartmentFactory(organisation=collectivite)
        boss = _manager_of(department)
        agent = MembershipFactory(organisation=collectivite, department=department).user
        for _ in range(2):
            _asked_of(boss, _giving(agent, collectivite, state="agreed", whose_time="working"))
        request = rf.get("/")
        request.user, request.collectivite = boss, collectivite
        assert [line["text"] for line in desks_of(request)] == [
            "Mon équipe\u00a0: 2\u00a0accords attendus, 1\u00a0autre chose à régler, "
            "2\u00a0échanges en cours"
        ]

    def test_the_desk_shows_both_and_says_each_once(self, client_for, collectivite, elsewhere):
        department = DepartmentFactory(organisation=collectivite)
        boss = _manager_of(department)
        agent = MembershipFactory(organisation=collectivite, department=department).user
        consent = _asked_of(boss, _giving(agent, collectivite, state="agreed"))
        page = client_for(boss, "vallees.localhost").get("/mon-equipe/").content.decode()
        assert "Le planning de l’été est à relire" in page
        # The list of consents has it; the list beside does not say it again.
        assert "Votre accord pour" not in page
        assert consent.get_absolute_url() in page


class TestNeverCame:
    def test_the_desk_says_how_many_never_came_and_leads_to_the_waves(
        self, client_for, collectivite
    ):
        boss = member(collectivite, "coordinator", last_login=timezone.now())
        browser = client_for(boss, "vallees.localhost")
        assert "Pas encore venues" not in text_of(browser.get("/coordination/"))
        people = [join(UserFactory(last_login=None), collectivite).user for _ in range(3)]
        member(OrganisationFactory(), last_login=None)
        page = text_of(browser.get("/coordination/"))
        assert "3 personnes de" in page
        assert "En tout, 3 n’ont encore reçu aucune lettre" in page
        assert "/coordination/lancement/vagues/" in page
        write_to_waiting(collectivite, boss, [one.ref for one in people[:2]], None)
        assert "En tout, 1 n’a encore reçu" in text_of(browser.get("/coordination/"))

    def test_the_desk_and_the_list_of_people_count_alike(self, client_for, collectivite):
        """Members apart from invitations that are ready: 12 and 4, not 16 here and 12 there."""
        boss = member(collectivite, "coordinator", last_login=timezone.now())
        for _ in range(2):
            join(UserFactory(last_login=None), collectivite)
        prepared(collectivite, boss, "lea@courriel.test").save()
        browser = client_for(boss, "vallees.localhost")
        for path in ("/coordination/", "/coordination/personnes/"):
            page = text_of(browser.get(path))
            assert "ne sont pas encore venues" in page
            assert "1 personne est prête à être invitée" in page
            assert "2 personnes" in page

    def test_the_platforms_host_has_no_waves(self, client_for, collectivite):
        boss = member(collectivite, "coordinator")
        join(UserFactory(last_login=None), collectivite)
        assert "Pas encore venues" not in text_of(client_for(boss).get("/coordination/"))


@pytest.mark.parametrize(
    "path",
    [
        "personnes/",
        "services/",
        "invitations/",
        "personnes/importer/",
        "personnes/journal/",
        "partenariats/",
        "conservation/",
        "lancement/",
        "lancement/vagues/",
        "lancement/affiches/",
        "suivi/nouveautes/",
        "repartition/",
    ],
)
def test_each_page_of_the_coordination_leads_back_to_its_desk(client_for, collectivite, path):
    browser = client_for(member(collectivite, "coordinator"), "vallees.localhost")
    response = browser.get(f"/coordination/{path}", follow=True)
    assert response.status_code == 200
    trail = response.content.decode().partition('class="breadcrumbs"')[2].partition("</nav>")[0]
    assert 'href="/coordination/"' in trail


def test_who_represents_an_association_is_not_led_to_a_desk_they_have_not(client_for):
    browser = client_for(member(AssociationFactory(), "representative"))
    response = browser.get("/coordination/invitations/")
    assert response.status_code == 200
    assert 'href="/coordination/"' not in response.content.decode()


def test_a_team_without_an_intranet_is_not_sent_to_a_guide_it_has_not(client_for, collectivite):
    manager = _manager_of(DepartmentFactory(organisation=collectivite))
    assert (
        "Lire le guide"
        in client_for(manager, "vallees.localhost").get("/mon-equipe/").content.decode()
    )
    assert "Lire le guide" not in client_for(manager).get("/mon-equipe/").content.decode()
