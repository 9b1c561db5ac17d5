"""A person's access: made once, taken over after a lost answer, and gone without an error."""

from __future__ import annotations

from typing import Any

import pytest

from heroku_api.errors import HerokuError
from providers.protocol.lifecycle import CreateRequest, DeleteRequest, ReadRequest
from tests.unit.providers.heroku.scripted import APP_ID, LOST, Heroku

TOKEN = "urn:pulumi:s::p::heroku:collaborator/collaborator:Collaborator::pat"
PERSON_ID = "68d61a53-e4d7-5624-8ed5-30a40aa848da"
PEOPLE = f"/apps/{APP_ID}/collaborators"
WANTED = {"appId": APP_ID, "email": "pat+ops@example.com"}
TAKEN = {"id": "invalid_params", "message": "pat+ops@example.com is already a collaborator on sc-app"}
MISSING = {"id": "not_found", "message": "Couldn't find that collaborator.", "resource": "collaborator"}


def person(email: str = WANTED["email"]) -> dict[str, Any]:
    return {"id": PERSON_ID, "app": {"id": APP_ID, "name": "sc-app"}, "user": {"id": "u", "email": email}}


@pytest.mark.parametrize(("status", "refusal"), [(502, LOST), (422, TAKEN)], ids=["lost now", "lost before"])
def test_access_that_is_there_already_is_taken_over(heroku: Heroku, status: int, refusal: Any) -> None:
    heroku.plays(
        ("POST", PEOPLE, status, refusal),
        ("GET", f"{PEOPLE}/pat+ops@example.com", 200, person()),
        ("GET", f"{PEOPLE}/{PERSON_ID}", 200, person()),
    )
    made = heroku.provider.create(CreateRequest(TOKEN, WANTED))
    assert heroku.surprises() == []
    assert (made.id, {key: made.properties[key] for key in WANTED}) == (PERSON_ID, WANTED)


def test_a_refusal_stays_one_where_the_person_has_no_access(heroku: Heroku) -> None:
    heroku.plays(
        ("POST", PEOPLE, 422, TAKEN),
        ("GET", f"{PEOPLE}/pat+ops@example.com", 404, MISSING),
    )
    with pytest.raises(HerokuError, match="already a collaborator"):
        heroku.provider.create(CreateRequest(TOKEN, WANTED))


def test_access_that_was_taken_away_by_hand_is_gone_and_its_deletion_succeeds(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", f"{PEOPLE}/{PERSON_ID}", 404, MISSING),
        ("DELETE", f"{PEOPLE}/pat+ops@example.com", 404, MISSING),
    )
    state = {"id": PERSON_ID, **WANTED}
    assert heroku.provider.read(ReadRequest(TOKEN, PERSON_ID, WANTED, state)) is None
    heroku.provider.delete(DeleteRequest(TOKEN, PERSON_ID, state))
    assert heroku.surprises() == []


def test_an_import_finds_a_person_by_app_and_address(heroku: Heroku) -> None:
    heroku.plays(
        ("GET", "/apps/sc-app/collaborators/pat+ops@example.com", 200, person()),
        ("GET", f"{PEOPLE}/{PERSON_ID}", 200, person()),
    )
    found = heroku.provider.read(ReadRequest(TOKEN, "sc-app:pat+ops@example.com", {}, {}))
    assert found is not None
    assert (found.id, {key: found.inputs[key] for key in WANTED}) == (PERSON_ID, WANTED)
