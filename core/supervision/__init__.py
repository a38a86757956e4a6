"""Supervision: indicators of a federation, what follows from them, and the reports made of both."""
