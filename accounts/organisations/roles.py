"""What each role is for, in words."""

from __future__ import annotations

from accounts.models import Role

# When one invites or gives a role: what the person will do.
ROLE_WORDS = {
    Role.Kind.AGENT: "agent : publier, répondre, participer",
    Role.Kind.MANAGER: "encadrement : donner son accord pour une équipe",
    Role.Kind.EDITOR: "rédaction : écrire dans l’intranet",
    Role.Kind.COORDINATOR: "coordination : accompagner les échanges, vérifier, inviter",
    Role.Kind.REPRESENTATIVE: "représentation : engager l’organisme",
}
# What a coordinator gives and takes back; everybody is an agent.
GIVEN = (
    Role.Kind.MANAGER,
    Role.Kind.EDITOR,
    Role.Kind.COORDINATOR,
    Role.Kind.REPRESENTATIVE,
)
