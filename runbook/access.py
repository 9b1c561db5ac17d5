"""The settings of who has access to the app besides its owner. A stack file without the key declares nobody."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from runbook.setting_types import expected, matching, repeated

ROLE = "collaborator"
"""The one role on an app of a person's own. Source: Dev Center, Collaborating with Other Developers on Your App."""
EMAIL = re.compile(r"[A-Za-z0-9._+'-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_OF_A_TEAM = ("admin", "member", "viewer", "view", "deploy", "operate", "manage")
"""Roles and permissions of a team's members."""


def _role(value: str) -> str:
    if value == "owner":
        raise expected(f"{ROLE}; the app's owner has access anyway, and is not declared")
    if value in _OF_A_TEAM:
        raise expected(f"{ROLE}; {value} is a role in a team, and an app of a team can't be declared here")
    if value != ROLE:
        raise expected(f"{ROLE}, the one role on an app that belongs to no team")
    return value


def _each_once(people: dict[str, str]) -> dict[str, str]:
    """Heroku takes an address in any case for the same person."""
    folded = [email.lower() for email in people]
    if twice := repeated(folded):
        raise expected(f"each person once; {twice} appears twice")
    return people


Access = Annotated[
    dict[
        Annotated[str, matching(EMAIL, "a person's e-mail address, as `heroku access` shows it")],
        Annotated[str, AfterValidator(_role)],
    ],
    AfterValidator(_each_once),
    Field(
        description="People with access to the app besides its owner, by e-mail address, each with the role collaborator. They can "
        "deploy, and read every secret.",
        examples=[{"pat@example.com": ROLE}],
    ),
]
