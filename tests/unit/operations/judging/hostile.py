"""Changes that try to get past: each is one thing done to a checkout that holds and to honest previews of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from operations.judging import guards, providers
from operations.judging.kept_previews import KeptPreviews, keep
from operations.pulumi_run.pack_levels import PackLevels
from operations.pulumi_run.runner import Done
from operations.workspace import Workspace
from runbook.settings import STACKS
from tests.unit.operations.judging.streams import Event, Step, declare, events, preview, step_on, steps, text
from tests.unit.runbook.readers.rendering import Declared

ROOT = Workspace.here().root
CANARY = "canary-of-a-hostile-change"
HEX = "8f" * 32
PRODUCTION = "Pulumi.production.yaml"
FILES = ("Pulumi.yaml", "policies/PulumiPolicy.yaml", "waivers.yaml")
APP, ADDON, BUILD = "heroku:app/app:App", "heroku:addon/addon:Addon", "heroku:build/build:Build"
LEVELS = {
    name: "advisory" if name in guards.SHOWS_ONLY else "mandatory" for name in guards.expected_policies()
}
OURS = {
    "customizations": json.dumps([{"setAddonConfigVarsInState": False, "setAppAllConfigVarsInState": False}]),
    "delays": json.dumps({"postAppCreateDelay": 5}),
    "version": providers.VERSION,
    "__internal": {"pluginDownloadURL": providers.SERVER},
}


@dataclass(frozen=True)
class Proposed:
    """A checkout, read as data, and the folder with its previews."""

    checkout: Path
    kept: Path

    @classmethod
    def honest(cls, folder: Path) -> Proposed:
        made = cls(folder / "change", folder / "kept")
        for name in FILES:
            (made.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (made.checkout / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
        declare(made.checkout, *(Declared(stack=stack) for stack in STACKS))
        plan = folder / "plan.json"
        plan.write_text(json.dumps({"resourcePlans": {}}))
        done = {
            stack: preview(made.checkout, stack, steps(Declared(stack=stack), Declared(stack=stack)))
            for stack in STACKS
        }
        keep(made.kept, KeptPreviews(done, PackLevels("runbook", LEVELS), dict.fromkeys(STACKS, plan)))
        return made

    def keep_done(self, done: Done, stack: str = "production") -> None:
        told = {"stdout": done.stdout, "stderr": done.stderr, "code": done.code}
        (self.kept / f"{stack}.json").write_text(json.dumps(told))


Try = Callable[[Proposed], object]


@dataclass(frozen=True)
class Hostile:
    words: str
    attempt: Try
    says: str
    """A part of what is said of it; nothing else need be."""


def edit(name: str, old: str, new: str) -> Try:
    def attempt(made: Proposed) -> None:
        content = (made.checkout / name).read_text(encoding="utf-8")
        assert old in content, (name, old)
        (made.checkout / name).write_text(content.replace(old, new, 1), encoding="utf-8")

    return attempt


def setting(line: str, name: str = PRODUCTION) -> Try:
    """One more entry under `config:`."""
    return edit(name, "config:\n", f"config:\n  {line}\n")


def both(*tries: Try) -> Try:
    def attempt(made: Proposed) -> None:
        for one in tries:
            one(made)

    return attempt


def plain(name: str, value: str) -> Try:
    """A config var in clear in both stack files, and in both previews."""

    def attempt(made: Proposed) -> None:
        declared = {
            stack: Declared(stack=stack, config_vars={**Declared(stack=stack).config_vars, name: value})
            for stack in STACKS
        }
        declare(made.checkout, *declared.values())
        for stack in STACKS:
            made.keep_done(
                preview(made.checkout, stack, steps(Declared(stack=stack), declared[stack])), stack
            )

    return attempt


def file(name: str, content: str) -> Try:
    return lambda made: (made.checkout / name).write_text(content, encoding="utf-8")


def link(name: str, target: str) -> Try:
    def attempt(made: Proposed) -> None:
        (made.checkout / name).unlink()
        (made.checkout / name).symlink_to(target)

    return attempt


def waiver(policies: str, expires: str = "2027-02-01") -> Try:
    entry = f"waivers:\n  - policies: [{policies}]\n    targets: [production]\n    reason: no time\n    owner: me\n    expires: {expires}\n"
    return file("waivers.yaml", entry)


def project(line: str) -> Try:
    return edit("Pulumi.yaml", "plugins:\n", f"{line}\nplugins:\n")


def stepping(change: Callable[[list[Step]], object], **more: Any) -> Try:
    """Steps of production's preview, changed."""

    def attempt(made: Proposed) -> None:
        taken = steps(Declared(), Declared())
        change(taken)
        made.keep_done(Done(text(events(taken, **more)), "", 0))

    return attempt


