# The control: a damaged page does not pass.
heapreel man info | sed 's/^\.El$/.Bogus/' >page.1
mandoc -T lint -W warning page.1 >/dev/null || echo noticed
