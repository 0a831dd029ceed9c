"""Why somebody is not let in: one code, one exact sentence, one way out."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.openid.models import IdentityProvider
from accounts.words import of_name


class Refused(Exception):
    """Signing in through the provider stops here; `code` is a key of `explain`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Explanation:
    title: str
    text: str
    may_try_again: bool = True


def explain(code: str, provider: IdentityProvider) -> Explanation | None:
    """Return what to say of a refusal by this provider, or None when the code is unknown."""
    name, organisation = provider.name, provider.organisation
    ask = f"Parlez-en à la coordination de l’organisme {organisation.name}."
    domains = ", ".join(f"@{domain}" for domain in provider.domains)
    known = {
        "cancelled": Explanation(
            "Vous avez renoncé", f"{name} n’a rien transmis, et rien n’a changé ici."
        ),
        "provider_down": Explanation(
            f"{name} ne répond pas",
            "Ce n’est pas votre fait. Réessayez dans quelques minutes, ou entrez par courriel.",
        ),
        "not_understood": Explanation(
            f"La réponse {of_name(name)} n’est pas valable",
            f"Par prudence, nous l’avons écartée. Recommencez ; si cela se répète, {ask[0].lower()}"
            f"{ask[1:]}",
        ),
        "expired": Explanation(
            "Ce passage ne sert plus",
            "Il sert une seule fois, pendant une minute, dans le navigateur qui l’a demandé. "
            "Recommencez depuis le début : il n’y a rien à retaper si vous venez de le faire.",
        ),
        "no_email": Explanation(
            "Il manque votre adresse professionnelle",
            f"{name} ne l’a pas transmise, et c’est elle qui dit quel compte est le vôtre. {ask}",
            may_try_again=False,
        ),
        "unproven_email": Explanation(
            "Votre adresse n’est pas confirmée",
            f"{name} ne dit pas qu’elle est bien à vous. Confirmez-la là-bas, puis recommencez.",
        ),
        "wrong_domain": Explanation(
            "Cette adresse n’est pas d’ici",
            f"{organisation.name} reconnaît les adresses en {domains}. Choisissez ce compte-là "
            f"chez {name}, ou entrez autrement.",
        ),
        "no_siret": Explanation(
            "Il manque votre employeur",
            f"{name} n’a pas transmis de SIRET. {ask}",
            may_try_again=False,
        ),
        "wrong_siret": Explanation(
            "Votre employeur n’est pas celui-ci",
            f"Le SIRET que transmet {name} n’est pas celui de l’organisme {organisation.name}. "
            f"Si vous avez deux employeurs, choisissez l’autre chez {name}.",
        ),
        "no_account": Explanation(
            "Vous n’avez pas encore de compte ici",
            f"{organisation.name} ouvre ses comptes sur invitation. Demandez la vôtre à la "
            "coordination, puis revenez : votre adresse suffira.",
            may_try_again=False,
        ),
        "closed_account": Explanation(
            "Ce compte est fermé",
            f"Il ne permet plus d’entrer. Si c’est une erreur : {ask[0].lower()}{ask[1:]}",
            may_try_again=False,
        ),
        "staff": Explanation(
            "Ce compte administre la plateforme",
            "Par prudence, il entre avec son mot de passe ou un code, jamais par l’annuaire d’une "
            "collectivité.",
            may_try_again=False,
        ),
        "off": Explanation(
            "Cette porte est fermée",
            f"On n’entre pas, ou plus, avec {name} chez {organisation.name}. Les autres façons "
            "d’entrer restent ouvertes.",
            may_try_again=False,
        ),
    }
    return known.get(code)
