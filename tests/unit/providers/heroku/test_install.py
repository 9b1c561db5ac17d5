"""The local `heroku` plugin is in Pulumi's plugins folder, unless the official plugin does."""

from __future__ import annotations

from pathlib import Path

from providers.heroku import install

PLACE = Path("plugins/resource-heroku-v1.0.4/pulumi-resource-heroku")


def test_the_drop_in_is_linked_and_can_be_run(tmp_path: Path) -> None:
    install.link(tmp_path)
    assert (tmp_path / PLACE).resolve() == Path(install.__file__).with_name(
        "pulumi-resource-heroku"
    ).resolve()
    assert (tmp_path / PLACE).stat().st_mode & 0o111


def test_linking_again_changes_nothing(tmp_path: Path) -> None:
    install.link(tmp_path)
    before = (tmp_path / PLACE).lstat().st_ino
    install.link(tmp_path)
    assert (tmp_path / PLACE).lstat().st_ino == before


def test_a_link_into_a_checkout_that_moved_is_mended(tmp_path: Path) -> None:
    (tmp_path / PLACE).parent.mkdir(parents=True)
    (tmp_path / PLACE).symlink_to(tmp_path / "gone")
    install.link(tmp_path)
    assert (tmp_path / PLACE).exists()


def test_the_official_plugin_is_left_where_it_is(tmp_path: Path) -> None:
    (tmp_path / PLACE).parent.mkdir(parents=True)
    (tmp_path / PLACE).write_bytes(b"\x7fELF")
    assert install.link(tmp_path) == tmp_path / PLACE
    assert (tmp_path / PLACE).read_bytes() == b"\x7fELF"


def test_an_official_plugin_in_another_home_is_told_and_a_stand_in_is_none(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    install.link(ours)
    assert install.official([ours, theirs]) is None
    (theirs / PLACE).parent.mkdir(parents=True)
    (theirs / PLACE).write_bytes(b"\x7fELF")
    assert install.official([ours, theirs]) == theirs / PLACE


def test_an_official_plugin_of_another_home_is_used(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    (theirs / PLACE).parent.mkdir(parents=True)
    (theirs / PLACE).write_bytes(b"\x7fELF")
    ours = tmp_path / "ours"
    install.link(ours)
    assert install.link(ours, [tmp_path / "nowhere", theirs]) == theirs / PLACE
    assert (ours / PLACE).readlink() == theirs / PLACE


def test_an_official_plugin_of_another_version_is_told_with_the_command_that_installs_the_right_one(
    tmp_path: Path,
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    install.link(ours)
    assert install.of_another_version([ours, theirs]) == ""
    older = theirs / "plugins" / "resource-heroku-v1.0.3" / install.EXECUTABLE
    older.parent.mkdir(parents=True)
    older.write_bytes(b"\x7fELF")
    assert install.link(ours, [theirs]) == Path(install.__file__).with_name(install.EXECUTABLE).resolve()
    assert install.of_another_version([ours, theirs]) == (
        f"{older} is version 1.0.3 of the official heroku plugin, and this project needs 1.0.4: local runs use the project's own "
        "plugin instead; to use the official one: "
        "pulumi plugin install resource heroku 1.0.4 --server github://api.github.com/pulumiverse"
    )
    (theirs / PLACE).parent.mkdir(parents=True)
    (theirs / PLACE).write_bytes(b"\x7fELF")
    assert install.of_another_version([ours, theirs]) == ""
