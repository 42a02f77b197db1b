"""Practice: a client played by rules and data, the score, what to train next. Pure."""