def registered(type_: str, inputs: Mapping[str, Any], *, maker: str = "") -> Try:
    urn = f"urn:pulumi:production::social-catering::{type_}::added"
    state = {
        "urn": urn,
        "type": type_,
        "inputs": dict(inputs),
        "outputs": {},
        "protect": True,
        "provider": maker,
    }
    step = {"op": "create", "urn": urn, "type": type_, "old": None, "new": state}
    return stepping(lambda taken: taken.append(step))


def provided(**inputs: Any) -> Try:
    return registered(providers.HEROKU, {**OURS, **inputs})


def taking(type_: str, operation: str, *, gone: bool = False) -> Try:
    def change(taken: list[Step]) -> None:
        step = step_on(taken, type_)
        step["op"] = operation
        if gone:
            step["new"] = None

    return stepping(change)


def stating(type_: str, part: str, added: Mapping[str, Any]) -> Try:
    def change(taken: list[Step]) -> None:
        step = step_on(taken, type_)
        step["new"] = {**step["new"], part: {**step["new"][part], **added}}

    return stepping(change)


def unprotected(taken: list[Step]) -> None:
    step = step_on(taken, ADDON)
    step["new"] = {**step["new"], "protect": False}


def goal(option: str, value: object) -> Try:
    plan = {"resourcePlans": {f"urn:x::{ADDON}::database": {"goal": {"type": ADDON, option: value}}}}
    return lambda made: (made.kept / "production.plan.json").write_text(json.dumps(plan))


def levels(changed: Mapping[str, str | None], *, name: str = "runbook") -> Try:
    told = {policy: level for policy, level in {**LEVELS, **changed}.items() if level is not None}
    return lambda made: (made.kept / "pack.json").write_text(json.dumps({"name": name, "levels": told}))


def streaming(change: Callable[[list[Event]], list[Event]], code: int = 0) -> Try:
    def attempt(made: Proposed) -> None:
        made.keep_done(Done(text(change(events(steps(Declared(), Declared())))), "", code))

    return attempt


def other_files(declared: Declared) -> Try:
    """Honest previews, and other files beside them."""
    return lambda made: declare(made.checkout, declared, Declared(stack="staging"))


def other_stack(made: Proposed) -> None:
    (made.kept / "production.json").write_text((made.kept / "staging.json").read_text())


def linked_preview(made: Proposed) -> None:
    (made.kept / "staging.json").unlink()
    (made.kept / "staging.json").symlink_to("/dev/zero")


