"""A scheme -> the table to be posted: every rule as a sentence, in rows."""
