"""Channels that call us: what comes in, what goes out, who speaks. Alone with bot/web in speaking HTTP."""
