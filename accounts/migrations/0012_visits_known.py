from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def keep_what_is_known(apps, schema_editor):
    """Where one was is not known: it was in the intranets of which one was a member by then."""
    Membership = apps.get_model("accounts", "Membership")
    Visit = apps.get_model("accounts", "Visit")
    in_force = Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())
    members = Membership.objects.filter(
        in_force, organisation__site__isnull=False, user__last_seen_at__isnull=False
    ).select_related("user", "organisation")
    Visit.objects.bulk_create(
        (
            Visit(
                user_id=one.user_id,
                site_id=one.organisation.site_id,
                last_seen_at=one.user.last_seen_at,
                previous_at=_since(one.user.previous_visit_at, one.starts_at),
            )
            for one in members.iterator()
            if one.user.last_seen_at >= one.starts_at
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


def _since(moment, start):
    return moment if moment and moment >= start else None


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_visits_of_a_site'),
    ]

    operations = [migrations.RunPython(keep_what_is_known, migrations.RunPython.noop)]
