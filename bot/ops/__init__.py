"""Running the product: serve, doctor, training, backup, logs and figures."""
