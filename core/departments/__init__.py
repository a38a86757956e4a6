"""The shared ledger (共享台账): what every department of a region gave to the people helped."""
