"""Whom to ask about an event: one touch to call or to write, and nothing else that acts."""

from __future__ import annotations

import pytest

from home.contact import contact_links


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("01 99 00 40 41", "+33199004041"),
        ("01.99.00.40.41", "+33199004041"),
        ("0199004041", "+33199004041"),
        ("+33 1 99 00 40 41", "+33199004041"),
        ("+33 (0)1 99 00 40 41", "+33199004041"),
    ],
)
def test_a_telephone_is_dialled(text: str, dialled: str) -> None:
    assert contact_links(text) == f'<a class="nowrap" href="tel:{dialled}">{text}</a>'


def test_an_address_is_written_to_among_other_words() -> None:
    shown = contact_links("Le parc : parc.velos@ville.exemple.fr, ou 01 99 00 40 41.")
    address = "parc.velos@ville.exemple.fr"
    assert f'Le parc\u00a0: <a href="mailto:{address}">{address}</a>, ou <a' in shown
    assert shown.endswith("</a>.")


@pytest.mark.parametrize(
    "text", ["03 00", "SIRET 356 000 000 00048", "n° 20260199004041", "a@b", "venez le 01 09"]
)
def test_what_is_neither_stays_as_it_is(text: str) -> None:
    assert "<a" not in contact_links(text)


def test_what_was_typed_is_escaped() -> None:
    shown = contact_links('<script>x</script> "a"@b.fr <b>01 99 00 40 41</b>')
    assert "<script" not in shown
    assert "<b>" not in shown


def test_nothing_is_nothing() -> None:
    assert contact_links("") == ""
