"""What changed figures would do to a registry or a whole province, before they are decided."""
