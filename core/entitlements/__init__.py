"""Entitlements: aid that lasts, a sum every month or a home leased in kind, until it ends."""
