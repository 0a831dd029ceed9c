"""What happens when a page has been re-read. Wagtail reads this name before there are models."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string


class CannotAppear(Exception):
    """The page that was re-read cannot be published as it is; `problems` say what to mend."""

    def __init__(self, page: Any, problems: list[str]) -> None:
        super().__init__(*problems)
        self.page = page
        self.problems = problems


def publish(workflow_state: Any, user: Any = None) -> None:
    """Publish the page that was re-read, now or at its date; raises CannotAppear.

    A reviewer need not have the right to publish alone: that someone else wrote, and that this
    person may re-read, was asked by `RereadingTask.get_actions`. What publishing needs is asked
    again: since the page was sent to be re-read, its readers and its files may have changed, and
    one publishes from a list without opening the form that asks.
    """
    revision = workflow_state.content_object.get_latest_revision()
    page = revision.as_object()
    if problems := import_string("home.audience.files.publishing_problems")(page):
        raise CannotAppear(page, problems)
    try:
        revision.publish(user=user, skip_permission_checks=True)
    except import_string("home.pages.stories.ConsentGone") as gone:  # since it was asked, above
        raise CannotAppear(page, gone.messages) from gone
