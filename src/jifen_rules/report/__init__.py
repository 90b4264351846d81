"""Values -> words, pages and files.

Statements (`explain`), pages to post (`pages`), one renderer for each format (`render`). Only this
package and the command make text for people.
"""
