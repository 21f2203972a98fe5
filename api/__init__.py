"""Every door: HTTP, page, command line; the one place that reads settings and wires things."""
