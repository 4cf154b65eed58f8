heapreel man inof
