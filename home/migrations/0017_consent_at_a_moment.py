"""Consents and withdrawals of stories get a time of day.

Of a former day one knows no hour: a consent counts from its beginning, a withdrawal until its end, so
that what was said the same day still does not count as a consent given anew.
"""

import datetime

from django.db import migrations, models
from django.utils import timezone


def begins(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def ends(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.max))


def days_to_moments(apps, schema_editor):
    stories = apps.get_model("home", "StoryPage").objects
    dated = stories.exclude(consent_on=None, answer_withdrawn_on=None)
    for pk, consent, withdrawn in dated.values_list("pk", "consent_on", "answer_withdrawn_on"):
        stories.filter(pk=pk).update(
            consent_at=begins(consent) if consent else None,
            answer_withdrawn_at=ends(withdrawn) if withdrawn else None,
        )
    for revision in versions(apps):
        day = revision.content.pop("consent_on", None)
        revision.content.pop("answer_withdrawn_on", None)
        at = begins(datetime.date.fromisoformat(day)) if day else None
        revision.content["consent_at"] = at.isoformat() if at else None
        revision.save(update_fields=["content"])


def moments_to_days(apps, schema_editor):
    stories = apps.get_model("home", "StoryPage").objects
    dated = stories.exclude(consent_at=None, answer_withdrawn_at=None)
    for pk, consent, withdrawn in dated.values_list("pk", "consent_at", "answer_withdrawn_at"):
        stories.filter(pk=pk).update(
            consent_on=timezone.localdate(consent) if consent else None,
            answer_withdrawn_on=timezone.localdate(withdrawn) if withdrawn else None,
        )
    for revision in versions(apps):
        at = revision.content.pop("consent_at", None)
        day = timezone.localdate(datetime.datetime.fromisoformat(at)) if at else None
        revision.content["consent_on"] = day.isoformat() if day else None
        revision.save(update_fields=["content"])


def versions(apps):
    Revision = apps.get_model("wagtailcore", "Revision")
    of_stories = Revision.objects.filter(
        content_type__app_label="home", content_type__model="storypage"
    )
    return of_stories.only("pk", "content").order_by("pk").iterator(chunk_size=200)


class Migration(migrations.Migration):
    dependencies = [("home", "0016_whom_to_ask"), ("wagtailcore", "0098_apitoken")]

    operations = [
        migrations.AddField(
            "storypage",
            "consent_at",
            models.DateTimeField(
                "le",
                null=True,
                blank=True,
                help_text="Le jour et l’heure de l’accord. Sans heure, c’est minuit, au début du jour.",
            ),
        ),
        migrations.AddField(
            "storypage",
            "answer_withdrawn_at",
            models.DateTimeField(null=True, blank=True, editable=False),
        ),
        migrations.RunPython(days_to_moments, moments_to_days),
        migrations.RemoveField("storypage", "consent_on"),
        migrations.RemoveField("storypage", "answer_withdrawn_on"),
    ]
