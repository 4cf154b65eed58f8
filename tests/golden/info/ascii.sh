# A locale that is not UTF-8 gets no character it cannot show.
make_reels
export LC_ALL=C
heapreel info x.reel | masked | tee plain
if LC_ALL=C grep -q '[^ -~]' plain; then echo "not ASCII"; fi
