"""What became of a recommendation: read from a table, joined to the positives of the next fit."""
