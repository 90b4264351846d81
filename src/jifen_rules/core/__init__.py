"""What all rooms share.

Words and their two spellings, sentences, problems, exact numbers, formulas, and files written
whole.

Knows nothing of schemes, events or points.
"""
