"""Practice: sessions, turns, appeals, personas made from clients."""
