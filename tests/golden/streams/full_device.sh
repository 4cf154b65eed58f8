# What cannot be written is an error, never silence.
heapreel --help >/dev/full
