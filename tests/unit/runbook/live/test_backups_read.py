"""Of which database each backup is: by the address it was read from, else by which databases there were."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from heroku_api.models import AddOn, Attachment, Transfer
from runbook.readers.live.answers import LiveApp
from runbook.readers.live.app import AppRead
from runbook.readers.live.backups import backups_of
from runbook.readers.live.digested import digested
from runbook.unknown import Unknown
from tests.unit.runbook.rules.healthy import DIGESTS

APP, OLD, NEW = (str(UUID(int=number)) for number in (1, 2, 3))
OLD_URL, NEW_URL = "postgres://u:canary@old.example:5432/one", "postgres://u:canary@new.example:5432/two"
OTHER_PASSWORD = "postgres://v:rotated-canary@new.example:5432/two"


def addon(uuid: str, name: str, created: str) -> AddOn:
    ref = {"id": uuid, "name": "heroku-postgresql:standard-0"}
    app = {"id": APP, "name": "sc-mvp-production"}
    return AddOn.model_validate(
        {
            "id": uuid,
            "name": name,
            "app": app,
            "addon_service": {"name": "heroku-postgresql"},
            "plan": ref,
            "state": "provisioned",
            "created_at": created,
        }
    )


def attached(uuid: str, name: str) -> Attachment:
    app = {"id": APP, "name": "sc-mvp-production"}
    return Attachment.model_validate(
        {
            "id": uuid,
            "name": name,
            "app": app,
            "addon": {"id": uuid, "name": "x", "app": app},
            "config_vars": [f"{name}_URL"],
        }
    )


def transfer(number: int, url: str | None, at: str = "2026-08-04 02:00:05 +0000") -> Transfer:
    values: dict[str, Any] = {"num": number, "from_type": "pg_dump", "to_type": "gof3r", "created_at": at}
    return Transfer.model_validate(
        {**values, "uuid": str(UUID(int=number)), "from_name": "DATABASE", "from_url": url, "succeeded": True}
    )


def owners(addons: list[AddOn], values: dict[str, str], *transfers: Transfer) -> list[object]:
    app = LiveApp.model_validate(
        {
            "id": APP,
            "name": "sc-mvp-production",
            "acm": False,
            "maintenance": False,
            "web_url": None,
            "region": {"name": "us"},
            "stack": {"name": "heroku-24"},
        }
    )
    nothing = Unknown("not asked")
    read = AppRead(
        app=app,
        addons=addons,
        config_vars=digested(values, None, DIGESTS),
        formation=nothing,
        buildpacks=nothing,
        schedules=nothing,
        transfers=list(transfers),
    )
    names = {str(one.id): one.name for one in addons}
    attachments = [attached(str(one.id), f"DB{number}") for number, one in enumerate(addons)]
    found = backups_of(read, attachments, names)
    assert not isinstance(found, Unknown)
    return [backup.database for backup in found]


BOTH = [addon(OLD, "old-db", "2026-01-01T00:00:00Z"), addon(NEW, "new-db", "2026-08-04T10:00:00Z")]
ADDRESSES = {"DB0_URL": OLD_URL, "DB1_URL": NEW_URL}


def test_a_backup_is_of_the_database_whose_address_it_was_read_from_whatever_the_password() -> None:
    found = owners(BOTH, ADDRESSES, transfer(1, OLD_URL), transfer(2, OTHER_PASSWORD))
    assert found == ["old-db", "new-db"]


def test_a_backup_of_a_destroyed_database_is_of_none_of_those_left() -> None:
    left = {"DB0_URL": NEW_URL}
    assert owners(BOTH[1:], left, transfer(1, OLD_URL), transfer(2, NEW_URL)) == [None, "new-db"]


@pytest.mark.parametrize("url", [None, "not an address", "postgres://u:p@internal.example/one"])
def test_without_an_address_to_compare_a_database_made_later_is_not_the_one(url: str | None) -> None:
    early, late = transfer(1, url), transfer(2, url, "2026-08-05 02:00:05 +0000")
    assert owners(BOTH[1:], {"DB0_URL": NEW_URL}, early, late) == [None, "new-db"]


def test_without_an_address_one_of_two_databases_is_unknown() -> None:
    (found,) = owners(BOTH, ADDRESSES, transfer(1, None, "2026-08-05 02:00:05 +0000"))
    assert found == Unknown("Heroku does not say of which of the app's databases it is")


def test_what_is_kept_of_an_address_is_no_password() -> None:
    assert "canary" not in repr(transfer(1, OLD_URL))
    assert "canary" not in repr(digested(ADDRESSES, None, DIGESTS))
