"""The settings of one provider, as a plugin holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Configuration:
    """Where Heroku is, as whom, and how the official plugin is told to behave."""

    url: str = "https://api.heroku.com"
    data_url: str = "https://api.data.heroku.com"
    api_key: str = field(default="", repr=False)
    email: str = ""
    basic: bool = False
    """The key is sent with the e-mail address, as the official plugin does."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    all_config_vars_in_state: bool = True
    addon_config_vars_in_state: bool = True
    after_app_create: timedelta = timedelta(seconds=10)
    after_domain_create: timedelta = timedelta(seconds=5)
    addon_create_limit: timedelta = timedelta(minutes=20)
