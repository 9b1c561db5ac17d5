"""Small parts of an app, one frozen record per thing, as in records.py."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Drain:
    id: str
    app_id: str
    url: str = field(repr=False)
    token: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Domain:
    id: str
    app_id: str
    hostname: str
    cname: str
    sni_endpoint: str | None
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Collaborator:
    id: str
    app_id: str
    email: str
    user_id: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    app_id: str
    url: str
    level: str
    include: tuple[str, ...]
    created_at: float
    updated_at: float
    secret: str | None = field(default=None, repr=False)
    authorization: str | None = field(default=None, repr=False)
