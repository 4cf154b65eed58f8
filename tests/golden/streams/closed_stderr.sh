# Nowhere to complain, but the status still tells.
heapreel info 2>&-
