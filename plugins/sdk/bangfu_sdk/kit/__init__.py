"""What helps to write and to test a plugin: worked examples, the check of the contract, a project
to begin with. Nothing of it runs where households are judged."""
