"""Tasks and the rhythm of the day: rules, pure."""
