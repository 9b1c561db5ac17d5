"""One-off dynos: started by `heroku run`, gone when their command ends. In memory: they outlive no restart."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OneOff:
    """`key` opens its terminal, once; "" for a detached one. `boots_until` is when `starting` ends, 0 when it has.

    `env` comes with the request, before the app's own config vars.
    """

    id: str
    app_id: str
    type: str
    number: int
    state: str
    size: str
    command: str
    release_id: str
    release_version: int
    created_at: float
    updated_at: float
    boots_until: float
    stops_at: float
    key: str = field(default="", repr=False)
    attached: bool = False
    tty: bool = True
    env: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        return f"{self.type}.{self.number}"


class OneOffs:
    """By id, in order of their start."""

    def __init__(self) -> None:
        self._rows: dict[str, OneOff] = {}

    def put(self, row: OneOff) -> OneOff:
        self._rows[row.id] = row
        return row

    def remove(self, row: OneOff) -> None:
        self._rows.pop(row.id, None)

    def get(self, row_id: str) -> OneOff | None:
        return self._rows.get(row_id)

    def all(self) -> list[OneOff]:
        return list(self._rows.values())

    def of(self, app_id: str) -> list[OneOff]:
        return [row for row in self._rows.values() if row.app_id == app_id]

    def of_key(self, key: str) -> OneOff | None:
        return next((row for row in self._rows.values() if row.key and row.key == key), None)
