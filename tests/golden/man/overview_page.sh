heapreel man | mandoc -T ascii -O width=80 | col -b
