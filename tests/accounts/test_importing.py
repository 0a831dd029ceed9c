"""A file of people: read as it comes, refused kindly, imported whole, repeated without harm."""

from __future__ import annotations

import contextlib
import csv
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.core.validators import validate_email
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.importing import rules
from accounts.importing.applying import apply
from accounts.importing.lines import read_table
from accounts.importing.plan import plan_for
from accounts.importing.reading import Unreadable, table_of, text_of
from accounts.invitations.rules import accept, send_again
from accounts.members.hold import Refused
from accounts.models import (
    Department,
    Invitation,
    Membership,
    Notice,
    Organisation,
    PeopleEvent,
    PeopleImport,
    Role,
    User,
)
from accounts.organisations.managers import manager_of
from tests.accounts.conftest import plain
from tests.accounts.people_files import FILE, HEAD, arrived, everybody_accepts, read
from tests.factories import OrganisationFactory, UserFactory, join, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley() -> Organisation:
    return OrganisationFactory(slug="vallees", short_name="Les Vallées")


@pytest.fixture
def sylvie(valley: Organisation) -> User:
    return member(
        valley, "coordinator", email="sylvie@vallees.test", first_name="Sylvie", last_name="H"
    )


def problems(text: str) -> list[tuple[int, str, str]]:
    found = read_table(read(text)).problems
    return [(problem.line, problem.column, problem.why) for problem in found]


# --- Reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_as_spreadsheets_write_it(encoding: str, separator: str) -> None:
    text = FILE.replace(";", separator).replace("\n", "\r\n")
    found = read_table(table_of(text_of(text.encode(encoding))))
    assert not found.problems
    karim = found.people[1]
    assert (karim.number, karim.last_name, karim.path) == (
        3,
        "Belaïd",
        ("Direction technique", "Voirie"),
    )
    assert found.people[0].manages is True
    assert found.paths[-1] == (4, ("Direction technique", "Espaces verts"))


def test_headings_are_recognised_in_any_order_and_others_are_named() -> None:
    table = read("Matricule,E-MAIL,NOM,prénom,Fonction\n12,a@b.fr,Weber,Anne,Directrice\n")
    assert table.ignored == ("Matricule",)
    assert read_table(table).people[0].job_title == "Directrice"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "vide"),
        (b"   \n\n", "vide"),
        (b"PK\x03\x04classeur", "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0ancien classeur", "CSV UTF-8"),
        (b"Nom\x00\x01;x", "pas du texte"),
        (b"\x89\x00\x8f\x9d;image", "pas du texte"),
        (b"Pr\x8fnom;Nom", "accents"),
        ("Prénom;Nom\nZoé;Léa".encode().decode("cp1252").encode(), "abîmés"),
        (HEAD.encode(), "que des titres"),
        (b"Nom;Service\nWeber;Voirie", "Il manque"),
        (b"Nom;Nom;Pr\xc3\xa9nom;Email\na;b;c;d@e.fr", "Deux colonnes"),
        (b"x" * (3 * 1024 * 1024 + 1), "dépasse"),
        (f'{HEAD}\n"anne@b.fr;Anne\n'.encode() + b"x" * 140_000, "guillemet"),
    ],
)
def test_what_cannot_be_read_is_said_with_how_to_mend_it(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        table_of(text_of(content))


def test_each_faulty_cell_has_its_line_its_column_and_its_reason() -> None:
    faulty = (Path(__file__).parent / "data/people-with-faults.csv").read_bytes()
    found = read_table(table_of(text_of(faulty))).problems
    said = [(one.line, one.column, one.why.replace("\u00a0", " ")) for one in found]
    for line, column, why in [
        (3, "Adresse électronique", "adresse complète"),
        (4, "Prénom", "formule"),
        (5, "Nom", "Il manque"),
        (6, "Adresse électronique", "déjà à la ligne 2"),
        (7, "Dernier jour", "31/12/2026"),
        (8, "Encadrement", "« oui »"),
        (9, "Service", "quel service"),
        (10, "Service", "120 caractères"),
        (11, "Dernier jour", "année"),
        (12, "Adresse électronique", "adresse d’exemple"),
        (13, "Service", "formule"),
        (14, "Service", "tourne en rond"),
        (15, "Encadrement", "Adresse de qui encadre"),
    ]:
        assert any((line, column) == (one[0], one[1]) and why in one[2] for one in said), (
            line,
            column,
            why,
            said,
        )
    assert len(said) == 13


def test_the_number_is_that_of_the_spreadsheet_even_after_a_cell_on_two_lines() -> None:
    text = f'{HEAD}\na@b.fr;Anne;Weber;;"Chargée\nde mission";;\nfaux;B;C;;;;\n'
    assert [line for line, _, _ in problems(text)] == [4]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda t: t.encode())))
