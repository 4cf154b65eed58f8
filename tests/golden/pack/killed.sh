# The control of interrupted.sh: a signal that nobody can catch leaves the unfinished file, under a name that says so.
make_reels 200000
interrupt SIGKILL heapreel pack --archive --jobs 1 x.reel -o p.reel | masked
