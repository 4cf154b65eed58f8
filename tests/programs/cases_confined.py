"""Programs that take descriptors, privileges, system calls or the clock away; and those that cannot be recorded."""
import pathlib

from case import Case, exact, sound
from compare import equal, require


def check_confined(outcome):
    exact(outcome, complete=None)  # it leaves by the bare system call
    equal(1, outcome.truth.figures["reached_end"], "reached its end")


def check_dup_over(outcome):
    check_confined(outcome)
    equal((outcome.folder / "victim").stat().st_size, 0, "bytes in a file of the program's")


def check_clockless(outcome):
    """Without the time-stamp counter: the program lives; what was recorded before is exact; what is missing is told."""
    outcome.main.check()
    equal(1, outcome.truth.figures["reached_end"], "reached its end")
    sound(outcome, complete=None)


def refused(*words):
    """Exit status 125, a reason, a hint, and no reel that looks like a recording."""
    def check(outcome):
        require("heapreel: error:" in outcome.stderr and "hint:" in outcome.stderr, f"no reason:\n{outcome.stderr}")
        for word in words:
            require(word in outcome.stderr, f"the error does not speak of '{word}':\n{outcome.stderr}")
        equal([reel.path.name for reel in outcome.reels], [], "reels")
        equal(outcome.stdout, "", "output of a program that must not run")
    return check


def check_own_malloc(outcome):
    """It runs, or is refused; in either case the user is told what will not be seen."""
    require(outcome.status in (0, 125), f"status {outcome.status}")
    require("malloc" in outcome.stderr, f"nothing is said of its malloc:\n{outcome.stderr}")


def check_sanitized(outcome):
    """Recorded with the run-time in its place, or refused with a reason; never a wrong order of libraries."""
    require("does not come first" not in outcome.stderr, f"the order of the libraries is wrong:\n{outcome.stderr}")
    if outcome.status == 0:
        exact(outcome)
        return
    equal(outcome.status, 125, "status")
    refused("anitizer")(outcome)


def check_missing(outcome):
    require("heapreel: error:" in outcome.stderr, f"no reason:\n{outcome.stderr}")


def check_status(outcome):
    exact(outcome)
    equal(outcome.stdout, "done\n", "output")


def check_preloaded(outcome):
    """A library the user preloads stays behind the shim, and its blocks are the program's."""
    exact(outcome)


HOWS = ("closed_fds", "filter", "nobody", "limit_as", "limit_nofile", "limit_fsize", "nice")

CASES = [
    *(Case(f"confined_{how}", ["confined", how], check_confined) for how in HOWS),
    Case("confined_dup_over_fds", ["confined", "dup_over_fds"], check_dup_over,
         env={"PROBE_VICTIM": "{folder}/victim"}),
    Case("confined_chroot", ["confined", "chroot"], check_confined, env={"PROBE_ROOT": "{folder}"}),
    Case("confined_strict", ["confined", "strict"], check_clockless),
    Case("confined_no_tsc", ["confined", "no_tsc"], check_clockless),
    Case("static", ["static_blocks", "10"], refused("static"), status=125),
    Case("sanitized", ["sanitized_blocks", "10"], check_sanitized, status=None,
         env={"ASAN_OPTIONS": "detect_leaks=0"}),
    Case("own_malloc", ["own_malloc"], check_own_malloc, status=None),
    Case("command_missing", ["{folder}/no_such_program"], check_missing, status=127),
    Case("command_no_program", [str(pathlib.Path(__file__).resolve())], check_missing, status=126),
    Case("status_kept", ["blocks", "100", "42"], check_status, status=42, tampers=["drop"]),
    Case("preloaded", ["blocks", "100"], check_preloaded, env={"LD_PRELOAD": "{programs}/bump_allocator.so"}),
]
