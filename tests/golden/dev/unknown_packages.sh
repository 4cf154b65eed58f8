"$HEAPREEL_SOURCE/dev" setup bogus
