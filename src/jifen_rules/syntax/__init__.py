"""YAML text that knows its places: read, laid out, its slips of the pen named and mended.

Knows nothing of what the words of a scheme mean.
"""
