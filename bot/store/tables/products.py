"""The catalogue in the database: versions, terms, what a bank entered itself."""
