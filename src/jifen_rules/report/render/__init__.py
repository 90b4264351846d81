"""Values -> text: one renderer a format, for problems and results."""
