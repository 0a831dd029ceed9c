"""Categories have two levels: the admin refuses a third, kindly."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from marketplace.catalogue.models import Category
from tests.factories import CategoryFactory
from tests.marketplace.factories import world

pytestmark = pytest.mark.django_db


def put_under(client: Any, category: Category, parent: Category) -> Any:
    """Send the form of the admin; returns its errors on the parent, None when it is saved."""
    fields = {name: getattr(category, name) for name in ("slug", "name", "icon", "position")}
    url = reverse("admin:marketplace_category_change", args=[category.pk])
    answer = client.post(url, fields | {"parent": parent.pk})
    if answer.status_code == 302:
        return None
    return " ".join(answer.context["adminform"].form.errors["parent"])


def test_a_third_level_or_a_category_under_itself_is_refused_and_told_why(client_for: Any) -> None:
    client = client_for(world().staff)
    top, below, other = (CategoryFactory(name=name) for name in ("Fête", "Tentes", "Barnums"))
    assert put_under(client, below, top) is None
    assert "sous elle-même" in put_under(client, top, top)
    assert "rangez celle-ci sous « Fête »" in put_under(
        client, other, Category.objects.get(pk=below.pk)
    )
    assert "rangez-les ailleurs d’abord" in put_under(client, top, other)
    assert put_under(client, other, top) is None
    parents = dict(Category.objects.values_list("name", "parent__name"))
    assert (parents["Fête"], parents["Tentes"], parents["Barnums"]) == (None, "Fête", "Fête")
