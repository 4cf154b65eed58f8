"$HEAPREEL_SOURCE/dev" help
