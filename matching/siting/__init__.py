"""Siting: where points should stand; p-median, coverage, capacities, always with objective and bound."""
