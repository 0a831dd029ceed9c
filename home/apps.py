from django.apps import AppConfig
from django.utils.module_loading import import_string

from accounts.todos.registry import EDITORIAL, register


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Intranet"

    def ready(self) -> None:
        # By name: these read the models, which exist only now.
        import_string("home.media.guards.register")()
        import_string("home.changes.tell")
        import_string("home.events.ready.register")()
        import_string("home.calls.personal_data.register")()
        register(import_string("home.calls.todos.answers_to_read"), EDITORIAL)
        import_string("home.launch.personal_data.register")()
        import_string("home.rereading.telling.register")()
        register(import_string("home.rereading.todos.editorial"), EDITORIAL)
