heapreel man pack
