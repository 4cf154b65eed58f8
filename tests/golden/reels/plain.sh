# What a reel of version 1.0 says of itself, today as on the day it was written.
cd "$HEAPREEL_SOURCE/tests/golden/reels" && heapreel info --json plain.reel
