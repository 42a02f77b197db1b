"""Papers to hand over: what goes into them (pure), the Word file, the page for the phone, links that are signed."""
