"""Jira, Cloud and Data Center: so far the text of an issue only, the client follows.

``adf``
    Body to the Atlassian Document Format, which the REST API v3 of Cloud takes.
``wiki``
    Body to wiki markup, which the REST API v2 of Data Center takes.
``words``
    What both do to the words first.
"""
