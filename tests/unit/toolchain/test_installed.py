"""Which installed Pulumi is used, and why another one isn't. Every `pulumi` here is a stand-in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from toolchain import engine
from toolchain.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Script


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def pulumi(script: Script, folder: Path, version: str, *, with_host: bool = True) -> Path:
    if with_host:
        script(folder / "pulumi-language-python", "")
    return script(
        folder / "pulumi", f'[ "$*" = version ] && [ "$PULUMI_SKIP_UPDATE_CHECK" = true ] && echo "{version}"'
    )


def find(checkout: Path, *folders: Path) -> engine.Search:
    return engine.find(checkout, {"PATH": os.pathsep.join(map(str, folders))})


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("v3.220.0", "3.220.0"),
        ("v3.221.0", "3.221.0"),
        ("v3.220.1-alpha.1+f00", "3.220.1-alpha.1+f00"),
        ("3.300.2", "3.300.2"),
        ("v4.0.0", "4.0.0"),
    ],
)
def test_one_that_is_new_enough_and_has_its_language_host_is_used(
    checkout: Path, path: Path, script: Script, answer: str, version: str
) -> None:
    pulumi(script, path, answer)
    assert find(checkout, path) == engine.Search(engine.Engine(path, version, "installed", checkout), ())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("v3.219.9", "it is version 3.219.9; 3.220.0 or newer is needed"),
        ("v3.99.0", "it is version 3.99.0; 3.220.0 or newer is needed"),
        ("v3.220.0-alpha.1", "it is version 3.220.0-alpha.1; 3.220.0 or newer is needed"),
        ("command not found", "`pulumi version` gives no version"),
        ("", "`pulumi version` gives no version"),
    ],
)
def test_an_unfit_one_is_refused_with_the_reason(
    checkout: Path, path: Path, script: Script, answer: str, reason: str
) -> None:
    executable = pulumi(script, path, answer)
    assert find(checkout, path) == engine.Search(None, (f"{executable} is not used: {reason}",))


def test_one_without_its_language_host_is_refused(checkout: Path, path: Path, script: Script) -> None:
    executable = pulumi(script, path, "v3.230.0", with_host=False)
    reason = "its language host pulumi-language-python is neither beside it nor on PATH"
    assert find(checkout, path) == engine.Search(None, (f"{executable} is not used: {reason}",))


def test_its_language_host_may_stand_elsewhere_on_path(
    checkout: Path, path: Path, script: Script, tmp_path: Path
) -> None:
    pulumi(script, path, "v3.230.0", with_host=False)
    script(tmp_path / "hosts" / "pulumi-language-python", "")
    assert find(checkout, path, tmp_path / "hosts").engine is not None


def test_its_language_host_may_stand_where_a_link_leads(
    checkout: Path, path: Path, script: Script, tmp_path: Path
) -> None:
    (path / "pulumi").symlink_to(pulumi(script, tmp_path / "cellar", "v3.230.0"))
    assert find(checkout, path).engine == engine.Engine(path, "3.230.0", "installed", checkout)


def test_a_fit_one_further_down_the_path_is_found(
    checkout: Path, path: Path, script: Script, tmp_path: Path
) -> None:
    old = pulumi(script, path, "v3.100.0")
    pulumi(script, tmp_path / "newer", "v3.220.0")
    assert find(checkout, path, tmp_path / "newer") == engine.Search(
        engine.Engine(tmp_path / "newer", "3.220.0", "installed", checkout),
        (f"{old} is not used: it is version 3.100.0; 3.220.0 or newer is needed",),
    )


@pytest.mark.parametrize("named", ["", "/pulumi"], ids=["its folder", "the executable"])
def test_one_that_is_named_is_used_before_those_on_path(
    checkout: Path, path: Path, script: Script, tmp_path: Path, named: str
) -> None:
    pulumi(script, path, "v3.300.0")
    pulumi(script, tmp_path / "named", "v3.230.0", with_host=False)
    env = {"PATH": str(path), "PULUMI": f"{tmp_path}/named{named}"}
    assert engine.find(checkout, env) == engine.Search(
        engine.Engine(tmp_path / "named", "3.230.0", "installed", checkout), ()
    )


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("bin", "{0}/bin/pulumi is not used: it is version 3.100.0; 3.220.0 or newer is needed"),
        ("bin/pulumi", "{0}/bin/pulumi is not used: it is version 3.100.0; 3.220.0 or newer is needed"),
        ("bin/pulumi-3.300", "no executable `pulumi` is there"),
        ("elsewhere", "no executable `pulumi` is there"),
    ],
)
def test_one_that_is_named_and_unfit_is_an_error_and_no_other_is_taken(
    checkout: Path, script: Script, monkeypatch: pytest.MonkeyPatch, named: str, reason: str
) -> None:
    around = checkout.parent
    pulumi(script, around / "bin", "v3.100.0")
    pulumi(script, around / "other", "v3.300.0")
    monkeypatch.setenv("PATH", f"{around}/other")
    monkeypatch.setenv("PULUMI", f"{around}/{named}")
    with pytest.raises(SetupError) as refused:
        engine.ensure(checkout, print)
    assert str(refused.value) == (
        f"PULUMI={around}/{named}: {reason.format(around)}. "
        "Name the executable `pulumi` or its folder, or unset PULUMI"
    )


def test_none_on_path(checkout: Path, path: Path) -> None:
    assert find(checkout, path) == engine.Search(None, ())


def test_what_was_built_here_is_not_taken_for_installed_and_lends_no_language_host(
    checkout: Path, path: Path, script: Script
) -> None:
    """It may be half built, or older than the engine that would start it."""
    ours = checkout / ".local" / "engine" / "3.220.0"
    pulumi(script, ours, "v3.220.0")
    assert find(checkout, ours) == engine.Search(None, ())
    pulumi(script, path, "v3.230.0", with_host=False)
    assert find(checkout, ours, path).engine is None


def test_path_puts_the_projects_python_first_then_the_engine(checkout: Path, path: Path) -> None:
    ours = checkout / ".local" / "engine" / "3.220.0"
    found = engine.Engine(path, "3.230.0", "installed", checkout)
    env = {"PATH": f"{ours}:/usr/bin:{path}:/bin"}
    assert found.path(env) == f"{checkout}/.venv/bin:{path}:/usr/bin:/bin"


def test_a_big_binary_is_asked_for_its_version_once_until_it_changes(
    checkout: Path, path: Path, script: Script, tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    script(path / "pulumi-language-python", "")

    def install(version: str) -> None:
        script(path / "pulumi", f"echo . >>'{asked}'; echo {version}; exit\n{'#' * 1_000_000}")

    install("v3.220.0")
    assert [find(checkout, path).engine, find(checkout, path).engine] == [
        engine.Engine(path, "3.220.0", "installed", checkout)
    ] * 2
    assert asked.read_text() == ".\n"
    install("v3.100.0")
    assert find(checkout, path).engine is None
    assert asked.read_text() == ".\n.\n"


def test_a_wrapper_script_is_asked_each_time(
    checkout: Path, path: Path, script: Script, tmp_path: Path
) -> None:
    """What it starts may change while the script stays the same."""
    chosen = tmp_path / "chosen"
    script(path / "pulumi-language-python", "")
    script(path / "pulumi", f"read -r version <'{chosen}'; echo $version")
    chosen.write_text("v3.220.0\n")
    assert find(checkout, path).engine is not None
    chosen.write_text("v3.100.0\n")
    assert find(checkout, path).engine is None
