"""A demonstration: federations, people, files and applications as a newcomer may meet them.

Everything is made by the services that make it in earnest, so that audit trail, ledger and
explanations are real. Only the people and their numbers are invented.
"""

from __future__ import annotations
