"$HEAPREEL_SOURCE/dev" bogus
