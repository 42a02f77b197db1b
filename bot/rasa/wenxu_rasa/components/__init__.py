"""Rasa graph components; the only modules here, with the channel and the launchers, that import Rasa."""
