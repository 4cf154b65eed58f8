# A reader that leaves early is no error.
make_reels
set -o pipefail
heapreel dump x.reel | head -1
