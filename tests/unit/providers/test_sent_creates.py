"""What was sent from this Pulumi home is known to the next run, and nothing else is proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.resources.sent_creates import SentCreates

WHAT = "urn:pulumi:dev::demo::heroku:app/app:App::r app sc-app"


@pytest.fixture(params=["kept", "in memory"])
def creates(request: pytest.FixtureRequest, tmp_path: Path) -> SentCreates:
    return SentCreates.of({"PULUMI_HOME": str(tmp_path)} if request.param == "kept" else {})


def test_without_a_create_nothing_is_ours(creates: SentCreates) -> None:
    assert not creates.proves(WHAT, "id")


def test_a_create_whose_answer_is_not_known_proves_what_is_found(creates: SentCreates) -> None:
    creates.sent(WHAT)
    assert creates.proves(WHAT, "id")
    assert not creates.proves("urn:pulumi:prod::other::heroku:app/app:App::r app sc-app", "id")


def test_an_answered_create_proves_its_own_object_only(creates: SentCreates) -> None:
    creates.sent(WHAT)
    creates.answered(WHAT, "id")
    assert (creates.proves(WHAT, "id"), creates.proves(WHAT, "made by hand since")) == (True, False)


def test_a_refused_create_proves_nothing(creates: SentCreates) -> None:
    creates.sent(WHAT)
    creates.refused(WHAT)
    assert not creates.proves(WHAT, "id")
    creates.refused(WHAT)


def test_the_run_after_a_kill_knows_what_was_sent(tmp_path: Path) -> None:
    SentCreates.of({"HOME": str(tmp_path)}).sent(WHAT)
    again = SentCreates.of({"HOME": str(tmp_path)})
    assert again.is_known(WHAT)
    assert again.proves(WHAT, "id")
    assert [path.parent.name for path in tmp_path.rglob("*") if path.is_file()] == ["heroku-creates"]


def test_a_home_that_cannot_be_written_stops_no_create(tmp_path: Path) -> None:
    (tmp_path / "heroku-creates").write_text("in the way")
    creates = SentCreates.of({"PULUMI_HOME": str(tmp_path)})
    creates.sent(WHAT)
    assert creates.proves(WHAT, "id")
    creates.refused(WHAT)
    assert not creates.proves(WHAT, "id")
