"""What an evaluation leaves: entries, scores, the result, and the trace as a chained file.

Values and their forms; refuses to know how a point comes about.
"""
