"""Campaigns of warmth visits (送温暖): a list of households, visited with money or goods."""
