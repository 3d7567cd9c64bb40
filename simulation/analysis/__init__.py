"""What is read out of runs and of real order logs: retention, customer value, comparison, explanation."""
