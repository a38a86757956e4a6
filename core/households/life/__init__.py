"""The life of a file: its states, re-verification, plan and measures, visits, exit and return."""
