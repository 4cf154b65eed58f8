"""Which call it was, with which size, alignment and result; failures; signal handlers; plugins."""
from case import Case, count, exact, sound
from compare import compare_processes, equal, require
from tamper import WAYS


def check_calls(outcome):
    exact(outcome)
    kinds = outcome.main.info()["events_by_kind"]
    require(outcome.truth.figures["free_sized"] == 1, "C23's sized frees were not found by dlsym under the recorder")
    equal(kinds.get("free_sized"), 100, "free_sized")


def check_failed_new(outcome):
    exact(outcome, strangers=True)


def check_errno(outcome):
    sound(outcome)
    figures = outcome.truth.figures
    equal(0, figures["changed"], "calls that changed errno")
    equal(0, figures["wrong"], "failing calls that left another errno than ENOMEM")
    equal(outcome.main.info()["failed_allocations"], figures["failed"], "failed allocations")


def check_early(outcome):
    """A resolver runs before there is thread-local memory: it is served, and its block is nobody's event."""
    exact(outcome)
    found = count(outcome.main.events(), {"resolver": lambda event: event["size"] == 54321})
    equal(found["resolver"], 0, "blocks of the IFUNC resolver")


def check_handler_pairs(outcome):
    """The handler's calls are all there; `fired` counts handlers that returned."""
    sound(outcome)
    found = count(outcome.main.events(), {"handler": lambda event: (event["op"], event["size"]) == ("malloc", 4242),
                                          "main": lambda event: (event["op"], event["size"]) == ("malloc", 3131)})
    figures = outcome.truth.figures
    require(0 <= found["handler"] - figures["fired"] <= 1, f"handler: {found['handler']} for {figures['fired']}")
    equal(found["main"], figures["made"], "main's allocations")


def check_deepbind(outcome):
    """A plugin bound to its own libc first hides half of a pair from any preloaded library; main's calls are all told."""
    compare_processes(outcome.truth, outcome.readers())
    info = outcome.main.info()
    equal(info["lost_events"], 0, "lost_events")
    hidden = 10 * outcome.truth.figures["rounds"]
    require(info["unknown_frees"] <= hidden, f"unknown_frees is {info['unknown_frees']}, of {hidden} hidden blocks")


def check_plugins(outcome):
    exact(outcome)
    found = count(outcome.main.events(), {"own": lambda event: event["size"] == 12321})
    equal(found["own"], outcome.truth.figures["rounds"], "blocks of the plugin's constructor")


def check_marks(outcome):
    exact(outcome)


CASES = [
    Case("calls", ["calls"], check_calls, tampers=list(WAYS)),
    Case("new_forms", ["new_forms"], exact, tampers=["rename", "drop"]),
    Case("kept_dlerror", ["kept_dlerror"], exact, tampers=["drop"]),
    Case("failed_new", ["failed_new"], check_failed_new, tampers=["drop"]),
    Case("own_new", ["own_new"], exact),
    Case("errno_kept", ["errno_kept"], check_errno),
    Case("giants", ["giants"], exact, tampers=["resize"]),
    Case("early", ["early"], check_early),
    Case("handlers_computing", ["handlers", "computing"], check_handler_pairs, tampers=["drop"]),
    Case("handlers_blocked", ["handlers", "blocked"], exact, tampers=["swap"]),
    Case("handlers_inside", ["handlers", "inside"], check_handler_pairs,
         env={"LD_PRELOAD": "{programs}/bump_allocator.so"}),
    Case("plugins", ["plugins", "{programs}/plugin.so", "200"], check_plugins),
    Case("deepbind", ["plugins", "{programs}/plugin.so", "20", "deepbind"], check_deepbind),
    Case("exit_hooks", ["exit_hooks"], exact),
    Case("marks", ["marks"], check_marks),
]
