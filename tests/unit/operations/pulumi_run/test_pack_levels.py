"""What the pack enforces is asked of the pack itself, as the engine asks it: each way to weaken it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.errors import OperationError
from operations.judging import guards
from operations.pulumi_run.pack_levels import PackLevels, ask_pack, read, written
from operations.workspace import Workspace

SECONDS = 60
ROOT = Workspace.here().root
PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def policy(name, **more):
    return ResourceValidationPolicy(name=name, description=name, validate=lambda args, report: None, **more)

names = {names!r}
shown = dict(enforcement_level=EnforcementLevel.ADVISORY)
"""
OURS = guards.expected_policies() - guards.SHOWS_ONLY
WHOLE = "[*map(policy, names), policy('waivers-in-force', **shown)]"
MANDATORY = "enforcement_level=EnforcementLevel.MANDATORY"
WEAK = "; expected every policy to be mandatory: a plain `pulumi up` would not be stopped"


def asked(folder: Path, pack: str) -> PackLevels:
    (folder / "policies").mkdir()
    (folder / "policies" / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.1.0\n")
    (folder / "policies" / "__main__.py").write_text(PACK.format(names=sorted(OURS)) + pack)
    (folder / "operations").symlink_to(ROOT / "operations")
    return ask_pack(folder, SECONDS)


def test_our_own_pack_enforces_every_rule() -> None:
    levels = ask_pack(ROOT, SECONDS)
    assert levels == PackLevels(
        "runbook",
        {
            name: "advisory" if name in guards.SHOWS_ONLY else "mandatory"
            for name in guards.expected_policies()
        },
    )
    assert list(guards.of_levels(levels)) == []
    assert read(written(levels)) == levels


@pytest.mark.parametrize(
    ("words", "pack", "says"),
    [
        ("the pack", f"PolicyPack('runbook', {WHOLE}, enforcement_level=EnforcementLevel.ADVISORY)", f"the policy pack does not enforce {', '.join(f'{name} (advisory)' for name in sorted(OURS))}{WEAK}"),
        ("one policy", f"PolicyPack('runbook', [policy('web-runs', **shown) if one.name == 'web-runs' else one for one in {WHOLE}], {MANDATORY})", f"the policy pack does not enforce web-runs (advisory){WEAK}"),
        ("one disabled", f"shown = dict(enforcement_level=EnforcementLevel.DISABLED)\nPolicyPack('runbook', [policy('web-runs', **shown) if one.name == 'web-runs' else one for one in {WHOLE}], {MANDATORY})", f"the policy pack does not enforce web-runs (disabled){WEAK}"),
        ("a configuration", f"PolicyPack('runbook', {WHOLE}, {MANDATORY}, initial_config={{'web-runs': EnforcementLevel.ADVISORY}})", f"the policy pack does not enforce web-runs (advisory){WEAK}"),
        ("all of it by configuration", f"PolicyPack('runbook', {WHOLE}, {MANDATORY}, initial_config={{'all': EnforcementLevel.DISABLED}})", f"the policy pack does not enforce all (disabled){WEAK}"),
        ("another name", f"PolicyPack('ours', {WHOLE}, {MANDATORY})", "the policy pack is named ours; expected runbook"),
        ("a rule less", f"PolicyPack('runbook', {WHOLE}[1:], {MANDATORY})", f"the policy pack has no policy {min(OURS)}"),
    ],
    ids=lambda value: value if "(" not in value else "",
)  # fmt: skip
def test_each_way_to_weaken_it_is_named(words: str, pack: str, says: str, tmp_path: Path) -> None:
    del words
    assert [trouble.what for trouble in guards.of_levels(asked(tmp_path, pack))] == [says]


def test_a_pack_that_does_not_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=r"^the policy pack did not say what its policies enforce"):
        asked(tmp_path, "raise SystemExit(1)")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "runbook"}', '{"name": 1, "levels": {}}', '{"name": "runbook", "levels": {"a": 1}}', "[" * 100000])  # fmt: skip
def test_what_no_pack_said_is_not_read(text: str) -> None:
    with pytest.raises(OperationError, match="did not say"):
        read(text)
