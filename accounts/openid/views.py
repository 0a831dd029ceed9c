"""The way out to the provider and back: collectivité → platform → provider → platform → back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.utils import perform_login
from allauth.account.views import LogoutView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from jwt.exceptions import PyJWTError
from requests import RequestException

from accounts.models import Organisation
from accounts.openid import handover
from accounts.openid.adapter import ProviderAdapter, on_platform, send_back
from accounts.openid.models import IdentityProvider
from accounts.openid.refusals import Refused, explain
from accounts.openid.sealing import SecretLost

logger = logging.getLogger(__name__)
ASKED = "openid_asked"
SIGN_OUT = "openid_sign_out"


def _own_provider(request: HttpRequest) -> IdentityProvider:
    """Return the provider of the host's collectivité; raises Http404."""
    collectivite = request.collectivite  # type: ignore[attr-defined]
    found = IdentityProvider.objects.filter(organisation=collectivite).first()
    if collectivite is None or found is None:
        raise Http404
    found.organisation = collectivite
    return found


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """On the collectivité's host: mark the browser, remember the page wanted, leave."""
    provider = _own_provider(request)
    if not provider.is_on:
        return redirect("openid_refused", code="off")
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    ):
        wanted = settings.LOGIN_REDIRECT_URL
    key = handover.new_key()
    request.session[ASKED] = {"key": key, "next": wanted, "at": int(time.time())}
    query = urlencode({"demande": handover.ask(key)})
    return HttpResponseRedirect(f"{on_platform('openid_leave', provider.ref)}?{query}")


def _kindly(
    view: Callable[[HttpRequest, IdentityProvider], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Answer whatever a provider does wrong with a page of ours, on the collectivité's host."""

    @never_cache
    @require_safe
    def guarded(request: HttpRequest, ref: str) -> HttpResponse:
        if request.collectivite is not None:  # type: ignore[attr-defined]
            raise Http404
        providers = IdentityProvider.objects.select_related("organisation__site")
        provider = get_object_or_404(providers, ref=ref)
        try:
            if not provider.is_on or provider.organisation.closed_at is not None:
                raise Refused("off")
            return view(request, provider)
        except Refused as refused:
            return send_back(provider, refused.code)
        except RequestException as error:
            logger.warning("OpenID Connect of %s is down: %s", provider.organisation.ref, error)
            return send_back(provider, "provider_down")
        except (OAuth2Error, PyJWTError, SecretLost, KeyError, TypeError, ValueError) as error:
            logger.warning("OpenID Connect of %s: %r", provider.organisation.ref, error)
            return send_back(provider, "not_understood")

    return guarded


@_kindly
def leave(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """On the platform's host: go to the provider, with state, nonce and PKCE."""
    browser = handover.read_ask(request.GET.get("demande", ""))
    nonce = handover.new_key()
    at_provider = get_adapter(request).get_provider(request, provider.ref)
    # allauth's own adapter would neither know the return address nor check the issuer.
    at_provider.get_oauth2_adapter = lambda request: ProviderAdapter(request, provider)
    response: HttpResponse = at_provider.redirect(
        request,
        process=AuthProcess.LOGIN,
        auth_params={"nonce": nonce},
        scope=at_provider.get_scope(),
        nonce=nonce,
        browser=browser,
    )
    return response


@_kindly
def callback(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """On the platform's host: what the provider answered; the adapter sends the person on."""
    view = OAuth2CallbackView.adapter_view(ProviderAdapter(request, provider))
    response: HttpResponse = view(request)
    return response


@never_cache
@require_safe
def arrive(request: HttpRequest) -> HttpResponse:
    """On the collectivité's host: use the passage and open the session."""
    provider = _own_provider(request)
    asked = request.session.pop(ASKED, None) or {}
    try:
        user, sign_out_url = handover.take(
            request.GET.get("passage", ""), provider.organisation, str(asked.get("key", ""))
        )
    except Refused as refused:
        return redirect("openid_refused", code=refused.code)
    response = perform_login(
        request, user, email_verification="none", redirect_url=asked.get("next", "/")
    )
    if sign_out_url:
        request.session[SIGN_OUT] = sign_out_url
    return response


@never_cache
@require_safe
def refused(request: HttpRequest, code: str) -> HttpResponse:
    """Say why one was not let in, and how to enter all the same."""
    provider = _own_provider(request)
    explanation = explain(code, provider)
    if explanation is None:
        raise Http404
    return render(
        request,
        "accounts/openid_refused.html",
        {"explanation": explanation, "provider": provider},
        status=503 if code == "provider_down" else 403,
    )


@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """On the platform's host, back from the provider's sign-out: home, to the collectivité."""
    organisation = Organisation.objects.filter(ref=request.GET.get("state", "")).first()
    return HttpResponseRedirect(f"{organisation.base_url}/" if organisation else "/")


@method_decorator(never_cache, name="dispatch")
class SignOutView(LogoutView):
    """allauth's sign-out; who came through a provider leaves it too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        away = request.session.get(SIGN_OUT, "")
        response = super().dispatch(request, *args, **kwargs)
        if not away:
            return response
        if request.method == "POST":
            return HttpResponseRedirect(away)
        # The form's answer leads to the provider, and from there through the platform's host.
        there = urlsplit(away)
        response._csp_update = {  # type: ignore[attr-defined]
            "form-action": [f"{there.scheme}://{there.netloc}", settings.PLATFORM_URL]
        }
        return response


sign_out = SignOutView.as_view()
