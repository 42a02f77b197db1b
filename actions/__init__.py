"""Rasa's custom actions: tracker → one call → messages. The only package that imports rasa_sdk."""
