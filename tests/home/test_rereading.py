"""Write, have it re-read, publish: what the collectivité chose is what its people may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, TaskState, Workflow, WorkflowPage

from accounts.models import Notice, Role, User
from accounts.people.models import DigestRhythm
from accounts.todos.registry import ToDo
from home.models import EditorialImage, GuidePage, PublishingPolicy, RereadingTask
from home.provisioning.sites import provision_site
from home.rereading import todos
from home.rereading.models import PublishingMode
from home.rereading.rules import NAME, policy_of
from home.tenancy.own import Desk, current_desk
from tests.home.desk_forms import write
from tests.home.factories import Intranet, guide, picture

ASK = {"action-submit": "1"}
PUBLISH = {"action-publish": "1"}
TAKE_BACK = {"action-cancel-workflow": "1"}


def act(name: str, comment: str = "") -> dict[str, str]:
    return {
        "action-workflow-action": "1",
        "workflow-action-name": name,
        "workflow-action-extra-data": f'{{"comment": "{comment}"}}',
    }


class People:
    """Two editors and a coordinator, each with a browser; `mode` is what the site chose."""

    def __init__(self, place: Intranet, client_for: Callable[..., Client], mode: str) -> None:
        policy = policy_of(place.site)
        policy.mode = mode
        policy.save()
        self.place = place
        names = {"lea": "editor", "amir": "editor", "sylvie": "coordinator"}
        self.users: dict[str, User] = {
            name: place.person(role, first_name=name.capitalize(), last_name="")
            for name, role in names.items()
        }
        self.browsers = {name: client_for(user, place.host) for name, user in self.users.items()}
        self.page: Any = guide(place)
        self.page.owner = self.users["lea"]
        self.page.save_revision(user=self.users["lea"]).publish()

    def write(self, name: str, text: str = "Un paragraphe.", **fields: Any) -> Any:
        return write(self.browsers[name], self.page, text, **fields)

    def text(self) -> str:
        """Return what readers read."""
        return GuidePage.objects.get(pk=self.page.pk).search_text()

    def draft(self) -> str:
        fresh = GuidePage.objects.get(pk=self.page.pk)
        return fresh.get_latest_revision_as_object().search_text()

    def buttons(self, name: str) -> list[str]:
        page = self.browsers[name].get(f"/cms/pages/{self.page.pk}/edit/")
        menu = page.context["action_menu"]
        return [type(item).__name__ for item in (menu.default_item, *menu.menu_items)]

    def waiting(self, name: str) -> list[ToDo]:
        """Return what waits for them at this desk."""
        site, person = self.place.site, self.users[name]
        token = current_desk.set(Desk(site, site.root_page.path, (), person.pk))
        try:
            return list(todos.editorial(person))
        finally:
            current_desk.reset(token)

    def told(self, name: str) -> list[str]:
        return list(
            Notice.objects.filter(recipient=self.users[name])
            .order_by("pk")
            .values_list("kind", flat=True)
        )


@pytest.fixture
def people(vallees: Intranet, client_for: Callable[..., Client]) -> Callable[[str], People]:
    return lambda mode: People(vallees, client_for, mode)


def said_after(browser: Client, answer: Any) -> str:
    """Return the screen that follows, with what was said above it."""
    return browser.get(answer["Location"]).content.decode()


def test_editors_publish_where_they_are_trusted(people: Callable[[str], People]) -> None:
    us = people(PublishingMode.DIRECT)
    assert us.buttons("lea")[0] == "PublishMenuItem"
    us.write("lea", "Relu par personne.", **PUBLISH)
    assert "Relu par personne." in us.text()


def test_elsewhere_editors_ask_and_the_coordination_publishes(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.COORDINATION)
    assert us.buttons("lea")[0] == "AskRereadingItem"
    us.write("lea", "Sans permission.", **PUBLISH)
    assert "Sans permission." not in us.text()

    us.write("lea", "À relire.", **ASK)
    assert us.page.workflow_in_progress
    assert "À relire." not in us.text()
    assert us.buttons("sylvie")[0] == "WorkflowMenuItem"
    answer = us.write("sylvie", "À relire, et relu.", **act("approve"))
    assert "est relue, et en ligne." in said_after(us.browsers["sylvie"], answer)
    assert "À relire, et relu." in us.text()
    assert not us.page.workflow_in_progress


def test_who_wrote_or_asked_does_not_reread(people: Callable[[str], People]) -> None:
    us = people(PublishingMode.TEAM)
    us.write("lea", "De ma main.")
    us.write("amir", "Demandé par moi.", **ASK)
    for author in ("lea", "amir"):
        us.write(author, "Moi-même.", **act("approve"))
        assert us.page.workflow_in_progress, author
    us.write("sylvie", "Relu.", **act("approve"))
    assert "Relu." in us.text()


def test_another_editor_rereads_where_the_team_does(people: Callable[[str], People]) -> None:
    us = people(PublishingMode.TEAM)
    us.write("lea", "À relire.", **ASK)
    us.write("amir", "Relu entre nous.", **act("approve"))
    assert "Relu entre nous." in us.text()


def test_another_editor_does_not_where_the_coordination_does(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.COORDINATION)
    us.write("lea", "À relire.", **ASK)
    us.write("amir", "Relu entre nous.", **act("approve"))
    assert us.page.workflow_in_progress


def test_the_text_rests_while_it_waits_and_its_author_may_take_it_back(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.COORDINATION)
    us.write("lea", "À relire.", **ASK)
    page = us.browsers["lea"].get(f"/cms/pages/{us.page.pk}/edit/").content.decode()
    assert "Cette page attend d’être relue" in page
    us.write("lea", "Changé sous les yeux.")
    assert "Changé" not in us.draft()
    us.write("lea", "Repris.", **TAKE_BACK)
    us.page.refresh_from_db()
    assert not us.page.workflow_in_progress
    us.write("lea", "Écrit de nouveau.")
    assert "Écrit de nouveau." in us.draft()


def test_a_page_sent_back_says_why_and_may_be_asked_again(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.COORDINATION)
    us.write("lea", "À relire.", **ASK)
    answer = us.write("sylvie", "À relire, virgule.", **act("reject", "Qui est concerné ?"))
    assert "retourne à qui l’a écrite" in said_after(us.browsers["sylvie"], answer)
    page = us.browsers["lea"].get(f"/cms/pages/{us.page.pk}/edit/").content.decode()
    assert "Sylvie a renvoyé cette page" in page
    assert "Qui est concerné ?" in page
    desk = us.browsers["lea"].get("/cms/").content.decode()
    assert "À reprendre" in desk
    assert "Qui est concerné ?" in desk

    us.write("lea", "Les agents de la voirie.", **ASK)
    assert us.told("sylvie") == ["page_to_reread", "page_to_reread"]
    # Having mended a comma the first time does not make her an author.
    us.write("sylvie", "Les agents de la voirie.", **act("approve", "Merci !"))
    assert "Les agents de la voirie." in us.text()
    assert us.told("lea") == ["page_sent_back", "page_reread"]
    told = Notice.objects.get(kind="page_reread")
    assert "Merci !" in told.body
    # «Voir la page» leads to what readers see, not to its form.
    assert told.path == us.page.get_url_parts()[2]


def test_the_letter_of_a_page_that_was_reread_leads_to_it_on_its_own_host(
    people: Callable[[str], People], dunes: Intranet, django_capture_on_commit_callbacks: Any
) -> None:
    """There are several intranets: the address of a page alone then begins with its host."""
    us = people(PublishingMode.COORDINATION)
    User.objects.update(notice_rhythm=DigestRhythm.AT_ONCE)
    us.write("lea", "À relire.", **ASK)
    with django_capture_on_commit_callbacks(execute=True):
        us.write("sylvie", "À relire.", **act("approve"))
    path = us.page.get_url_parts()[2]
    assert Notice.objects.get(kind="page_reread").path == path
    assert f"{us.place.organisation.base_url}{path}" in mail.outbox[-1].body


def test_what_is_reread_before_its_date_is_not_said_to_be_published(
    people: Callable[[str], People],
) -> None:
    """The page is online already, with its former words."""
    us = people(PublishingMode.COORDINATION)
    later = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    us.write("lea", "Pour la semaine prochaine.", go_live_at=later, **ASK)
    us.write("sylvie", "Pour la semaine prochaine.", go_live_at=later, **act("approve"))
    assert "Pour la semaine prochaine." not in us.text()
    told = Notice.objects.get(kind="page_reread")
    assert "Elle paraîtra à la date" in told.body


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_who_asked_and_does_not_write_here_any_more_is_told_nothing(
    people: Callable[[str], People], verdict: str
) -> None:
    """The page does not come back to nobody for all that: who answers for it is told."""
    us = people(PublishingMode.COORDINATION)
    us.write("lea", "À relire.", **ASK)
    Role.objects.filter(membership__user=us.users["lea"]).delete()
    us.write("sylvie", "À relire.", **act(verdict, "Entre nous"))
    assert us.told("lea") == []
    assert us.told("amir") == [{"approve": "page_reread", "reject": "page_sent_back"}[verdict]]


def test_an_editor_who_writes_after_a_return_becomes_an_author(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.TEAM)
    us.write("lea", "À relire.", **ASK)
    us.write("sylvie", "À relire.", **act("reject", "Trop court"))
    us.write("amir", "Allongé par moi.")
    us.write("lea", "Allongé par nous.", **ASK)
    us.write("amir", "Relu par moi.", **act("approve"))
    assert us.page.workflow_in_progress


def test_reviewers_are_told_once_and_find_it_on_their_desk(
    people: Callable[[str], People], django_capture_on_commit_callbacks: Any
) -> None:
    us = people(PublishingMode.TEAM)
    User.objects.update(notice_rhythm=DigestRhythm.AT_ONCE)
    User.objects.create_superuser(email="plateforme@demo.example", password="x")
    with django_capture_on_commit_callbacks(execute=True):
        us.write("lea", "À relire.", **ASK)
    assert us.told("lea") == []
    assert us.told("amir") == us.told("sylvie") == ["page_to_reread"]
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        us.users[name].email for name in ("amir", "sylvie")
    )
    assert {notice.organisation for notice in Notice.objects.all()} == {us.place.organisation}
    for name in ("amir", "sylvie"):
        desk = us.browsers[name].get("/cms/").content.decode()
        assert "À relire" in desk
        assert "demandé par Lea" in desk
    assert "À relire" not in us.browsers["lea"].get("/cms/").content.decode()


def test_what_one_may_not_reread_hides_nothing_of_what_one_may(
    people: Callable[[str], People], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk with more pages than the list holds: the oldest of one's own come first."""
    monkeypatch.setattr(todos, "AT_MOST", 2)
    us = people(PublishingMode.TEAM)
    titles = {}
    for rank, author in enumerate(["amir", "amir", "amir", "lea", "lea", "lea"]):
        page = guide(us.place, f"page-{rank}", title=f"Page {rank}")
        page.save_revision(user=us.users[author])
        page.get_workflow().start(page, us.users[author])
        titles[rank] = page
    assert [todo.strong for todo in us.waiting("amir")] == ["Page 3", "Page 4"]
    for rank in (2, 1, 0):  # sent back in another order than they were asked
        titles[rank].current_workflow_state.current_task_state.reject(user=us.users["lea"])
    kinds = [(todo.kind, todo.strong) for todo in us.waiting("amir")]
    assert kinds == [
        *(("page_to_reread", f"Page {rank}") for rank in (3, 4)),
        *(("page_sent_back", f"Page {rank}") for rank in (2, 1)),
    ]


