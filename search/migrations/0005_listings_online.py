"""What is online on the day of the upgrade is no news: nobody is told of it when it is edited."""

from django.db import migrations


def write_down(apps, schema_editor):
    Listing = apps.get_model("marketplace", "Listing")
    OnlineListing = apps.get_model("search", "OnlineListing")
    open_to = {"public": "public", "verified": "verified", "partners": "partners-of:{}"}
    rows = []
    online = Listing.objects.filter(state="published").order_by("pk")
    for pk, owner, scope, ends in online.values_list(
        "pk", "organisation_id", "scope", "expires_at"
    ).iterator():
        readers = [f"org:{owner}"]
        if scope in open_to:
            readers.append(open_to[scope].format(owner))
        rows.append(OnlineListing(listing_id=pk, readers=" ".join(readers), expires_at=ends))
    OnlineListing.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_saved_searches_and_demand"), ("marketplace", "0020_who_comes_next_is_warned")]
    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
