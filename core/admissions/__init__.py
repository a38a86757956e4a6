"""Admission (纳入帮扶): a household judged into a category is admitted to help by a route."""
