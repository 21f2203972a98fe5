"""Assignment: needs to resources at least cost, exact where that is possible, with a proven bound where it is not."""
