"""These tests need Rasa: they run in the dialogue server's Python and are not collected elsewhere."""

import importlib.util

if importlib.util.find_spec("rasa") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    from wenxu_rasa import light

    light.install()
