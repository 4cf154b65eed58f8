"""The fields of results.json that tell of the program and of its stream, made up where a recorded file lacks them.

Shapes and bounds are those of the contract; figures are drawn from a fixed seed, so that a page looks the same each time.
"""
import math
import random


def quarter_octaves(low, high):
    edges, exponent = [], math.log2(low)
    while 2 ** exponent <= high:
        edges.append(round(2 ** exponent))
        exponent += 0.25
    return sorted(set(edges))


def hump(position, centre, width):
    return math.exp(-((position - centre) / width) ** 2)


def sizes(rng):
    edges = quarter_octaves(8, 1 << 20)
    births = [round(1e6 * (hump(math.log2(e), 5.5, 1.6) + 0.02 * hump(math.log2(e), 12, 2) + 0.0004) * rng.uniform(0.5, 1.5))
              for e in edges]
    return {"max_bytes": edges, "births": births, "bytes": [round(n * e * 0.9) for n, e in zip(births, edges)]}


def lifetimes(rng):
    edges = [round(200 * 2 ** (k / 2)) for k in range(50)]
    objects = [round(8e5 * (hump(k, 12, 7) + 0.3 * hump(k, 34, 6)) * rng.uniform(0.7, 1.3)) for k in range(50)]
    return {"max_ns": edges, "objects": objects, "bytes": [n * (90 + 6 * k) for k, n in enumerate(objects)],
            "never_freed_objects": 81234, "never_freed_bytes": 19_500_000}


def size_by_lifetime(rng):
    rows = [2 ** k for k in range(3, 21)]
    columns = [round(200 * 4 ** k) for k in range(13)] + [None]
    cells = [[round(5e5 * hump(r, 3 + c * 0.4, 2.6) * hump(c, 4, 4) * rng.uniform(0.3, 1)) for c in range(14)]
             for r in range(18)]
    return {"size_max_bytes": rows, "lifetime_max_ns": columns, "objects": cells}


def rate(rng, busy, bins):
    return [round(busy * (1 + 0.4 * math.sin(k / 9)) * rng.uniform(0.7, 1.3)) for k in range(bins)]


def threads(rng, count, duration_ns, bins):
    made = []
    for index in range(count):
        calls = rate(rng, 9000 / (index + 1), bins)
        made.append({"thread": index, "name": f"worker-{index}" if index else "main", "births": sum(calls) // 2,
                     "frees": sum(calls) // 2, "bytes": sum(calls) * 80, "remote_frees": sum(calls) // 9,
                     "first_ns": index * 1_000_000, "last_ns": duration_ns, "calls": calls})
    return made


def frees_by_thread(rng, count):
    return {"threads": list(range(count)),
            "objects": [[round((100000 if r == c else 9000) / (1 + abs(r - c)) * rng.uniform(0.4, 1)) for c in range(count)]
                        for r in range(count)]}


def workload(duration_ns, thread_count, bins=120):
    rng = random.Random(7)
    return {"sizes": sizes(rng), "lifetimes": lifetimes(rng), "size_by_lifetime": size_by_lifetime(rng),
            "threads": threads(rng, thread_count, duration_ns, bins), "rate_bin_ns": max(1, duration_ns // bins),
            "rate_bins": bins, "frees_by_thread": frees_by_thread(rng, thread_count),
            "reallocs": {"calls": 48211, "grow": 40100, "shrink": 5100, "same": 3011, "moved": 20000,
                         "chain_length_max": 19, "bytes_could_copy": 96_400_000,
                         "chains": [{"length_max": 1, "objects": 9000}, {"length_max": 2, "objects": 4000}]},
            "calls": {"malloc": 1_210_345, "free": 1_190_222, "realloc": 48_211, "calloc": 20_110, "aligned_alloc": 12}}


def program(results):
    """Its own resident memory: the reference's, and as much beside it as a program of that kind has."""
    reference = next(a for a in results["allocators"] if a["name"] == results["config"]["reference"])
    points = reference["timeline"][:: max(1, len(reference["timeline"]) // 400)]
    own = [6_500_000 + 1_500_000 * min(1.0, 3 * k / len(points)) for k in range(len(points))]
    base = results["null"]["rss_base_bytes"]["median"]
    timeline = [{"t_ns": p["t_ns"], "rss_bytes": round(p["rss_bytes"] - base + o + 200_000 * math.sin(k / 7)),
                 "non_malloc_bytes": round(o)} for k, (p, o) in enumerate(zip(points, own))]
    peak = max(p["rss_bytes"] for p in timeline)
    return {"allocator": reference["name"], "duration_ns": results["reel"]["duration_ns"], "first_event_ns": 2_000_000,
            "timeline": timeline, "references": {"runs": 3, "wall_s": 6.1, "cpu_s": 5.2, "minor_faults": 12345,
            "rss_peak_bytes": {"value": peak, "low": peak - 9000, "high": peak + 12000}}}
