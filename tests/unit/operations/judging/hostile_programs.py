"""More changes that try to get past: by what a program registers, by options that no step shows, and by files and names."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from operations.pulumi_run.runner import Done
from tests.unit.operations.judging.hostile import (
    ADDON,
    APP,
    CANARY,
    PRODUCTION,
    Hostile,
    Proposed,
    Try,
    edit,
    file,
    link,
    project,
    registered,
    setting,
    stating,
    stepping,
    taking,
)
from tests.unit.operations.judging.streams import Step, events, step_on, steps, text
from tests.unit.runbook.readers.rendering import Declared

STAGING = "Pulumi.staging.yaml"
CONFIG = "heroku:app/configAssociation:ConfigAssociation"
FORMATION, SCHEDULE = "heroku:formation/formation:Formation", "heroku-postgres:index:BackupSchedule"
ATTACHMENT = "heroku-postgres:index:Attachment"
ANOTHER = "11111111-1111-4111-8111-111111111111"
ENDLESS = 70_000_000


def second(type_: str) -> Try:
    """The same again under another name."""

    def change(taken: list[Step]) -> None:
        first = step_on(taken, type_)
        taken.append({**first, "op": "create", "urn": f"{first['urn']}-more", "old": None})

    return stepping(change)


def goal_on(type_: str, option: str, value: object) -> Try:
    plan = {"resourcePlans": {f"urn:x::{type_}::thing": {"goal": {"type": type_, option: value}}}}
    return lambda made: (made.kept / "production.plan.json").write_text(json.dumps(plan))


def in_program(type_: str, inputs: Mapping[str, Any]) -> Try:
    """Made by the stack's own provider."""
    return registered(type_, {"appId": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", **inputs})


def pipe(folder: str, name: str) -> Try:
    def attempt(made: Proposed) -> None:
        place = getattr(made, folder) / name
        place.unlink()
        os.mkfifo(place)

    return attempt


def named(name: str) -> Try:
    return file(name, "config: {}\n")


def told(kind: str, body: Mapping[str, Any]) -> Try:
    """One more event, as if the engine had said it."""

    def attempt(made: Proposed) -> None:
        found = events(steps(Declared(), Declared()))
        made.keep_done(Done(text([*found[:-1], {kind: dict(body)}, found[-1]]), "", 0))

    return attempt


NO_TYPE = "which this project doesn't declare"
HOSTILE = (
    # What a program registers beside its stack file
    Hostile("a second set of config vars", second(CONFIG), "config-vars-more is a second set of config vars"),
    Hostile("the config vars given to another app", stating(CONFIG, "inputs", {"appId": ANOTHER}), "belongs to another app"),
    Hostile("the database put on another app", stating(ADDON, "inputs", {"appId": ANOTHER}), "belongs to another app"),
    Hostile("a second app", second(APP), "app-more is a second app"),
    Hostile("a second name for the database", second(ATTACHMENT), "is attached 2 times"),
    Hostile("somebody let in by the program", in_program("heroku:collaborator/collaborator:Collaborator", {"email": f"{CANARY}@x.example"}), "expected only what access there says"),
    Hostile("logs sent to a stranger by the program", in_program("heroku:drain/drain:Drain", {"url": "https://logs.stranger.example"}), "expected only what log_drains there says"),
    Hostile("a domain that the file doesn't name", in_program("heroku:domain/domain:Domain", {"hostname": f"{CANARY}.example"}), "expected only what domains there says"),
    Hostile("a feature that the file doesn't name", in_program("heroku:app/feature:Feature", {"name": "runtime-dyno-metadata"}), "expected only what features there says"),
    Hostile("the app put into a stranger's pipeline", in_program("heroku:pipeline/coupling:Coupling", {"pipeline": ANOTHER, "stage": "staging"}), "expected only what pipeline there says"),
    Hostile("a webhook", in_program("heroku:app/webhook:Webhook", {"url": f"https://{CANARY}.example"}), NO_TYPE),
    Hostile("a slug from elsewhere", in_program("heroku:slug/slug:Slug", {"fileUrl": f"https://{CANARY}.example"}), NO_TYPE),
    Hostile("a release over the live one", in_program("heroku:app/release:Release", {"slugId": ANOTHER}), NO_TYPE),
    Hostile("config vars of review apps", in_program("heroku:review/appConfig:AppConfig", {}), NO_TYPE),
    Hostile("a config var in the app itself", stating(APP, "inputs", {"configVars": {"LD_PRELOAD": "x"}}), "they differ in config var LD_PRELOAD"),
    Hostile("another buildpack by the program", stating(APP, "inputs", {"buildpacks": ["https://git.example/b"]}), "stacks-alike"),
    Hostile("the config vars forgotten and made anew", taking(CONFIG, "replace"), "which unsets every config var"),
    Hostile("the database forgotten", taking(ADDON, "discard", gone=True), "no-data-loss"),
    # Options that no step shows
    Hostile("a database that outlives its stack", goal_on(ADDON, "retainOnDelete", value=True), "has the option retainOnDelete"),
    Hostile("a database that goes unseen with the app", goal_on(ADDON, "deletedWith", f"urn:{CANARY}"), "has the option deletedWith"),
    Hostile("a database in another one's place", goal_on(ADDON, "aliases", [f"urn:{CANARY}"]), "has the option aliases"),
    Hostile("somebody's app imported", goal_on(APP, "id", CANARY), "has the option id"),
    Hostile("config vars that ignore changes", goal_on(CONFIG, "ignoreChanges", ["vars"]), "has the option ignoreChanges"),
    Hostile("a schedule that ignores changes", goal_on(SCHEDULE, "ignoreChanges", ["hour"]), "has the option ignoreChanges"),
    Hostile("a formation that ignores its dyno type", goal_on(FORMATION, "ignoreChanges", ["quantity", "size"]), "has the option ignoreChanges"),
    # Stack files and names
    Hostile("production's file a link to staging's", link(PRODUCTION, STAGING), "has the same ciphertext"),
    Hostile("a key of a path", setting("social-catering:app.name: other"), "app.name: no such key"),
    Hostile("a look-alike of the app's name", edit(PRODUCTION, "sc-mvp-production\n", "sc-mvp-pr\u043eduction\n"), "expected 3 to 30 characters"),
    Hostile("staging's app in production's file", edit(PRODUCTION, "name: sc-mvp-production\n", "name: sc-mvp-staging\n"), "by its name an app of staging"),
    Hostile("a merge key", edit(PRODUCTION, "config:\n", "config:\n  <<: {'heroku:url': x}\n"), "merge keys (<<) are not read"),
    Hostile("a tag that makes an object", edit(PRODUCTION, "config:\n", "config: !!python/object/apply:os.system [id]\nmore:\n"), "could not determine a constructor for the tag"),
    Hostile("a second document", lambda made: (made.checkout / PRODUCTION).write_text(f"{(made.checkout / PRODUCTION).read_text()}---\nconfig: {{}}\n"), "found another document"),
    Hostile("a stack file that is a pipe", pipe("checkout", PRODUCTION), "is no regular file"),
    Hostile("a preview that is a pipe", pipe("kept", "staging.json"), "is no regular file"),
    Hostile("waivers that are a pipe", pipe("checkout", "waivers.yaml"), "waivers.yaml: is no regular file"),
    Hostile("a file's name that forges the verdict", named("Pulumi.\n# Approved\n.yaml"), "Pulumi.\\n# Approved\\n.yaml"),
    Hostile("a file's name that clears the screen", named("Pulumi.\x1b[2Jx.yaml"), "Pulumi.\\x1b[2Jx.yaml"),
    # The project and the pack
    Hostile("a second file of the policy pack", named("policies/PulumiPolicy.yml"), "policies/PulumiPolicy.yml: is the file of no stack"),
    Hostile("a type checker that is run", edit("Pulumi.yaml", "toolchain: pip", "typechecker: mypy"), "runtime: found another value"),
    Hostile("stack files of another folder", project(f"stackConfigDir: {CANARY}"), "stackConfigDir: expected only"),
    # What is said
    Hostile("an enormous preview", lambda made: made.keep_done(Done(" " * ENDLESS, "", 0)), "is larger than 64 MiB"),
    Hostile("a second summary", told("summaryEvent", {"resourceChanges": {}, "isPreview": True}), "goes on after its summaryEvent"),
    Hostile("an output that forges the verdict and carries a secret", stating("pulumi:pulumi:Stack", "outputs", {"\x1b[2J\n# Approved": "8f" * 32}), "has a key in hexadecimal"),
)  # fmt: skip
