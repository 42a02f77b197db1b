"""Trains the stock Rasa pipeline on the same sentences, to compare with: `python -m wenxu_rasa.stock --root . --out X.tar.gz`."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from wenxu_rasa.train import rasa_model


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--root", type=Path, required=True)
    given.add_argument("--out", type=Path, required=True)
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as made:
        model = rasa_model(options.root.resolve(), Path(made), "bot/rasa/stock.yml")
        shutil.move(model, options.out)


if __name__ == "__main__":
    main()
