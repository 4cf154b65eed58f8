heapreel man check | mandoc -T ascii -O width=80 | col -b
