"$HEAPREEL_SOURCE/dev" fuzz quantity soon
