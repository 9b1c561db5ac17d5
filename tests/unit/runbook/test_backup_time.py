"""The hour of a backup is wall time of a zone of the tz database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.backup_time import ALIASES, BackupTime, BackupTimeError


@given(
    hour=st.integers(0, 23),
    zone=st.sampled_from(["America/Los_Angeles", "Europe/Paris", "UTC", "Asia/Kolkata"]),
)
def test_what_is_written_is_read_back(hour: int, zone: str) -> None:
    assert BackupTime.parse(str(BackupTime(hour, zone))) == BackupTime(hour, zone)


@pytest.mark.parametrize("alias", ["PST", "PDT", "pst"])
def test_pacific_abbreviations_are_los_angeles(alias: str) -> None:
    assert BackupTime.parse(f"2:00 {alias}") == BackupTime(2, "America/Los_Angeles")


@pytest.mark.parametrize(
    ("name", "zone"), [("US/Pacific", "America/Los_Angeles"), ("US/Eastern", "America/New_York")]
)
def test_another_name_of_a_zone_is_that_zone(name: str, zone: str) -> None:
    assert BackupTime.parse(f"02:00 {name}") == BackupTime(2, zone)


def test_every_alias_is_a_zone() -> None:
    for zone in ALIASES.values():
        assert BackupTime.parse(f"02:00 {zone}").zone == zone


@pytest.mark.parametrize("zone", ["Etc/GMT+8", "UTCfoo", "Mars/Base", "+02:00", "EST5EDT"])
def test_what_is_no_place_is_no_zone(zone: str) -> None:
    with pytest.raises(BackupTimeError, match=r"^a zone of the tz database"):
        BackupTime.parse(f"02:00 {zone}")


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        time = BackupTime.parse(text)
    except BackupTimeError:
        return
    assert 0 <= time.hour <= 23