def test_no_file_breaks_the_reading(content: bytes) -> None:
    for start in (b"", f"{HEAD}\n".encode()):
        with contextlib.suppress(Unreadable):
            read_table(table_of(text_of(start + content)))


# --- Importing -----------------------------------------------------------------------------------


def test_an_import_makes_departments_and_prepares_invitations(
    valley: Organisation, sylvie: User, mailbox: list[EmailMultiAlternatives]
) -> None:
    plan = apply(valley, read(FILE), sylvie)
    assert plan.counts == {
        "arrivals": 2,
        "changes": 0,
        "departures": 0,
        "departments": 3,
        "unchanged": 0,
    }
    roads = Department.objects.get(name="Voirie")
    assert roads.parent is not None
    assert roads.parent.name == "Direction technique"
    karim = Invitation.objects.get(email="karim@vallees.test")
    assert (karim.department, karim.job_title) == (roads, "Agent de voirie")
    assert (karim.sent_at, karim.invited_by) == (None, sylvie)
    assert not User.objects.exclude(pk=sylvie.pk).exists()  # nobody has an account before coming
    assert mailbox == []
    assert not Notice.objects.exists()
    kinds = set(PeopleEvent.objects.values_list("kind", flat=True))
    assert {"department_created", "imported"} == kinds
    assert set(PeopleEvent.objects.values_list("actor", flat=True)) == {sylvie.pk}


def test_who_accepts_has_the_post_the_team_and_the_end_of_the_file(
    valley: Organisation, sylvie: User
) -> None:
    day = timezone.localdate() + timedelta(days=60)
    arrived(valley, sylvie, f"{FILE}ines@vallees.test;Inês;C;Accueil;;;{day:%d/%m/%Y}\n")
    anne = User.objects.get(email="anne@vallees.test")
    karim = User.objects.get(email="karim@vallees.test")
    membership = karim.memberships.get()
    assert (str(membership.department), membership.job_title) == ("Voirie", "Agent de voirie")
    assert manager_of(karim, valley) == anne
    begun = PeopleEvent.objects.get(kind="role_begun")
    assert (begun.person, begun.detail) == (anne, "encadrement (Direction technique)")
    assert User.objects.get(email="ines@vallees.test").memberships.get().last_day == day
    assert not Notice.objects.filter(recipient=sylvie).exists()  # not one for each of 3,000


def test_the_same_file_again_changes_nothing(valley: Organisation, sylvie: User) -> None:
    apply(valley, read(FILE), sylvie)
    for _ in range(2):  # invited, then members
        before = _rows()
        plan = apply(valley, read(FILE.replace("Voirie;", "VOIRIE ;")), sylvie)
        assert plan.counts["unchanged"] == 2
        assert not list(plan.changes())
        assert _rows() == before
        everybody_accepts(valley)


def _rows() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (User, Membership, Role, Department, EmailAddress, Invitation)
    ]


def test_nothing_tells_whether_an_address_has_an_account_elsewhere(
    valley: Organisation, sylvie: User, mailbox: list[EmailMultiAlternatives]
) -> None:
    unknown = [change.what for change in plan_for(valley, read(FILE)).changes()]
    other = OrganisationFactory()
    karim = UserFactory(email="karim@vallees.test", first_name="Autre", last_name="Nom")
    join(karim, other, "editor")
    UserFactory(email="anne@vallees.test", is_active=False)
    before = User.objects.order_by("pk").values()
    kept = list(before)
    plan = plan_for(valley, read(FILE.replace("karim@", "KARIM@")))
    assert [change.what for change in plan.changes()] == unknown
    assert "Autre" not in str(list(plan.changes()))
    apply(valley, read(FILE), sylvie)
    assert list(before.all()) == kept
    assert not karim.memberships.filter(organisation=valley).exists()
    assert Invitation.objects.get(email=karim.email).full_name == "Karim Belaïd"
    assert not Notice.objects.filter(recipient=karim).exists()
    assert mailbox == []
    # And they come, if they want to, with the account that they have.
    accept(Invitation.objects.get(email=karim.email), karim)
    assert str(karim.memberships.get(organisation=valley).department) == "Voirie"
    assert karim.memberships.get(organisation=other).ends_at is None


