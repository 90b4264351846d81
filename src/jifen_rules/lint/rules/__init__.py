"""The lint rules, one file each, with an example that fails and one that passes."""
