"""The language host as a process, spoken to as the engine speaks to it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from providers.language_host.servicer import WITHHELD
from providers.protocol import generated
from tests.waiting import wait_until

ROOT = Path(__file__).parents[4]
HOST = ROOT / "providers" / "language_host" / "__main__.py"
DEADLINE = 20
INSTALL_DEADLINE = 120
PROGRAM = """
import json, os, pathlib, signal, subprocess, sys, time
if pathlib.Path("deaf").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("on stdout", flush=True)
print("on stderr", file=sys.stderr, flush=True)
asked = json.loads(os.environ["PULUMI_CONFIG"]) if "PULUMI_CONFIG" in os.environ else {}
pathlib.Path("seen.json").write_text(json.dumps({
    "arguments": sys.argv[1:],
    "config": asked,
    "secret": os.environ.get("PULUMI_CONFIG_SECRET_KEYS"),
    "folder": os.getcwd(),
    "python_path": os.environ.get("PYTHONPATH"),
    "virtual_env": os.environ.get("VIRTUAL_ENV"),
    "own": os.environ.get("OWN"),
    "environment": sorted(os.environ),
    "pid": os.getpid(),
}))
if asked.get("wait") or os.environ.get("WAIT"):
    time.sleep(600)
sys.exit(int(asked.get("exit", os.environ.get("EXIT", "0"))))
"""


class Host:
    """A started language host, and what the engine sees of it."""

    def __init__(self, folder: Path, *, parent: int | None = None) -> None:
        self.folder = folder
        self.executor = folder / "executor.py"
        self.executor.write_text(PROGRAM)
        self.errors = folder / "stderr"
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, HOST, str(parent or os.getpid()), str(self.executor), "127.0.0.1:1"],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")

    def call(self, method: str, request: Any, answer: Any) -> Any:
        rpc = self.channel.unary_unary(
            f"/pulumirpc.LanguageRuntime/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )
        return rpc.future(request, timeout=DEADLINE)

    def run(self, **config: str) -> Any:
        """A `Run` under way; `result()` waits for its answer."""
        request = pb().RunRequest(
            project="social-catering",
            stack="staging",
            pwd=str(self.folder),
            dryRun=True,
            parallel=4,
            config=config,
            configSecretKeys=["a:secret"],
            monitor_address="127.0.0.1:2",
            organization="organization",
            info=self.info(),
        )
        return self.call("Run", request, pb().RunResponse)

    def run_plugin(self, **request: Any) -> Any:
        """What a `RunPlugin` answers, one by one."""
        rpc = self.channel.unary_stream(
            "/pulumirpc.LanguageRuntime/RunPlugin",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=pb().RunPluginResponse.FromString,
        )
        return rpc(pb().RunPluginRequest(**{"info": self.info(), **request}), timeout=DEADLINE)

    def install(self, **options: str) -> Any:
        """What an `InstallDependencies` answers, one by one."""
        rpc = self.channel.unary_stream(
            "/pulumirpc.LanguageRuntime/InstallDependencies",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=pb().InstallDependenciesResponse.FromString,
        )
        return rpc(pb().InstallDependenciesRequest(info=self.info(**options)), timeout=INSTALL_DEADLINE)

    def info(self, **options: str) -> Any:
        folder = str(self.folder)
        found = pb().ProgramInfo(root_directory=folder, program_directory=folder, entry_point=".")
        found.options.update(options)
        return found

    def seen(self) -> dict[str, Any]:
        """What the program was started with, once it runs."""
        file = self.folder / "seen.json"
        wait_until(lambda: file.exists() and file.read_text().endswith("}"), why="the file is whole")
        return dict(json.loads(file.read_text()))

    def printed(self) -> str:
        """What is left on stdout after the end."""
        return self.process.communicate(timeout=DEADLINE)[0]


def pb() -> Any:
    return generated.language_pb2


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with suppress(OSError):
        # Killed, and nobody has asked how it ended yet.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    running = Host(tmp_path)
    yield running
    running.channel.close()
    running.process.terminate()
    running.process.communicate(timeout=DEADLINE)


def test_a_program_gets_what_the_engine_says_and_nothing_of_the_hosts_own(host: Host) -> None:
    assert host.run(a="b").result() == pb().RunResponse()
    seen = host.seen()
    assert seen["arguments"] == [
        *("--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--project", "social-catering"),
        *("--root_directory", str(host.folder), "--stack", "staging", "--pwd", str(host.folder)),
        *("--dry_run", "true", "--parallel", "4", "--organization", "organization", "."),
    ]
    assert (seen["config"], seen["secret"]) == ({"a": "b"}, '["a:secret"]')
    assert seen["python_path"] == os.environ.get("PYTHONPATH")


def test_no_token_of_the_shell_reaches_a_program_or_a_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's plugins get them from the engine; nothing else needs them."""
    for name in WITHHELD:
        monkeypatch.setenv(name, "canary")
    host = Host(tmp_path)
    host.run(a="b").result()
    assert {*host.seen()["environment"]} & {*WITHHELD} == set()
    host.channel.close()
    host.process.terminate()
    host.process.communicate(timeout=DEADLINE)


