"""Versions of pages no longer hold the words of comments, nor who wrote them: only where they stand.

One way: what is taken out is in the table of comments, or was erased from it.
"""

from django.db import migrations

RELATION = "wagtail_admin_comments"
AT_ONCE = 200


def clean(apps, schema_editor):
    Revision = apps.get_model("wagtailcore", "Revision")
    commented = Revision.objects.filter(content__has_key=RELATION).exclude(
        **{f"content__{RELATION}": []}
    )
    waiting = []
    for revision in commented.only("pk", "content").order_by("pk").iterator(chunk_size=AT_ONCE):
        revision.content[RELATION] = [
            {"pk": comment["pk"], "position": comment.get("position", "")}
            for comment in revision.content[RELATION]
        ]
        waiting.append(revision)
        if len(waiting) == AT_ONCE:
            Revision.objects.bulk_update(waiting, ["content"])
            waiting.clear()
    Revision.objects.bulk_update(waiting, ["content"])


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0013_tags_of_a_site"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
