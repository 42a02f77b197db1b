"""From explicit needs and the client's record to a proposal. Pure rules on dataclasses."""