def test_an_invitation_that_waits_is_brought_up_to_date_and_never_doubled(
    valley: Organisation, sylvie: User
) -> None:
    apply(valley, read(FILE), sylvie)
    line = "karim@vallees.test;Karim;Belaïd-Roy;Culture;Régisseur;oui;31/12/2098\n"
    plan = apply(valley, read(f"{HEAD}\n{line}"), sylvie)
    assert plan.counts["changes"] == 1
    karim = Invitation.objects.get(email="karim@vallees.test")
    assert (str(karim.department), karim.job_title) == ("Culture", "Régisseur")
    assert (karim.roles, karim.last_name) == (["agent", "manager"], "Belaïd-Roy")
    assert f"{karim.last_day:%d/%m/%Y}" == "31/12/2098"
    # Sent, it is the same one still, even when it has run out: nobody is invited twice.
    assert send_again(karim, sylvie)
    Invitation.objects.filter(pk=karim.pk).update(expires_at=timezone.now() - timedelta(days=1))
    again = apply(valley, read(f"{HEAD}\n{line}".replace("oui", "non")), sylvie)
    assert again.counts["changes"] == 1
    karim = Invitation.objects.get(email="karim@vallees.test")
    assert karim.roles == ["agent"]


def test_who_accepted_with_another_address_is_not_invited_again(
    valley: Organisation, sylvie: User
) -> None:
    apply(valley, read(FILE), sylvie)
    private = UserFactory(email="karim@maison.test")
    accept(Invitation.objects.get(email="karim@vallees.test"), private)
    plan = apply(valley, read(FILE.replace("Agent de voirie", "Cantonnier")), sylvie)
    assert (plan.counts["changes"], plan.counts["arrivals"]) == (1, 0)
    assert private.memberships.get().job_title == "Cantonnier"
    twice = f"{FILE}karim@maison.test;Karim;Belaïd;;;;\n"
    (problem,) = plan_for(valley, read(twice)).problems
    assert (problem.line, "personne de la ligne 3" in plain(problem.why)) == (5, True)


def test_who_left_before_they_came_is_not_invited_any_more(
    valley: Organisation, sylvie: User
) -> None:
    apply(valley, read(FILE), sylvie)
    yesterday = timezone.localdate() - timedelta(days=1)
    gone = f"{HEAD}\nkarim@vallees.test;Karim;Belaïd;;;;{yesterday:%d/%m/%Y}\n"
    assert apply(valley, read(gone), sylvie).counts["departures"] == 1
    assert Invitation.objects.prepared().get().email == "anne@vallees.test"
    assert apply(valley, read(gone), sylvie).counts["unchanged"] == 1
    (problem,) = plan_for(OrganisationFactory(), read(gone)).problems
    assert (problem.line, problem.column) == (2, "Dernier jour")
    assert "n’est pas membre" in problem.why


def test_a_member_moves_and_changes_jobs_while_empty_cells_change_nothing(
    valley: Organisation, sylvie: User
) -> None:
    arrived(valley, sylvie)
    moved = f"{HEAD}\nkarim@vallees.test;Karim;Belaïd;Direction technique > Espaces verts;;;\n"
    plan = apply(valley, read(moved), sylvie)
    assert plan.counts["changes"] == 1
    membership = Membership.objects.get(user__email="karim@vallees.test")
    assert str(membership.department) == "Espaces verts"
    assert membership.job_title == "Agent de voirie"
    event = PeopleEvent.objects.get(kind="post_changed")
    assert "Voirie → Espaces verts" in event.detail


def test_the_role_of_manager_moves_with_the_person_and_ends_by_a_no(
    valley: Organisation, sylvie: User
) -> None:
    arrived(valley, sylvie)
    line = "anne@vallees.test;Anne;Weber;{};Directrice;{};\n"

    def live() -> list[str]:
        return [str(role.department) for role in Role.objects.live().filter(kind="manager")]

    apply(valley, read(f"{HEAD}\n" + line.format("Culture", "oui")), sylvie)
    assert live() == ["Culture"]
    apply(valley, read(f"{HEAD}\n" + line.format("Culture", "")), sylvie)
    assert live() == ["Culture"]
    apply(valley, read(f"{HEAD}\n" + line.format("Culture", "non")), sylvie)
    assert live() == []


def test_a_last_day_ends_the_membership_then(valley: Organisation, sylvie: User) -> None:
    arrived(valley, sylvie)
    Membership.objects.filter(user__email="karim@vallees.test").update(
        starts_at=timezone.now() - timedelta(days=90)
    )
    day = timezone.localdate() - timedelta(days=2)
    gone = f"karim@vallees.test;Karim;Belaïd;;;;{day:%d/%m/%Y}\n"
    apply(valley, read(f"{HEAD}\n{gone}"), sylvie)
    membership = Membership.objects.get(user__email="karim@vallees.test")
    assert membership.last_day == day
    assert membership.settled_at is not None
    assert not Role.objects.live().filter(membership=membership).exists()
    again = apply(valley, read(f"{HEAD}\n{gone}"), sylvie)  # and does not come back
    assert again.counts["unchanged"] == 1
    assert Membership.objects.filter(user__email="karim@vallees.test").count() == 1


