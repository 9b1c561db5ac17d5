"""An attachment's life: adopted when it is there, made when it is not, never taken from another add-on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from heroku_api.errors import InvalidError, OutcomeUnknownError
from providers.resources.calls import StoppedError
from tests.unit.heroku_api.scripted_server import Cut, Reply
from tests.unit.providers.heroku_postgres.fake_heroku import (
    APP,
    ATTACHMENT,
    ATTACHMENT_URN,
    DATABASE,
    NOT_FOUND,
    OTHER_APP,
    OTHER_DATABASE,
    FakeHeroku,
    Plugin,
    writes,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def create(plugin: Plugin) -> Callable[..., Any]:
    return partial(plugin.create, ATTACHMENT_URN)


def state_of(heroku: FakeHeroku, index: int = 0) -> dict[str, Any]:
    found = heroku.attachments[index]
    return {
        **ATTACHMENT,
        "name": found["name"],
        "attachmentId": found["id"],
        "configVar": f"{found['name']}_URL",
    }


def test_what_heroku_attached_by_itself_is_adopted(heroku: FakeHeroku, plugin: Plugin, create: Any) -> None:
    created = create()
    assert (created.id, created.properties) == (heroku.attachments[0]["id"], state_of(heroku))
    assert writes(plugin) == []


def test_a_missing_attachment_is_made(heroku: FakeHeroku, create: Any) -> None:
    created = create(name="REPORTS")
    assert [one["name"] for one in heroku.attachments] == ["DATABASE", "REPORTS"]
    assert created.properties == state_of(heroku, 1)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("lost", [Reply(502), Cut()], ids=["502", "reset"])
def test_a_post_whose_answer_was_lost_ends_with_one_attachment(
    heroku: FakeHeroku, create: Any, lost: Any, done: Any
) -> None:
    heroku.breaks("POST", "/addon-attachments", lost, after_doing=done)
    create(name="REPORTS")
    assert [one["name"] for one in heroku.attachments] == ["DATABASE", "REPORTS"]


def test_an_attachment_that_appears_meanwhile_is_adopted(heroku: FakeHeroku, create: Any) -> None:
    heroku.breaks("GET", f"/apps/{APP}/addon-attachments", Reply(200, []))
    assert create().properties == state_of(heroku)


def test_a_name_of_another_add_on_is_never_taken_from_it(
    heroku: FakeHeroku, plugin: Plugin, create: Any
) -> None:
    heroku.add_addon(OTHER_DATABASE, "sc-second-db")
    with pytest.raises(
        StoppedError, match="the name DATABASE in the app sc-mvp-staging belongs to sc-staging-db"
    ):
        create(databaseId=OTHER_DATABASE)
    assert writes(plugin) == []


def test_a_name_of_another_credential_is_not_adopted(heroku: FakeHeroku, create: Any) -> None:
    heroku.attach(DATABASE, "READER", namespace="credential:reader")
    with pytest.raises(StoppedError, match=r"belongs to sc-staging-db \(credential:reader\)"):
        create(name="READER")


def test_another_apps_database_is_refused(heroku: FakeHeroku, plugin: Plugin, create: Any) -> None:
    heroku.add_addon(OTHER_DATABASE, "sc-production-db", app=OTHER_APP)
    with pytest.raises(StoppedError, match="the database of the app sc-other, not of the app"):
        create(databaseId=OTHER_DATABASE)
    assert writes(plugin) == []


def test_a_refusal_that_stays_is_passed_on(heroku: FakeHeroku, create: Any) -> None:
    heroku.breaks("POST", "/addon-attachments", Reply(422, {"message": "Name is reserved"}), times=3)
    with pytest.raises(InvalidError, match="422 Name is reserved"):
        create(name="REPORTS")


def test_an_attachment_is_read_by_its_id(heroku: FakeHeroku, plugin: Plugin) -> None:
    found = plugin.read(state_of(heroku), heroku.attachments[0]["id"], ATTACHMENT_URN)
    assert (found.properties, found.inputs) == (state_of(heroku), ATTACHMENT)


def test_an_absence_is_believed_only_at_the_second_look(heroku: FakeHeroku, plugin: Plugin) -> None:
    state, uuid = state_of(heroku), heroku.attachments[0]["id"]
    heroku.breaks("GET", f"/addon-attachments/{uuid}", NOT_FOUND)
    assert plugin.read(state, uuid, ATTACHMENT_URN) is not None
    heroku.attachments.clear()
    assert plugin.read(state, uuid, ATTACHMENT_URN) is None


def test_a_name_that_another_database_has_by_now_is_not_taken_for_gone(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    """As after `heroku pg:promote`: a refresh stops, so that no `up` makes it anew or takes it back."""
    state, uuid = state_of(heroku), heroku.attachments[0]["id"]
    heroku.attachments.clear()
    heroku.add_addon(OTHER_DATABASE, "sc-second-db")
    heroku.attach(OTHER_DATABASE, "DATABASE")
    with pytest.raises(
        StoppedError,
        match=rf"DATABASE of the app sc-mvp-staging is sc-second-db by now, and the state has the database {DATABASE}: "
        r"another one was promoted\. Nothing was changed\. Carry the stack over to it: ops adopt STACK --promoted",
    ):
        plugin.read(state, uuid, ATTACHMENT_URN)
    assert writes(plugin) == []


def test_a_name_that_was_taken_away_and_given_back_is_followed_to_its_new_id(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    """As after a promotion and another one back."""
    state, uuid = state_of(heroku), heroku.attachments[0]["id"]
    heroku.attachments.clear()
    heroku.attach(DATABASE, "DATABASE")
    found = plugin.read(state, uuid, ATTACHMENT_URN)
    assert (found.id, found.properties) == (heroku.attachments[0]["id"], state_of(heroku))
    assert found.id != uuid


def test_a_missing_app_stops_a_refresh_with_a_question(heroku: FakeHeroku, plugin: Plugin) -> None:
    state = state_of(heroku)
    heroku.attachments.clear()
    heroku.apps.clear()
    with pytest.raises(
        StoppedError, match=rf"does not find the app {APP}\. Is it gone, or does HEROKU_API_KEY"
    ):
        plugin.read(state, DATABASE, ATTACHMENT_URN)


@pytest.mark.parametrize("form", ["sc-mvp-staging:DATABASE", f"{APP}:DATABASE", "uuid"])
def test_an_attachment_is_imported_by_app_and_name_or_by_its_uuid(
    heroku: FakeHeroku, plugin: Plugin, form: str
) -> None:
    uuid = heroku.attachments[0]["id"]
    found = plugin.imports(uuid if form == "uuid" else form, ATTACHMENT_URN)
    assert (found.id, found.properties, found.inputs) == (uuid, state_of(heroku), ATTACHMENT)


@pytest.mark.parametrize("import_id", ["sc-mvp-staging:NONE", DATABASE])
def test_importing_what_is_not_there_finds_nothing(plugin: Plugin, import_id: str) -> None:
    assert plugin.imports(import_id, ATTACHMENT_URN) is None


@pytest.mark.parametrize("import_id", ["DATABASE", ":DATABASE", "sc-mvp-staging:"])
def test_an_import_id_that_names_nothing_is_refused(plugin: Plugin, import_id: str) -> None:
    with pytest.raises(StoppedError, match="is of no use here; expected APP:NAME"):
        plugin.imports(import_id, ATTACHMENT_URN)


def test_an_attachment_is_detached_and_one_that_is_gone_is_no_error(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    state, uuid = state_of(heroku), heroku.attachments[0]["id"]
    plugin.delete(state, uuid, ATTACHMENT_URN)
    assert heroku.attachments == []
    plugin.delete(state, uuid, ATTACHMENT_URN)


@pytest.mark.parametrize("done", [True, False])
def test_a_delete_whose_answer_was_lost_ends_with_none(heroku: FakeHeroku, plugin: Plugin, done: Any) -> None:
    state, uuid = state_of(heroku), heroku.attachments[0]["id"]
    heroku.breaks("DELETE", "/addon-attachments", Cut(), after_doing=done)
    plugin.delete(state, uuid, ATTACHMENT_URN)
    assert heroku.attachments == []


def test_a_delete_whose_answers_are_always_lost_fails(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.breaks("DELETE", "/addon-attachments", Cut(), times=3)
    with pytest.raises(OutcomeUnknownError, match="Heroku may have done it"):
        plugin.delete(state_of(heroku), heroku.attachments[0]["id"], ATTACHMENT_URN)


def test_the_last_attachment_that_heroku_keeps_is_left_to_go_with_its_database(
    heroku: FakeHeroku, plugin: Plugin
) -> None:
    heroku.breaks(
        "DELETE", "/addon-attachments", Reply(422, {"message": "Cannot remove the last attachment"})
    )
    plugin.delete(state_of(heroku), heroku.attachments[0]["id"], ATTACHMENT_URN)
    assert plugin.screen.warned == ["Heroku keeps a database's last attachment: DATABASE goes with it"]


def test_another_refusal_to_detach_is_an_error(heroku: FakeHeroku, plugin: Plugin) -> None:
    heroku.attach(DATABASE, "REPORTS")
    heroku.breaks("DELETE", "/addon-attachments", Reply(422, {"message": "No"}))
    with pytest.raises(InvalidError, match="No"):
        plugin.delete(state_of(heroku), heroku.attachments[0]["id"], ATTACHMENT_URN)
