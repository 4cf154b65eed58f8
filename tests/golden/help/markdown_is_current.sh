# docs/cli.md is what the table says; to renew it: heapreel man --format markdown > docs/cli.md
heapreel man --format markdown | diff - "$HEAPREEL_SOURCE/docs/cli.md" && echo current
