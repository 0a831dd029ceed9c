"""What `/plateforme/` shows of the libraries: only what its staff has a use for, in its words."""

from __future__ import annotations

# Imported first, so that what they register can be taken away or named.
import allauth.account.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
import django_rq.admin  # noqa: F401
import taggit.admin  # noqa: F401
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django_rq.models import Dashboard
from taggit.models import Tag

# The groups of an intranet are made as it opens, and changing one by hand would open it to others;
# the tags of pages and files are their own, in each collectivité; whether an address is proven goes
# with the person, and only a code sent to it proves it.
for unused in (Group, Tag, EmailAddress):
    admin.site.unregister(unused)
if settings.RQ_QUEUES:
    apps.get_app_config("django_rq").verbose_name = "Tâches de fond"
    Dashboard._meta.verbose_name_plural = "Tâches en attente, en cours et en échec"
else:  # each task is done at once: there is nothing to look at
    admin.site.unregister(Dashboard)
