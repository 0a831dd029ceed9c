"""The WSGI application that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from portal.environment import check_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
check_settings()

application = get_wsgi_application()
