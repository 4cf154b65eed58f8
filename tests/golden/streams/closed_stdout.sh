heapreel --version >&-
