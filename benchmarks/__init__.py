"""Speed of the lab, measured as ratios within one run: engine against the plain reference, service, scaling."""
