"""Through which provider a collectivité's people sign in, and the passage from host to host."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.openid.presets import PRESETS, PROCONNECT, STANDARD, Preset
from accounts.openid.sealing import decrypt, encrypt
from accounts.organisations.models import Organisation
from accounts.references import reference_field

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Anybody opens a mailbox there: such an address says nothing about an employer.
ANYBODYS_MAIL = frozenset(
    {
        "bbox.fr",
        "free.fr",
        "gmail.com",
        "gmx.fr",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "laposte.net",
        "live.fr",
        "mailo.com",
        "numericable.fr",
        "orange.fr",
        "outlook.com",
        "outlook.fr",
        "proton.me",
        "protonmail.com",
        "sfr.fr",
        "wanadoo.fr",
        "yahoo.com",
        "yahoo.fr",
    }
)


def validate_issuer(value: str) -> None:
    """Raise ValidationError unless it is an https address (http on this machine only)."""
    parts = urlsplit(value)
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise ValidationError("L’adresse commence par https:// et porte un nom de serveur.")
    if parts.query or parts.fragment or parts.username:
        raise ValidationError("L’adresse s’arrête au chemin : ni « ? », ni « # », ni « @ ».")


class IdentityProvider(models.Model):
    """Where the people of one collectivité prove who they are, with their work account.

    Written by the platform's staff only: whoever chooses the provider and the domains chooses whose
    accounts it opens.
    """

    class Kind(models.TextChoices):
        PROCONNECT = PROCONNECT, "ProConnect"
        STANDARD = STANDARD, "OpenID Connect"

    ref = reference_field()
    organisation = models.OneToOneField(
        Organisation,
        models.CASCADE,
        related_name="identity_provider",
        verbose_name="collectivité",
        limit_choices_to={"kind": "collectivite", "site__isnull": False},
    )
    is_on = models.BooleanField("ouvert", default=False)
    kind = models.CharField("modèle", max_length=20, choices=Kind.choices, default=Kind.PROCONNECT)
    name = models.CharField(
        "nom sur le bouton",
        max_length=40,
        default="ProConnect",
        help_text="Il suit « Se connecter avec ».",
    )
    issuer = models.CharField(
        "émetteur (issuer)",
        max_length=300,
        validators=[validate_issuer],
        help_text="L’adresse sous laquelle se trouve /.well-known/openid-configuration.",
    )
    client_id = models.CharField("identifiant de client", max_length=191)
    encrypted_secret = models.TextField("secret chiffré", editable=False, blank=True)
    email_domains = models.TextField(
        "domaines de messagerie",
        help_text=(
            "Un par ligne, par exemple ville-exemple.fr. Seules les adresses de ces domaines "
            "ouvrent un compte ; les sous-domaines s’écrivent aussi."
        ),
    )
    opens_membership = models.BooleanField(
        "ouvre l’intranet à la première visite",
        default=False,
        help_text=(
            "Une personne inconnue reçoit un compte et le seul rôle d’agent. Sinon, seuls les "
            "comptes qui existent déjà sont reconnus."
        ),
    )

    class Meta:
        verbose_name = "connexion par OpenID Connect"
        verbose_name_plural = "connexions par OpenID Connect"
        ordering = ["organisation__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=False) | ~Q(encrypted_secret=""),
                name="accounts_identity_provider_on_has_secret",
                violation_error_message="Donnez le secret avant d’ouvrir cette connexion.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"

    def clean(self) -> None:
        super().clean()
        domains = list(dict.fromkeys(self.email_domains.lower().replace(",", " ").split()))
        wrong = [d for d in domains if "." not in d or "@" in d or "/" in d or d.startswith(".")]
        if wrong:
            raise ValidationError(
                {"email_domains": f"« {wrong[0]} » n’est pas un domaine : écrivez exemple.fr."}
            )
        if open_to_all := sorted(ANYBODYS_MAIL.intersection(domains)):
            raise ValidationError(
                {
                    "email_domains": (
                        f"{open_to_all[0]} donne une adresse à qui en demande une : ce domaine ne "
                        "dit pas que la personne travaille ici."
                    )
                }
            )
        self.email_domains = "\n".join(domains)

    @property
    def preset(self) -> Preset:
        return PRESETS[self.kind]

    @property
    def domains(self) -> list[str]:
        return self.email_domains.split()

    @property
    def secret(self) -> str:
        """Return the client secret; raises SecretLost."""
        return decrypt(self.encrypted_secret)

    @secret.setter
    def secret(self, value: str) -> None:
        self.encrypted_secret = encrypt(value)


class HandOver(models.Model):
    """Somebody proved who they are on the platform's host: their way to the collectivité's.

    Serves once, within a minute, in the browser that asked; the row goes when it has served.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)
    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Where one leaves the provider too, with the proof that it asks for.
    sign_out_url = models.TextField(blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = "passage"
