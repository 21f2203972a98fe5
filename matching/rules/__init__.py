"""Hard rules and soft scores of a pair of need and resource, as objects with their sentences."""
