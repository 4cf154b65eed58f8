# 3 when something stands in the way, 0 when nothing does; warnings are no failure.
printf 'void* malloc(unsigned long n) { return (void*)n; }\nint main(void) { return 0; }\n' > x.c
gcc -fno-builtin -shared -fPIC x.c -o shim.so
gcc -fno-builtin x.c -o own
export HEAPREEL_SHIM=$PWD/missing.so
try heapreel doctor --json ./own > without.json
export HEAPREEL_SHIM=$PWD/shim.so
python3 - << 'END'
import json, subprocess
def doctor(*words):
    done = subprocess.run(["heapreel", "doctor", "--json", *words], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)
report = json.load(open("without.json"))
print("without the library: ok is", report["ok"], "and its check is",
      [check["level"] for check in report["checks"] if check["what"] == "library"])
# The machine's own checks may refuse where the tests run; the status must agree with the report in any case.
for words in ([], ["./own"], ["--", "./own"], ["./missing"], ["true"]):
    status, report = doctor(*words)
    levels = {check["level"] for check in report["checks"]}
    agrees = status == (3 if "fail" in levels else 0) and report["ok"] == ("fail" not in levels)
    program = [check["level"] for check in report["checks"] if check["section"] == "program"]
    print(words, report["schema"], "agrees:", agrees, "program:", program)
END
