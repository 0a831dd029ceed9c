from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0006_pinned_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='SenseVector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('encoder', models.CharField(max_length=100)),
                ('text_hash', models.CharField(max_length=64)),
                ('vector', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('encoder', 'text_hash'), name='search_sense_once')],
            },
        ),
        migrations.AddField(
            model_name='row',
            name='sense_hash',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='row',
            index=models.Index(fields=['sense_hash'], name='search_row_sense'),
        ),
    ]
