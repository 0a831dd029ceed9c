"""What a call's page shows, and what it does with an answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from home.calls import guards, rules
from home.calls.forms import NAMED, AnswerForm, ConsentForm, typed
from home.calls.models import CallAnswer, CallPage, PublicationConsent
from home.typography import NBSP

HONEYPOT = "site_web"
FULL = (
    "Beaucoup de réponses arrivent du même réseau que le vôtre. Attendez dix minutes, puis envoyez "
    "de nouveau : ce que vous avez écrit est encore là."
)
SIGNED_OUT = (
    "Votre connexion a pris fin. Copiez votre texte, reconnectez-vous, puis envoyez-le de nouveau."
)
BEING_SENT = (
    "Cette réponse est en train de partir. Attendez une demi-minute, puis envoyez de nouveau"
    f"{NBSP}: elle ne partira qu’une fois, et ce que vous avez écrit est encore là."
)
OTHER_CONSENT = (
    f"Cette réponse est déjà partie, avec un autre accord de publication{NBSP}: «{NBSP}%s{NBSP}». "
    "Comme elle est sans nom, rien ne dit laquelle est la vôtre, et nous ne pouvons plus changer "
    "cet accord. Pour qu’elle ne paraisse pas, écrivez à la rédaction en citant ses premiers mots."
)
ROBOT = "Laissez vide le champ qui demande de l’être : il sert à reconnaître les robots."


def answering(call: CallPage, request: HttpRequest) -> dict[str, Any] | HttpResponse:
    """Return what the page shows around the call, or where an answer that was taken leads.

    Nothing of a POST is written in error reports.
    """
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]
    mine = CallAnswer.objects.of(request.user).filter(call=call).select_related("call").first()
    if request.method == "POST":
        return _sent(call, request, mine)
    changing = mine is not None and call.is_open and "modifier" in request.GET
    form = None
    if call.is_open and (mine is None or changing):
        form = AnswerForm(call=call, user=request.user, answer=mine)
    return _context(
        form,
        mine,
        thanked="merci" in request.GET,
        withdrawn="retiree" in request.GET,
        consented="accord" in request.GET,
    )


def _sent(call: CallPage, request: HttpRequest, mine: CallAnswer | None) -> Any:
    try:
        if "withdraw" in request.POST:
            if mine is not None:
                rules.withdraw(mine)
            return redirect(f"{request.path}?retiree=1#repondre")
        if "consent_alone" in request.POST:
            return _consented(request, mine)
        return _answered(call, request, mine)
    except rules.Refused as refusal:
        # Nothing typed is lost: it is shown back, to be copied.
        return _context(
            None,
            CallAnswer.objects.of(request.user).filter(call=call).first(),
            refusal=str(refusal),
            refusal_title="Rien n’a été changé" if "consent_alone" in request.POST else "",
            typed=typed(list(call.questions.all()), request.POST),
            status=409,
        )


def _consented(request: HttpRequest, mine: CallAnswer | None) -> Any:
    """Record another consent and return where it leads; raises Refused."""
    if mine is None:
        raise rules.Refused(rules.WITHDRAWN)
    form = ConsentForm(request.POST, answer=mine)
    if not form.is_valid():
        return _context(None, mine, consent_form=form)
    rules.change_consent(mine, form.cleaned_data["consent"])
    return redirect(f"{request.path}?accord=1#repondre")


def _answered(call: CallPage, request: HttpRequest, mine: CallAnswer | None) -> Any:
    """Take the answer and return where it leads, or the form again; raises Refused."""
    changing = "change" in request.POST
    if changing and mine is None:
        raise rules.Refused(rules.WITHDRAWN)
    if not call.is_open:
        raise rules.Refused(rules.WORDS_REST if changing else rules.CLOSED)
    if request.POST.get("way") == NAMED and not request.user.is_authenticated:
        raise rules.Refused(SIGNED_OUT)
    form = AnswerForm(request.POST, call=call, user=request.user, answer=mine if changing else None)
    if not form.ways:
        raise rules.Refused("Connectez-vous pour répondre à cet appel.")
    if request.POST.get(HONEYPOT):
        form.add_error(None, ROBOT)
    if not form.is_valid():
        return _context(form, mine if changing else None)
    words, consent = form.words(), form.cleaned_data["consent"]
    if changing and mine is not None:
        rules.change(mine, words, consent)
    elif mine is not None:
        if form.cleaned_data["way"] != NAMED:
            raise rules.Refused(rules.ALREADY_SIGNED)
        if rules.answer_again(mine, words, consent):
            return redirect(f"{request.path}?accord=1#repondre")
    elif form.cleaned_data["way"] == NAMED:
        rules.answer_named(call, request.user, words, consent)
    elif not guards.within_limit(request, call.pk):
        form.add_error(None, FULL)
        return _context(form, None, status=429)
    else:
        known = guards.consent_sent(form.cleaned_data["token"], form.fingerprint())
        if known and known != consent:
            raise rules.Refused(OTHER_CONSENT % PublicationConsent(known).label)
        if not known:
            try:
                with guards.sending(form.cleaned_data["token"], form.fingerprint(), consent):
                    rules.answer_unnamed(call, request.user, words, consent)
            except guards.BeingSent:
                form.add_error(None, BEING_SENT)
                return _context(form, None, status=409)
    return redirect(f"{request.path}?merci=1#repondre")


def _context(form: AnswerForm | None, mine: CallAnswer | None, **more: Any) -> dict[str, Any]:
    return {
        "form": form,
        "mine": mine,
        "consent_form": ConsentForm(answer=mine) if mine is not None else None,
        "honeypot": HONEYPOT,
        "thanked": False,
        "withdrawn": False,
        "consented": False,
        "refusal": "",
        "refusal_title": "",
        "typed": [],
        "status": 200,
        **more,
    }
