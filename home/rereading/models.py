"""Who publishes on a site: its editors themselves, or someone else once they have re-read."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import RadioSelect
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Task, TaskState

from home.rereading.locks import RereadingLock
from home.tenancy.models import Tenancy


class PublishingMode(models.TextChoices):
    DIRECT = "direct", "La rédaction publie elle-même"
    COORDINATION = "coordination", "La coordination relit, puis publie"
    TEAM = "team", "Une autre personne relit, de la rédaction ou de la coordination"


@register_setting(icon="check")
class PublishingPolicy(BaseSiteSetting):
    mode = models.CharField(
        "avant de paraître",
        max_length=12,
        choices=PublishingMode.choices,
        default=PublishingMode.DIRECT,
        help_text=(
            "Qui a écrit ne relit jamais sa propre page. La coordination, qui répond du site, peut "
            "toujours publier."
        ),
    )

    panels = [FieldPanel("mode", widget=RadioSelect)]

    class Meta:
        verbose_name = "publication"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode__in=PublishingMode.values),
                name="home_publishing_mode_known",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        import_string("home.rereading.rules.apply_policy")(self)


class RereadingTask(Task):
    """The one step of a collectivité's workflow: someone of its own, who did not write, re-reads.

    Stock Wagtail names reviewers by groups; ours follow the roles of today, and know who wrote.
    """

    tenancy = models.OneToOneField(Tenancy, models.CASCADE, related_name="rereading_task")

    lock_class = RereadingLock

    class Meta:
        verbose_name = "relecture"

    def can_act(self, page: Any, user: Any) -> bool:
        known = page.__dict__.setdefault("_may_reread", {})
        if user.pk not in known:
            known[user.pk] = import_string("home.rereading.rules.can_reread")(user, self, page)
        return known[user.pk]

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self.can_act(obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Return whether the text rests: what is being re-read does not change under one's eyes."""
        return not self.can_act(obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """Return (name, words, whether it asks for a word) of what the person may do."""
        if not self.can_act(obj, user):
            return []
        return [
            ("approve", "Relu, publier", False),
            ("approve", "Relu, publier avec un mot", True),
            ("reject", "Renvoyer avec un mot", True),
        ]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        if not import_string("home.rereading.rules.is_reviewer")(user, self):
            return TaskState.objects.none()
        return TaskState.objects.filter(task=self, status=TaskState.STATUS_IN_PROGRESS)

    @classmethod
    def get_description(cls) -> str:
        return "Une autre personne de la collectivité relit avant la publication."
