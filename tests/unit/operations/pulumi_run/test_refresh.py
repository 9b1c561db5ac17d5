"""The engine's refresh held against what was found here."""

from __future__ import annotations

from operations.pulumi_run.refresh import EngineView, explanations


def test_a_quantity_that_has_a_range_is_explained() -> None:
    view = EngineView({"formation-web": ("update", ("quantity",))})
    assert explanations(view, (), {"formation-web"}) == (
        [
            "the engine would update formation-web (quantity): its quantity has a range, and Pulumi leaves it alone"
        ],
        [],
    )


def test_a_fixed_quantity_and_anything_else_of_a_range_are_not_explained() -> None:
    view = EngineView(
        {"formation-web": ("update", ("quantity", "size")), "formation-worker": ("update", ("quantity",))}
    )
    assert explanations(view, (), {"formation-web"}) == (
        [],
        [
            "the engine would update formation-web (quantity, size), and nothing was found here",
            "the engine would update formation-worker (quantity), and nothing was found here",
        ],
    )
