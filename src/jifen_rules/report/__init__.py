"""Values -> words, pages and files.

Statements (`explain`), what hangs on the wall (`pages`), one renderer for each format (`render`).
The only room, with the command, that makes text for people.
"""
