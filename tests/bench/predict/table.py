"""The table on the terminal: a line for each program and allocator, then the targets."""
import statistics

import judge

MIB = 1 << 20


def percent(part):
    return "-" if part is None else f"{part * 100:+.1f}"


def mib(value):
    return "-" if value is None else f"{value / MIB:.1f}"


def cpu(cell, recorded):
    """Real and predicted change of processor time, in points of the program's."""
    whole = statistics.median(recorded.cpu)
    predicted = None if cell.cpu_delta_predicted is None else cell.cpu_delta_predicted / whole
    return percent(judge.cpu_delta(cell, recorded) / whole), percent(predicted)


def line(cell, recorded):
    noise = judge.half_range(cell.peaks) / cell.peak()
    real_cpu, predicted_cpu = cpu(cell, recorded)
    inside = "-"
    if cell.peak_interval:
        inside = "yes" if cell.peak_interval[0] <= cell.peak() <= cell.peak_interval[1] else "NO"
    return (f"  {cell.allocator:<9}{mib(cell.peak()):>8}{mib(cell.peak_predicted):>8}{percent(cell.peak_error()):>7}"
            f"{noise * 100:>6.1f}{inside:>5}{mib(cell.mean()):>9}{mib(cell.mean_predicted):>8}"
            f"{percent(cell.mean_error()):>7}{real_cpu:>8}{predicted_cpu:>7}")


HEAD = (f"  {'':<9}{'peak':>8}{'pred.':>8}{'err %':>7}{'+-%':>6}{'in':>5}{'mean':>9}{'pred.':>8}{'err %':>7}"
        f"{'CPU %':>8}{'pred.':>7}")


def check_line(predicted):
    if predicted is None:
        return ""
    check = predicted["selfcheck"]
    reasons = f" ({'; '.join(check['reasons'])})" if check["reasons"] else ""
    figures = check["figures"]
    errors = ("" if figures is None else f": peak {percent(figures['rss_peak_bytes']['error'])} %, mean "
              f"{percent(figures['rss_mean_bytes']['error'])} %, curve {figures['curve_error'] * 100:.1f} %")
    return f", self-check {check['level']}{errors}{reasons}"


def verdict_line(verdict, judged):
    word = "" if not judged or verdict.met is None else "met" if verdict.met else "MISSED"
    return f"  {word:<7}{verdict.title}: {verdict.reached} (target {verdict.target})"


def render(head, cells, predictions, verdicts, absent, failures, recorded_name, judged):
    lines = [head, "sizes in MiB; CPU in points of the program's under " + recorded_name]
    lines += [f"absent: {name} ({why})" for name, why in absent.items()]
    for program in dict.fromkeys(cell.program for cell in cells):
        rows = [cell for cell in cells if cell.program == program]
        recorded = next(cell for cell in rows if cell.allocator == recorded_name)
        threads = ", threads" if recorded.threaded else ""
        lines += ["", f"{program}{threads}{check_line(predictions.get(program))}", HEAD]
        lines += [line(cell, recorded) for cell in rows]
    lines += [""] + [f"failed: {text}"[:400] for text in failures]
    lines += [verdict_line(verdict, judged) for verdict in verdicts]
    return lines if judged else lines + ["too short to judge by: --quick"]
