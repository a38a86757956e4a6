"""Bringing a workbook of households in: stored, checked, planned, put in as a whole."""
