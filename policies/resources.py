"""What the policy SDK hands over, read key by key, as resources that the plan's reader takes.

Reading an unknown value through the SDK raises, and the SDK then skips the policy with an advisory. Here it becomes
Unknown, and the rule says `not evaluated`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from runbook.readers.config_vars import MAPS
from runbook.readers.declared import APP
from runbook.readers.engine_values import COMPUTED
from runbook.readers.registered import Registered
from runbook.unknown import Unknown


def of_resource(args: ResourceValidationArgs) -> Registered:
    """One resource as a resource policy sees it: its inputs."""
    return Registered(
        type=args.resource_type,
        urn=args.urn,
        properties=_mapping(args.props),
        protect=bool(args.opts.protect),
        parent=args.opts.parent,
        ignored=frozenset(args.opts.ignore_changes),
    )


def of_stack(resources: Sequence[PolicyResource]) -> list[Registered]:
    """All resources as a stack policy sees them: their outputs, and what these came from."""
    return [
        Registered(
            type=resource.resource_type,
            urn=resource.urn,
            properties=_mapping(resource.props),
            protect=bool(resource.opts.protect),
            parent=resource.opts.parent,
            computed=_computed(resource),
            depends={
                key: tuple(source.urn for source in sources)
                for key, sources in resource.property_dependencies.items()
            },
        )
        for resource in resources
    ]


def _computed(resource: PolicyResource) -> frozenset[str]:
    """An app's own maps of config vars where they are unknown: outputs don't tell declared from computed.

    What an app declares itself was decided on its inputs, as a resource.
    """
    if resource.resource_type != APP:
        return frozenset()
    return frozenset(key for key, _ in MAPS[APP] if isinstance(_mapping(resource.props).get(key), Unknown))


def _mapping(props: Mapping[str, Any]) -> dict[str, object]:
    return {key: _at(props, key) for key in props}


def _at(container: Any, key: Any) -> object:
    try:
        value = container[key]
    except UnknownValueError:
        return COMPUTED
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_at(value, index) for index in range(len(value))]
    return value
