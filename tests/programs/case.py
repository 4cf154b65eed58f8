"""What a case is, and the judgements that many cases share."""
import dataclasses
import typing

from compare import compare_processes, equal, require


@dataclasses.dataclass
class Case:
    name: str
    argv: typing.Sequence[str]  # {programs} and {folder} are filled in; a bare first word is one of our programs
    check: typing.Callable
    status: int | None = 0
    env: dict = dataclasses.field(default_factory=dict)
    flags: typing.Sequence[str] = ()
    timeout: int = 60
    tampers: typing.Sequence[str] = ()  # negative controls: each must be noticed


def sound(outcome, complete=True):
    """Every reel is well formed, nothing was lost, and no block came from nowhere."""
    require(outcome.reels, f"no reel was left; stderr:\n{outcome.stderr}")
    for reel in outcome.reels:
        reel.check()
        info = reel.info()
        name = reel.path.name
        equal(info["lost_events"], 0, f"{name}: lost_events")
        for figure in ("unknown_frees", "double_frees", "implied_frees"):
            equal(info[figure], 0, f"{name}: {figure}")
        if complete is not None and reel is outcome.main:
            equal(info["complete"], complete, f"{name}: complete ({info['cause']})")


def exact(outcome, complete=True, strangers=False):
    """Sound, and every told call of every process stands in its reel as it was."""
    sound(outcome, complete)
    compare_processes(outcome.truth, outcome.readers(), strangers)


def count(events, wanted):
    """How often each of `wanted` occurs: {name: a test of an event} -> {name: number}."""
    found = dict.fromkeys(wanted, 0)
    for event in events:
        for name, test in wanted.items():
            if test(event):
                found[name] += 1
    return found


def between(value, low, high, what):
    require(low <= value <= high, f"{what}: the reel says {value}, the program between {low} and {high}")


def pairs_of_threads(outcome, threads, base_size):
    """Threads that keep figures allocatedN and freedN: the reel has each call that returned, and at most one more."""
    sizes = {base_size + i: i for i in range(threads)}
    owner = {}
    allocated, freed = [0] * threads, [0] * threads
    for event in outcome.main.events():
        if event["op"] == "malloc" and event["size"] in sizes:
            allocated[sizes[event["size"]]] += 1
            owner[event["object"]] = sizes[event["size"]]
        elif event["op"] == "free" and event["object"] in owner:
            freed[owner.pop(event["object"])] += 1
    for i in range(threads):
        told = outcome.truth.figures
        between(allocated[i], told[f"allocated{i}"], told[f"allocated{i}"] + 1, f"allocations of thread {i}")
        between(freed[i], told[f"freed{i}"], told[f"freed{i}"] + 1, f"frees of thread {i}")
