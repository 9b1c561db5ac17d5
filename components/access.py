"""The people who have access to the app beside its owner."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumiverse_heroku.collaborator import Collaborator


class Access(pulumi.ComponentResource):
    """Registers one collaborator a person. Nothing restarts, and nothing costs; Heroku sends them no mail.

    A person can deploy, scale and read every secret. Taking one out takes the access away; what they know they keep, so
    change the secrets then.
    """

    def __init__(
        self, people: Iterable[str], *, app_id: pulumi.Output[str], opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("runbook:heroku:Access", "access", None, opts)
        for email in people:
            Collaborator(
                f"access-{email}", app_id=app_id, email=email, opts=pulumi.ResourceOptions(parent=self)
            )
        self.register_outputs({})
