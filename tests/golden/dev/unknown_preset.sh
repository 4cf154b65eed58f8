"$HEAPREEL_SOURCE/dev" build bogus
