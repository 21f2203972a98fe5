"""A sub-district that does not exist, written as the messy exports of its sub-systems."""
