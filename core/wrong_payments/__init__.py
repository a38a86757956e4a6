"""Payments found to be wrong: recorded by one person, confirmed by another, recovered."""