def test_pages_sent_back_at_another_desk_hide_none_of_this_one(
    people: Callable[[str], People], dunes: Intranet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(todos, "AT_MOST", 1)
    us = people(PublishingMode.TEAM)
    policy = policy_of(dunes.site)
    policy.mode = PublishingMode.TEAM
    policy.save()
    for place in (dunes, us.place):
        page = guide(place, "revenue", title=f"Revenue {place.host}")
        page.save_revision(user=us.users["lea"])
        state = page.get_workflow().start(page, us.users["lea"])
        state.current_task_state.reject(user=us.users["amir"])
    assert [todo.strong for todo in us.waiting("lea")] == [f"Revenue {us.place.host}"]


def test_the_coordination_publishes_what_waits_only_by_rereading_it(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.COORDINATION)
    us.write("lea", "À relire.", **ASK)
    assert "PublishMenuItem" not in us.buttons("sylvie")
    us.write("sylvie", "Publié sans passer par là.", **PUBLISH)
    us.page.refresh_from_db()
    assert not us.page.workflow_in_progress  # nothing is left waiting behind


@pytest.mark.parametrize("headers", [{}, {"x-requested-with": "XMLHttpRequest"}])
def test_what_changed_while_the_page_waited_is_asked_before_it_appears(
    people: Callable[[str], People], headers: dict[str, str]
) -> None:
    """One publishes from a list, without the form that asks: it is asked all the same."""
    us = people(PublishingMode.COORDINATION)
    us.write("lea", "À relire.", **ASK)
    waits = GuidePage.objects.get(pk=us.page.pk).get_latest_revision_as_object()
    waits.image = picture(us.place, "Portrait")
    waits.save_revision(user=us.users["lea"])
    EditorialImage.objects.update(consent=EditorialImage.Consent.TO_ASK)
    step = us.page.current_workflow_task_state
    path = reverse("wagtailadmin_pages:workflow_action", args=[us.page.pk, "approve", step.pk])
    form = f"/cms/pages/{us.page.pk}/edit/"

    refused = us.browsers["sylvie"].post(path, {"comment": "Bravo"}, headers=headers)
    if headers:
        assert refused.json() == {"step": "success", "redirect": form}
    else:
        assert refused["Location"] == form
    said = us.browsers["sylvie"].get(form).content.decode()
    assert "n’est pas publiée, et attend toujours d’être relue" in said
    assert "l’accord des personnes montrées" in said
    assert "À relire." not in us.text()
    us.page.refresh_from_db()
    assert us.page.workflow_in_progress
    assert "page_reread" not in us.told("lea")

    EditorialImage.objects.update(consent=EditorialImage.Consent.GIVEN)
    us.browsers["sylvie"].post(path, {"comment": "Bravo"}, headers=headers)
    assert "À relire." in us.text()
    assert us.told("lea") == ["page_reread"]


def test_a_role_that_ends_ends_the_reviewer(people: Callable[[str], People]) -> None:
    us = people(PublishingMode.TEAM)
    us.write("lea", "À relire.", **ASK)
    Role.objects.filter(membership__user=us.users["amir"]).delete()
    assert us.write("amir", "Relu.", **act("approve")).status_code == 404
    assert us.page.workflow_in_progress


def test_only_the_coordination_says_who_publishes(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    path = f"/cms/settings/home/publishingpolicy/{vallees.site.pk}/"
    assert client_for(vallees.person("editor"), vallees.host).get(path).status_code == 404
    coordinator = client_for(vallees.person("coordinator"), vallees.host)
    assert "La rédaction publie elle-même" in coordinator.get(path).content.decode()
    coordinator.post(path, {"mode": "team"})
    assert PublishingPolicy.objects.get(site=vallees.site).mode == "team"
    assert WorkflowPage.objects.filter(page=vallees.root).exists()
    editors = vallees.site.tenancy.editors
    held = GroupPagePermission.objects.filter(group=editors, page=vallees.root)
    assert "publish_page" not in held.values_list("permission__codename", flat=True)
    assert coordinator.post(path, {"mode": "jamais"}).status_code == 200
    assert PublishingPolicy.objects.get(site=vallees.site).mode == "team"


def test_provisioning_again_keeps_the_choice_and_makes_nothing_twice(vallees: Intranet) -> None:
    policy = policy_of(vallees.site)
    policy.mode = PublishingMode.COORDINATION
    policy.save()
    for _ in range(2):
        provision_site(vallees.organisation, vallees.host)
    assert PublishingPolicy.objects.get(site=vallees.site).mode == PublishingMode.COORDINATION
    assert RereadingTask.objects.count() == 1
    assert Workflow.objects.filter(name=NAME).count() == 1
    assert "publish_page" not in GroupPagePermission.objects.filter(
        group=vallees.site.tenancy.editors
    ).values_list("permission__codename", flat=True)


def test_each_collectivite_has_a_workflow_of_its_own(vallees: Intranet, dunes: Intranet) -> None:
    for place in (vallees, dunes):
        policy = policy_of(place.site)
        policy.mode = PublishingMode.TEAM
        policy.save()
    ours, theirs = (Page.objects.get(pk=place.root.pk).get_workflow() for place in (vallees, dunes))
    assert ours != theirs
    assert ours.name == theirs.name == "Relecture"


def test_the_desk_asks_as_much_for_few_as_for_many(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.TEAM)
    us.write("lea", "À relire.", **ASK)
    us.browsers["sylvie"].get("/cms/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            us.browsers["sylvie"].get("/cms/")
        return len(queries)

    few = count()
    for rank in range(8):
        page = guide(us.place, f"autre-{rank}")
        page.save_revision(user=us.users["lea"])
        page.get_workflow().start(page, us.users["lea"])
    assert TaskState.objects.count() == 9
    assert count() == few


def test_the_list_of_pages_says_what_waits_with_the_words_of_the_desk(
    people: Callable[[str], People],
) -> None:
    us = people(PublishingMode.TEAM)
    us.write("lea", "À relire.", **ASK)
    parent = us.page.get_parent()
    listed = us.browsers["amir"].get(f"/cms/pages/{parent.pk}/").content.decode()
    assert "en relecture" in listed
    assert "modération" not in listed
    assert "0\u00a0minute" not in listed
