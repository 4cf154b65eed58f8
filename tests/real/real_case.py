"""A real program under the recorder: it must do what it does unrecorded, and its reels must be sound."""
import dataclasses
import glob
import pathlib
import typing

from compare import equal, require

ALLOCATORS = {"plain": None, "jemalloc": "libjemalloc.so.2", "tcmalloc": "libtcmalloc_minimal.so.4",
              "mimalloc": "libmimalloc.so.2*"}


class Missing(Exception):
    """The machine lacks what the case needs."""


@dataclasses.dataclass
class RealCase:
    name: str
    needs: typing.Sequence[str]  # commands
    prepare: typing.Callable  # folder -> argv; called once for each run, in a folder of its own
    events_least: int  # in all reels together
    load: typing.Callable | None = None  # folder -> what the clients saw; a server is started before and ended after
    env: dict = dataclasses.field(default_factory=dict)
    brings: str | None = None  # the allocator the program is linked with
    product: str | None = None  # a file that must be the same, too
    timeout: int = 90


def library_of(allocator):
    pattern = ALLOCATORS[allocator]
    if pattern is None:
        return None
    found = sorted(glob.glob(f"/usr/lib/*/{pattern}") + glob.glob(f"/usr/local/lib/{pattern}"))
    if not found:
        raise Missing(f"{pattern} is not installed")
    return found[0]


def judge_reels(case, outcome, allocator):
    require(outcome.reels, f"no reel was left; stderr:\n{outcome.stderr}")
    events, biggest = 0, None
    for reel in outcome.reels:
        reel.check()
        info = reel.info()
        for figure in ("lost_events", "unknown_frees", "double_frees", "implied_frees"):
            equal(info[figure], 0, f"{reel.path.name}: {figure}")
        events += info["events"]
        if biggest is None or info["events"] > biggest["events"]:
            biggest = info
    require(events >= case.events_least,
            f"{events} events in {len(outcome.reels)} reels, fewer than {case.events_least}")
    expected = case.brings or "glibc" if allocator == "plain" else allocator
    require(expected in str(biggest["allocator"]), f"the allocator is {biggest['allocator']}, not {expected}")
    return events


def judge(case, plain, recorded, allocator):
    equal(recorded.status, plain.status, "exit status")
    equal(recorded.stdout, plain.stdout, "output")
    if case.product is not None:
        files = [pathlib.Path(outcome.folder / case.product).read_bytes() for outcome in (plain, recorded)]
        require(files[0] == files[1], f"{case.product} differs from that of the unrecorded run")
    return judge_reels(case, recorded, allocator)
