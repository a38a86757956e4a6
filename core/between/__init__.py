"""Rules between programmes at work: what a household asked for and has, and what that leaves."""
