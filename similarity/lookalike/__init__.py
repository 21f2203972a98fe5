"""Look-alike: rank a stock by its likeness to known positives, with reasons that add up."""
