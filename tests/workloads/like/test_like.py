"""`heapreel generate --like` as a whole: files, words, exit statuses, and what of the original is in the clone's bytes.

Each case makes its original by the tool itself or records a small program.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = GOLDEN = None
SECONDS = 240
OK, FAILED, USAGE, CHECK_FAILED = 0, 1, 2, 3
PYTHON = "/usr/bin/python3"


def heapreel(*words, cwd=None):
    return subprocess.run([str(BIN / "heapreel"), *map(str, words)], cwd=cwd, capture_output=True, text=True,
                          timeout=SECONDS, check=False)


class Likes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.here = pathlib.Path(cls.folder.name)
        cls.made = cls.here / "made.reel"
        cls.require(heapreel("generate", "kv-store", "--events", "200000", "-p", "keys=500", "-o", cls.made))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def require(done):
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done

    def like(self, original, output, *words, status=None):
        done = heapreel("generate", "--like", original, "-o", output, *words, cwd=self.here)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def info(self, reel):
        return json.loads(self.require(heapreel("info", "--json", reel, cwd=self.here)).stdout)

    def word_in(self, reel):
        """What stands in its metadata, as Protocol Buffers put a pair of a map."""
        data = (self.here / reel).read_bytes()
        words = [word for word in ("clone", "model") if b"\n\x04like\x12\x05" + word.encode() in data]
        self.assertEqual(len(words), 1)
        return words[0]


class Word(Likes):
    def test_without_replays_it_is_no_clone_however_good(self):
        done = self.like(self.made, "a.reel", "--no-replay")
        self.assertRegex(done.stdout, "its ranking was not checked: not called a clone|not a clone: its")
        self.assertRegex(done.stdout, "ranking +not checked")
        self.assertEqual(self.word_in("a.reel"), "model")
        self.require(heapreel("check", "a.reel", cwd=self.here))

    def test_with_replays_word_status_and_ranking_agree(self):
        done = heapreel("generate", "--like", self.made, "-o", "b.reel", "--json", cwd=self.here)
        report = json.loads(done.stdout)
        self.assertEqual(report["schema"], "heapreel.like/1")
        self.assertEqual(report["ranking"]["trouble"], "")
        broken = [pair for pair in report["ranking"]["pairs"] if not pair["holds"]]
        bounds = report["bounds"]
        within = abs(report["errors"]["peak"]) <= bounds["peak"] and report["errors"]["sizes"] <= bounds["sizes"]
        self.assertEqual(report["called"], "clone" if within and not broken else "model")
        self.assertEqual(done.returncode, OK if report["called"] == "clone" else CHECK_FAILED)
        self.assertEqual(self.word_in("b.reel"), report["called"])
        self.assertEqual(report["verdict"].startswith("a clone of"), report["called"] == "clone")
        self.assertGreaterEqual(len(report["ranking"]["pairs"]), 2)

    def test_one_that_is_unlike_is_a_model_and_says_why(self):
        # Ten kinds of block, one of which is nearly all of the memory and comes nine times: too rare to be kept.
        program = "import ctypes; m = ctypes.CDLL(None).malloc; m.argtypes = [ctypes.c_size_t]; m.restype = " \
                  "ctypes.c_void_p\nfor i in range(9): m(50_000_000 << (i % 2))"
        self.require(heapreel("record", "-q", "-o", "rare.reel", "--", PYTHON, "-c", program, cwd=self.here))
        done = self.like("rare.reel", "c.reel", "--no-replay", status=CHECK_FAILED)
        self.assertIn("not a clone: its", done.stdout)
        self.assertEqual(self.word_in("c.reel"), "model")


class File(Likes):
    def test_the_same_again_for_the_same_seed(self):
        ids = [json.loads(self.like(self.made, f"s{i}.reel", "--no-replay", "--json", "--seed", seed).stdout)["content_id"]
               for i, seed in enumerate((4, 4, 5))]
        self.assertEqual(ids[0], ids[1])
        self.assertNotEqual(ids[0], ids[2])

    def test_nothing_names_the_original(self):
        original = self.info(self.made)
        self.like(self.made, "p.reel", "--no-replay")
        data = (self.here / "p.reel").read_bytes()
        self.assertNotIn(bytes.fromhex(original["id"]), data)
        self.assertNotIn(b"made.reel", data)
        self.assertNotIn(b"kv-store", data)
        # The control: the same look finds them in the original itself.
        data = self.made.read_bytes()
        self.assertIn(bytes.fromhex(original["id"]), data)
        self.assertIn(b"kv-store", data)

    def test_a_small_recording_and_its_capture_form(self):
        program = "x = {str(i): [i] * (i % 50) for i in range(20000)}"
        environment = {**os.environ, "PYTHONMALLOC": "malloc"}
        subprocess.run([str(BIN / "heapreel"), "record", "-q", "-o", "py.reel", "--", PYTHON, "-c", program],
                       cwd=self.here, env=environment, check=True, capture_output=True, timeout=SECONDS)
        report = json.loads(self.like("py.reel", "d.reel", "--no-replay", "--json").stdout)
        self.assertLess(report["errors"]["sizes"], 0.1)
        self.assertLess(abs(report["errors"]["peak"]), 0.1)
        self.require(heapreel("pack", "--time", "none", "py.reel", "-o", "notime.reel", cwd=self.here))
        timeless = json.loads(self.like("notime.reel", "e.reel", "--no-replay", "--json").stdout)
        self.assertEqual(timeless["errors"], report["errors"])
        self.assertFalse(self.info("e.reel")["clock"]["kept"])

    def test_more_and_fewer_events(self):
        for events in (60000, 600000):
            self.like(self.made, "n.reel", "--no-replay", "--json", "--events", events, "--force")
            self.assertAlmostEqual(self.info("n.reel")["events"] / events, 1, delta=0.05)


class Trouble(Likes):
    def refuse(self, words, status, *says):
        done = heapreel("generate", *words, cwd=self.here)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)

    def test_what_does_not_go_together(self):
        like = ["--like", self.made, "-o", "t.reel"]
        self.refuse(["kv-store", *like], USAGE, "'--like' and WORKLOAD do not go together")
        for flag in (["--threads", "2"], ["--duration", "1s"], ["--scale", "2"], ["-p", "keys=3"], ["--list"]):
            self.refuse([*like, *flag], USAGE, "do not go together")
        self.refuse(["--like", self.made], USAGE, "missing '--output FILE'")
        self.refuse([*like, "--events", "0"], USAGE, "expected at least 1")
        self.refuse(["kv-store", "-o", "t.reel", "--no-replay"], USAGE, "--like")

    def test_no_reel_and_reels_of_nothing_leave_nothing(self):
        (self.here / "text").write_text("nothing of the kind")
        self.refuse(["--like", "text", "-o", "t.reel"], FAILED, "text")
        self.refuse(["--like", "absent.reel", "-o", "t.reel"], FAILED, "absent.reel")
        self.require(heapreel("generate", "kv-store", "--events", "1", "-o", "one.reel", "--force", cwd=self.here))
        self.refuse(["--like", "one.reel", "-o", "t.reel"], FAILED, "are alike", "a longer recording")
        self.assertEqual([], [name for name in os.listdir(self.here) if name.startswith((".t.reel", "t.reel"))])

    def test_an_existing_file_and_the_original_itself_stay(self):
        before = self.made.read_bytes()
        self.refuse(["--like", self.made, "-o", self.made, "--force"], FAILED, "it is the input")
        (self.here / "there.reel").write_text("mine")
        self.refuse(["--like", self.made, "-o", "there.reel", "--no-replay"], FAILED, "there.reel")
        self.assertEqual((self.here / "there.reel").read_text(), "mine")
        self.assertEqual(self.made.read_bytes(), before)

    def test_a_damaged_original_is_modelled_as_far_as_it_can_be_read(self):
        (self.here / "cut.reel").write_bytes(self.made.read_bytes()[: self.made.stat().st_size * 9 // 10])
        done = self.like("cut.reel", "f.reel", "--no-replay", "--json")
        self.assertIn("cut.reel", done.stderr)
        self.assertGreater(json.loads(done.stdout)["events"], 0)


del Likes  # only its children are tests

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    parser.add_argument("--golden", type=pathlib.Path)
    options, rest = parser.parse_known_args()
    BIN, GOLDEN = options.bin, options.golden
    unittest.main(argv=[sys.argv[0], *rest])
