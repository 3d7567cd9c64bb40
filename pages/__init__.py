"""Pages of the lab, one thin script each: choose, run, show."""
