"""The evaluation as a person reads it; the whole of it is kept as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.ops.evaluate import Figures, Labelled

WORST = 8  # labels and confusions shown
TARGETS = {
    "意图": 0.95,
    "问句类型": 0.88,
    "四类问句": 0.90,
    "立场": 0.85,
    "需求 F1": 0.90,
    "实体 F1": 0.95,
    "实体值": 0.95,
}
DISTURBED = {"typo": "错别字", "traditional": "繁体", "no_punctuation": "去标点"}


NAMES = {"gold": "gold（调试用：看过它的错误）", "gold2": "gold2（只看总分）"}


def reports(found: Mapping[str, Figures]) -> str:
    """Return the reports of several sets of sentences, each under its name; one alone goes without."""
    if len(found) == 1:
        return report(*found.values())
    return "\n\n".join(f"【{NAMES.get(name, name)}】\n{report(figures)}" for name, figures in found.items())


def report(figures: Figures) -> str:
    """Return headline figures against their targets, the weakest labels, the commonest confusions, what noise costs."""
    return "\n".join(
        [
            *_headline(figures),
            *_labels("意图", figures.intent),
            *_labels("问句类型", figures.move),
            *_labels("立场", figures.stance),
            *_noise(figures),
        ]
    )


def _headline(figures: Figures) -> Iterator[str]:
    rows = {
        "意图": figures.intent.accuracy,
        "问句类型": figures.move.accuracy,
        "四类问句": figures.question_kinds,
        "立场": figures.stance.accuracy,
        "需求 F1": figures.needs["f1"],
        "实体 F1": figures.entities.f1,
        "实体值": figures.entities.value_accuracy,
    }
    for name, value in rows.items():
        yield f"{'达到  ' if value >= TARGETS[name] else '没达到'} {name}　{value:.3f}（目标 {TARGETS[name]:.2f}）"
    out = figures.intent.labels.get("out_of_scope", {})
    yield f"无关话　召回 {out.get('recall', 0):.3f}，精确 {out.get('precision', 0):.3f}（目标 0.85）"
    yield f"一句用时　中位数 {figures.milliseconds['median']:.1f} 毫秒，p95 {figures.milliseconds['p95']:.1f} 毫秒"
    yield "句数　" + "，".join(f"{name} {count}" for name, count in figures.counts.items())
    changed = {name: change for name, change in figures.change.items() if abs(change) >= 0.001}
    if changed:
        yield "比上次　" + "，".join(f"{name} {change:+.3f}" for name, change in changed.items())


def _labels(title: str, figures: Labelled) -> Iterator[str]:
    yield f"\n{title}：最弱的标签（精确 / 召回 / F1 / 句数），校准误差 {figures.ece:.3f}"
    for label, score in sorted(figures.labels.items(), key=lambda item: item[1]["f1"])[:WORST]:
        yield f"  {label:20} {score['precision']:.2f} / {score['recall']:.2f} / {score['f1']:.2f} / {score['count']:.0f}"
    for one in figures.confusions[:WORST]:
        names = [str(value) for value in one.values() if isinstance(value, str)]
        texts = next((value for value in one.values() if isinstance(value, list)), [])
        yield f"  混淆 {' → '.join(names)}：{'；'.join(map(str, texts[:2]))}"


def _noise(figures: Figures) -> Iterator[str]:
    if figures.lost:
        yield "\n加了干扰以后丢失的准确率（目标 ≤ 0.03）"
    for kind, lost in figures.lost.items():
        yield f"  {DISTURBED.get(kind, kind)}　" + "，".join(f"{name} {share:.3f}" for name, share in lost.items())
