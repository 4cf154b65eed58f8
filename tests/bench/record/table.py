"""The table on the terminal: a heading for each figure, a line for each peer and phase, at most 98 columns."""
from rounds import PHASES

WIDTH = 98
UNITS = {"ns": (1e6, " ms"), "kib": (1024, " MiB")}  # by the measure's suffix


def number(value):
    """Three digits that matter."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.{max(0, 3 - len(str(int(abs(value)))) if abs(value) >= 1 else 3)}f}"


def verdict(summary, judged):
    if summary.target is None:
        return ""
    if not judged:
        return f"(target {summary.target.text()})"
    return f"{'met' if summary.met() else 'MISSED'}: {summary.target.text()}"


def line(summary, judged):
    low, high = summary.quartiles
    spread = f"[{number(low)} .. {number(high)}]"
    return (f"  {summary.peer:<16}{summary.phase:<10}{number(summary.median):>9}  {spread:<22}"
            f"{'n=' + str(len(summary.values)):>5}  {verdict(summary, judged)}").rstrip()


def bases(summaries, measure):
    """What the bases themselves measured, in units people read: a ratio without it says little."""
    divisor, unit = UNITS.get(measure.rpartition("_")[2], (1, ""))
    seen = {(s.base, s.phase): s.base_median for s in summaries if s.base}
    return ", ".join(f"{base} {number(value / divisor)}{unit} ({phase})" for (base, phase), value in seen.items())


def render(works, summaries, absent, failures, judged, head):
    """The whole table as lines."""
    lines = [*head, ""]
    lines += [f"absent: {name} ({why})" for name, why in absent.items()]
    for work in works:
        for figure in work.figures:
            found = [s for s in summaries if s.work == work.name and s.title == figure.title]
            if found:
                lines += ["", f"{work.name}: {figure.title}{', ratio' if figure.kind == 'ratio' else ''}"]
                lines += [line(s, judged) for s in found]
                beside = bases(found, figure.measure)
                lines += [f"  beside: {beside}"] if beside else []
    lines += [""] + [f"failed: {text}"[:WIDTH * 4] for text in failures]
    missed = sorted({f"{s.work}: {s.title}" for s in summaries if judged and s.met() is False})
    met = sum(1 for s in summaries if judged and s.met())
    lines += [f"{met} targets met, {len(missed)} MISSED" if judged else "too short to judge by: --quick"]
    return lines


def phase_counts(samples):
    """How many works were measured in each phase."""
    labels = {(s.round, s.work): s.phase for s in samples}
    return ", ".join(f"{phase} {count}" for phase in PHASES if (count := list(labels.values()).count(phase)))
