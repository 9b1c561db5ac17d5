"""The config vars of a plan or a state: from the associations and the app itself, helped by what components declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from runbook.digest import Digest, Digests
from runbook.environment import ConfigVar, ConfigVarKind, ConfigVars
from runbook.readers.engine_values import Secret
from runbook.readers.registered import Registered
from runbook.readers.settings import plain_var
from runbook.secret_values import secret_form
from runbook.unknown import Known, Unknown

CONFIG_VARS = "runbook:heroku:ConfigVars"
MAPS: dict[str, tuple[tuple[str, ConfigVarKind], ...]] = {
    "heroku:app/configAssociation:ConfigAssociation": (("vars", "plain"), ("sensitiveVars", "managed")),
    "heroku:app/app:App": (("configVars", "plain"), ("sensitiveConfigVars", "managed")),
}
"""Types that set config vars, and their properties with plain and with secret values."""

_NOT_HERE = Unknown("its value is not known here")


def config_vars_of(resources: Sequence[Registered], digests: Digests) -> ConfigVars:
    declared = {found.urn: _declared(found, digests) for found in resources if found.type == CONFIG_VARS}
    known: list[ConfigVar] = []
    rest: Unknown | None = None
    for found in resources:
        if found.type not in MAPS:
            continue
        hints = declared.get(found.parent or "")
        for key, kind in MAPS[found.type]:
            variables = _of_map(found, key, kind, hints, digests)
            if isinstance(variables, Unknown):
                rest = variables
            else:
                known += variables
    by_hand = (var for hints in declared.values() for var in hints if var.kind in ("external", "optional"))
    return ConfigVars(known=(*known, *by_hand), rest=rest)


def declared_config_vars(component: Registered, digests: Digests) -> ConfigVars:
    """What a ConfigVars component alone declares, before anything of it is registered."""
    return ConfigVars(known=tuple(_declared(component, digests)))


def _declared(component: Registered, digests: Digests) -> list[ConfigVar]:
    declared = component.get("declared")
    if not isinstance(declared, Mapping):
        return []
    return [
        _hint(name, entry, digests) for name, entry in sorted(declared.items()) if isinstance(entry, Mapping)
    ]


def _hint(name: str, entry: Mapping[str, object], digests: Digests) -> ConfigVar:
    kind, value = entry.get("kind"), entry.get("value")
    if kind == "plain" and isinstance(value, str):
        return plain_var(name, value, digests)
    if kind == "external" or kind == "optional":  # noqa: PLR1714 - mypy narrows this form
        return ConfigVar(name=name, kind=kind)
    return ConfigVar(name=name, kind="plain" if kind == "plain" else "managed", digest=_NOT_HERE)


def _of_map(
    found: Registered, key: str, kind: ConfigVarKind, hints: Iterable[ConfigVar] | None, digests: Digests
) -> list[ConfigVar] | Unknown:
    """The config vars of one map; where the map is not known, those that the component declares of this kind."""
    declared = key in found.properties and key not in found.computed
    values = (found.get(key) if declared else None) or {}
    hinted = {var.name: var for var in hints or () if var.kind == kind}
    if isinstance(values, Mapping):
        return list(_of_values(values, kind, hinted, digests))
    if hints is not None:
        return list(hinted.values())
    return values if isinstance(values, Unknown) else Unknown(f"{found.name} has no mapping under {key}")


def _of_values(
    values: Mapping[str, object], kind: ConfigVarKind, hinted: Mapping[str, ConfigVar], digests: Digests
) -> Iterator[ConfigVar]:
    for name, value in sorted(values.items()):
        template = hinted[name].template if name in hinted else None
        secret = isinstance(value, Secret)
        clear = value.value if isinstance(value, Secret) else value
        if isinstance(clear, str):
            digest: Known[Digest] = digests.of(clear)
        elif name in hinted:
            digest = hinted[name].digest
        else:
            digest = clear if isinstance(clear, Unknown) else _NOT_HERE
        is_plain = kind == "plain" and not secret
        yield ConfigVar(
            name=name,
            kind="managed" if secret else kind,
            digest=digest,
            template=template,
            secret_form=secret_form(name, clear) if is_plain and isinstance(clear, str) else None,
        )
