"""Every text is written so that PyYAML and Pulumi's engine read it as the same text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from runbook.adoption.stack_edit import edited
from runbook.stack_file import StackFileError, parse
from runbook.yaml_text import dump, is_plain, yaml_text

NASTY = [
    *("08", "1e3", "0x10", "0o17", "1:30", "1_000", ".5", "+1", "-", "2026-1-1", "2026-01-01T00:00:00Z"),
    *("yes", "No", "ON", "off", "y", "N", "true", "null", "Null", "~", ".inf", ".NaN", "<<", "=", ""),
    *(" leading", "trailing ", "two\nlines", "nel\x85inside", "line\u2028and\u2029paragraph", "\ufeffmark"),
    *(
        "a: b",
        "a #b",
        "- a",
        "[a]",
        "{a: b}",
        "'a",
        '"a',
        "a\\b",
        "!tag",
        "&a",
        "*a",
        "%a",
        "@a",
        "`a`",
        "\ttab",
    ),
    *("\x00", "\x7f", "\U0001f600", "${app.url}/api/v1"),
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_a_reader_could_take_for_another_is_in_double_quotes(text: str) -> None:
    assert yaml_text(text).startswith('"')
    assert yaml.safe_load(f"key: {yaml_text(text)}") == {"key": text}


@given(texts)
@example("plain")
@example("nel\x85")
def test_any_text_is_read_back_and_stands_on_one_line(text: str) -> None:
    for line in (yaml_text(text), yaml_text(text, quoted=True)):
        assert yaml.safe_load(f"key: {line} # remark") == {"key": text}
        assert len(f"{line}.".splitlines()) == 1
    assert yaml.safe_load(dump({"vars": {"KEY": text}})) == {"vars": {"KEY": text}}


@given(texts)
def test_what_is_left_without_quotes_is_letters_first_and_no_word_of_yaml(text: str) -> None:
    if is_plain(text):
        assert text[0].isalpha() or text[0] == "_"
        assert text.isascii()
        assert yaml.safe_load(text) == text


@given(st.dictionaries(st.sampled_from(["A", "B", "C"]), texts, min_size=1))
@example({"A": "08"})
def test_edited_config_vars_are_quoted_each(values: dict[str, str]) -> None:
    today = "config:\n  social-catering:config_vars:\n    A: 08 # why\n    B: old\n"
    wanted = {"config": {"social-catering:config_vars": values}}
    text = edited(today, wanted, {})
    assert yaml.safe_load(text) == wanted
    quoted = [line for line in text.splitlines() if line.startswith("    ") and '"' in line]
    assert len(quoted) == len(values) - (values.get("B") == "old")


@pytest.mark.parametrize("text", ["08", "1e3", "0o17", "2026-1-1", "1E5"])
def test_a_file_that_the_engine_would_read_otherwise_is_refused_with_its_line(text: str) -> None:
    file = f"config:\n  social-catering:config_vars:\n    WEB_CONCURRENCY: {text}\n"
    where = "Pulumi.staging.yaml:3: config.social-catering:config_vars.WEB_CONCURRENCY"
    with pytest.raises(StackFileError, match=f"^{where}: Pulumi reads this as a number or a date; put it in"):
        parse("Pulumi.staging.yaml", file)
    assert parse("Pulumi.staging.yaml", file.replace(text, f'"{text}"')).values
