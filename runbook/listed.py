"""The catalogue beside what an account's API lists: what is new, gone or another, and the catalogue with it.

What the API doesn't tell, such as a plan's storage, stays as it is; of a new entry it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from runbook.catalogue import POSTGRES_TIERS

POSTGRES = "heroku-postgresql"
Data = Mapping[str, Any]
"""The catalogue as its file has it."""
Answer = Sequence[Mapping[str, Any]]
"""What the API lists at one path."""
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that Heroku has otherwise. `facts`: what the catalogue is to say of it."""

    kind: Literal["new", "gone", "changed"]
    part: str
    """The catalogue's own name of the list, such as `dyno_types`."""
    name: str
    says: str
    facts: Facts
    source: str


@dataclass(frozen=True, slots=True)
class _Part:
    path: str
    what: str
    facts: Callable[[Mapping[str, Any]], Facts | None]
    """Of one listed thing; None for what can't be declared here."""
    gone: Callable[[date], Facts]
    compared: tuple[str, ...]


def paths(data: Data, addons: Sequence[str] = ()) -> dict[str, str]:
    """What to ask for, by part; a service's plans by `addon_plans/SERVICE`."""
    plans = [*(entry["name"] for entry in data["addon_plans"]["entries"]), *addons]
    services = dict.fromkeys(plan.partition(":")[0] for plan in plans)
    return {
        **{part: found.path for part, found in _PARTS.items() if part != "addon_plans"},
        **{f"addon_plans/{name}": f"/addon-services/{name}/plans" for name in services},
    }  # fmt: skip


def changes(data: Data, answers: Mapping[str, Answer], today: date) -> tuple[Change, ...]:
    """By part, as `paths` has it. A service that answered nothing has no plan any more."""
    return tuple(
        change
        for key, answer in answers.items()
        for part, _, service in [key.partition("/")]
        for change in _of_part(part, service, data[part]["entries"], answer, today)
    )


def taken_in(data: Data, found: Sequence[Change], today: date) -> Data:
    """With these changes; each entry that changes says from where and since when. All else keeps its source."""
    new = {part: dict(value) for part, value in data.items()}
    for change in found:
        entries = list(new[change.part]["entries"])
        seen = {"source": f"{change.source} of the account's API", "date": today.isoformat()}
        place = next((n for n, entry in enumerate(entries) if entry["name"] == change.name), None)
        if place is None:
            alike = _of_its_tier(entries, change.facts) if change.part == "postgres_plans" else {}
            entry = {"name": change.name, **change.facts, **alike, **seen}
            entries.insert(0 if change.part == "heroku_stacks" else _end_of_sold(entries), entry)
        else:
            instead = {"use_instead": _instead(entries, entries[place])} if change.kind == "gone" else {}
            entries[place] = {**entries[place], **change.facts, **instead, **seen}
        new[change.part]["entries"] = entries
    return new