def test_what_a_program_prints_is_printed_where_the_engine_reads(host: Host) -> None:
    host.run().result()
    host.process.terminate()
    assert host.printed() == "on stdout\n"
    assert host.errors.read_text() == "on stderr\n"


@pytest.mark.parametrize(
    ("code", "answer"),
    [("1", {"error": "program exited with non-zero exit code: 1"}), ("32", {"bail": True})],
)
def test_a_failed_program_is_told_once(host: Host, code: str, answer: dict[str, Any]) -> None:
    assert host.run(exit=code).result() == pb().RunResponse(**answer)


def test_a_program_that_the_engine_no_longer_waits_for_is_ended_without_a_traceback(host: Host) -> None:
    running = host.run(wait="yes")
    pid = host.seen()["pid"]
    running.cancel()
    wait_until(lambda: is_gone(pid), why="the process ended")
    assert host.errors.read_text() == "on stderr\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_host_and_its_program_cleanly(host: Host, number: int) -> None:
    running = host.run(wait="yes")
    pid = host.seen()["pid"]
    host.process.send_signal(number)
    assert host.process.wait(timeout=DEADLINE) == 0
    running.exception(timeout=DEADLINE)
    assert is_gone(pid)
    assert host.errors.read_text() == "on stderr\n"


def test_cancel_ends_the_program_and_the_answer_says_how(host: Host) -> None:
    running = host.run(wait="yes")
    host.seen()
    host.call("Cancel", Empty(), Empty).result()
    assert running.result() == pb().RunResponse(error="program was ended by signal 15")


def test_a_host_and_its_program_end_with_an_engine_that_is_killed(tmp_path: Path) -> None:
    engine = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    engine.kill()
    engine.wait()
    orphan = Host(tmp_path, parent=engine.pid)
    with suppress(grpc.RpcError):
        orphan.run(wait="yes")
    assert orphan.process.wait(timeout=DEADLINE) == 0
    orphan.channel.close()
    orphan.printed()
    seen = tmp_path / "seen.json"
    if seen.exists():
        assert is_gone(json.loads(seen.read_text())["pid"])


def test_a_program_that_does_not_listen_is_gone_before_its_host_ends(host: Host) -> None:
    """The engine is gone, so nothing but the host's own list of children says that one still runs."""
    (host.folder / "deaf").touch()
    running = host.run(wait="yes")
    pid = host.seen()["pid"]
    running.cancel()
    host.channel.close()
    host.process.send_signal(signal.SIGTERM)
    assert host.process.wait(timeout=DEADLINE) == 0
    assert is_gone(pid)


def test_a_policy_pack_runs_in_its_own_folder_and_is_streamed(host: Host) -> None:
    pulumi = host.folder / "pulumi"
    pulumi.mkdir()
    (pulumi / "__init__.py").touch()
    (pulumi / "policy.py").write_text(PROGRAM)
    answers = list(host.run_plugin(kind="analyzer", pwd="/", args=["127.0.0.1:1"], env=["OWN=a=b", "EXIT=7"]))
    assert b"".join(answer.stdout for answer in answers) == b"on stdout\n"
    assert b"".join(answer.stderr for answer in answers) == b"on stderr\n"
    assert answers[-1] == pb().RunPluginResponse(exitcode=7)
    seen = host.seen()
    assert seen["arguments"] == ["127.0.0.1:1", str(host.folder)]
    assert (seen["folder"], seen["own"]) == (str(host.folder), "a=b")


def test_another_plugin_runs_where_it_is_asked_for(host: Host) -> None:
    (host.folder / "__main__.py").write_text(PROGRAM)
    elsewhere = host.folder / "elsewhere"
    elsewhere.mkdir()
    answers = list(host.run_plugin(kind="resource", pwd=str(elsewhere), args=["127.0.0.1:1"]))
    assert answers[-1] == pb().RunPluginResponse(exitcode=0)
    assert json.loads((elsewhere / "seen.json").read_text())["arguments"] == ["127.0.0.1:1"]


def test_a_pack_that_is_no_longer_wanted_is_ended(host: Host) -> None:
    (host.folder / "__main__.py").write_text(PROGRAM)
    running = host.run_plugin(kind="resource", pwd=str(host.folder), env=["WAIT=yes"])
    assert next(running).WhichOneof("output") in ("stdout", "stderr")
    pid = host.seen()["pid"]
    running.cancel()
    wait_until(lambda: is_gone(pid), why="the process ended")


def test_the_environment_that_a_project_names_is_used(host: Host) -> None:
    bin_ = host.folder / "venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").symlink_to(sys.executable)
    (host.folder / "__main__.py").write_text(PROGRAM)
    list(host.run_plugin(kind="resource", pwd=str(host.folder), info=host.info(virtualenv="venv")))
    assert host.seen()["virtual_env"] == str(host.folder / "venv")


