#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    from django.core.management import execute_from_command_line

    from portal.environment import check_settings

    check_settings()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
