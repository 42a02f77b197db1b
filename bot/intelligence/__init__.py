"""What the record says about a client's worth, place and gaps: pure rules over `Inputs`, all factors are data."""
