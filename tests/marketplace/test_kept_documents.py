"""How long insurance certificates and files of things are kept, and what goes with a person."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from accounts.personal_data import registry
from accounts.personal_data.archive import archive_of
from accounts.personal_data.durations import choose, in_words
from accounts.personal_data.erasure import erase
from accounts.personal_data.purging import purge
from marketplace.exchanges.insurance import rules as insurance
from marketplace.importing import rules as importing
from marketplace.models import InsuranceCertificate, ThingsFile
from tests.marketplace.factories import World, decision
from tests.marketplace.importing.test_things import GOOD

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parents[2] / "docs" / "lawyers.md"


def certificate(w: World, ended_days_ago: int) -> InsuranceCertificate:
    made = insurance.add(
        w.metropole, w.nadia, decision(), timezone.localdate() + timedelta(days=30), "La Mutuelle"
    )
    ended = timezone.localdate() - timedelta(days=ended_days_ago)
    InsuranceCertificate.objects.filter(pk=made.pk).update(valid_until=ended)
    made.refresh_from_db()
    return made


def sheet(user: User, title: str) -> str:
    with ZipFile(BytesIO(archive_of(user))) as archive:
        name = next(one for one in archive.namelist() if title in one)
        return archive.read(name).decode()


def plain(words: str) -> str:
    """Return the words as a file of documentation writes them, with ordinary spaces."""
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_certificate_goes_with_its_file_two_years_after_its_end(
    w: World, django_capture_on_commit_callbacks: object
) -> None:
    old, recent = certificate(w, 800), certificate(w, 300)
    with django_capture_on_commit_callbacks(execute=True):
        list(purge())
    assert list(InsuranceCertificate.objects.all()) == [recent]
    assert not default_storage.exists(old.file.name)
    assert default_storage.exists(recent.file.name)


def test_a_collectivite_may_keep_it_for_less(w: World) -> None:
    certificate(w, 400)
    choose(w.metropole, w.chloe, {"insurance_certificates": 12})
    list(purge())
    assert not InsuranceCertificate.objects.exists()


def test_the_export_says_what_one_deposited_and_sent(w: World) -> None:
    certificate(w, 1)
    importing.keep_file(w.metropole, w.nadia, "vélos.csv", GOOD.encode())
    assert "La Mutuelle" in sheet(w.nadia, "assurance")
    assert "vélos.csv" in sheet(w.nadia, "materiel")


def test_who_erases_their_account_takes_along_what_serves_nobody_any_more(w: World) -> None:
    past, in_force = certificate(w, 1), certificate(w, -30)
    InsuranceCertificate.objects.update(insurer="Nadia Merle, La Mutuelle")
    importing.keep_file(w.metropole, w.nadia, "vélos de Nadia.csv", GOOD.encode())
    erase(w.nadia)
    assert list(InsuranceCertificate.objects.all()) == [in_force]
    in_force.refresh_from_db()
    assert "Merle" not in in_force.insurer
    assert past.pk not in set(InsuranceCertificate.objects.values_list("pk", flat=True))
    assert not ThingsFile.objects.exists()


def test_the_table_for_lawyers_says_every_kind_with_its_duration() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TABLE.read_text().splitlines()
        if line.startswith("| ")
    ]
    said = {row[0]: row for row in rows}
    for kind in registry.retentions():
        row = said[kind.label]
        assert row[1:3] == [kind.counted_from, plain(in_words(kind.default_months))]
    for fixed in registry.fixed_kinds():
        assert said[fixed.label][2] == plain(fixed.kept)
