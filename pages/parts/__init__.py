"""What pages share: words, forms, charts, jobs and the keys of a session."""
