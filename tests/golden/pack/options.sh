# The events are the same however they are packed; a packed reel can be packed again.
make_reels
for options in '--archive' '--time exact' '--time none' '--keep-addresses' '--jobs 1' '--jobs 0' '--archive --time none --jobs 2'; do
  # shellcheck disable=SC2086 # several words
  heapreel pack $options x.reel -o p.reel --force 2>&1 | masked
  heapreel check p.reel
done
heapreel pack p.reel -o q.reel 2>&1 | masked
