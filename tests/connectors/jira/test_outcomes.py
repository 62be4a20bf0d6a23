"""What an answer to a create says of each issue: created, provably not, or not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.connector import ConnectorError, RateLimited, Refused, Unauthorized, Unknown
from followthrough_jira.answers import Answer, Asked, error_of
from followthrough_jira.filing import Made, Result, outcomes_of

ASKED = Asked("acme.atlassian.net", "bot@acme.example", "OPS")


def outcomes(
    status: int, body: Any, number: int = 3, *, single: bool = False, **headers: str
) -> list[Result]:
    def error(answer: Answer) -> ConnectorError:
        return error_of(answer, ASKED)

    return list(outcomes_of(Answer(status, headers, body), number, error, single=single))


def issues(*numbers: int) -> list[dict[str, str]]:
    return [{"id": f"100{number}", "key": f"OPS-{number}", "self": ""} for number in numbers]


def failure(place: int, words: str = "Summary is too long.", status: int = 400) -> dict[str, Any]:
    told = {"errorMessages": [], "errors": {"summary": words}}
    return {"status": status, "failedElementNumber": place, "elementErrors": told}


def test_all_were_created() -> None:
    assert outcomes(201, {"issues": issues(1, 2, 3), "errors": []}) == [
        Made("1001", "OPS-1"),
        Made("1002", "OPS-2"),
        Made("1003", "OPS-3"),
    ]


def test_failures_stand_at_their_places_and_successes_at_the_others() -> None:
    body = {"issues": issues(7), "errors": [failure(2, "Two."), failure(0, "Nil.")]}
    assert outcomes(201, body) == [Refused("summary: Nil."), Made("1007", "OPS-7"), Refused("summary: Two.")]


def test_none_was_created() -> None:
    body = {"issues": [], "errors": [failure(place) for place in range(3)]}
    assert {type(one) for one in outcomes(400, body)} == {Refused}


def test_a_refusal_of_the_whole_batch_refuses_each() -> None:
    assert outcomes(400, {"errorMessages": ["No."], "errors": {}}) == [Refused("No.")] * 3
    assert {type(one) for one in outcomes(413, {"errorMessages": ["Too large."]})} == {Refused}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, {"issues": issues(1, 2), "errors": []}),
        (201, {"issues": issues(1, 2, 3), "errors": [failure(0)]}),
        (201, {"issues": None, "errors": None}),
        (201, {"issues": [{"id": "1"}] * 3, "errors": []}),
        (201, {"issues": "none", "errors": "none"}),
        (201, []),
        (201, None),
        (200, None),
        (204, None),
        (302, None),
        (400, None),
        (403, None),
        (408, {"errorMessages": ["Slow."]}),
        (500, {"errorMessages": ["Oh."]}),
        (502, None),
        (504, None),
    ],
    ids=str,
)
def test_what_does_not_add_up_is_not_known(status: int, body: Any) -> None:
    found = outcomes(status, body)
    assert len(found) == 3
    assert any(isinstance(one, Unknown) for one in found)
    assert not any(isinstance(one, Made) for one in found)


def test_an_element_that_failed_inside_jira_is_not_known() -> None:
    found = outcomes(201, {"issues": issues(1, 2), "errors": [failure(1, status=500)]})
    assert [type(one) for one in found] == [Made, Unknown, Made]


def test_limits_and_logins_hold_for_all_and_nothing_was_created() -> None:
    with pytest.raises(RateLimited):
        outcomes(429, None)
    with pytest.raises(Unauthorized):
        outcomes(401, None)
    with pytest.raises(Unauthorized, match="permission"):
        outcomes(403, {"errorMessages": ["You have no permission to create issues."]})


def test_a_single_create_is_read_by_itself() -> None:
    assert outcomes(201, issues(1)[0], 1, single=True) == [Made("1001", "OPS-1")]
    refused = {"errorMessages": [], "errors": {"labels": "Field 'labels' cannot be set."}}
    assert outcomes(400, refused, 1, single=True) == [Refused("Field 'labels' cannot be set.")]
    assert {type(one) for one in outcomes(201, {}, 1, single=True)} == {Unknown}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["issues", "errors", "id", "key", "failedElementNumber", "status", "elementErrors"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(status=st.sampled_from([200, 201, 204, 302, 400, 404, 408, 409, 413, 422, 500, 503]), body=JSON)
def test_whatever_is_answered_each_draft_has_an_outcome_and_none_is_refused_without_proof(
    status: int, body: Any
) -> None:
    found = outcomes(status, body)
    assert len(found) == 3
    if status >= 500 or status in (302, 408) or not isinstance(body, dict):
        assert {type(one) for one in found} == {Unknown}
    if status >= 300:
        assert not any(isinstance(one, Made) for one in found)
