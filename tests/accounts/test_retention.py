"""How long things are kept: set by each collectivité, purged by night, shown before and after."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    Organisation,
    Purge,
    PurgeCount,
    RetentionChoice,
    User,
)
from accounts.personal_data import inactivity, registry
from accounts.personal_data.durations import choose, in_words, months_before, months_kept
from accounts.personal_data.purging import (
    PurgeFailed,
    due_for,
    next_purge,
    purge,
    purge_of_the_day,
)
from accounts.personal_data.queries import retention_table
from tests.accounts.conftest import plain, queries_of, text_of
from tests.accounts.factories import JoinRequestFactory, NoticeFactory
from tests.factories import (
    AssociationFactory,
    OrganisationFactory,
    UserFactory,
    VerificationFactory,
    join,
    member,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
HOST = "vallees.localhost"


@pytest.fixture
def coordinator(collectivite: Organisation) -> User:
    return member(collectivite, "agent", "coordinator")


def ago(**period: float) -> datetime:
    return timezone.now() - timedelta(**period)


def counted(organisation: Organisation | None, key: str) -> int:
    """How many of a kind the next purge would erase for the organisation."""
    return next(one.count for one in due_for(organisation) if one.kind.key == key)


def settings_page(organisation: Organisation) -> str:
    return f"/coordination/conservation/{organisation.ref}/"


def posted(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """What the form sends: every duration, with what the page had shown."""
    months = months_kept(organisation)
    shown = {f"initial-{key}": number for key, number in months.items()}
    return {**months, **shown, **changes}


# Durations


def test_a_month_earlier_is_the_same_hour_or_the_last_day() -> None:
    end_of_march = datetime(2026, 3, 31, 3, 0, tzinfo=PARIS)
    assert months_before(end_of_march, 1) == datetime(2026, 2, 28, 3, 0, tzinfo=PARIS)
    assert months_before(end_of_march, 24) == datetime(2024, 3, 31, 3, 0, tzinfo=PARIS)
    # Summer time: three o'clock stays three o'clock.
    assert months_before(end_of_march, 8).hour == 3


@pytest.mark.parametrize(
    ("months", "words"), [(1, "1 mois"), (12, "12 mois"), (18, "18 mois"), (24, "2 ans")]
)
def test_durations_are_said_in_words(months: int, words: str) -> None:
    assert in_words(months).replace("\u00a0", " ") == words


def test_the_reference_durations_are_the_defaults(collectivite: Organisation) -> None:
    kept = months_kept(collectivite)
    assert kept["accounts"] == 24
    assert kept["notices"] == 12


def test_one_collectivite_chooses_for_itself(collectivite: Organisation, coordinator: User) -> None:
    choose(collectivite, coordinator, {"notices": 6})
    assert months_kept(collectivite)["notices"] == 6
    assert months_kept(OrganisationFactory())["notices"] == 12
    assert months_kept(None)["notices"] == 12


def test_a_duration_out_of_bounds_is_never_stored(
    collectivite: Organisation, coordinator: User
) -> None:
    with pytest.raises(ValueError, match="bounds"):
        choose(collectivite, coordinator, {"notices": 7, "accounts": 120})
    assert not RetentionChoice.objects.exists()


def test_the_table_says_what_is_in_force(
    collectivite: Organisation, coordinator: User, django_assert_num_queries: Any
) -> None:
    choose(collectivite, coordinator, {"notices": 18})
    with django_assert_num_queries(1):
        table = retention_table(collectivite)
    lines = {line.label: line for line in table}
    assert lines["Nouvelles envoyées aux personnes"].kept == "18\u00a0mois"
    assert lines["Comptes que personne n’utilise"].why
    assert "Connexions ouvertes" in lines
    # An association chooses nothing: the defaults, and what is the platform's own.
    platform = {line.label for line in retention_table(AssociationFactory())}
    assert "Journal de l’administration de la plateforme" in platform - set(lines)


# The settings page


def test_the_coordination_sets_durations_and_sees_what_they_will_do(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    browser = client_for(coordinator, HOST)
    page = text_of(browser.get("/coordination/conservation/", follow=True))
    assert "la dernière visite" in page
    assert "De 12 à 36 ; d’ordinaire 24." in page
    answer = browser.post(
        settings_page(collectivite), posted(collectivite, accounts="12"), follow=True
    )
    assert "ce que fera la prochaine purge" in text_of(answer)
    choice = RetentionChoice.objects.get()
    assert (choice.key, choice.months, choice.changed_by) == ("accounts", 12, coordinator)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Écrivez un nombre de mois, par exemple 24."),
        ("deux ans", "Écrivez un nombre entier de mois, en chiffres"),
        ("12,5", "Écrivez un nombre entier de mois, en chiffres"),
        ("-3", "C’est trop court : il faut 12 mois au moins."),
        ("11", "C’est trop court : il faut 12 mois au moins."),
        ("37", "C’est trop long : 3 ans au plus."),
        ("9" * 40, "C’est trop long : 3 ans au plus."),
        ("\0", "Écrivez un nombre"),
    ],
)
def test_a_bad_duration_is_refused_with_a_way_out_and_nothing_is_lost(
    client_for: Any, collectivite: Organisation, coordinator: User, typed: str, sentence: str
) -> None:
    browser = client_for(coordinator, HOST)
    answer = browser.post(
        settings_page(collectivite), posted(collectivite, accounts=typed, notices="9")
    )
    assert answer.status_code == 200
    page = text_of(answer)
    assert sentence in page
    assert 'name="notices" value="9"' in page
    assert not RetentionChoice.objects.exists()


def test_two_people_change_only_what_they_touched(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    seen_by_second = posted(collectivite, invitations="3")
    browser = client_for(coordinator, HOST)
    browser.post(settings_page(collectivite), posted(collectivite, notices="9"))
    browser.post(settings_page(collectivite), seen_by_second)
    kept = months_kept(collectivite)
    assert (kept["notices"], kept["invitations"]) == (9, 3)


def test_saving_without_a_change_changes_nothing(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    browser = client_for(coordinator, HOST)
    answer = browser.post(settings_page(collectivite), posted(collectivite), follow=True)
    assert "Aucune durée n’a changé." in text_of(answer)
    assert not RetentionChoice.objects.exists()


def test_the_settings_stand_in_groups_each_with_its_title(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    page = client_for(coordinator, HOST).get(settings_page(collectivite))
    groups = dict(page.context["form"].groups())
    assert list(groups) == list(registry.ROOM_TITLES.values())
    assert [kind.key for lines in groups.values() for kind, _ in lines] == list(
        months_kept(collectivite)
    )
    legends = [f"<legend>{title}</legend>" for title in groups]
    assert all(legend in page.content.decode() for legend in legends)


def test_another_s_settings_are_out_of_reach(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    other = OrganisationFactory()
    join(coordinator, other, "coordinator")
    # On a collectivité's own host, one works for that one only, even with a role elsewhere.
    browser = client_for(coordinator, HOST)
    assert browser.get(settings_page(other)).status_code == 404
    assert browser.post(settings_page(other), posted(other, notices="9")).status_code == 404
    assert browser.get(settings_page(other) + "purge/").status_code == 404
    assert not RetentionChoice.objects.exists()
    # On the platform's, one chooses.
    page = text_of(client_for(coordinator).get("/coordination/conservation/"))
    assert collectivite.name in page
    assert other.name in page


@pytest.mark.parametrize("role", ["agent", "editor", "manager", "representative"])
def test_only_the_coordination_sets_durations(
    client_for: Any, collectivite: Organisation, role: str
) -> None:
    browser = client_for(member(collectivite, role), HOST)
    assert browser.get(settings_page(collectivite)).status_code == 403
    assert browser.post(settings_page(collectivite), posted(collectivite)).status_code == 403


def test_an_association_has_no_durations_of_its_own(client_for: Any) -> None:
    association = AssociationFactory()
    browser = client_for(member(association, "coordinator"))
    assert browser.get("/coordination/conservation/").status_code == 403


# Accounts that nobody uses


def unused(organisation: Organisation | None = None, *, days: int = 800, **fields: Any) -> User:
    """Someone whose last visit was so many days ago."""
    person = UserFactory(date_joined=ago(days=days + 100), last_login=ago(days=days), **fields)
    if organisation is not None:
        join(person, organisation, "agent")
    return person


def warned(person: User, days: int = 31) -> User:
    User.objects.filter(pk=person.pk).update(inactivity_warned_at=ago(days=days))
    return person


def test_nobody_is_erased_without_thirty_days_of_warning(
    collectivite: Organisation, mailbox: list
) -> None:
    person = unused(collectivite)
    assert counted(collectivite, "accounts") == 0
    assert inactivity.warn_due() == 1
    assert mailbox[-1].to == [person.email]
    assert "connectez-vous une fois" in mailbox[-1].body
    assert inactivity.warn_due() == 0, "each person is warned once"
    assert counted(collectivite, "accounts") == 0
    warned(person)
    assert counted(collectivite, "accounts") == 1


def test_the_warning_leaves_even_to_who_wants_no_letters(
    collectivite: Organisation, mailbox: list
) -> None:
    unused(collectivite, notice_rhythm="never")
    inactivity.warn_due()
    assert len(mailbox) == 1


def test_who_could_not_be_told_is_not_marked_as_warned(
    collectivite: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else they would be erased thirty days later without a word."""
    person = unused(collectivite)

    def cut_off(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(inactivity, "tell", cut_off)
        with pytest.raises(RuntimeError):
            inactivity.warn_due()
    person.refresh_from_db()
    assert person.inactivity_warned_at is None
    assert inactivity.warn_due() == 1


def test_the_warning_comes_thirty_days_before_the_term(
    collectivite: Organisation, mailbox: list
) -> None:
    unused(collectivite, days=690)
    assert inactivity.warn_due() == 0
    unused(collectivite, days=715)
    assert inactivity.warn_due() == 1


def test_coming_back_keeps_the_account_and_a_later_absence_is_warned_anew(
    collectivite: Organisation, mailbox: list
) -> None:
    person = warned(unused(collectivite))
    User.objects.filter(pk=person.pk).update(last_login=ago(days=1))
    assert counted(collectivite, "accounts") == 0
    assert inactivity.warn_due() == 0
    User.objects.filter(pk=person.pk).update(last_login=ago(days=800))
    warned(person, days=900)
    assert inactivity.warn_due() == 1


def test_a_visit_counts_like_a_sign_in(collectivite: Organisation) -> None:
    person = warned(unused(collectivite))
    User.objects.filter(pk=person.pk).update(last_seen_at=ago(days=2))
    assert counted(collectivite, "accounts") == 0


def test_the_purge_empties_the_account_and_tells_nobody_s_name(
    collectivite: Organisation, mailbox: list
) -> None:
    person = warned(unused(collectivite))
    list(purge())
    person.refresh_from_db()
    assert str(person) == "Personne partie"
    assert not person.is_active
    count = PurgeCount.objects.get(key="accounts")
    assert (count.organisation, count.count) == (collectivite, 1)
    list(purge())
    assert PurgeCount.objects.filter(key="accounts").count() == 1, "never due again"


def test_one_person_who_cannot_be_erased_keeps_no_other_and_is_not_named(
    collectivite: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    mailbox: list,
) -> None:
    names = ["Alma", "Zoé", "Cléo"]
    people = [warned(unused(collectivite, first_name=name, last_name="Toile")) for name in names]
    _, broken, _ = people

    def refuse(person: User) -> None:
        Membership.objects.filter(user=person).update(job_title="à moitié fait")
        if person == broken:
            raise RuntimeError(f"{person} <{person.email}>")

    monkeypatch.setattr(registry, "_erasures", [*registry.erasures(), refuse])
    with pytest.raises(PurgeFailed) as failed:
        list(purge())
    assert [str(User.objects.get(pk=person.pk)) for person in people] == [
        "Personne partie",
        "Zoé Toile",
        "Personne partie",
    ]
    assert broken.memberships.get().job_title == "", "what failed is undone as a whole"
    assert PurgeCount.objects.get(key="accounts").count == 2
    assert Purge.objects.get().finished_at is None, "tried again an hour later"
    assert str(failed.value) == f"accounts ({collectivite.slug}, numéros {broken.pk})"
    assert f"number {broken.pk} failed: RuntimeError" in caplog.text
    for word in ("Zoé", "Toile", broken.email):
        assert word not in caplog.text + str(failed.value)


def test_the_staff_of_the_platform_is_never_erased_by_the_clock(mailbox: list) -> None:
    warned(unused(is_staff=True))
    warned(unused(is_superuser=True))
    assert counted(None, "accounts") == 0
    assert inactivity.warn_due() == 0


def test_a_closed_account_is_erased_without_a_warning(collectivite: Organisation) -> None:
    unused(collectivite, is_active=False)
    assert counted(collectivite, "accounts") == 1


def test_who_belongs_to_no_public_body_follows_the_defaults(collectivite: Organisation) -> None:
    warned(unused())
    warned(unused(AssociationFactory()))
    warned(unused(collectivite))
    assert counted(None, "accounts") == 2


def test_a_person_of_two_collectivites_follows_the_longer_rule(
    collectivite: Organisation, coordinator: User
) -> None:
    other = OrganisationFactory()
    person = warned(unused(collectivite))
    join(person, other, "agent")
    # Equal durations: one of the two counts the account, not both.
    assert (counted(collectivite, "accounts"), counted(other, "accounts")) == (1, 0)
    choose(other, coordinator, {"accounts": 36})
    assert (counted(collectivite, "accounts"), counted(other, "accounts")) == (0, 0)
    User.objects.filter(pk=person.pk).update(last_login=ago(days=1200), date_joined=ago(days=1300))
    assert (counted(collectivite, "accounts"), counted(other, "accounts")) == (0, 1)
    choose(other, coordinator, {"accounts": 12})
    assert (counted(collectivite, "accounts"), counted(other, "accounts")) == (1, 0)


def test_an_association_s_default_does_not_outlast_a_collectivite_s_choice(
    collectivite: Organisation, coordinator: User
) -> None:
    person = warned(unused(collectivite, days=400))
    join(person, AssociationFactory(), "representative")
    choose(collectivite, coordinator, {"accounts": 12})
    assert counted(collectivite, "accounts") == 1


# The other kinds of this room


def test_memberships_that_ended_long_ago_go(collectivite: Organisation) -> None:
    for days in (800, 300):
        membership = join(UserFactory(), collectivite, "agent")
        Membership.objects.filter(pk=membership.pk).update(
            starts_at=ago(days=900), ends_at=ago(days=days)
        )
    join(UserFactory(), collectivite, "agent")
    assert counted(collectivite, "memberships") == 1
    list(purge())
    assert Membership.objects.filter(organisation=collectivite).count() == 2


def invitation(organisation: Organisation, **fields: Any) -> Invitation:
    return Invitation.objects.create(
        channel="email",
        email="qui@exemple.test",
        organisation=organisation,
        invited_by=UserFactory(),
        code_hash="x",
        **{"expires_at": timezone.now() + timedelta(days=30), **fields},
    )


def test_invitations_go_once_used_withdrawn_or_run_out(collectivite: Organisation) -> None:
    invitation(collectivite)
    invitation(collectivite, expires_at=ago(days=100))
    old = {"expires_at": ago(days=370)}
    invitation(collectivite, **old)
    invitation(collectivite, **old, used_at=ago(days=380), used_by=UserFactory())
    invitation(collectivite, withdrawn_at=ago(days=200))
    assert counted(collectivite, "invitations") == 3
    list(purge())
    assert Invitation.objects.count() == 2


def test_notices_go_with_their_organisation_s_rule(
    collectivite: Organisation, coordinator: User
) -> None:
    choose(collectivite, coordinator, {"notices": 1})
    NoticeFactory(organisation=collectivite, created_at=ago(days=60))
    NoticeFactory(organisation=AssociationFactory(), created_at=ago(days=60))
    NoticeFactory(organisation=None, created_at=ago(days=600))
    assert (counted(collectivite, "notices"), counted(None, "notices")) == (1, 1)
    list(purge())
    assert Notice.objects.count() == 1


def test_requests_to_join_follow_the_body_that_verifies(
    collectivite: Organisation, coordinator: User
) -> None:
    known, unknown = AssociationFactory(), AssociationFactory()
    VerificationFactory(association=known, by=collectivite)
    JoinRequestFactory(association=known, asked_at=ago(days=200))
    JoinRequestFactory(association=unknown, asked_at=ago(days=200))
    choose(collectivite, coordinator, {"join_requests": 3})
    assert (counted(collectivite, "join_requests"), counted(None, "join_requests")) == (1, 0)
    list(purge())
    assert JoinRequest.objects.get().association == unknown


def test_the_platform_s_own_log_is_purged_too() -> None:
    LogEntry.objects.create(
        user=UserFactory(is_staff=True),
        action_flag=CHANGE,
        object_repr="Nadia Merle",
        action_time=ago(days=400),
    )
    list(purge())
    assert not LogEntry.objects.exists()


# The purge itself


def night(day: int = 2, hour: int = 3, minute: int = 5) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


def test_it_passes_once_a_night_after_three(collectivite: Organisation) -> None:
    NoticeFactory(organisation=collectivite, created_at=night() - timedelta(days=700))
    assert purge_of_the_day(night(hour=2)) is None
    assert purge_of_the_day(night()) == 1
    NoticeFactory(organisation=collectivite, created_at=night() - timedelta(days=700))
    assert purge_of_the_day(night(hour=4)) is None, "once a day"
    assert purge_of_the_day(night(day=3)) == 1
    assert Purge.objects.filter(finished_at__isnull=False).count() == 2


def test_a_purge_that_was_cut_off_is_taken_up_an_hour_later(collectivite: Organisation) -> None:
    NoticeFactory(organisation=collectivite, created_at=night() - timedelta(days=700))
    Purge.objects.create(day=night().date(), started_at=night())
    assert purge_of_the_day(night(minute=40)) is None, "it may still be running"
    assert purge_of_the_day(night(hour=4, minute=10)) == 1


def test_the_next_one_is_tonight_or_overdue() -> None:
    assert next_purge(night(hour=1)) == night(minute=0)
    assert next_purge(night(hour=9)) == night(hour=9)
    Purge.objects.create(day=night().date(), finished_at=night())
    assert next_purge(night(hour=9)) == night(day=3, minute=0)


def test_one_kind_that_fails_does_not_stop_the_others(
    collectivite: Organisation, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    NoticeFactory(organisation=collectivite, created_at=ago(days=700))
    invitation(collectivite, expires_at=ago(days=370))

    def breaks(rows: Any) -> int:
        rows.delete()
        raise RuntimeError("no way")

    broken = registry.retention("notices")
    monkeypatch.setitem(
        registry._retentions, "notices", type(broken)(**{**vars(broken), "erase": breaks})
    )
    with pytest.raises(PurgeFailed, match=f"notices \\({collectivite.slug}\\)"):
        list(purge())
    assert Notice.objects.count() == 1, "what failed is undone as a whole"
    assert not Invitation.objects.exists()
    assert Purge.objects.get().finished_at is None
    with pytest.raises(CommandError, match="n’a pas pu être effacé"):
        call_command("purge", stdout=StringIO())


def test_the_command_says_by_collectivite_and_kind_and_may_erase_nothing(
    collectivite: Organisation,
) -> None:
    NoticeFactory(organisation=collectivite, created_at=ago(days=700))
    said = StringIO()
    call_command("purge", "--dry-run", stdout=said)
    printed = plain(said.getvalue())
    assert "Les Vallées\n  Nouvelles envoyées aux personnes : 1 (d’avant le" in printed
    assert "Rien n’a été effacé" in said.getvalue()
    assert Notice.objects.exists()
    assert not Purge.objects.exists()
    said = StringIO()
    call_command("purge", stdout=said)
    assert "Total : 1 effacés." in plain(said.getvalue())
    assert not Notice.objects.exists()


def test_the_page_shows_the_next_purge_and_the_log_without_any_name(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    person = warned(unused(collectivite, first_name="Zoé", last_name="Zarbi"))
    unused(collectivite, days=715)
    browser = client_for(coordinator, HOST)
    page = text_of(browser.get(settings_page(collectivite) + "purge/"))
    assert '<td data-label="À effacer" class="number"><strong>1</strong></td>' in page
    assert "Une personne sera prévenue" in page
    assert "Aucune purge n’a encore eu à effacer" in page
    person.refresh_from_db()
    assert person.first_name == "Zoé", "reading erases nothing"
    list(purge())
    page = text_of(browser.get(settings_page(collectivite) + "purge/"))
    assert "Rien n’arrive à son terme" in page
    assert "Comptes que personne n’utilise" in page
    assert "Zarbi" not in page


def test_the_pages_ask_as_many_queries_for_few_and_for_many(
    client_for: Any, collectivite: Organisation, coordinator: User
) -> None:
    browser = client_for(coordinator, HOST)
    pages = [settings_page(collectivite), settings_page(collectivite) + "purge/"]
    few = [queries_of(browser, page) for page in pages]
    for _ in range(5):
        warned(unused(collectivite))
        NoticeFactory(organisation=collectivite, created_at=ago(days=700))
        run = Purge.objects.create(day=ago(days=Purge.objects.count() + 1).date())
        PurgeCount.objects.create(
            purge=run, organisation=collectivite, key="notices", before=ago(days=1), count=2
        )
    choose(collectivite, coordinator, dict.fromkeys(["notices", "invitations"], 9))
    assert [queries_of(browser, page) for page in pages] == few


def test_telling_the_inactive_is_told_on_behalf_of_their_collectivite(
    collectivite: Organisation, mailbox: list
) -> None:
    unused(collectivite)
    inactivity.warn_due()
    assert Notice.objects.get().organisation == collectivite
    assert "http://vallees.localhost/mon-compte/" in mailbox[-1].body
