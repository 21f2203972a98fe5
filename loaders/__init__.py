"""Files of other systems in, resolved records out, with everything that was refused."""
