"""The dialogue server of 问需: NLU components, channel, training. Runs on Python 3.10 beside Rasa."""
