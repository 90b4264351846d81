"""The catalog of a village: its model, read from text, laid over a template, written again.

Refuses to know of events, and of how points are worked out.
"""
