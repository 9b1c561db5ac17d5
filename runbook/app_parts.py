"""The settings of what an app gets over time: add-ons, domains, features. A stack file without their keys has none."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from runbook.setting_types import Closed, expected, matching

POSTGRES = "heroku-postgresql:"
_ATTACHMENT = re.compile(r"[A-Z][A-Z0-9_]*")
_ADDON_NAME = re.compile(r"[a-zA-Z][A-Za-z0-9_-]+")
_PLAN = re.compile(r"[a-z][a-z0-9-]*:[a-z0-9][a-z0-9-]*")
_HOSTNAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_FEATURE = re.compile(r"[a-z][a-z0-9-]*")
PATTERNS = {
    "addon": _ADDON_NAME,
    "addon_plan": _PLAN,
    "attachment": _ATTACHMENT,
    "hostname": _HOSTNAME,
    "feature": _FEATURE,
}
"""Whole; for the JSON schema."""
_LONGEST_HOSTNAME = 253
_OWN_HOST = ".herokuapp.com"
QUIET = "drift-ignore.yaml keeps drift quiet about it"


def _attachment(value: str) -> str:
    if value == "DATABASE":
        raise expected("another name than DATABASE, which is the database's (key database)")
    if not _ATTACHMENT.fullmatch(value):
        raise expected("an attachment's name, such as REDIS: capital letters, digits and _, a letter first")
    return value


def _plan(value: str) -> str:
    if value.startswith(POSTGRES):
        raise expected(
            "another service than heroku-postgresql: a stack declares one database, under database. Nothing here touches a "
            f"further one, and {QUIET}"
        )
    if not _PLAN.fullmatch(value):
        raise expected("SERVICE:PLAN, such as heroku-redis:mini; `heroku addons` lists it")
    return value


def _hostname(value: str) -> str:
    if value.endswith(_OWN_HOST):
        raise expected(f"a domain of your own: Heroku gives the app its {_OWN_HOST} name by itself")
    if not _HOSTNAME.fullmatch(value) or len(value) > _LONGEST_HOSTNAME:
        raise expected("a host name in lower case, such as api.example.com or *.example.com")
    return value


AddonName = Annotated[
    str, matching(_ADDON_NAME, "letters, digits, - and _, a letter first (Heroku's rule for add-on names)")
]
AttachmentName = Annotated[str, AfterValidator(_attachment)]
Hostname = Annotated[str, AfterValidator(_hostname)]


class AddonSettings(Closed):
    name: Annotated[
        AddonName,
        Field(
            description="The add-on's own name, fixed, so that a run whose answer was lost buys no second one. Another "
            "name renames it.",
            examples=["sc-mvp-production-redis"],
        ),
    ]
    plan: Annotated[
        str,
        AfterValidator(_plan),
        Field(
            description="SERVICE:PLAN. It costs from the moment it is made; another plan of the service is changed in place.",
            examples=["heroku-redis:mini", "scheduler:standard"],
        ),
    ]

    @property
    def service(self) -> str:
        return self.plan.partition(":")[0]


Addons = Annotated[
    dict[AttachmentName, AddonSettings],
    Field(
        description="Other add-ons than the database, by the name they are attached as: REDIS gives the app REDIS_URL.",
        examples=[{"REDIS": {"name": "sc-mvp-production-redis", "plan": "heroku-redis:mini"}}],
    ),
]
Features = Annotated[
    list[
        Annotated[
            str,
            matching(
                _FEATURE,
                "a feature of the app, such as preboot; `heroku features` and `heroku labs` list them",
            ),
        ]
    ],
    Field(
        description="Features of the app that are switched on, as `heroku features` and `heroku labs` list them.",
        examples=[["runtime-dyno-metadata"]],
    ),
]
Domains = Annotated[
    list[Hostname],
    Field(
        description="Custom domains of the app. Point each one's DNS to the target that `./ops verify` shows; "
        "app.acm: true lets Heroku keep their certificates.",
        examples=[["api.example.com"]],
    ),
]
