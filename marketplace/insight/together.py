"""What a coordinator does to several rows of a pile at once; each apart, so that one refusal stops
no other, and what somebody else settled meanwhile is told and not done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from accounts.verifications import rules as verifications
from marketplace.catalogue import rules as listings
from marketplace.exchanges.consents import asking, due
from marketplace.exchanges.following import handing
from marketplace.exchanges.following import rules as following
from marketplace.insight.lines import Line
from marketplace.refusals import Overtaken, Refused
from marketplace.reports import rules as reports
from marketplace.reports.models import Report
from marketplace.words import NBSP, counted

REASON, PERSON = "reason", "person"


@dataclass(frozen=True)
class Said:
    """What goes with the ticks: why, to whom, and what each row was when it was read."""

    reason: str = ""
    person: User | None = None
    seen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One thing to do with what is ticked: its button, its rule, and what it asks for first."""

    slug: str
    word: str
    icon: str
    done: tuple[str, str]
    do: Callable[[Any, User, Said], object]
    needs: str = ""


@dataclass
class Outcome:
    """How many were done, and a sentence for each that was not."""

    done: int = 0
    refusals: list[str] = field(default_factory=list)


def do_together(
    act: Act,
    rows: Iterable[Any],
    refs: list[str],
    line_of: Callable[[Any], Line],
    actor: User,
    said: Said,
) -> Outcome:
    """Do it to each row whose reference was ticked; `rows` are those that still wait.

    Raises nothing: what a rule refuses is in the outcome.
    """
    outcome = Outcome()
    known = {row.ref: row for row in rows}
    gone = sum(ref not in known for ref in refs)
    if gone:
        lines = counted(gone, "ligne n’attendait plus", "lignes n’attendaient plus")
        outcome.refusals.append(
            f"{lines}{NBSP}: quelqu’un d’autre l’a réglé entre-temps. Rien n’a été fait deux fois."
        )
    for ref in refs:
        if ref not in known:
            continue
        title = line_of(known[ref]).title
        try:
            act.do(known[ref], actor, said)
            outcome.done += 1
        except Refused as refusal:
            outcome.refusals.append(f"Pour «{NBSP}{title}{NBSP}», rien n’a changé. {refusal}")
    return outcome


def _verify(verification: Any, actor: User, said: Said) -> None:
    try:
        verifications.decide(
            verification, actor, verified=not said.reason.strip(), reason=said.reason
        )
    except verifications.AlreadyDecided as decided:
        raise Overtaken(str(decided)) from None


def _publish(listing: Any, actor: User, said: Said) -> None:
    listings.approve(listing, actor, said.seen.get(listing.ref, ""))


REMIND = Act(
    "relancer",
    "Relancer",
    "send",
    ("relance est partie", "relances sont parties"),
    lambda exchange, actor, said: following.remind(exchange, actor),
)
ENTRUST = Act(
    "confier",
    "Confier",
    "user-plus",
    ("échange est confié", "échanges sont confiés"),
    lambda exchange, actor, said: handing.entrust(
        exchange, said.person, actor, seen=said.seen.get(exchange.ref, "")
    ),
    needs=PERSON,
)
REMIND_CONSENT = Act(
    "rappeler",
    "Rappeler",
    "send",
    ("rappel est parti", "rappels sont partis"),
    lambda consent, actor, said: due.remind(consent, actor),
)
ASK_DEPUTY = Act(
    "suppleance",
    "Demander à la suppléance",
    "users",
    ("accord est demandé à quelqu’un d’autre", "accords sont demandés à quelqu’un d’autre"),
    lambda consent, actor, said: asking.ask_next(consent, actor),
)
VERIFY = Act(
    "verifier",
    "Vérifier",
    "shield-check",
    ("association est vérifiée", "associations sont vérifiées"),
    lambda row, actor, said: _verify(row, actor, Said()),
)
REFUSE = Act(
    "refuser",
    "Refuser, avec ces mots",
    "x",
    ("demande est refusée", "demandes sont refusées"),
    _verify,
    needs=REASON,
)
PUBLISH = Act(
    "publier",
    "Mettre en ligne",
    "check",
    ("annonce est en ligne", "annonces sont en ligne"),
    _publish,
)
SEND_BACK = Act(
    "rendre",
    "Rendre, avec ces mots",
    "writing",
    ("annonce est rendue", "annonces sont rendues"),
    lambda listing, actor, said: listings.send_back(listing, actor, said.reason),
    needs=REASON,
)
UNCHANGED = Act(
    "rien",
    "Rien à changer",
    "check",
    ("signalement est réglé", "signalements sont réglés"),
    lambda made, actor, said: reports.settle(made, actor, Report.Outcome.UNCHANGED),
)
MENDED = Act(
    "corrige",
    "C’est corrigé",
    "pencil",
    ("signalement est réglé", "signalements sont réglés"),
    lambda made, actor, said: reports.settle(made, actor, Report.Outcome.MENDED),
)
# Thanks and mediations are read and listened to one by one; needs are answered by somebody.
ACTS: dict[str, tuple[Act, ...]] = {
    "nouveautes": (ENTRUST,),
    "sans-reponse": (REMIND, ENTRUST),
    "en-panne": (REMIND, ENTRUST),
    "accords-attendus": (REMIND_CONSENT, ASK_DEPUTY),
    "a-verifier": (VERIFY, REFUSE),
    "a-relire": (PUBLISH, SEND_BACK),
    "signalements": (UNCHANGED, MENDED),
}
