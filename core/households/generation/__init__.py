"""Synthetic registries of made-up households, for demonstrations, tests and benchmarks."""
