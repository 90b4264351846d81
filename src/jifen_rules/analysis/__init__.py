"""Find what a scheme can do, without events of its own.

What is within reach, whether a good deed can hurt, how two versions differ and what the difference
does.
"""
