# Wherever a bit is turned over, check notices.
make_reels 2000
python3 - <<'PYTHON'
import subprocess
sound = open("x.reel", "rb").read()
missed = []
for at in range(0, len(sound), max(len(sound) // 60, 1)):
    data = bytearray(sound)
    data[at] ^= 0x10
    open("y.reel", "wb").write(data)
    done = subprocess.run(["heapreel", "check", "y.reel"], capture_output=True)
    if done.returncode not in (1, 3): missed.append(at)
print("missed:", missed)
PYTHON
