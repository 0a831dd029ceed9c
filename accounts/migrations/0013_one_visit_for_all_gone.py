from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_visits_known'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='user',
            name='previous_visit_at',
        ),
    ]
