"""Reads and checks the files of `data/knowledge` and gives them as dataclasses."""
