#!/usr/bin/env python3
"""Imports traces whose counts are known: test_corpus.py HEAPREEL FOLDER

FOLDER has android/surfaceflinger.zip (AOSP, memory_replay) and wee_alloc/*.trace (rustwasm/wee_alloc). Neither is ours
to ship; the counts are.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ANDROID = {"events": 2455240, "threads": 15, "cross_thread_frees": 22209, "live_peak_objects": 3833,
           "unknown_frees": 0, "implied_frees": 0}
ANDROID_REALLOCS = 73781
WEE_EVENTS = {"cpp-demangle": 102, "dogfood": 46076, "ffmpeg": 3637, "find": 1130, "gcc-hello": 17775,
              "grep-random-data": 198, "grep-recursive": 1276, "ls": 82, "source-map": 2402}


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout


def info_of(heapreel, trace, folder):
    reel = f"{folder}/out.reel"
    report = json.loads(run(heapreel, "import", trace, "-o", reel, "--force", "--json", "--max-bad-lines", "0"))
    assert report["bad_lines"] == 0, report
    run(heapreel, "check", reel)
    return report, json.loads(run(heapreel, "info", "--json", reel))


def main():
    heapreel, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        report, info = info_of(heapreel, corpus / "android/surfaceflinger.zip", folder)
        assert report["format"] == "android", report
        for key, wanted in ANDROID.items():
            assert info[key] == wanted, (key, info[key], wanted)
        assert info["events_by_kind"]["realloc"] == ANDROID_REALLOCS, info
        total = 0
        for name, events in WEE_EVENTS.items():
            report, info = info_of(heapreel, corpus / f"wee_alloc/{name}.trace", folder)
            assert (report["format"], info["events"]) == ("wee", events), (name, report)
            assert info["unknown_frees"] == 0, name
            total += events
        assert total == 72678, total
    print(f"android {ANDROID['events']} events, wee {total} events: as they should be")


if __name__ == "__main__":
    main()
