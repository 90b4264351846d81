"""A scheme's own cases: run, measured against the rules they try, and against changes they must notice."""