def text(data: Data) -> str:
    """The file, one line an entry."""
    parts = [f'  "{name}": {_part_text(part)}' for name, part in data.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _part_text(part: Mapping[str, Any]) -> str:
    lines = [
        f'    "{key}": {json.dumps(value, ensure_ascii=False)}'
        for key, value in part.items()
        if key != "entries"
    ]
    if "entries" in part:
        entries = ",\n".join(f"      {json.dumps(entry, ensure_ascii=False)}" for entry in part["entries"])
        lines.append(f'    "entries": [\n{entries}\n    ]')
    return "{\n" + ",\n".join(lines) + "\n  }"


def _of_its_tier(entries: Sequence[Mapping[str, Any]], facts: Facts) -> Facts:
    """Backups and rollback, which Heroku has by tier."""
    known = next(entry for entry in entries if entry["tier"] == facts["tier"] and entry.get("sold", True))
    kept = ("rollback_days", "backup_days", "manual_backups", "weekly_backups", "monthly_backups")
    return {key: known[key] for key in kept if key in known}


def _instead(entries: Sequence[Mapping[str, Any]], gone: Mapping[str, Any]) -> object:
    """What is there of its family: the next dearer one, else the dearest."""
    family = gone["name"].rpartition("-")[0]
    left = [
        entry
        for entry in entries
        if entry is not gone
        and entry.get("sold", True)
        and not entry.get("deprecated")
        and not entry.get("private")
        and entry["name"].rpartition("-")[0] == family
    ]
    dearer = [entry for entry in left if entry.get("monthly_usd", 0) >= gone.get("monthly_usd", 0)]
    return (dearer or left[-1:] or [{"name": None}])[0]["name"]


def _end_of_sold(entries: Sequence[Mapping[str, Any]]) -> int:
    """Withdrawn entries stand last."""
    return next((n for n, entry in enumerate(entries) if not entry.get("sold", True)), len(entries))


def is_listed(change: Change, answered: Mapping[str, Any]) -> bool:
    """Whether what Heroku answers for the thing itself contradicts a list without it."""
    return _PARTS[change.part].facts(answered) is not None


def own_path(change: Change) -> str:
    """Where the thing itself is asked for."""
    name = change.name.rpartition(":")[2]
    service = change.name.rpartition(":")[0]
    return f"{_PARTS[change.part].path.format(service=service)}/{name}"


def _of_part(
    part: str, service: str, entries: Sequence[Mapping[str, Any]], answer: Answer, today: date
) -> Iterator[Change]:
    own = _PARTS[part]
    source = f"GET {own.path.format(service=service)}"
    listed = {facts.pop("name"): facts for one in answer if (facts := own.facts(one)) is not None}
    known = {
        entry["name"]: entry for entry in entries if not service or entry["name"].startswith(f"{service}:")
    }
    for name, facts in listed.items():
        if name not in known:
            told = {key: value for key, value in facts.items() if value not in (None, False)}
            if facts.get("deprecated"):
                told["deprecated"] = today.isoformat()
            yield Change("new", part, name, f"Heroku has the {own.what} {name}{_price(facts)}", told, source)
        elif otherwise := dict(_otherwise(known[name], facts, own.compared, today)):
            yield Change("changed", part, name, f"{name}: {_both(known[name], otherwise)}", otherwise, source)
    for name, entry in known.items():
        if name not in listed and _is_there(entry, today):
            yield Change(
                "gone", part, name, f"Heroku lists no {own.what} {name} any more", own.gone(today), source
            )


def _otherwise(
    entry: Mapping[str, Any], facts: Facts, compared: Sequence[str], today: date
) -> Iterator[tuple[str, Any]]:
    """What Heroku says otherwise of an entry that is not withdrawn; of a deprecation it tells no day."""
    if not entry.get("sold", True):
        return
    for key in compared:
        ours, theirs = entry.get(key, _LEFT_OUT.get(key)), facts[key]
        if key == "deprecated":
            theirs = today.isoformat() if theirs and not ours else ours
        if theirs is not None and ours != theirs:
            yield key, theirs


_LEFT_OUT = {"dyno_units": 1, "is_default": False}
"""What an entry means that doesn't say it."""
_WORDS = {"monthly_usd": "dollars a month", "memory_mb": "memory in MB", "is_default": "default for new apps"}


def _both(entry: Mapping[str, Any], otherwise: Facts) -> str:
    return ", ".join(
        f"{_WORDS.get(key, key.replace('_', ' '))} is {_shown(value)} on Heroku; the catalogue says "
        f"{_shown(entry.get(key, _LEFT_OUT.get(key)))}"
        for key, value in otherwise.items()
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def _price(facts: Facts) -> str:
    return f" at ${facts['monthly_usd']} a month" if "monthly_usd" in facts else ""


def _is_there(entry: Mapping[str, Any], today: date) -> bool:
    return (
        entry.get("sold", True)
        and not entry.get("withdrawn")
        and not entry.get("private")
        and (entry.get("ends") is None or entry["ends"] >= today.isoformat())
    )


def _stack(one: Mapping[str, Any]) -> Facts | None:
    if one["name"] == "container":
        return None
    return {
        "name": one["name"],
        "deprecated": one.get("state") == "deprecated",
        "is_default": bool(one.get("default")),
    }


def _region(one: Mapping[str, Any]) -> Facts | None:
    """Of the common runtime."""
    if one.get("private_capable"):
        return None
    return {"name": one["name"], "country": one["country"], "locale": one["locale"],
            "provider_region": one["provider"]["region"]}  # fmt: skip


def _dyno_type(one: Mapping[str, Any]) -> Facts | None:
    """Of Cedar's common runtime; Fir's are named dyno-1c-0.5gb and the like."""
    name = str(one["name"])
    tier = name.lower().partition("-")[0]
    if one.get("private_space_only") or tier not in _DYNO_TIERS:
        return None
    scales = {} if tier in ("standard", "performance") else {"scales": False}
    return {"name": name, "tier": tier, "monthly_usd": _dollars(one.get("cost")),
            "memory_mb": round(float(one["memory"]) * 1024), "dyno_units": one.get("dyno_units"), **scales}  # fmt: skip


_DYNO_TIERS = ("eco", "basic", "standard", "performance")


def _postgres_plan(one: Mapping[str, Any]) -> Facts | None:
    name = str(one["name"]).removeprefix(f"{POSTGRES}:")
    tier = name.partition("-")[0]
    if not _is_for_sale(one) or tier not in POSTGRES_TIERS:
        return None
    return {"name": name, "tier": tier, "monthly_usd": _dollars(one["price"])}


def _addon_plan(one: Mapping[str, Any]) -> Facts | None:
    if not _is_for_sale(one):
        return None
    return {"name": one["name"], "monthly_usd": _dollars(one["price"])}


def _is_for_sale(plan: Mapping[str, Any]) -> bool:
    """To anybody, outside Private Spaces."""
    return (
        plan.get("state") == "ga"
        and plan.get("visible", True)
        and plan.get("installable_outside_private_network", True)
    )


def _dollars(price: Mapping[str, Any] | None) -> int | None:
    """A month, rounded up; None where it is paid otherwise."""
    if not price or price.get("unit") != "month":
        return None
    return -(-int(price["cents"]) // 100)


_PARTS = {
    "heroku_stacks": _Part(
        "/stacks", "Heroku stack", _stack,
        lambda today: {"withdrawn": today.isoformat(), "is_default": False},
        ("deprecated", "is_default"),
    ),
    "regions": _Part(
        "/regions", "region", _region, lambda today: {"withdrawn": today.isoformat()}, ()
    ),
    "dyno_types": _Part(
        "/dyno-sizes", "dyno type", _dyno_type, lambda _: {"sold": False}, ("monthly_usd", "memory_mb", "dyno_units")
    ),
    "postgres_plans": _Part(
        f"/addon-services/{POSTGRES}/plans", "Heroku Postgres plan", _postgres_plan, lambda _: {"sold": False},
        ("monthly_usd",),
    ),
    "addon_plans": _Part(
        "/addon-services/{service}/plans", "plan", _addon_plan, lambda _: {"sold": False}, ("monthly_usd",)
    ),
}  # fmt: skip
