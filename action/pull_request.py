"""Opens the pull request of the rolling branch, once; prints its address.

Everything comes from the environment: ``GITHUB_API_URL``, ``GITHUB_SERVER_URL``, ``GITHUB_REPOSITORY``,
``FT_TOKEN``, ``FT_BRANCH``, ``FT_BASE``. Who reviews it, closes it or writes into it is left alone: a
pull request that is open already shows the new commit by itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from followthrough.connector import ConnectorError
from followthrough.http import Transport

TITLE = "Status of action items"
BODY = """\
What followthrough has brought into the postmortems: links to tickets, and the state of each.

This branch is one commit on top of `{base}`, replaced whenever there is something new, and deleted when
there is nothing left to merge. Merge it whenever you like; the next run goes on from there.
"""
ALLOW = (
    "GitHub does not let Actions open the pull request ({status}). "
    "The branch is pushed: open it here, {url} . "
    "To have it opened: Settings, Actions, General, Workflow permissions, allow GitHub Actions to create "
    "pull requests; and give the job pull-requests: write."
)


def opened(environ: Mapping[str, str]) -> str:
    """The address of the pull request; where none may be opened, that of the page to open it by hand.

    Raises ``ConnectorError`` or ``httpx.HTTPError`` where GitHub does not answer.
    """
    repository, base, branch = environ["GITHUB_REPOSITORY"], environ["FT_BASE"], environ["FT_BRANCH"]
    headers = {"Authorization": f"Bearer {environ['FT_TOKEN']}", "Accept": "application/vnd.github+json"}
    # Sent once; and GitHub has one open pull request for each pair of branches.
    with Transport().client(environ["GITHUB_API_URL"], headers=headers, trust_env=True) as client:
        where = f"repos/{repository}/pulls"
        owner = repository.partition("/")[0]
        answer = client.get(where, params={"state": "open", "head": f"{owner}:{branch}", "base": base})
        known: Any = answer.json() if answer.status_code == 200 else []
        if known:
            return str(known[0]["html_url"])
        new = {"title": TITLE, "head": branch, "base": base, "body": BODY.format(base=base)}
        answer = client.post(where, json=new)
    if answer.status_code == 201:
        return str(answer.json()["html_url"])
    page = f"{environ['GITHUB_SERVER_URL']}/{repository}/compare/{base}...{branch}?expand=1"
    warn(ALLOW.format(status=answer.status_code, url=page))
    return page


def warn(message: str) -> None:
    """Say it beside the job."""
    print(f"::warning title=followthrough::{message}", file=sys.stderr)


def main() -> int:
    """Open it, or say why not."""
    import httpx

    try:
        print(opened(os.environ))
    except (ConnectorError, httpx.HTTPError) as error:
        warn(f"GitHub was not reached: {error} The branch is pushed; the next run opens the pull request.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
