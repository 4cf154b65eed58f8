"""Inputs of page_maker: real results of a replay, with verdict and advice as the contract has them.

    fixtures.py RESULTS OUTPUT CASE

What a recorded results.json does not hold yet is made up by portrait.py; figures that are compared with the page are the
replay's own.
"""
import copy
import json
import math
import random
import sys

import portrait

COLUMNS = [
    ("ns_per_op_net", "net ns/call", "ns", "time of a call, less what the harness takes"),
    ("latency_p999_ns", "p99.9", "ns", "one call of malloc in a thousand takes longer"),
    ("latency_max_ns", "max", "ns", "the slowest call of malloc"),
    ("rss_peak_bytes", "peak RSS", "bytes", "the most memory resident at once"),
    ("rss_mean_bytes", "mean RSS", "bytes", "resident memory over the time of the record"),
    ("rss_to_live", "RSS/live", "ratio", "peak resident memory for each byte of the live peak"),
    ("minor_faults", "faults", "count", "page faults of a whole replay"),
]
METRICS = {"ns_per_op_net": "ns_per_op_net", "rss_peak_bytes": "rss_peak_bytes", "rss_mean_bytes": "rss_mean_bytes",
           "rss_to_live": "fragmentation_peak", "minor_faults": "minor_faults"}
QUANTILES = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("p9999", 0.9999)]


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def curve(latency):
    known = [(q, latency[name]) for name, q in QUANTILES] + [(1, latency["max"])]
    points = []
    for (q, ns), (next_q, next_ns) in zip(known, known[1:]):
        for step in range(8):
            share = step / 8
            points.append([1 - (1 - q) * ((1 - min(next_q, 1 - 1e-6)) / (1 - q)) ** share,
                           ns * (max(next_ns, 1) / max(ns, 1)) ** share])
    return points + [[1, latency["max"]]]


def slowest(allocator, rng, duration_ns):
    worst = allocator["latency_ns"]["malloc"]["max"]
    return [{"ns": worst * 0.93 ** k, "t_ns": rng.randrange(duration_ns), "thread": rng.randrange(4),
             "call": rng.choice(["malloc", "malloc", "realloc", "free"]), "size": 2 ** rng.randrange(4, 22), "round": k % 3}
            for k in range(20)]


def enrich(results):
    """A results.json with every field of the contract."""
    rng = random.Random(3)
    results = copy.deepcopy(results)
    duration_ns = results["allocators"][0]["timeline"][-1]["t_ns"]
    results["command"] = results.get("command") or ["heapreel", "replay", "--json", "it's here.json", results["reel"]["path"]]
    results.setdefault("made_at", "2026-11-22T02:40:00Z")
    results.setdefault("program", portrait.program(results))
    results.setdefault("workload", portrait.workload(duration_ns, min(8, results["reel"]["threads"])))
    for allocator in [results["null"], *results["allocators"]]:
        allocator.setdefault("latency_ns_curve", {c: curve(l) for c, l in allocator["latency_ns"].items() if l["count"] > 999})
        if allocator is not results["null"]:
            allocator.setdefault("slowest_calls", slowest(allocator, rng, duration_ns))
            allocator.setdefault("knobs", [{"name": "narenas", "value": "8", "asked": "8", "proven": True}])
    return results


def estimate(metric, base=None, tie=None):
    made = {"value": metric["median"], "low": metric["ci95"][0], "high": metric["ci95"][1], "ratio": None, "tie": None}
    if base and base["median"]:
        share = metric["median"] / base["median"]
        made["ratio"] = {"median": share, "low": share * 0.98, "high": share * 1.02}
        made["tie"] = abs(share - 1) < 0.03 if tie is None else tie
    return made


def row(allocator, reference):
    own = allocator is reference
    metrics = {}
    for column, name in METRICS.items():
        if name in allocator:
            metrics[column] = estimate(allocator[name], None if own else reference.get(name))
    latency = allocator.get("latency_ns", {}).get("malloc")
    if latency:
        for column, name in (("latency_p999_ns", "p999"), ("latency_max_ns", "max")):
            metrics[column] = estimate({"median": latency[name], "ci95": [latency[name]] * 2},
                                       None if own else {"median": reference["latency_ns"]["malloc"][name]})
    failed = allocator.get("failed")
    return {"name": allocator["name"], "reference": own, "failed": failed and failed["what"], "pareto": False, "best": [],
            "metrics": {} if failed else metrics, "predicted": None}


