from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from accounts.todos.registry import EDITORIAL, register


def _complete_permissions(**kwargs: Any) -> None:
    """What a new version opens in `/cms/` is given to the collectivités that are there already."""
    plan = kwargs.get("plan") or []
    if not plan or any(backwards for _, backwards in plan):  # nothing is new
        return
    try:
        kwargs["apps"].get_model("home", "Tenancy")
    except LookupError:  # migrated up to a point where there is none yet
        return
    import_string("home.provisioning.sites.complete_permissions")()


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Intranet"

    def ready(self) -> None:
        # By name: these read the models, which exist only now.
        import_string("home.media.guards.register")()
        import_string("home.changes.tell")
        import_string("home.events.ready.register")()
        import_string("home.personal_data.kinds.register")()
        import_string("home.personal_data.exports.register")()
        import_string("home.calls.personal_data.register")()
        import_string("home.checklists.personal_data.register")()
        register(import_string("home.calls.todos.answers_to_read"), EDITORIAL)
        import_string("home.bookmarks.personal_data.register")()
        import_string("home.feedback.personal_data.register")()
        register(import_string("home.feedback.todos.words_to_read"), EDITORIAL)
        import_string("home.launch.personal_data.register")()
        import_string("home.legal.receivers.statement_published")
        import_string("home.rereading.telling.register")()
        register(import_string("home.rereading.todos.editorial"), EDITORIAL)
        # After those of `auth`, which makes the permissions of all models.
        post_migrate.connect(
            _complete_permissions,
            sender=apps.get_app_config("auth"),
            dispatch_uid="home_complete_permissions",
        )
