"""Papers owed of aid that was paid first: handed in by a day, and checked by a second person."""
