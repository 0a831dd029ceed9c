"""Stories: what a person did before, then did elsewhere, told by them, with their consent."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page

from accounts.words import of_name
from home.events.words import day, hour
from home.pages.mixins import TrackMixin
from home.pages.reading import AUDIENCE, PICTURE, RELATED, ReadingPage
from home.pages.story_panels import AnswerWithdrawnPanel
from home.queries import is_reserved
from home.typography import NBSP

NO_CONSENT = (
    "Pour que tout le monde lise ce récit, il faut l’accord de la personne qui raconte et de "
    f"celles que l’on reconnaît. Notez-le ici, ou gardez le récit entre nous{NBSP}: il y paraît "
    "sans attendre."
)
WITHDRAWN = (
    "La personne dont vient ce récit a retiré son accord de publication : rien de ce qu’elle a "
    "répondu ne peut paraître, même sans son nom."
)

ANSWER_WITHDRAWN = (
    "La réponse dont vient ce récit a été retirée ou effacée le %s. Pour le publier, demandez de "
    f"nouveau leur accord aux personnes, et notez-en le jour et l’heure{NBSP}: un moment d’après "
    "ce retrait."
)


class ConsentGone(ValidationError):
    """The story cannot be published: the consent of whom it comes from was taken back."""


class StoryPage(TrackMixin, ReadingPage):
    """What a person did before, then did elsewhere, told by them."""

    class Consent(models.TextChoices):
        TO_ASK = "", "l’accord reste à demander"
        INTERNAL = "internal", "accord pour l’intranet, entre collègues"
        PUBLIC = "public", "accord pour tout le monde, sur internet"

    template = "home/story_page.html"
    kind_icon = "microphone"
    kind_label = "Récit"
    related_kinds = ("storypage",)

    person = models.CharField(
        "prénom", max_length=60, blank=True, help_text="Le prénom seul, ou un prénom d’emprunt."
    )
    from_service = models.CharField(
        "de", max_length=80, blank=True, help_text="Avec son article : la voirie, le garage."
    )
    to_service = models.CharField(
        "vers", max_length=80, blank=True, help_text="Avec son article : la collecte."
    )
    before = models.TextField(
        "avant",
        max_length=400,
        blank=True,
        help_text="Ce que la personne faisait, en une ou deux phrases.",
    )
    since = models.TextField(
        "et depuis",
        max_length=400,
        blank=True,
        help_text="Ce qu’elle fait maintenant, ce qui a changé.",
    )
    consent_scope = models.CharField(
        "accord recueilli",
        max_length=10,
        choices=Consent.choices,
        blank=True,
        default=Consent.TO_ASK,
        help_text=(
            "De la personne qui raconte et de celles que l’on reconnaît, à l’image ou dans le "
            "texte, même sous un prénom d’emprunt."
        ),
    )
    consent_by = models.CharField(
        "qui a donné son accord",
        max_length=200,
        blank=True,
        help_text="Les noms, pour la rédaction seulement : la page ne les montre pas.",
    )
    consent_at = models.DateTimeField(
        "le",
        null=True,
        blank=True,
        help_text="Le jour et l’heure de l’accord. Sans heure, c’est minuit, au début du jour.",
    )
    # When the answer it was drawn from was withdrawn or erased; whose it was is not kept.
    # Of the row, not of versions nor of what was read before: neither brings the consent back, so
    # that only home.calls.queries.hold_stories writes it.
    answer_withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Kept with the page: lists say it without reading every body.
    has_video = models.BooleanField(default=False, editable=False)

    content_panels = [
        *AUDIENCE,
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("person"),
                FieldRowPanel([FieldPanel("from_service"), FieldPanel("to_service")]),
                FieldPanel("before"),
                FieldPanel("since"),
            ],
            heading="Qui, d’où, vers où",
        ),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                AnswerWithdrawnPanel(),
                FieldPanel("consent_scope"),
                FieldRowPanel([FieldPanel("consent_by"), FieldPanel("consent_at")]),
            ],
            heading="L’accord des personnes",
        ),
        RELATED,
        PICTURE,
    ]

    class Meta:
        verbose_name = "récit"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "stories")

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the story. Raises ValidationError for one that everybody would read without the
        consent of those it shows: the form has said so before, this holds whatever the way."""
        self.has_video = any(block.block_type == "video" for block in self.body)
        fields = kwargs.get("update_fields")
        whole = fields is None or bool({"live", "answer_withdrawn_at"} & set(fields))
        published = self.live and (fields is None or "live" in fields)
        if published and not is_reserved(self.path) and self.consent_scope != self.Consent.PUBLIC:
            raise ValidationError({"consent_scope": NO_CONSENT})
        if not whole or self._state.adding:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            self._read_withdrawal_again(published)
            return super().save(*args, **kwargs)

    def _read_withdrawal_again(self, published: bool) -> None:
        """Take what the row says of the answer, and hold it until the end of the transaction: a
        withdrawal comes before, and is seen, or after, and finds the story published.

        Raises ConsentGone for a publication that it forbids; a story that is read already is saved
        as it is: its editors have been told. The page first, then the story, as saving does.
        """
        page = Page._base_manager.select_for_update().filter(pk=self.pk).first()
        rows = type(self)._base_manager.select_for_update(of=("self",)).filter(pk=self.pk)
        story = rows.only("answer_withdrawn_at").first()
        if page is None or story is None:
            return
        self.answer_withdrawn_at = story.answer_withdrawn_at
        is_new = not page.live or page.last_published_at != self.last_published_at
        if published and is_new and (problems := self.withdrawal_problems()):
            raise ConsentGone(list(problems.values()))

    def with_content_json(self, content: dict[str, Any]) -> Any:
        story = super().with_content_json(content)
        story.answer_withdrawn_at = self.answer_withdrawn_at
        return story

    @property
    def awaits_new_consent(self) -> bool:
        """Return whether the answer it was drawn from has gone, and no consent was given since."""
        if self.answer_withdrawn_at is None:
            return False
        noted = bool(self.consent_scope and self.consent_at)
        return not noted or self.consent_at <= self.answer_withdrawn_at

    @property
    def withdrawn_when(self) -> str:
        """Return «26 novembre 2026 à 14 h 05», of a story whose answer has gone."""
        at = self.answer_withdrawn_at
        return f"{day(at, weekday=False)} à {hour(at)}"

    def withdrawal_problems(self) -> dict[str, str]:
        """Return why what its answer has become keeps the story from being published, by field."""
        errors = {}
        if self.awaits_new_consent:
            errors["answer_withdrawn"] = ANSWER_WITHDRAWN % self.withdrawn_when
        answers = apps.get_model("home", "CallAnswer").objects
        if self.pk and answers.filter(story=self.pk).refused().exists():
            errors["call_answer"] = WITHDRAWN
        return errors

    def publication_problems(self, public: bool) -> dict[str, str]:
        errors = super().publication_problems(public) | self.withdrawal_problems()
        if public and self.consent_scope != self.Consent.PUBLIC:
            errors["consent_scope"] = NO_CONSENT
        if self.consent_scope and not self.consent_by:
            errors["consent_by"] = f"Qui a dit oui{NBSP}? Les noms restent à la rédaction."
        if self.consent_scope and not self.consent_at:
            errors["consent_at"] = "Donnez le jour de l’accord."
        elif self.consent_at and self.consent_at > timezone.now():
            errors["consent_at"] = f"Ce moment est à venir{NBSP}: donnez celui de l’accord."
        return errors

    def search_text(self) -> str:
        return " ".join(part for part in (self.before, self.since, super().search_text()) if part)

    @property
    def journey(self) -> str:
        """Return «de la voirie vers la collecte», or nothing."""
        if self.from_service and self.to_service:
            return f"{of_name(self.from_service)} vers {self.to_service}"
        return self.to_service or self.from_service

    @property
    def kicker(self) -> str:
        kind = "Récit en vidéo" if self.has_video else "Récit"
        return " · ".join(
            part for part in (kind, self.journey, f"{self.reading_minutes} min") if part
        )
