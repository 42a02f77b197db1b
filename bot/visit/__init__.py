"""The guided visit: what to ask next, what a reply says, what it is worth. Pure rules on dataclasses."""