def test_the_missing_are_proposed_and_never_ended(valley: Organisation, sylvie: User) -> None:
    lise, leaving = member(valley), member(valley)
    Membership.objects.filter(user=leaving).update(ends_at=timezone.now() + timedelta(days=9))
    elsewhere = member(OrganisationFactory())
    apply(valley, read(f"{HEAD}\nparti@vallees.test;Parti;Avant;;;;\n"), sylvie)
    kept = rules.keep_file(valley, sylvie, "rh.csv", FILE.encode())
    # Sylvie, who imports, is not among those who may have left: before, and after.
    assert [one.user for one in rules.dry_run(kept, sylvie).missing] == [lise]
    kept = rules.import_file(kept, sylvie)
    ends, withdrawals = rules.proposed_ends(kept), rules.proposed_withdrawals(kept)
    assert [one.user for one in ends] == [lise]
    assert [one.email for one in withdrawals] == ["parti@vallees.test"]
    assert Membership.objects.live().filter(user__in=[lise, elsewhere]).count() == 2
    assert rules.end_missing(kept, list(ends), list(withdrawals), sylvie) == 2
    assert not Membership.objects.live().filter(user=lise).exists()
    assert not ends.all().exists()
    assert not withdrawals.all().exists()
    assert Invitation.objects.prepared().count() == 2


def test_a_faulty_file_changes_nothing_at_all(valley: Organisation, sylvie: User) -> None:
    before = _rows()
    for broken in (f"{FILE}faux;A;B;;;;\n", f"{FILE}sylvie@vallees.test;Sylvie;H;;;;31/12/2098\n"):
        with pytest.raises(Refused):
            apply(valley, read(broken), sylvie)
    assert _rows() == before
    assert not PeopleEvent.objects.exists()


def test_a_file_is_imported_once_and_its_text_is_not_kept(
    valley: Organisation, sylvie: User
) -> None:
    kept = rules.keep_file(valley, sylvie, "rh.csv", FILE.encode())
    assert rules.import_file(kept, sylvie).text == ""
    with pytest.raises(Refused, match="déjà été importé"):
        rules.import_file(kept, sylvie)
    waiting = rules.keep_file(valley, sylvie, "rh.csv", FILE.encode())
    rules.forget_person(UserFactory(email="anne@vallees.test"))
    assert not PeopleImport.objects.filter(pk=waiting.pk).exists()
    rules.keep_file(valley, sylvie, "rh.csv", FILE.encode())
    assert rules.forget_old() == 0
    assert rules.forget_old(timezone.now() + timedelta(hours=25)) == 1
    assert rules.forget_old(timezone.now() + timedelta(days=31)) == 1


def test_only_its_coordination_imports(valley: Organisation, sylvie: User) -> None:
    for other in (member(valley, "editor"), member(OrganisationFactory(), "coordinator")):
        with pytest.raises(Refused, match="coordination"):
            apply(valley, read(FILE), other)


# --- Three thousand people -----------------------------------------------------------------------


def many(number: int) -> str:
    lines = [
        f"agent{n}@vallees.test;Prénom{n};Nom{n};Pôle {n % 7} > Service {n % 90};Métier {n % 40};"
        f"{'oui' if n < 90 else ''};"
        for n in range(number)
    ]
    return "\n".join([HEAD, *lines])


def cost(valley: Organisation, actor: User, text: str) -> tuple[int, float]:
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        apply(valley, read(text), actor)
    return len(asked), time.perf_counter() - started


def test_three_thousand_people_in_few_queries_and_under_a_minute(
    valley: Organisation, sylvie: User
) -> None:
    first, seconds = cost(valley, sylvie, many(3000))
    assert Invitation.objects.prepared().count() == 3000
    assert first <= 120  # SQLite takes 999 values a query; PostgreSQL needs a third of it
    assert seconds < 60
    again, seconds_again = cost(valley, sylvie, many(3000))
    assert again <= 20
    renamed = many(3000).replace(";Prénom", ";Nouveau").replace(";Nouveau;", ";Prénom;")
    assert cost(valley, sylvie, renamed)[0] <= 120
    people = User.objects.bulk_create(
        UserFactory.build(email=one.email) for one in Invitation.objects.prepared()
    )
    Membership.objects.bulk_create(
        Membership(user=person, organisation=valley) for person in people
    )
    moved, seconds_moved = cost(valley, sylvie, many(3000))
    assert moved <= 120
    assert seconds_moved < 60
    few, _ = cost(OrganisationFactory(), None, many(5).replace("@", "@b."))  # type: ignore[arg-type]
    assert few <= 40
    print(  # noqa: T201
        f"3,000 people: {first} queries, {seconds:.1f} s; again: {again}, {seconds_again:.1f} s; "
        f"3,000 members moved: {moved}, {seconds_moved:.1f} s"
    )