LOSES = "no-data-loss"
DEEP = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
HOSTILE = (
    # Stack files
    Hostile("a placeholder over the live app", setting("social-catering:rehearsal: {placeholder_release: true}"), "rehearsal: only a local run's own copy"),
    Hostile("the same under its old key", edit(PRODUCTION, "    region: us\n", "    region: us\n    placeholder_release: true\n"), "placeholder_release"),
    Hostile("a delay that only a rehearsal sets", setting("social-catering:rehearsal: {create_delay_seconds: 0}"), "rehearsal: only a local run's own copy"),
    Hostile("Heroku's token in a stack file", setting(f"heroku:apiKey: {CANARY}"), "heroku:apiKey: expected only keys of social-catering"),
    Hostile("an address for the heroku provider in a stack file", setting(f"heroku:url: https://{CANARY}.example"), "heroku:url: expected only keys of social-catering"),
    Hostile("headers for it", setting(f"heroku:headers: '{CANARY}'"), "heroku:headers: expected only keys of social-catering"),
    Hostile("settings from outside", edit(PRODUCTION, "config:\n", "environment: [other]\nconfig:\n"), "environment: expected only config"),
    Hostile("a buildpack with a token in its address", edit(PRODUCTION, "    - heroku/ruby\n", f"    - https://u:{CANARY}@git.example/b.git\n"), "a URL with a password"),
    Hostile("one ciphertext in both stacks", edit(PRODUCTION, "v1:production:SECRET_KEY_BASE", "v1:staging:SECRET_KEY_BASE"), "secrets-differ: SECRET_KEY_BASE has the same ciphertext"),
    Hostile("a third stack file", file("Pulumi.prod.yaml", "config: {}\n"), "Pulumi.prod.yaml: is the file of no stack"),
    Hostile("a stack file of nested aliases", file(PRODUCTION, DEEP), "the alias *a is not read"),
    Hostile("a stack file without end", link(PRODUCTION, "/dev/zero"), "is no regular file"),
    Hostile("a stack file that is not UTF-8", lambda made: (made.checkout / PRODUCTION).write_bytes(b"config: \xff"), "is not UTF-8"),
    Hostile("a key that appears twice", edit(PRODUCTION, "config:\n", "config: {}\nconfig:\n"), "config appears twice"),
    Hostile("a stack file that is gone", lambda made: (made.checkout / PRODUCTION).unlink(), "no such file"),
    # Secrets under harmless names
    Hostile("REDIS_URL with a password", plain("REDIS_URL", f"rediss://u:{CANARY}@host.example:6379"), "secrets-secret"),
    Hostile("a Stripe key as STRIPE_NAME", plain("STRIPE_NAME", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"), "secrets-secret"),
    Hostile("a GitHub token as BUILD_LABEL", plain("BUILD_LABEL", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"), "secrets-secret"),
    Hostile("a private key as CERT", plain("CERT", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"), "secrets-secret"),
    Hostile("a key in hexadecimal as SALT", plain("SALT", HEX), "secrets-secret"),
    Hostile("an AWS key as REGION_NAME", plain("REGION_NAME", "AKIA" + "IOSFODNN7EXAMPLE"), "secrets-secret"),
    Hostile("a long random text as COLOR", plain("COLOR", "q7Vx2LmZ9tRb4KpW8sYc3NfD6hJg5QaE"), "secrets-secret"),
    Hostile("a webhook's address as CHANNEL", plain("CHANNEL", "https://hooks.slack.com/services/" + "T0/B0/abcdefghijklmnop"), "secrets-secret"),
    # Waivers
    Hostile("two lists of waivers", file("waivers.yaml", "waivers: []\nwaivers: []\n"), "waivers appears twice"),
    Hostile("a waiver for lost data", waiver("no-data-loss"), "no-data-loss"),
    Hostile("a waiver for secrets", waiver("secrets-secret"), "secrets-secret"),
    Hostile("a waiver for ten years", waiver("cost-budget", "2036-01-01"), "cost-budget"),
    Hostile("a waiver that lets nothing off", waiver("production-protected"), "production-protected holds on production without it"),
    Hostile("a waiver for every rule", waiver("'*'"), "waivers.yaml"),
    # Pulumi.yaml
    Hostile("another program for heroku", edit("Pulumi.yaml", "  providers:\n", f"  providers:\n    - {{name: heroku, path: {CANARY}}}\n"), "Pulumi.yaml:8: plugins: found another value"),
    Hostile("another language host", edit("Pulumi.yaml", "plugins:\n", f"plugins:\n  languages: [{{name: python, path: {CANARY}}}]\n"), "plugins: found another value"),
    Hostile("another runtime", edit("Pulumi.yaml", "name: python", "name: yaml"), "runtime: found another value"),
    Hostile("another Python", edit("Pulumi.yaml", "virtualenv: .venv", f"virtualenv: {CANARY}"), "runtime: found another value"),
    Hostile("a package with a provider of its own", project(f"packages: {{heroku: {CANARY}}}"), "packages: expected only"),
    Hostile("another folder of the program", project(f"main: {CANARY}"), "main: expected only"),
    Hostile("another backend", project(f"backend: {{url: 's3://{CANARY}'}}"), "backend: expected only"),
    Hostile("settings of the project for the provider", project(f"config: {{'heroku:url': 'https://{CANARY}.example'}}"), "config: expected only"),
    Hostile("a refresh that is never made", project("options: {refresh: never}"), "options: expected only"),
    Hostile("another Python for the policy pack", edit("policies/PulumiPolicy.yaml", ".python", CANARY), "policies/PulumiPolicy.yaml:"),
    # Providers and resources
    Hostile("the provider at another address", provided(url=f"https://{CANARY}.example"), "is given url (not shown)"),
    Hostile("headers that carry the token", provided(headers=CANARY), "is given headers (not shown)"),
    Hostile("a token of its own", provided(apiKey=CANARY), "is given apiKey (not shown)"),
    Hostile("a plugin from another server", provided(__internal={"pluginDownloadURL": f"https://{CANARY}.example"}), "is given __internal (not shown)"),
    Hostile("another version of the plugin", provided(version="9.9.9"), "is given version (not shown)"),
    Hostile("all config vars kept in the state", provided(customizations="[]"), "would keep every config var in the state"),
    Hostile("another provider", registered("pulumi:providers:command", {}), "is a provider that this project doesn't have"),
    Hostile("a provider of the engine's own", registered("heroku:drain/drain:Drain", {}, maker="urn:x::pulumi:providers:heroku::default_1_0_4::id"), "would be made by the provider default_1_0_4"),
    Hostile("a dynamic provider", registered("pulumi-python:dynamic:Resource", {"__provider": CANARY}), "is a resource of a dynamic provider"),
    Hostile("a command on the machine", registered("command:local:Command", {"create": CANARY}), "is of the type command:local:Command"),
    Hostile("another stack's outputs", registered("pulumi:pulumi:StackReference", {}), "is of the type pulumi:pulumi:StackReference"),
    Hostile("a build over what runs", stepping(lambda taken: taken.append({**step_on(taken, APP), "op": "create", "urn": f"urn:x::{BUILD}::first-release", "type": BUILD, "old": None})), "would be deployed over the release"),
    # Secrets where they are kept
    Hostile("a secret exported in clear", stating("pulumi:pulumi:Stack", "outputs", {"key": HEX}), "the output key has a key in hexadecimal in clear"),
    Hostile("a secret within an output", stating("pulumi:pulumi:Stack", "outputs", {"urls": [f"https://u:{HEX}@x.example"]}), "a URL with a password in clear"),
    Hostile("a secret in a component's output", stating("runbook:heroku:Environment", "outputs", {"note": HEX}), "production: note has a key in hexadecimal"),
    Hostile("a secret in a resource's input", stating(APP, "inputs", {"note": HEX}), "app: note has a key in hexadecimal"),
    # What is lost
    Hostile("the app deleted", taking(APP, "delete", gone=True), LOSES),
    Hostile("the database deleted", taking(ADDON, "delete", gone=True), LOSES),
    Hostile("the database replaced", taking(ADDON, "replace"), LOSES),
    Hostile("a step that nobody knows", taking(ADDON, "forget"), LOSES),
    Hostile("the database's protection dropped", stepping(unprotected), LOSES),
    Hostile("a database that ignores changes", goal("ignoreChanges", ["plan"]), "has the option ignoreChanges"),
    Hostile("a database deleted before it is replaced", goal("deleteBeforeReplace", value=True), "has the option deleteBeforeReplace"),
    Hostile("a database that a change replaces", goal("replaceOnChanges", ["plan"]), "has the option replaceOnChanges"),
    # The policy pack
    Hostile("a pack that only advises", levels(dict.fromkeys(LEVELS, "advisory")), "the policy pack does not enforce"),
    Hostile("one policy that only advises", levels({"web-runs": "advisory"}), "does not enforce web-runs (advisory)"),
    Hostile("one policy disabled", levels({"web-runs": "disabled"}), "does not enforce web-runs (disabled)"),
    Hostile("a level that nobody knows", levels({"web-runs": "strict"}), "does not enforce web-runs (strict)"),
    Hostile("a pack without a rule", levels({"web-runs": None}), "the policy pack has no policy web-runs"),
    Hostile("a pack of another name", levels({}, name="ours"), "the policy pack is named ours"),
    Hostile("no word of what the pack enforces", lambda made: (made.kept / "pack.json").unlink(), "what the policy pack enforces was not kept"),
    Hostile("a pack that did not run", streaming(lambda found: [event for event in found if not any(kind.startswith(("policyAn", "policyRem")) for kind in event)]), "the policy pack did not run"),
    # Previews
    Hostile("an empty preview", lambda made: made.keep_done(Done("", "", 0)), "event stream is empty"),
    Hostile("a preview that is cut", streaming(lambda found: found[:-2]), "is cut"),
    Hostile("a step left out", streaming(lambda found: [event for event in found if APP not in json.dumps(event)]), "and counts"),
    Hostile("a preview that failed", streaming(lambda found: found, code=2), "ended with exit code 2"),
    Hostile("a preview of staging for production", other_stack, "the preview is of staging, not of production"),
    Hostile("no preview of production", lambda made: (made.kept / "production.json").unlink(), "production.json: No such file"),
    Hostile("a preview of other files", other_files(Declared(hour=3)), "is not of Pulumi.production.yaml: they differ in backups"),
    Hostile("a preview of cheaper files", other_files(Declared(formation={"web": (9, "Performance-L")}, budget=9999)), "they differ in formation.web.dyno_type"),
    Hostile("a stack file that breaks a rule beside a preview that doesn't", other_files(replace(Declared(), plan="essential-0")), "postgres-plan-minimum fails"),
    Hostile("a link for a preview", linked_preview, "Too many levels of symbolic links"),
    Hostile("events nested without end", lambda made: made.keep_done(Done("[" * 100_000, "", 0)), "is no JSON"),
    Hostile("a program beside the previews", lambda made: (made.kept / "sitecustomize.py").write_text("import os"), "which no preview leaves"),
)  # fmt: skip
