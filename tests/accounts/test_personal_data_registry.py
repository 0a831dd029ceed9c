"""The registry of what is kept: kinds with sane bounds, each once, in the order of registration."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from accounts.personal_data import registry
from accounts.personal_data.registry import Retention


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_retentions", {})
    monkeypatch.setattr(registry, "_exports", {})
    monkeypatch.setattr(registry, "_erasures", [])


def _kind(key: str = "essai", **changes: Any) -> Retention:
    def due(organisation: Any, before: datetime) -> Any:
        return User.objects.filter(date_joined__lt=before)

    values: dict[str, Any] = {
        "label": "Essais",
        "counted_from": "l’inscription",
        "default_months": 12,
        "due": due,
        "erase": lambda found: found.update(is_active=False),
    } | changes
    return Retention(key=key, **values)


def test_kinds_are_kept_in_the_order_of_registration() -> None:
    """The settings page lists them as the rooms gave them."""
    first, second = _kind("a"), _kind("b")
    registry.register_retention(first)
    registry.register_retention(second)
    assert list(registry.retentions()) == [first, second]
    assert registry.retention("b") is second
    with pytest.raises(KeyError):
        registry.retention("c")


def test_two_kinds_cannot_share_a_key() -> None:
    """The key is stored with the durations that were chosen."""
    registry.register_retention(_kind("a", label="Un"))
    with pytest.raises(ValueError, match="twice"):
        registry.register_retention(_kind("a", label="Autre"))


def test_registering_the_same_thing_again_changes_nothing() -> None:
    """`ready()` may run twice."""
    kind = _kind()
    registry.register_retention(kind)
    registry.register_retention(kind)
    registry.register_erasure(print)
    registry.register_erasure(print)
    assert list(registry.retentions()) == [kind]
    assert list(registry.erasures()) == [print]


def test_a_default_must_be_within_its_bounds() -> None:
    """A wrong registration is seen when the product starts."""
    with pytest.raises(ValueError, match="bounds"):
        _kind(default_months=6, least_months=12)
    with pytest.raises(ValueError, match="bounds"):
        _kind(default_months=240)
    assert _kind(default_months=240, most_months=600).most_months == 600


def test_a_title_of_the_export_is_taken_once() -> None:
    """Two files of one name would hide one another."""
    registry.register_export("Mon compte", lambda user: [{"Nom": "x"}])
    with pytest.raises(ValueError, match="twice"):
        registry.register_export("Mon compte", lambda user: [])
    assert [export.title for export in registry.exports()] == ["Mon compte"]