# --- The command ---------------------------------------------------------------------------------


def test_the_command_follows_the_same_rules(
    valley: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    join(UserFactory(first_name="Lise", last_name="Roy"), valley)
    path = tmp_path / "rh.csv"
    path.write_bytes(FILE.encode("cp1252"))
    call_command("import_people", str(path), organisation="vallees", dry_run=True, verbosity=2)
    said = plain(capsys.readouterr().out)
    assert "Invitations préparées : 2" in said
    assert "Karim Belaïd" in said
    assert not Invitation.objects.exists()
    call_command("import_people", str(path), organisation="vallees")
    said = capsys.readouterr().out
    assert "Lise Roy" in said
    assert Invitation.objects.prepared().filter(organisation=valley, invited_by=None).count() == 2
    path.write_text(FILE.replace("karim@", "k.belaid@"))
    call_command("import_people", str(path), organisation="vallees", dry_run=True)
    assert "absentes du fichier : 1" in plain(capsys.readouterr().out)
    path.write_text(FILE + "faux;A;B;;;;\n")
    with pytest.raises(CommandError, match="à corriger"):
        call_command("import_people", str(path), organisation="vallees")
    assert "Ligne 5, Adresse électronique" in capsys.readouterr().err
    for wrong in ({"organisation": "inconnue"}, {"organisation": "vallees", "file": "absent.csv"}):
        with pytest.raises(CommandError):
            call_command("import_people", wrong.pop("file", str(path)), **wrong)


# --- The pages -----------------------------------------------------------------------------------


def upload(content: bytes, name: str = "rh.csv") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content, content_type="text/csv")}


def test_the_pages_lead_from_the_file_to_the_departures(
    collectivite: Organisation, client_for: Any
) -> None:
    sylvie = member(collectivite, "coordinator", email="sylvie@vallees.test")
    lise = member(collectivite, first_name="Lise", last_name="Roy")
    browser = client_for(sylvie, "vallees.localhost")
    base = "/coordination/personnes/importer/"
    template = browser.get(f"{base}modele.csv")
    assert template.content.startswith(b"\xef\xbb\xbf")
    faulty = browser.post(base, upload(template.content), follow=True).content.decode()
    for line in csv.DictReader(template.content.decode("utf-8-sig").splitlines(), delimiter=";"):
        validate_email(line["Adresse électronique"])
    assert faulty.count('<th scope="row" class="figures">') == 6  # each address, and no more
    assert "adresse d’exemple" in faulty.replace("\u00a0", " ")
    assert "Importer ce fichier" not in faulty

    answer = browser.post(base, upload(FILE.encode()), follow=True)
    assert "Karim Belaïd" in answer.content.decode()
    assert not Invitation.objects.exists()
    page = answer.redirect_chain[-1][0]
    done = browser.post(page, follow=True).content.decode()
    assert "Lise Roy" in done
    assert "checked" not in done  # nobody is ticked beforehand
    assert "Sylvie" not in done.split("Absents du fichier")[1].split("</section>")[0]
    nobody = browser.post(f"{page}departs/", {}).content.decode()
    assert "Cochez au moins une personne" in nobody
    membership = Membership.objects.get(user=lise)
    browser.post(f"{page}departs/", {"members": [membership.ref]})
    membership.refresh_from_db()
    assert membership.ends_at is not None


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "Choisissez le fichier"),
        (upload(b""), "vide"),
        (upload(b"PK\x03\x04"), "classeur"),
        (upload(b"a;b;c\n1;2;3"), "Il manque"),
        (upload(b"x" * (3 * 1024 * 1024 + 1)), "Mo"),
    ],
)
def test_a_wrong_file_is_answered_on_its_form(
    collectivite: Organisation, client_for: Any, sent: dict[str, Any], why: str
) -> None:
    browser = client_for(member(collectivite, "coordinator"), "vallees.localhost")
    if "file" in sent:
        sent["file"].seek(0)
    answer = browser.post("/coordination/personnes/importer/", sent)
    assert answer.status_code == 200
    assert why in answer.content.decode()
    assert not PeopleImport.objects.exists()
