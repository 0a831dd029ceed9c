"""How allauth behaves here: nobody opens an account from its own sign-up page."""

from __future__ import annotations

import time
from math import ceil
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.forms import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.invitations.rules import send_to_who_asks
from accounts.letters import Letter, post_after_commit


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": (
            "L’adresse ou le mot de passe n’est pas le bon. "
            "Vous pouvez aussi recevoir un code par courriel."
        ),
        "incorrect_code": "Ce code n’est pas le bon. Regardez le dernier courriel reçu.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "enter_current_password": "Écrivez votre mot de passe actuel.",
        "email_taken": "Un compte existe déjà avec cette adresse.",
        "unverified_primary_email": "Votre adresse doit d’abord être confirmée.",
        "same_as_current": "C’est déjà votre adresse.",
        "too_many_login_attempts": "Trop d’essais sans succès. Réessayez dans un quart d’heure.",
        "rate_limited": "Vous venez déjà de le demander. Patientez une minute, puis réessayez.",
        "invalid_password_reset": "Ce lien a déjà servi ou n’est plus valable.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an invitation or from an association's registration."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse further tries after too many wrong passwords, saying when to try again."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            minutes = _minutes_locked(request, key)
            when = "une minute" if minutes <= 1 else f"{minutes} minutes"
            raise ValidationError(
                "Trop d’essais avec un mauvais mot de passe : par prudence, cette porte est fermée "
                f"un moment. Réessayez dans {when}, ou recevez un code par courriel.",
                code="too_many_login_attempts",
            ) from None

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Return allauth's message laid out as every other letter of ours."""
        request = allauth_context.request
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        text = render_to_string(f"{template_prefix}_message.txt", context)
        paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
        url, action = context.get("password_reset_url", ""), "Choisir un mot de passe"
        if not url and "unknown_account" in template_prefix:
            url = request.build_absolute_uri(reverse("account_signup"))
            action = "Inscrire une association"
        letter = Letter(
            subject=subject,
            paragraphs=paragraphs,
            base_url=f"{request.scheme}://{request.get_host()}",
            organisation=getattr(request, "collectivite", None),
            code=context.get("code", ""),
            url=url,
            action=action if url else "",
            headers=headers or {},
        )
        return letter.message_to(email if isinstance(email, str) else email[0])

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        request = allauth_context.request
        organisation = getattr(request, "collectivite", None)
        # Somebody invited who comes before their letter: same page, and the letter is theirs.
        if (
            "unknown_account" in template_prefix
            and organisation is not None
            and send_to_who_asks(organisation, email)
        ):
            return
        context = {"request": request, "email": email, **context}
        post_after_commit(self.render_mail(template_prefix, email, context))


def _minutes_locked(request: HttpRequest, key: str) -> int:
    """Return in how many minutes (1 at least) the tightest limit lets one try again."""
    now = time.time()
    seconds = [0.0]
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        if rate.per == "ip":
            cache_key = ratelimit.get_cache_key(
                request, app="allauth.account", action="login_failed", rate=rate
            )
        else:
            cache_key = ratelimit.get_cache_key(
                request, app="allauth.account", action="login_failed", rate=rate, key=key
            )
        history = cache.get(cache_key, [])
        if len(history) >= rate.amount:
            seconds.append(history[rate.amount - 1] + rate.duration - now)
    return max(1, ceil(max(seconds) / 60)) if app_settings.RATE_LIMITS else 1