def test_an_environment_that_is_not_there_is_one_sentence(host: Host) -> None:
    said = (
        f"{host.folder}: its project file names the virtual environment ../.venv, and {host.folder}/../.venv/bin/python is not "
        "there; `./ops demo` or `./ops test` sets it up"
    )
    answers = list(host.run_plugin(kind="analyzer", info=host.info(virtualenv="../.venv")))
    assert answers == [
        pb().RunPluginResponse(stderr=f"{said}\n".encode()),
        pb().RunPluginResponse(exitcode=1),
    ]
    request = pb().RunRequest(info=host.info(virtualenv="../.venv"))
    assert host.call("Run", request, pb().RunResponse).result() == pb().RunResponse(error=said)


def test_a_folder_that_is_not_there_is_one_sentence(host: Host) -> None:
    request = pb().RunRequest(info=pb().ProgramInfo(program_directory="/nowhere"))
    found = host.call("Run", request, pb().RunResponse).result()
    assert found.error == f"{sys.executable} could not be started in /nowhere: No such file or directory"
    assert host.errors.read_text() == ""


def made(folder: Path) -> Path:
    """A wheel of one module, as a package index would have it."""
    wheel = folder / "canary-1.0-py3-none-any.whl"
    about = "canary-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("canary.py", "")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: canary\nVersion: 1.0\n")
        archive.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{about}/RECORD", "")
    return wheel


def with_hash(wheel: Path, *, right: bool = True) -> str:
    digest = hashlib.sha256(wheel.read_bytes() if right else b"another").hexdigest()
    return f"canary @ {wheel.as_uri()} --hash=sha256:{digest}\n"


@pytest.mark.slow
def test_install_makes_the_environment_that_is_named_and_fills_it(host: Host) -> None:
    (host.folder / "requirements.txt").write_text(with_hash(made(host.folder)))
    printed = b"".join(one.stdout for one in host.install(virtualenv=".venv")).decode()
    assert printed.startswith("Creating virtual environment...\n")
    assert "Successfully installed canary-1.0" in printed
    assert printed.endswith("Finished installing dependencies\n\n")
    assert list((host.folder / ".venv").glob("lib/python3*/site-packages/canary.py"))
    again = b"".join(one.stdout for one in host.install(virtualenv=".venv")).decode()
    assert "Creating" not in again
    assert again.endswith("Finished installing dependencies\n\n")


@pytest.mark.slow
def test_a_package_with_another_hash_is_not_installed(host: Host) -> None:
    (host.folder / "requirements.txt").write_text(with_hash(made(host.folder), right=False))
    answers = host.install(virtualenv=".venv")
    with pytest.raises(grpc.RpcError) as failed:
        list(answers)
    assert failed.value.code() is grpc.StatusCode.UNKNOWN
    assert failed.value.details().startswith("Installing dependencies in virtual environment failed: ")
    assert not list((host.folder / ".venv").glob("lib/python3*/site-packages/canary.py"))


def test_without_an_environment_to_install_into_nothing_is_installed(host: Host) -> None:
    (host.folder / "requirements.txt").write_text("pulumi\n")
    with pytest.raises(grpc.RpcError) as failed:
        list(host.install())
    assert failed.value.details() == (
        f"{host.folder}: its project file names no virtual environment; add `virtualenv: .venv` to its runtime's options"
    )


def test_without_requirements_install_does_not_report_success(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        list(host.install(virtualenv=".venv"))
    assert failed.value.details() == (
        f"{host.folder / 'requirements.txt'} is not there, so there is nothing to install"
    )
    assert not (host.folder / ".venv").exists()


def test_what_is_not_served_says_what_to_install(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        host.call("About", pb().AboutRequest(), pb().AboutResponse).result()
    assert refused.value.details() == (
        "About: the engine that ./ops built only runs and installs programs and policy packs; install Pulumi for the rest"
    )
    assert host.errors.read_text() == ""


def test_the_engine_learns_of_no_package(host: Host) -> None:
    assert host.call("Handshake", pb().LanguageHandshakeRequest(), pb().LanguageHandshakeResponse).result()
    found = host.call(
        "GetRequiredPackages", pb().GetRequiredPackagesRequest(), pb().GetRequiredPackagesResponse
    )
    assert found.result() == pb().GetRequiredPackagesResponse()
    info = host.call("GetPluginInfo", Empty(), generated.plugin_pb2.PluginInfo).result()
    assert info.version == "0.1.0"


def test_started_by_hand_it_says_who_starts_it() -> None:
    done = subprocess.run(
        [sys.executable, HOST], capture_output=True, text=True, check=False, timeout=DEADLINE
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "pulumi-language-python is started by Pulumi's engine; to run pulumi here: ./ops pulumi STACK preview\n"
    )
