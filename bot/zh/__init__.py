"""Chinese text: scripts, numerals, money and dates, fuzzy names. Pure functions."""
