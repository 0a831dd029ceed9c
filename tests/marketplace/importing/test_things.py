"""A file of things: every faulty line is shown, nothing is half done, a second time updates."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.importing.reading import Unreadable
from accounts.personal_data.erasure import erase
from marketplace.booking import keeping
from marketplace.booking.forms import CalendarForm
from marketplace.booking.setting_up import SetUp, set_up
from marketplace.importing import rules
from marketplace.importing.models import ThingsFile
from marketplace.models import Listing, Resource, Unit
from marketplace.refusals import Refused
from tests.marketplace.factories import ask, published, world

pytestmark = pytest.mark.django_db

GOOD = """Code;Nom;Nature;Quantité;Exemplaire;État;Lieu
BAR-1;Barnum;matériel;4;;;Dépôt
VEL-1;Vélo-cargo;véhicule;;Le vert;bon;Gare
VEL-1;Vélo-cargo;véhicule;;Le rouge;à réparer;Gare
"""


def kept(w, text, encoding="utf-8", by=None):
    return rules.keep_file(w.metropole, by or w.chloe, "inventaire.csv", text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_new_things_have_units_a_calendar_and_a_draft_to_read(encoding):
    w = world()
    rules.import_file(kept(w, GOOD, encoding), w.chloe)
    bulk, itemised = Resource.objects.order_by("code")
    assert (bulk.quantity, bulk.place_label, itemised.name) == (4, "Dépôt", "Vélo-cargo")
    assert list(Unit.objects.values_list("label", "in_service")) == [
        ("Le vert", True),
        ("Le rouge", False),
    ]
    assert set(Listing.objects.values_list("state", "resource__code")) == {
        ("draft", "BAR-1"),
        ("draft", "VEL-1"),
    }


def test_what_is_imported_out_of_service_stays_when_its_keeper_saves_the_calendar():
    w = world()
    rules.import_file(kept(w, GOOD), w.chloe)
    listing = Listing.objects.get(resource__code="VEL-1")
    resource = Resource.objects.for_calendar().get(pk=listing.resource_id)
    form = CalendarForm(initial=keeping.initial(listing, resource))
    form.say_what_is_out_of_service(resource)
    assert form["units"].value() == "Le vert"
    assert "Le rouge" in form["units"].help_text
    set_up(listing, w.chloe, SetUp(unit_labels=("Le vert",)))
    red = Unit.objects.get(label="Le rouge")
    assert (red.in_service, red.condition) == (False, "broken")
    set_up(listing, w.chloe, SetUp(unit_labels=("Le vert", "Le rouge")))
    red.refresh_from_db()
    assert (red.in_service, red.condition) == (True, "good")


def test_a_second_import_updates_by_the_code_and_makes_nothing_twice():
    w = world()
    rules.import_file(kept(w, GOOD), w.chloe)
    again = GOOD.replace(";4;;;", ";6;;;") + "VEL-1;Vélo-cargo;;;Le bleu;bon;\n"
    done = rules.import_file(kept(w, again), w.chloe)
    assert done.counts == {"changed": 2}
    assert Resource.objects.get(code="BAR-1").quantity == 6
    assert (Resource.objects.count(), Unit.objects.count(), Listing.objects.count()) == (2, 3, 2)
    assert rules.import_file(kept(w, again), w.chloe).counts == {"same": 2}


FAULTS = [
    ("A;=1+1;matériel", "Nom", "formule"),
    ("A;;matériel", "Nom", "Il manque"),
    (";Barnum;matériel", "Code", "Il manque"),
    ("A;Barnum;fusée", "Nature", "Écrivez"),
    ("A;Barnum;", "Nature", "Dites sa nature"),
    ("A;Barnum;matériel;beaucoup", "Quantité", "nombre entier"),
    ("A;Barnum;matériel;0", "Quantité", "de 1 à"),
    ("A;Barnum;matériel;2;Le vert", "Quantité", "compte pour un"),
    ("A;Barnum;matériel;;;bon", "État", "donnez-lui un nom"),
    ("A;Barnum;matériel\na;Barnum;matériel", "Code", "déjà à la ligne 2"),
    ("A;Vélo;véhicule;;Le vert\nA;Vélo;véhicule;;le VERT", "Exemplaire", "déjà"),
    ("A;Vélo;véhicule;;Le vert\nA;Moto;véhicule;;Le bleu", "Nom", "autre nom"),
    ("A;Barnum;matériel;;;;;;inconnu@ailleurs.fr", "Adresse de qui en répond", "invitez"),
    ("A;Barnum;matériel;;;;;Nulle part;", "Service", "organigramme"),
]
HEADS = "Code;Nom;Nature;Quantité;Exemplaire;État;Lieu;Service;Adresse de qui en répond\n"


@pytest.mark.parametrize(("lines", "column", "why"), FAULTS)
def test_each_faulty_line_says_where_and_how_to_mend_it(lines, column, why):
    w = world()
    file = kept(w, f"{HEADS}{lines}\nZ;Bien;matériel\n")
    (problem,) = rules.dry_run(file).problems
    assert problem.column == column
    assert why in problem.why
    with pytest.raises(Refused, match="lignes à corriger"):
        rules.import_file(file, w.chloe)
    assert not Resource.objects.exists(), "all or nothing"


def test_what_is_no_table_of_ours_is_refused_with_how_to_save_it():
    w = world()
    for content in ("PK\x03\x04...", "Prix;Couleur\n1;2\n", "", "Code;Nom\n", "Code;Nom\nÃ©;Ã©\n"):
        with pytest.raises(Unreadable):
            kept(w, content)
    long = "Code;Nom;Nature\n" + "\n".join(f"A{n};Barnum;matériel" for n in range(2001))
    with pytest.raises(Unreadable, match="2000 lignes"):
        kept(w, long)


def test_a_file_is_imported_once_and_by_the_coordination_only():
    w = world()
    file = kept(w, GOOD)
    with pytest.raises(Refused, match="réservé"):
        rules.import_file(file, w.nadia)
    rules.import_file(file, w.chloe)
    assert ThingsFile.objects.get().text == ""
    with pytest.raises(Refused):
        rules.import_file(file, w.chloe)


def test_who_erases_their_account_is_in_no_file_that_waits():
    w = world()
    named = kept(w, f"Code;Nom;Responsable\nA1;Barnum;{w.nadia.email}\n")
    other = kept(w, "Code;Nom\nA2;Tente\n")
    erase(w.nadia)
    assert list(ThingsFile.objects.all()) == [other], named


def test_whoever_answers_for_it_finds_its_draft():
    w = world()
    text = f"{HEADS}A;Barnum;matériel;;;;;;{w.nadia.email}\n"
    rules.import_file(kept(w, text), w.chloe)
    draft = Listing.objects.get()
    assert (draft.keeper, draft.entered_by) == (w.nadia, w.chloe)


def test_the_pages_from_the_file_to_the_import(client_for):
    w = world()
    client = client_for(w.chloe)
    url = "/coordination/materiel/importer/"
    assert client.get(url).status_code == 200
    assert client.get(f"{url}modele.csv").content.startswith(b"\xef\xbb\xbfCode;Nom")
    bad = client.post(url, {"file": SimpleUploadedFile("a.csv", b"Code;Nom\nA;=2\n")}, follow=True)
    assert "formule" in bad.content.decode()
    good = client.post(url, {"file": SimpleUploadedFile("a.csv", GOOD.encode())}, follow=True)
    assert "2 exemplaires" in good.content.decode()
    done = client.post(good.redirect_chain[-1][0], follow=True)
    assert "Fichier importé" in done.content.decode()
    assert client_for(w.nadia).get(url).status_code == 403


def test_the_tables_of_the_coordination_hold_ours_and_no_formula(client_for):
    w = world()
    mine = published(w.nadia, w.metropole, title="=HYPERLINK(1)")
    published(w.sonia, w.stranger, title="Ailleurs")
    ask(mine, w.odile, w.association)
    client = client_for(w.chloe)
    text = client.get("/coordination/tableaux/annonces.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "Ailleurs" not in text
    book = load_workbook(BytesIO(client.get("/coordination/tableaux/echanges.xlsx").content))
    rows = list(book.active.values)
    assert len(rows) == 2
    assert book.active.cell(2, 2).data_type == "s"
    assert not any("Kern" in str(cell) for row in rows for cell in row)
    assert client.get("/coordination/tableaux/secrets.csv").status_code == 404
