"""Calls for testimony: the page, its questions, and what people answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page

from accounts.personal_data.durations import in_words, months_kept
from accounts.references import new_reference
from home.calls.page_form import CallPageForm
from home.calls.queries import AnswerQuerySet
from home.calls.questions import (
    LONGEST_CHOICE,
    MOST_CHOICES,
    MOST_QUESTIONS,
    WITH_CHOICES,
    Given,
    QuestionKind,
    lines,
)
from home.pages.reading import AUDIENCE, PICTURE, ReadingPage

OPEN_FOR = timedelta(weeks=6)
CLOSING_HOUR = time(18, 0)
RETENTION_KEY = "call_answers"  # home.calls.personal_data


def in_six_weeks() -> datetime:
    """Return the evening, six weeks from today, when a call closes unless an editor says else."""
    day = timezone.localdate() + OPEN_FOR
    return timezone.make_aware(datetime.combine(day, CLOSING_HOUR))


class CallPage(ReadingPage):
    """Asks people to tell something, until a date, with or without their name."""

    template = "home/call_page.html"
    kind_icon = "message-circle"
    kind_label = "Appel"
    related_kinds = ("callpage",)
    base_form_class = CallPageForm

    closes_at = models.DateTimeField(
        "ferme le",
        default=in_six_weeks,
        help_text="Passé ce moment, on lit encore l’appel, mais on n’y répond plus.",
    )
    accepts_unnamed = models.BooleanField(
        "accepter les réponses sans nom",
        default=True,
        help_text=(
            "Qui répond sans se nommer ne laisse ni nom, ni adresse, ni heure. On ne peut donc pas "
            "l’empêcher de répondre deux fois."
        ),
    )
    needs_sign_in = models.BooleanField(
        "réserver l’appel aux personnes connectées",
        default=False,
        help_text="Même connectée, une personne peut répondre sans se nommer si vous l’acceptez.",
    )
    thanks = models.TextField(
        "remerciement",
        blank=True,
        max_length=600,
        help_text="Lu dès que la réponse est partie. Dites ce que vous en ferez, et quand.",
    )

    content_panels = [
        *AUDIENCE,
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body", heading="Présentation de l’appel"),
        InlinePanel(
            "questions",
            heading="Questions",
            label="Question",
            min_num=1,
            max_num=MOST_QUESTIONS,
            help_text=(
                "Peu de questions, ouvertes. Ne demandez jamais la catégorie, la santé, la "
                "situation de famille, l’engagement syndical ni l’évaluation d’une personne. "
                "L’accord de publication est demandé de lui-même."
            ),
        ),
        FieldPanel("closes_at"),
        MultiFieldPanel(
            [FieldPanel("accepts_unnamed"), FieldPanel("needs_sign_in")], heading="Qui répond"
        ),
        FieldPanel("thanks"),
        PICTURE,
    ]

    class Meta:
        verbose_name = "appel à témoignages"
        verbose_name_plural = "appels à témoignages"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "calls")

    def begin_with(self, model: Mapping[str, Any]) -> None:
        """Put on a new page what a model of call says besides its blocks: {title, summary, thanks,
        icon, questions}."""
        for name in ("title", "summary", "thanks", "icon"):
            setattr(self, name, model.get(name, "") or getattr(self, name))
        self.questions = [
            CallQuestion(sort_order=order, **row)
            for order, row in enumerate(model.get("questions", []))
        ]

    @property
    def is_open(self) -> bool:
        return self.closes_at > timezone.now()

    @property
    def kicker(self) -> str:
        day = date_format(timezone.localtime(self.closes_at), "j F Y")
        return f"Appel · ouvert jusqu’au {day}" if self.is_open else f"Appel · clos le {day}"

    def search_text(self) -> str:
        asked = [f"{question.label} {question.help}" for question in self.questions.all()]
        return " ".join([super().search_text(), *asked])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the page, or what came of an answer sent to it."""
        # By name: it reads the models.
        answering = import_string("home.calls.views.answering")
        context = answering(self, request)
        if isinstance(context, HttpResponse):
            return context
        answer = super().serve(request, *args, answering=context, **kwargs)
        answer.status_code = context["status"]
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        organisation = getattr(request.site, "organisation", None)  # type: ignore[attr-defined]
        context["kept_for"] = in_words(months_kept(organisation)[RETENTION_KEY])
        return context | (kwargs.get("answering") or {})


