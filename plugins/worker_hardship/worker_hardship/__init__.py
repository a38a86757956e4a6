"""Identification of workers in hardship: deep, relative, accidental, or not eligible."""

from worker_hardship.identification import WorkerHardship, bangfu_programmes

__all__ = ["WorkerHardship", "bangfu_programmes"]
