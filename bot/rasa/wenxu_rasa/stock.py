"""Trains the stock Rasa pipeline on the same sentences, to compare with: `python -m wenxu_rasa.stock --root . --out X.tar.gz`."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import yaml

from wenxu_rasa.train import rasa_model


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--root", type=Path, required=True)
    given.add_argument("--out", type=Path, required=True)
    given.add_argument(
        "--epochs", type=int, default=0, help="of DIET, fewer than stock.yml says; in large batches, intents only"
    )
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as made:
        config = options.root.resolve() / "bot" / "rasa" / "stock.yml"
        if options.epochs:
            config = quicker(config, options.epochs, Path(made) / "stock.yml")
        model = rasa_model(options.root.resolve(), Path(made), str(config))
        shutil.move(model, options.out)


def quicker(config: Path, epochs: int, into: Path) -> Path:
    """The pipeline with so many rounds of DIET, in large batches and without its entities, whose rounds take far longer."""
    made = yaml.safe_load(config.read_text(encoding="utf-8"))
    for part in made["pipeline"]:
        if part["name"] == "DIETClassifier":
            part.update(epochs=epochs, batch_size=[128, 512], entity_recognition=False)
    into.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    return into


if __name__ == "__main__":
    main()
