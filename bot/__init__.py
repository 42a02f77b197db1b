"""问需 Wenxu: the application. Importing this package does nothing."""
