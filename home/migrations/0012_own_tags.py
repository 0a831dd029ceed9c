"""Give each picture and document tags of its own site: some had none's, some another site's."""

from django.db import migrations
from django.utils.text import slugify


def give_tags_to_their_site(apps, schema_editor):
    EditorialTag = apps.get_model("home", "EditorialTag")
    Collection = apps.get_model("wagtailcore", "Collection")
    site_of_tree = dict(
        apps.get_model("home", "Tenancy").objects.values_list("collection__path", "site_id")
    )
    site_of = {
        pk: site
        for pk, path in Collection.objects.values_list("pk", "path")
        for above, site in site_of_tree.items()
        if path.startswith(above)
    }
    for name in ("TaggedImage", "TaggedDocument"):
        for row in apps.get_model("home", name).objects.select_related("tag", "content_object"):
            site = site_of.get(row.content_object.collection_id)
            if site is not None and row.tag.site_id == site:
                continue
            word = " ".join(row.tag.name.split()).lower()
            slug = slugify(word)
            if site is not None and slug:
                tag, _ = EditorialTag.objects.get_or_create(
                    site_id=site, slug=slug, defaults={"name": word}
                )
                type(row).objects.get_or_create(tag=tag, content_object=row.content_object)
            row.delete()
    EditorialTag.objects.filter(site=None).delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0011_own_paths")]

    operations = [migrations.RunPython(give_tags_to_their_site, migrations.RunPython.noop)]
