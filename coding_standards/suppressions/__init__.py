"""What code does to silence its judges, as findings of its own: the ledger, and a table for each language."""
