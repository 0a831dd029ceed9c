"""The way from the desk to what editors decide of the search."""

from __future__ import annotations

from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def pinned_pages_in_the_menu() -> MenuItem:
    return MenuItem(
        "Pages choisies", reverse("desk_pins"), name="pins", icon_name="pick", order=170
    )
