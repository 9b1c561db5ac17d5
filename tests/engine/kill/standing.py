"""What a stack's state and its app in the account say, without what differs from run to run: ids, times, ciphertext."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from heroku_api.client import Client
from tests.engine.stacks.checkout import Checkout

STACK = "staging"
APP = f"/apps/sc-mvp-{STACK}"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOST = re.compile(r"-[0-9a-f]{12}\.herokuapp\.com")
_OF_ONE_RUN = ("created", "modified", "sourcePosition", "stackTrace")
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Marks what is encrypted. Source: Pulumi's SDK, resource.SigKey."""


@dataclass(frozen=True)
class Standing:
    resources: dict[str, Any]
    """By URN. An id is told as what the account has under it, so that one that nothing has differs."""
    account: dict[str, list[Any]]


def standing(checkout: Checkout) -> Standing:
    with checkout.heroku() as client:
        lists = _lists(client)
    ids = {one["id"]: f"{kind}'s id" for kind, found in lists.items() for one in found if "id" in one}
    state = json.loads(checkout.state(STACK).read_bytes())["checkpoint"]["latest"]
    resources = {one["urn"]: _resource(one, ids) for one in state.get("resources") or ()}
    # The engine keeps a create that was cut off until a refresh is told to forget it, also where it was made since.
    cut_off = {one["resource"]["urn"] for one in state.get("pending_operations") or ()}
    assert cut_off <= resources.keys(), sorted(cut_off - resources.keys())
    return Standing(
        resources,
        {kind: [_seen(kind, one) for one in found] for kind, found in lists.items() if kind in _SEEN},
    )


_SEEN: dict[str, tuple[str, ...]] = {
    "app": ("name", "acm", "maintenance"),
    "formation": ("type", "size", "quantity"),
    "addon": ("name", "state"),
    "attachment": ("name",),
    "schedule": ("name", "hour", "timezone"),
    "config var": ("name",),
    "domain": ("kind",),
}


def _lists(client: Client) -> dict[str, list[dict[str, Any]]]:
    apps = [one for one in client.request("GET", "/apps") if one["name"].endswith(STACK)]
    if not apps:
        return {"app": []}
    addons = client.request("GET", f"{APP}/addons")
    return {
        "app": apps,
        "addon": addons,
        "attachment": client.request("GET", f"{APP}/addon-attachments"),
        "build": client.request("GET", f"{APP}/builds"),
        "config var": [{"name": name} for name in sorted(client.request("GET", f"{APP}/config-vars"))],
        "domain": client.request("GET", f"{APP}/domains"),
        "formation": client.request("GET", f"{APP}/formation"),
        "schedule": [
            one
            for addon in addons
            for one in client.request(
                "GET", f"/client/v11/databases/{addon['id']}/transfer-schedules", api="data"
            )
        ],
    }


def _seen(kind: str, one: dict[str, Any]) -> list[Any]:
    return [one[name] for name in _SEEN[kind]]


def _resource(one: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name not in _OF_ONE_RUN}
    text = _UUID.sub(lambda found: ids.get(found[0], "another id"), json.dumps(kept))
    cleaned = json.loads(_HOST.sub("-suffix.herokuapp.com", text), object_hook=_without_ciphertext)
    cleaned["dependencies"] = sorted(cleaned.get("dependencies", ()))
    (cleaned.get("outputs") or {}).pop("outputStreamUrl", None)
    return {str(name): value for name, value in cleaned.items()}


def _without_ciphertext(found: dict[str, Any]) -> object:
    return "a secret" if _SIGNATURE in found else found
