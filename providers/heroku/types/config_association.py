"""heroku:app/configAssociation:ConfigAssociation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_api.errors import NotFoundError
from heroku_api.objects import is_app_missing
from providers.heroku.types import releases
from providers.protocol.lifecycle import Failure
from providers.resources import rules
from providers.resources.calls import Call, Made, Plain
from providers.resources.missing import MissingError
from providers.resources.schema import Field, Kind, ResourceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from providers.protocol.values import Properties

MAPS = ("vars", "sensitiveVars")


def _names_once_and_well(inputs: Properties) -> Iterator[Failure]:
    maps = {name: inputs[name] for name in MAPS if isinstance(inputs.get(name), dict)}
    for map_name, values in maps.items():
        for name in values:
            if not rules.CONFIG_VAR_NAME.fullmatch(name):
                reason = "must be letters, digits and underscores, and not start with a digit."
                yield Failure(f"{map_name}.{name}", reason)
    for name in sorted({*maps.get("vars", {})} & {*maps.get("sensitiveVars", {})}):
        yield Failure(f"vars.{name}", "is also in sensitiveVars. Keep it in one of the two.")


RESOURCE = ResourceType(
    token="heroku:app/configAssociation:ConfigAssociation",  # noqa: S106 - Pulumi's word for a type
    rule=_names_once_and_well,
    fields=(
        Field(name="appId", required=True, rule=rules.uuid),
        Field(name="vars", kind=Kind.MAP, optional=True),
        Field(name="sensitiveVars", kind=Kind.MAP, optional=True, secret=True, secret_elements=True),
    ),
)


class ConfigAssociation(Plain):
    """The config vars of an app that are named here; all others are left alone."""

    resource = RESOURCE

    def create(self, call: Call, news: Properties, made: Made) -> None:
        def stored() -> None:
            made.id = f"config:{news['appId']}"
            made.state = {"appId": news["appId"], **{name: news.get(name) or None for name in MAPS}}

        releases.set_config_vars(call, news["appId"], _all(news), stored=stored)
        values = call.heroku.config_vars(news["appId"])
        for name in MAPS:
            if news.get(name):
                made.state[name] = {key: values[key] for key in news[name] if key in values}

    def find(self, call: Call, made: Made) -> bool:
        del call, made
        return False

    def read(self, call: Call, made: Made) -> bool:
        try:
            self._look(call, made)
        except NotFoundError as error:
            if is_app_missing(error):
                raise MissingError(f"app {made.state['appId']}", error) from None
            raise
        return True

    def update(self, call: Call, news: Properties, made: Made) -> None:
        old = dict(made.state)
        moved = news["appId"] != old.get("appId")
        changed = (
            _all(news)
            if moved
            else releases.changes((old.get(name) or {}, news.get(name) or {}) for name in MAPS)
        )

        def stored() -> None:
            made.state.update({name: news.get(name) for name in ("appId", *MAPS)})

        releases.change_config_vars(call, news["appId"], changed, stored=stored)
        if moved and old.get("appId"):
            releases.set_config_vars(call, old["appId"], dict.fromkeys(_all(old)))
        self._look(call, made)
        made.state.update({name: None for name in MAPS if old.get(name) is None and not news.get(name)})

    def delete(self, call: Call, made: Made) -> None:
        releases.set_config_vars(call, made.state["appId"], dict.fromkeys(_all(made.state)))

    def _look(self, call: Call, made: Made) -> None:
        values = call.heroku.config_vars(made.state["appId"])
        for name in MAPS:
            made.state[name] = {key: values[key] for key in made.state.get(name) or {} if key in values}


def _all(inputs: Properties) -> dict[str, str | None]:
    """Every declared config var with its value."""
    return {key: value for name in MAPS for key, value in (inputs.get(name) or {}).items()}