class CallQuestion(Orderable):
    call = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="questions")
    label = models.CharField("question", max_length=200)
    help = models.CharField(
        "précision", max_length=300, blank=True, help_text="Un exemple aide plus qu’une consigne."
    )
    kind = models.CharField(
        "on répond par", max_length=10, choices=QuestionKind.choices, default=QuestionKind.LONG
    )
    choices = models.TextField(
        "choix", blank=True, max_length=2600, help_text="Un par ligne, pour une question à choix."
    )
    required = models.BooleanField("il faut y répondre", default=False)

    panels = [
        FieldPanel("label"),
        FieldPanel("help"),
        FieldPanel("kind"),
        FieldPanel("choices"),
        FieldPanel("required"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "question"

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """Return its name in forms and in what is kept; while it is unsaved, from its place."""
        return f"q{self.pk}" if self.pk else f"nouvelle{self.sort_order}"

    def clean(self) -> None:
        super().clean()
        if self.kind not in WITH_CHOICES:
            return
        offered = lines(self.choices)
        if not 2 <= len(offered) <= MOST_CHOICES:
            raise ValidationError(
                {"choices": f"Écrivez de 2 à {MOST_CHOICES} choix différents, un par ligne."}
            )
        if any(len(line) > LONGEST_CHOICE for line in offered):
            raise ValidationError({"choices": f"Un choix tient en {LONGEST_CHOICE} signes."})


class PublicationConsent(models.TextChoices):
    FIRST_NAME = "first_name", "oui, avec mon prénom"
    UNNAMED = "unnamed", "oui, sans mon nom"
    NO = "no", "non, pas du tout"


class CallAnswer(models.Model):
    """What one person answered.

    Whoever answers without a name leaves here the day, the words and the consent, and nothing
    else: there is no column that could say more, and the key is drawn at random, so that nothing
    that the product shows tells in which order answers came. The file of the database does, to
    whoever holds it (the hidden `rowid` of SQLite, the place of a row in PostgreSQL): see
    docs/decisions/0015-answers-without-a-name.md.
    """

    class State(models.TextChoices):
        NEW = "new", "à lire"
        READ = "read", "lue"
        TO_TELL = "to_tell", "à raconter"

    ref = models.CharField(max_length=10, primary_key=True, default=new_reference, editable=False)
    call = models.ForeignKey(CallPage, models.CASCADE, related_name="answers")
    # Null: without a name.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="call_answers",
        verbose_name="qui répond",
    )
    answered_on = models.DateField("reçue le", default=timezone.localdate)
    given = models.JSONField("réponses", default=list)
    consent = models.CharField(
        "accord de publication", max_length=10, choices=PublicationConsent.choices
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.NEW)
    story = models.ForeignKey(
        "home.StoryPage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="récit",
    )
    # The day when the editors were told: later than that of the answer, and for all at once.
    told_on = models.DateField(null=True, blank=True, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à un appel"
        verbose_name_plural = "réponses aux appels"
        ordering = ["-answered_on", "ref"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "author"],
                name="home_callanswer_once",
                violation_error_message="Cette personne a déjà répondu à cet appel.",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=False) | ~Q(consent="first_name"),
                name="home_callanswer_unnamed_has_no_name",
                violation_error_message="Une réponse sans nom ne peut pas paraître avec un prénom.",
            ),
            models.CheckConstraint(
                condition=Q(consent__in=PublicationConsent.values),
                name="home_callanswer_consent_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "read", "to_tell"]),
                name="home_callanswer_state_known",
            ),
        ]
        indexes = [models.Index(fields=["call", "state"])]

    def __str__(self) -> str:
        return f"réponse du {date_format(self.answered_on, 'j F Y')}"

    @property
    def who(self) -> str:
        return str(self.author) if self.author else "Sans nom"

    @property
    def words(self) -> list[Given]:
        """Return what was answered, question by question."""
        return [Given(**row) for row in self.given]

    @property
    def opening(self) -> str:
        """Return its first words, for a list."""
        return next((one.text for one in self.words), "")

    @property
    def is_known(self) -> bool:
        """Return whether an editor has read it, or made a story of it."""
        return self.state != self.State.NEW or self.story_id is not None

    @property
    def seal(self) -> str:
        """Return a mark of the words and of the consent, the same as long as both are."""
        said = json.dumps([self.given, self.consent], sort_keys=True)
        return salted_hmac("home.calls.seal", said, algorithm="sha256").hexdigest()

    @property
    def may_be_published(self) -> bool:
        return self.consent != PublicationConsent.NO

    @property
    def published_name(self) -> str:
        """Return the first name that may be published, or nothing."""
        if self.author and self.consent == PublicationConsent.FIRST_NAME:
            return self.author.first_name
        return ""
