"""Flight recordings: only the last part is kept, and it stands by itself."""
from case import Case, sound
from compare import equal, require

SIZES = range(2000, 2300)  # of churn's blocks
KEPT = 2 << 20


def live_at_end(events):
    """object -> size, of churn's blocks; every free must name a block that lives."""
    live = {}
    for event in events:
        for ended in (event.get("old_object"), event["object"] if event["op"] == "free" else None):
            if ended:
                require(ended in live, f"event {event['seq']}: object {ended} does not live")
                del live[ended]
        if event["op"] in ("malloc", "calloc", "realloc", "inherited"):
            live[event["object"]] = event["size"]
    return {named: size for named, size in live.items() if size in SIZES}


def check_live(outcome):
    sound(outcome)
    live = live_at_end(outcome.main.events())
    equal(len(live), outcome.truth.figures["live_blocks"], "blocks that live at the end")
    equal(sum(live.values()), outcome.truth.figures["live_bytes"], "bytes that live at the end")


def check_all(outcome):
    check_live(outcome)
    equal(outcome.main.info()["events_before"], 0, "events that were dropped")


def check_kept(outcome):
    check_live(outcome)
    info = outcome.main.info()
    size = outcome.main.path.stat().st_size
    require(info["events_before"] > 10 * info["events"], f"only {info['events_before']} events were dropped")
    require(size < KEPT + KEPT // 4, f"the reel has {size} bytes")


def check_kept_time(outcome):
    check_live(outcome)
    info = outcome.main.info()
    require(info["events_before"] > 0, "nothing was dropped")
    require(info["duration_ns"] < 3 * 10**9, f"{info['duration_ns']} ns were kept")


CHURNED = 3_000_000  # rounds of each of three threads: of 50, one is a realloc, the others a free and a malloc


def check_kept_lossy(outcome):
    """What was dropped before the window is counted, too."""
    info = outcome.main.info()
    calls = 3 * CHURNED * 99 // 50
    told = info["events"] - info["events_by_kind"]["inherited"] + info["events_before"] + info["lost_events"]
    require(abs(told - calls) < calls / 200, f"{told} of {calls} calls are accounted for: {info}")
    require(info["lost_events"] > calls / 200 and not info["complete"], f"nothing was lost: {info}")


CASES = [
    Case("churn", ["churn", "50000"], check_all, tampers=["drop"]),
    Case("kept_bytes", ["churn", "2000000"], check_kept, flags=["--keep-last", "2M"], tampers=["disinherit", "drop"]),
    Case("kept_lossy", ["churn", str(CHURNED)], check_kept_lossy,
         flags=["--keep-last", "1s", "--pool", "1M", "--when-full", "drop"]),
    Case("kept_time", ["churn", "4000000"], check_kept_time, flags=["--keep-last", "1s"], timeout=120),
]
