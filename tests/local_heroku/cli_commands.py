"""All commands of Heroku's CLI, and what local Heroku makes of each: the source of docs/heroku-cli.md."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_heroku.coverage import every_route
from operations.rehearsal.heroku_shell.refused import REFUSED

PAGE = "docs/heroku-cli.md"
OUTCOMES = Path(__file__).with_name("cli_outcomes.json")
"""Command -> what was seen when it was run; made by test_every_command.py."""
APP, DATABASE, SPACE = "sc-mvp-production", "sc-mvp-production-db", "a-space"

ON_THIS_MACHINE = {
    "autocomplete:options": "is called by the shell's completion",
    "certs:generate": "makes a key on this machine",
    "config:edit": "opens an editor; what it sends is `config:set`'s",
    "console": "is `run rails console`",
    "container:release": "needs an image that was pushed, and pushing is refused",
    "container:rm": "needs an image that was pushed, and pushing is refused",
    "data:pg:migrate": "asks at a prompt; it moves to Advanced-tier databases, which are not sold here",
    "git:credentials": "prints what git asks for",
    "local": "runs the app's code on this machine, by the operator's own wish",
    "local:run": "runs the app's code on this machine, by the operator's own wish",
    "mcp:start": "starts a server for other programs",
    "rake": "is `run rake`",
    "repl": "is a prompt for the other commands",
    "auth:logout": "takes a token back; the shell's comes from its environment",
}
"""Commands that are not run for the table, each with the reason."""
LAST = ("pipelines:rename", "pg:reset", "data:pg:destroy", "apps:leave", "apps:rename")
"""They take away what others look at."""
ARGUMENTS = {
    "addon": DATABASE, "database": "DATABASE", "databasename": DATABASE, "pipeline": "sc-mvp", "app": APP, "confirm": APP,
    "team": "a-team", "space": SPACE, "email": "dev@example.com", "url": "https://example.com/", "remote": "DATABASE",
    "seconds": "30", "name": "sc-other", "newname": "sc-other", "stack": "heroku-24",
}  # fmt: skip
"""What an argument or flag of this name is given; others get "x"."""
WORDS: dict[str, tuple[str, ...]] = {
    **{
        f"spaces:{name}": (SPACE,)
        for name in ("destroy", "hosts", "info", "peerings", "peerings:info", "ps", "topology", "trusted-ips", "wait")
    },
    "spaces:create": (SPACE, "--team", "a-team"),
    "certs:add": ("/dev/null", "/dev/null", "-a", APP),
    "buildpacks:remove": ("heroku/ruby", "-a", APP),
    "ci:config:get": ("KEY", "--pipeline", "sc-mvp"),
    "ci:config:set": ("KEY=value", "--pipeline", "sc-mvp"),
    "ci:config:unset": ("KEY", "--pipeline", "sc-mvp"),
    "clients:create": ("a-client", "https://example.com/callback"),
    "clients:update": ("x", "--name", "other"),
    "apps:diff": (APP, "sc-mvp-staging"),
    "pg:copy": ("DATABASE", "HEROKU_POSTGRESQL_AMBER", "-a", APP, "--confirm", "AMBER"),
    "pg:links:create": (DATABASE, DATABASE, "-a", APP),
    "pg:upgrade:wait": ("DATABASE", "-a", APP),
    "pipelines:rename": ("sc-mvp", "sc-renamed"),
    "spaces:peerings:accept": ("pcx-1", "--space", SPACE),
    "spaces:peerings:destroy": ("pcx-1", "--space", SPACE, "--confirm", "pcx-1"),
    "spaces:vpn:destroy": ("x", "--space", SPACE, "--confirm", "x"),
    "data:pg:quotas:update": (DATABASE, "-a", APP, "--type", "storage", "--warning", "100"),
    "telemetry:update": ("x", "--signals", "traces"),
    "webhooks:update": ("x", "-i", "api:release", "-l", "notify", "-u", "https://example.com", "-a", APP),
    "domains:update": ("x", "--cert", "x", "-a", APP),
}  # fmt: skip
"""Whole argument lists of commands whose own description doesn't tell what they need."""
_NAMED = re.compile(r"does not emulate (?P<route>\S+ \S+?)\.(?:\s|$)")
_PLACE = re.compile(r"/[\w./-]*/home\d+")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Outcome:
    """`status` 0 is served; else `says`, in which local Heroku or the CLI itself says why not."""

    status: int
    says: str


