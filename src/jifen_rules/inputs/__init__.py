"""Files and rows -> events, a roster, a calendar of working days, or the reason to refuse a row.

Knows nothing of schemes.
"""
