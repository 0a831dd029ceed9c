"""allauth's OpenID Connect, told of our providers; what it leaves open is closed here.

allauth does the protocol: discovery, state, PKCE, the exchange of the code. We add the nonce, the
signature of the identity token and of userinfo, the issuer, and stop before any account of
allauth's own: who it is here is `rules.person_of`'s answer.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.openid import handover
from accounts.openid.models import IdentityProvider
from accounts.openid.refusals import Refused
from accounts.openid.rules import person_of

logger = logging.getLogger(__name__)


def on_platform(name: str, *args: str) -> str:
    """Return the absolute address of a page of the platform's host."""
    return f"{settings.PLATFORM_URL.rstrip('/')}{reverse(name, args=args)}"


def send_back(provider: IdentityProvider, code: str) -> HttpResponse:
    """Return the way to the refusal's page, on the collectivité's own host."""
    path = reverse("openid_refused", args=[code])
    return HttpResponseRedirect(f"{provider.organisation.base_url}{path}")


class SocialAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the app of the provider whose reference it is; nothing is kept in allauth's."""
        found = IdentityProvider.objects.filter(ref=provider or "", is_on=True).first()
        return [_app(found)] if found else []

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Answer with our own page, exactly; raises ImmediateHttpResponse always."""
        code = "not_understood"
        if error == AuthError.CANCELLED:
            code = "cancelled"
        elif "state_id" in (extra_context or {}):
            code = "expired"
        elif exception is not None and not isinstance(exception, OAuth2Error):
            code = "provider_down"
        if exception is not None:
            logger.warning("OpenID Connect, %s: %s", code, exception)
        raise ImmediateHttpResponse(send_back(_provider(provider.sub_id), code))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Give the passage to the collectivité's host, or say why not.

        Raises ImmediateHttpResponse always: allauth neither makes an account nor opens a session
        on the platform's host.
        """
        provider = _provider(sociallogin.account.provider)
        try:
            answer = sociallogin.account.extra_data
            identity, told = answer.get("id_token") or {}, answer.get("userinfo") or {}
            nonce = sociallogin.state.get("nonce") or ""
            if not nonce or not constant_time_compare(str(identity.get("nonce")), nonce):
                raise Refused("not_understood")
            if told.get("sub") != identity.get("sub"):  # OpenID Connect Core, 5.3.2
                raise Refused("not_understood")
            user = person_of(provider, {**identity, **told})
            token = handover.give(
                provider, user, sociallogin.state["browser"], answer.get("sign_out_url", "")
            )
        except Refused as refused:
            raise ImmediateHttpResponse(send_back(provider, refused.code)) from refused
        path = f"{reverse('openid_arrive')}?{urlencode({'passage': token})}"
        raise ImmediateHttpResponse(HttpResponseRedirect(f"{provider.organisation.base_url}{path}"))


class ProviderAdapter(OpenIDConnectOAuth2Adapter):
    """One provider, spoken to with signatures checked."""

    def __init__(self, request: HttpRequest, identity_provider: IdentityProvider) -> None:
        self.identity_provider = identity_provider
        super().__init__(request, identity_provider.ref)

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer")).rstrip("/") != self.identity_provider.issuer.rstrip("/"):
            raise OAuth2Error(f"the issuer is {config.get('issuer')!r}")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return on_platform("openid_callback", self.identity_provider.ref)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> SocialLogin:
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("no id_token")
        data = {
            "id_token": self._verified(id_token),
            "userinfo": self._fetch_user_info(token.token),
            "sign_out_url": self._sign_out_url(id_token),
        }
        return self.get_provider().sociallogin_from_response(request, data)

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """Return what the provider says of the person, its signature checked when it has one."""
        headers = {"Authorization": f"Bearer {access_token}"}
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers=headers)
            response.raise_for_status()
        if response.headers.get("content-type", "").startswith("application/jwt"):
            return self._verified(response.text.strip())
        if self.identity_provider.preset.signed_userinfo:
            raise OAuth2Error("userinfo is not signed")
        told: dict[str, Any] = response.json()
        return told

    def _verified(self, token: str) -> dict[str, Any]:
        decoded: dict[str, Any] = jwtkit.verify_and_decode(
            credential=token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=self.identity_provider.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return decoded

    def _sign_out_url(self, id_token: str) -> str:
        endpoint = self.openid_config.get("end_session_endpoint")
        if not endpoint:
            return ""
        query = {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": on_platform("openid_signed_out"),
            "state": self.identity_provider.organisation.ref,
        }
        return f"{endpoint}?{urlencode(query)}"


def _provider(ref: str) -> IdentityProvider:
    return IdentityProvider.objects.select_related("organisation__site").get(ref=ref)


def _app(provider: IdentityProvider) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.ref,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={
            "server_url": provider.issuer.rstrip("/"),
            "oauth_pkce_enabled": True,
            "scope": list(provider.preset.scopes),
        },
    )
