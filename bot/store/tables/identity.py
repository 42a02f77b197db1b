"""Who speaks on which channel: bindings, sessions, tokens, outgoing messages."""
