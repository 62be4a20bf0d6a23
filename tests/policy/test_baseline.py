from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.policy.baseline import Baseline, NoBaseline, compare, read, renewed
from followthrough.policy.findings import Finding, Level, Rule


def finding(path: str, identity: str, rule: Rule = Rule.OWNER, line: int = 1) -> Finding:
    return Finding(
        rule=rule,
        level=Level.ERROR,
        path=path,
        line=line,
        end_line=line,
        message="m",
        suggestion="s",
        identity=identity,
    )


findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(["a.md", "b.md", "ü/c.md"]),
        st.sampled_from(["0", "1", "2"]),
        st.sampled_from(Rule),
        st.integers(1, 9),
    )
)
PATHS = {"a.md", "b.md", "ü/c.md"}


@given(findings)
def test_what_was_written_down_is_known_wherever_it_moves_to(found: list[Finding]) -> None:
    baseline = read(renewed(found, Baseline(), PATHS).text())
    moved = [finding(one.path, one.identity, one.rule, one.line + 40) for one in reversed(found)]
    again = compare(moved, baseline, PATHS)
    assert (again.new, again.known, again.gone) == ((), len(found), 0)


@given(findings, findings)
def test_new_known_and_gone_add_up(old: list[Finding], now: list[Finding]) -> None:
    baseline = renewed(old, Baseline(), PATHS)
    compared = compare(now, baseline, PATHS)
    assert len(compared.new) + compared.known == len(now)
    assert compared.known + compared.gone == len(old)


@given(findings, findings)
def test_other_documents_keep_what_was_forgiven(old: list[Finding], now: list[Finding]) -> None:
    before = renewed(old, Baseline(), PATHS)
    here = [one for one in now if one.path == "a.md"]
    after = renewed(here, before, {"a.md"})
    assert Counter(after.entries) == Counter(
        (one.path, one.rule.value, one.identity)
        for one in [*here, *(one for one in old if one.path != "a.md")]
    )


def test_one_more_of_the_same_is_new() -> None:
    one = finding("a.md", "1")
    compared = compare([one, one], renewed([one], Baseline(), PATHS), PATHS)
    assert (len(compared.new), compared.known) == (1, 1)


def test_documents_that_were_not_looked_at_lose_nothing() -> None:
    baseline = renewed([finding("a.md", "1")], Baseline(), PATHS)
    assert compare([], baseline, {"b.md"}).gone == 0


def test_it_tells_nothing_of_the_documents_words() -> None:
    text = renewed([finding("a.md", "0123456789abcdef")], Baseline(), PATHS).text()
    assert json.loads(text) == {
        "schema": "followthrough.check-baseline/1",
        "findings": [{"path": "a.md", "rule": "missing-owner", "finding": "0123456789abcdef"}],
    }


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"schema": "followthrough.check-baseline/2", "findings": []}']
    + [f'{{"schema": "followthrough.check-baseline/1", "findings": {inside}}}' for inside in ("3", "[{}]")]
    + [
        '{"schema": "followthrough.check-baseline/1", "findings": [{"path": "a", "rule": "b", "finding": "c"}]}'
    ],
)
def test_anything_else_is_no_baseline(text: str) -> None:
    with pytest.raises(NoBaseline):
        read(text)
