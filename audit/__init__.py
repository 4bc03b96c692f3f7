"""The activity record: what was done, written down so that nobody can lose, forge or empty it unseen."""
