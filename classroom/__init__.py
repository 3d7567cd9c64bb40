"""The classroom: classes, seats, teams, rounds and grades, kept in a database and never in a browser session."""
