"""What a file says of the chart: which department a line means, and who manages it."""

from __future__ import annotations

import pytest

from accounts.importing.applying import apply
from accounts.importing.plan import plan_for
from accounts.models import Department, Invitation, Organisation, User
from accounts.organisations.managers import manager_of
from tests.accounts.conftest import plain
from tests.accounts.people_files import HEAD, arrived, read
from tests.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley() -> Organisation:
    return OrganisationFactory(slug="vallees", short_name="Les Vallées")


@pytest.fixture
def sylvie(valley: Organisation) -> User:
    return member(
        valley, "coordinator", email="sylvie@vallees.test", first_name="Sylvie", last_name="H"
    )


# --- Which department ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["Voirie", "VOIRIE", " voirie ", "Direction-Technique > Voïrie", "direction technique>voirie"],
)
def test_a_department_that_is_there_is_never_made_twice(
    valley: Organisation, sylvie: User, written: str
) -> None:
    arrived(valley, sylvie)
    text = f"{HEAD}\nlea@vallees.test;Léa;Roy;{written};;;\n"
    plan = apply(valley, read(text), sylvie)
    assert plan.counts["departments"] == 0
    assert "Direction technique › Voirie" in next(plan.changes()).what
    assert str(Invitation.objects.get(email="lea@vallees.test").department) == "Voirie"
    below = f"{HEAD}\nlea@vallees.test;Léa;Roy;Voirie > Propreté;;;\n"
    apply(valley, read(below), sylvie)
    assert Department.objects.get(name="Propreté").parent == Department.objects.get(name="Voirie")


def test_what_could_be_two_departments_is_asked(valley: Organisation, sylvie: User) -> None:
    arrived(valley, sylvie)
    for name in ("Culture", "Enfance"):
        above = Department.objects.create(organisation=valley, name=name)
        Department.objects.create(organisation=valley, name="Secrétariat", parent=above)
    line = "lea@vallees.test;Léa;Roy;{};;;\n"

    def why(*services: str) -> list[str]:
        text = f"{HEAD}\n" + "".join(
            line.replace("lea", f"lea{n}").format(service) for n, service in enumerate(services)
        )
        return [f"{one.line} {plain(one.why)}" for one in plan_for(valley, read(text)).problems]

    (said,) = why("Secretariat")
    assert "2 Ce peut être : « Culture > Secrétariat » ; « Enfance > Secrétariat »" in said
    # Both are new, in this very file: one of them could be a mistake for the other.
    (said,) = why("Accueil", "Culture > Accueil")
    assert said.startswith("2 Ce peut être : « Culture > Accueil »")
    # «>» says that it is at the very top.
    assert why("> Secrétariat") == []
    assert why("> Accueil", "Accueil", "Culture > Accueil", "Enfance > Secrétariat") == []
    apply(valley, read(f"{HEAD}\n" + line.format("> Secrétariat")), sylvie)
    assert Department.objects.filter(name="Secrétariat", parent=None).exists()
    assert why("Secrétariat") == []  # that one


# --- Who manages, by address ---------------------------------------------------------------------

BY_ADDRESS = "Adresse électronique;Prénom;Nom;Service;Encadrement;N+1"


def test_the_manager_of_a_line_may_be_named_by_address(valley: Organisation, sylvie: User) -> None:
    text = f"""{BY_ADDRESS}
dgs@v.test;Dora;G;Direction générale;;
anne@v.test;Anne;W;Direction technique;;dgs@v.test
tom@v.test;Tom;W;Direction technique > Voirie;;anne@v.test
karim@v.test;Karim;B;Direction technique > Voirie;;TOM@v.test
lise@v.test;Lise;R;Direction technique > Eau;;anne@v.test
"""
    arrived(valley, sylvie, text)
    for person, manager in (("karim", "tom"), ("tom", "anne"), ("lise", "anne")):
        found = manager_of(User.objects.get(email=f"{person}@v.test"), valley)
        assert found == User.objects.get(email=f"{manager}@v.test"), person
    assert not list(apply(valley, read(text), sylvie).changes())


def test_a_manager_who_is_here_may_be_named_in_a_file_without_them(
    valley: Organisation, sylvie: User
) -> None:
    arrived(valley, sylvie, f"{BY_ADDRESS}\nanne@v.test;Anne;W;Direction technique;oui;\n")
    invited = f"{BY_ADDRESS}\nines@v.test;Ines;C;Culture;oui;\n"
    apply(valley, read(invited), sylvie)
    partial = f"""{BY_ADDRESS}
karim@v.test;Karim;B;Direction technique > Voirie;;ANNE@v.test
lea@v.test;Léa;M;Culture;;ines@v.test
"""
    plan = plan_for(valley, read(partial))
    assert not plan.problems
    assert [one.person.email for one in plan.arrivals] == ["karim@v.test", "lea@v.test"]
    # Of a service that they do not manage, naming them is still a mistake.
    wrong = f"{BY_ADDRESS}\nkarim@v.test;Karim;B;Culture;;anne@v.test\n"
    (problem,) = plan_for(valley, read(wrong)).problems
    assert "n’encadre ce service" in problem.why


@pytest.mark.parametrize(
    ("lines", "line", "why"),
    [
        ("a@v.test;A;A;Eau;;personne@v.test", 2, "Aucune ligne"),
        ("a@v.test;A;A;Eau;;b@v.test\nb@v.test;B;B;;;", 2, "ligne 3 dans quel service"),
        ("a@v.test;A;A;Eau;;b@v.test\nb@v.test;B;B;Eau;non;", 2, "La ligne 3 dit « non »"),
        ("a@v.test;A;A;Eau;;b@v.test\nb@v.test;B;B;Bois;;", 2, "ni ce service"),
        (
            "a@v.test;A;A;Eau > Puits;;b@v.test\nb@v.test;B;B;Eau;;\nc@v.test;C;C;Eau > Puits;oui;",
            2,
            "c’est C C qui encadre « Puits »",
        ),
        ("a@v.test;A;A;;;a@v.test", 2, "quel service"),
        ("a@v.test;A;A;Eau;;=a@v.test", 2, "formule"),
    ],
)
def test_a_manager_who_does_not_hold_together_is_said(
    valley: Organisation, lines: str, line: int, why: str
) -> None:
    (problem,) = plan_for(valley, read(f"{BY_ADDRESS}\n{lines}\n")).problems
    assert (problem.line, why in plain(problem.why)) == (line, True), problem.why