def mark_front(rows):
    able = [r for r in rows if "ns_per_op_net" in r["metrics"] and "rss_peak_bytes" in r["metrics"]]
    place = lambda r: (r["metrics"]["ns_per_op_net"]["value"], r["metrics"]["rss_peak_bytes"]["value"])
    for one in able:
        one["pareto"] = not any(all(a <= b for a, b in zip(place(o), place(one))) and place(o) != place(one) for o in able)
    for what, metric in (("speed", "ns_per_op_net"), ("memory", "rss_peak_bytes"), ("tail", "latency_p999_ns")):
        known = [r for r in rows if metric in r["metrics"]]
        if known:
            min(known, key=lambda r: r["metrics"][metric]["value"])["best"].append(what)


def predict(rows, results):
    """Intervals as a prediction would have them: the replay's figures on the program's own memory."""
    for one in rows:
        if one["failed"]:
            continue
        peak, mean = (one["metrics"][m]["value"] + 8_000_000 for m in ("rss_peak_bytes", "rss_mean_bytes"))
        cpu = (one["metrics"]["ns_per_op_net"]["value"] - 20) * results["reel"]["calls"] * 1e-9
        one["predicted"] = {m: {"value": v, "low": v - abs(v) * 0.03, "high": v + abs(v) * 0.03, "tie": abs(v) < 1e6}
                            for m, v in (("rss_peak_bytes", peak), ("rss_mean_bytes", mean), ("cpu_s_delta", cpu))}


def verdict(results, level="green"):
    reference = next(a for a in results["allocators"] if a["name"] == results["config"]["reference"])
    rows = [row(a, reference) for a in results["allocators"]]
    mark_front(rows)
    if level in ("green", "yellow"):
        predict(rows, results)
    best = {what: next((r["name"] for r in rows if what in r["best"]), "none") for what in ("speed", "memory", "tail")}
    return {
        "level": level, "recommends": level in ("green", "yellow"),
        "headline": f"Run it on {best['speed']}: a call costs the least, and peak memory stays where it is.",
        "sentences": [f"For speed, {best['speed']}; for memory, {best['memory']}; for the tail, {best['tail']}.",
                      "This rests on ten rounds of one thread on a shared machine, and on a self-check within 2 %."],
        "not_measured": ["Hardware counters are not available here.", "Oversubscription: no more threads ran than processors."],
        "reference": reference["name"], "rows": rows,
        "columns": [{"id": i, "label": l, "unit": u, "better": "less", "what": w} for i, l, u, w in COLUMNS],
        "deploy": [{"name": r["name"], "lines": [f"LD_PRELOAD=/usr/lib/x86_64-linux-gnu/lib{r['name']}.so.2 \\",
                                                 "  MALLOC_CONF=narenas:8,dirty_decay_ms:1000 ./app"]}
                   for r in rows if r["best"] and not r["failed"]][:3],
    }


def advice():
    return [
        {"id": "decay", "severity": "consider", "title": "Memory is given back later than it is asked for again",
         "evidence": [{"name": "dirty pages, mean", "value": 7340032, "unit": "bytes"}, {"name": "of RSS", "value": 0.31, "unit": "ratio"}],
         "threshold": "a fifth of mean RSS", "meaning": "A third of the mean resident memory waits to be used again.",
         "action": "Try a shorter decay: dirty_decay_ms:1000.", "allocators": ["jemalloc"]},
        {"id": "pool", "severity": "note", "title": "A pool would pay", "evidence": [{"name": "pool against best", "value": 0.61, "unit": "ratio"}],
         "threshold": "0.8", "meaning": "Objects of few sizes are made and freed in great number.", "action": "Keep them in a free list.",
         "allocators": []},
        {"id": "contention", "severity": "act", "title": "Threads wait for each other’s arenas",
         "evidence": [{"name": "waits", "value": 412000, "unit": "ns"}], "threshold": "5 % of the time",
         "meaning": "Frees of other threads’ objects take locks.", "action": "Raise narenas.", "allocators": ["glibc"]},
    ]


def trend(results, points=9):
    rng = random.Random(5)
    series = []
    for allocator in results["allocators"]:
        for metric, unit in (("rss_peak_bytes", "bytes"), ("ns_per_op_net", "ns")):
            middle = allocator[metric]["median"]
            values = [None if at == 3 else middle * (1 + 0.03 * at / points + rng.uniform(-0.01, 0.01)) for at in range(points)]
            series.append({"allocator": allocator["name"], "metric": metric, "unit": unit,
                           "values": [v and {"value": v, "low": v * 0.985, "high": v * 1.015} for v in values]})
    return {"points": [{"commit": f"{0xabc1234 + 7919 * at:07x}", "when": f"2026-11-{at + 10}T10:00:00Z", "label": ""} for at in range(points)],
            "series": series}