def arguments(manifest: dict[str, Any], command: str) -> list[str]:
    """What the command is typed with: all that it requires, and the app."""
    if command in WORDS:
        return list(WORDS[command])
    described = manifest[command]
    words = [_value(name, one) for name, one in described["args"].items() if one.get("required")]
    for name, flag in described["flags"].items():
        if flag.get("required") or name in ("app", "confirm"):
            words += [f"--{name}"] if flag["type"] == "boolean" else [f"--{name}", _value(name, flag)]
    return words


def _value(name: str, described: dict[str, Any]) -> str:
    options = described.get("options")
    return str(options[0]) if options else ARGUMENTS.get(name.lower().replace("_name", ""), "x")


def outcome(code: int, text: str) -> Outcome:
    """What is the same in every run."""
    plain = " ".join(text.replace("›", "").replace("⬢", "").split())
    named = _NAMED.search(plain)
    if named:
        return Outcome(code or 1, f"501: {_ID.sub('ID', named['route'])}")
    message = plain.partition(" Error ID:")[0].removeprefix("Error: ")
    message = _PLACE.sub("HOME", _ID.sub("ID", message)).removesuffix('""').strip()
    return Outcome(code, "" if code == 0 else message[:200])


def typed(manifest_aliases: dict[str, str]) -> set[str]:
    """Commands that test_cli.py runs, by the marks on the routes."""
    marks = {command for route in every_route() for command in route.checked.cli}
    return {manifest_aliases.get(command, command) for command in marks}


def seen() -> dict[str, Outcome]:
    found = json.loads(OUTCOMES.read_text(encoding="utf-8"))
    return {command: Outcome(one["status"], one["says"]) for command, one in found["seen"].items()}


def typed_elsewhere() -> list[str]:
    found: list[str] = json.loads(OUTCOMES.read_text(encoding="utf-8"))["typed"]
    return found


def page() -> str:
    rows = dict.fromkeys(typed_elsewhere(), ("served", "typed by `tests/local_heroku/test_cli.py`"))
    rows |= {
        command: (f"refused in the shell: {why}", "the shell's `heroku`, and the guard below it")
        for command, why in REFUSED.items()
    }
    rows |= {command: ("not run", why) for command, why in ON_THIS_MACHINE.items()}
    rows |= {command: _row(one) for command, one in seen().items()}
    counts = {
        kind: sum(what.startswith(kind) for what, _ in rows.values())
        for kind in ("served", "refused", "501", "says")
    }
    return "\n".join(
        [
            "# Heroku's CLI on local Heroku",
            "",
            "All commands of CLI 11.10.0, from its own manifest. Made by `tests/local_heroku/test_every_command.py`; don't edit it.",
            "",
            f"Of {len(rows)} commands {counts['served']} are served, {counts['refused']} are refused by name in `./ops local shell`, {counts['501']} ask a route that",
            f"isn't served and say which (501), and {counts['says']} end with a reason of their own, such as a name that doesn't exist.",
            "",
            "| Command | Local Heroku | How checked |",
            "|---|---|---|",
            *(f"| `{command}` | {_escaped(what)} | {_escaped(how)} |" for command, (what, how) in sorted(rows.items())),
            "",
        ]
    )  # fmt: skip


def _row(one: Outcome) -> tuple[str, str]:
    if one.status == 0:
        return "served", "run by the test that makes this page"
    return (
        one.says if one.says.startswith("501") else f"says: {one.says}"
    ), "run by the test that makes this page"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
