"""What differs from one kind of provider to the next: in code, for nobody should have to type it.

Sources of ProConnect's: its list of claims on data.gouv.fr and partenaires.proconnect.gouv.fr. The
family name is `usual_name`, the answer of userinfo is a signed JWT, there is no `email_verified`:
the employer's directory vouches for the professional address. `sub` is made for one pair of service
and employer, so it does not tell who somebody is here: the address does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """`vouches_for_addresses`: an address without `email_verified` counts as proven."""

    scopes: tuple[str, ...]
    family_name_claim: str
    signed_userinfo: bool
    vouches_for_addresses: bool
    siret_required: bool


PROCONNECT = "proconnect"
STANDARD = "standard"

PRESETS = {
    PROCONNECT: Preset(
        scopes=("openid", "given_name", "usual_name", "email", "uid", "siret"),
        family_name_claim="usual_name",
        signed_userinfo=True,
        vouches_for_addresses=True,
        siret_required=True,
    ),
    STANDARD: Preset(
        scopes=("openid", "profile", "email"),
        family_name_claim="family_name",
        signed_userinfo=False,
        vouches_for_addresses=False,
        siret_required=False,
    ),
}
