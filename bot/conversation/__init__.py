"""The use cases: one turn in, messages out. No framework is imported here."""
