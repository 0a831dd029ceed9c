from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes et organismes"

    def ready(self) -> None:
        # Models are loaded by now.
        import_module("accounts.people.visits")  # it notes who signs in
        from accounts.members import personal_data as members
        from accounts.openid import rules as openid
        from accounts.personal_data import exports, kinds
        from accounts.personal_data.registry import register_erasure
        from accounts.todos import providers, registry

        registry.register(providers.verifications_to_decide, registry.COORDINATION)
        registry.register(providers.associations_to_complete, registry.MINE)
        registry.register(providers.join_requests_to_represented, registry.MINE)
        registry.register(providers.join_requests_to_verified, registry.COORDINATION)
        registry.register(providers.partnerships_to_answer, registry.COORDINATION)
        kinds.register()
        exports.register()
        register_erasure(openid.forget_passages)
        members.register()
