#!/usr/bin/env python3
"""The control of check_includes.py: each forbidden include, planted in a tree of its own, must be reported."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parent / "check_includes.py"


def check(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        done = subprocess.run([sys.executable, "-B", str(CHECK), root], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def included_by(file, included):
    return check({file: f'#pragma once\n#include "{included}"\n'})


class LayersTest(unittest.TestCase):
    def assert_forbidden(self, file, included):
        status, text = included_by(file, included)
        self.assertEqual(status, 1, f"{file} may include {included}")
        self.assertIn(f"{file}:2:", text)

    def assert_allowed(self, file, included):
        self.assertEqual(included_by(file, included)[0], 0, f"{file} may not include {included}")

    def test_forbidden(self):
        for file, included in (
            ("trace_format/reader.cc", "tools/cli/text.h"),
            ("trace_format/reader.cc", "recorder/ring/ring.h"),
            ("trace_format/base/bytes.h", "trace_format/reader.h"),
            ("trace_format/event/op.h", "trace_format/base/result.h"),
            ("trace_format/wire/wire.h", "trace_format/codec/columns.h"),
            ("trace_format/codec/columns.h", "trace_format/store/index.h"),
            ("trace_format/store/index.cc", "trace_format/resolve/event_stream.h"),
            ("trace_format/resolve/event_stream.cc", "trace_format/summary/summary.h"),
            ("trace_format/summary/summary.cc", "trace_format/pack/pack.h"),
            ("trace_format/pack/pack.cc", "trace_format/api/heapreel/reel.h"),
            ("recorder/shim/hot.cc", "trace_format/reader.h"),
            ("recorder/shim/hot.cc", "trace_format/base/result.h"),
            ("recorder/collector/drain.cc", "recorder/shim/hot.h"),
            ("replayer/engine/loop.cc", "replayer/plan/planner.h"),
            ("replayer/engine/loop.cc", "trace_format/reader.h"),
            ("replayer/measure/rss.cc", "replayer/engine/loop.h"),
            ("replayer/lab/rounds.cc", "replayer/engine/loop.h"),
            ("replayer/plan/planner.cc", "recorder/ring/ring.h"),
            ("tools/commands/replay.cc", "replayer/engine/loop.h"),
            ("tools/commands/record.cc", "recorder/shim/hot.h"),
            ("recorder/collector/drain.cc", "tools/cli/output.h"),
            ("trace_format/reader.cc", "../tools/cli/text.h"),
        ):
            self.assert_forbidden(file, included)

    def test_allowed(self):
        for file, included in (
            ("trace_format/reader.cc", "trace_format/base/result.h"),
            ("recorder/shim/hot.cc", "trace_format/wire/wire.h"),
            ("replayer/engine/loop.cc", "replayer/plan/plan_format.h"),
            ("tools/commands/info.cc", "trace_format/reader.h"),
            ("trace_format/pack/pack.cc", "trace_format/summary/content_id.h"),
            ("trace_format/reader.cc", "zstd.h"),
        ):
            self.assert_allowed(file, included)

    def test_folder_without_rule(self):
        self.assertEqual(check({"recorder/newcomer/a.cc": "\n"})[0], 1)

    def test_no_sources_at_all(self):
        self.assertEqual(check({})[0], 1)


if __name__ == "__main__":
    unittest.main()
