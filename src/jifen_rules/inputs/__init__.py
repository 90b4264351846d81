"""Files and rows -> events, a roster, a calendar of working days, or the reason why a row is none.

Refuses to know of schemes.
"""
