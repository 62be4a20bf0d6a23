"""What an organisation asks of its measures: pure rules, used by planning, checks and reports."""
