"""Client intelligence: scores, relations, leads; papers; commitments."""
