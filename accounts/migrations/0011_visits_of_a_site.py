import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_appointments'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_seen_at', models.DateTimeField(verbose_name='dernière visite')),
                ('previous_at', models.DateTimeField(blank=True, null=True, verbose_name='visite d’avant')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'visite',
                'indexes': [models.Index(fields=['site', 'last_seen_at'], name='accounts_vi_site_id_2223c9_idx')],
                'constraints': [models.UniqueConstraint(fields=('user', 'site'), name='accounts_visit_once_a_site')],
            },
        ),
    ]
