"""Products: what the catalogue says of them. Pure rules on dataclasses."""
