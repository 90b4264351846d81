"""One file for each rule, each with an example of what it finds and of what it lets pass."""