def run(results, level="green"):
    return {"results": results, "verdict": verdict(results, level), "advice": advice()}


def whole(results):
    results = enrich(results)
    return {"runs": [run(results)], "trend": trend(results)}


def several(results):
    """Three recordings at one, two and four threads."""
    runs = []
    for count in (1, 2, 4):
        one = enrich(results)
        one["reel"]["threads"], one["reel"]["path"] = count, f"reels/server-{count}.reel"
        for place, allocator in enumerate(one["allocators"]):
            for part in ("median", "ci95"):
                old = allocator["ops_per_s"][part]
                grow = lambda v: v * count ** (0.95 - 0.12 * place)
                allocator["ops_per_s"][part] = [grow(v) for v in old] if part == "ci95" else grow(old)
        runs.append(run(one, "green" if count < 4 else "red"))
    return {"runs": runs, "trend": None}


def bare(results):
    """As today's replay writes it, and nothing made of it."""
    return {"runs": [{"results": results, "verdict": None, "advice": None}], "trend": None}


def one_allocator(results):
    results = enrich(results)
    results["allocators"] = [a for a in results["allocators"] if a["name"] == results["config"]["reference"]]
    return {"runs": [run(results, "replay")], "trend": None}


def many(results, count=200):
    results = enrich(results)
    kinds = results["allocators"]
    made = []
    for at in range(count):
        one = copy.deepcopy(kinds[at % len(kinds)])
        if at >= len(kinds):
            one["name"] = f"{one['name']}/{at:03}"
            for name in set(METRICS.values()):
                one[name]["median"] *= 1 + 0.4 * math.sin(at * 1.7 + len(name))
                one[name]["ci95"] = [v * one[name]["median"] / kinds[at % len(kinds)][name]["median"] for v in one[name]["ci95"]]
        made.append(one)
    results["allocators"] = made
    return {"runs": [run(results)], "trend": None}


HOSTILE = "</script><img src=http://evil.example/x onerror=alert(1)>"


def hostile(results):
    """Markup wherever a text comes from outside."""
    results = enrich(results)
    results["reel"]["path"] = results["machine"]["cpu"] = HOSTILE
    results["warnings"] = [HOSTILE]
    results["command"] = ["heapreel", HOSTILE, "<!--<script>"]
    for thread in results["workload"]["threads"]:
        thread["name"] = HOSTILE
    other = next(a for a in results["allocators"] if a["name"] != results["config"]["reference"])
    other["name"] = HOSTILE
    other["version"] = other["library"] = "<b>bold</b>"
    made = {"runs": [run(results)], "trend": trend(results)}
    made["runs"][0]["verdict"]["headline"] = f"Run it on {HOSTILE}"
    for finding in made["runs"][0]["advice"]:
        finding["title"] = finding["meaning"] = HOSTILE
    return made


def holed(results):
    """Fields of the wrong kind and figures that are none: whatever a page may meet."""
    results = enrich(results)
    results["workload"] = {"sizes": {"max_bytes": "no"}, "threads": [None, 3], "rate_bin_ns": 0, "calls": []}
    results["program"] = {"timeline": [{"t_ns": 1}]}
    results["machine"] = None
    results["fidelity"] = []
    made = {"runs": [run(results)], "trend": {"points": [None], "series": 5}}
    first = results["allocators"][0]
    first["latency_ns"] = {"malloc": {"count": 10, "p50": None, "max": "slow"}}
    first["latency_ns_curve"], first["timeline"], first["slowest_calls"] = [], None, [{"ns": None}]
    results["allocators"].append({"name": "broken", "failed": {"what": "its library is missing", "pass": "verify", "detail": ""}})
    made["runs"][0]["verdict"]["rows"].append({"name": "broken", "failed": "its library is missing"})
    metrics = made["runs"][0]["verdict"]["rows"][0]["metrics"]
    metrics["rss_peak_bytes"] = {"value": None, "low": None, "high": None, "ratio": None, "tie": None}
    metrics.pop("rss_mean_bytes", None)
    made["runs"][0]["verdict"]["level"] = "purple"
    made["runs"][0]["verdict"]["not_measured"] = None
    made["runs"][0]["advice"] = [{"id": "x"}, None]
    return made


CASES = {f.__name__: f for f in (whole, several, bare, one_allocator, many, hostile, holed)}


def main(data, output, case):
    with open(output, "w", encoding="utf-8") as file:
        json.dump(CASES[case](load(data)), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
