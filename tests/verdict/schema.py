"""docs/results.schema.json held against a results.json: it is valid, and every field of it is described.

usage: schema.py SCHEMA RESULTS.json
"""
import json
import sys

import jsonschema


def resolved(schema, root):
    if "$ref" in schema:
        return root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


# Paths of fields that the schema does not know. What it calls an object and says no more of is free.
def undescribed(value, schema, root, path=""):
    schema = resolved(schema, root)
    if isinstance(value, list):
        for one in value[:50]:
            yield from undescribed(one, schema.get("items", {}), root, path + "[]")
    if not isinstance(value, dict) or not ("properties" in schema or "additionalProperties" in schema):
        return
    for name, one in value.items():
        known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if known is None:
            yield f"{path}.{name}"
        else:
            if not known.get("description") and not resolved(known, root).get("description"):
                yield f"{path}.{name} (no description)"
            yield from undescribed(one, known, root, f"{path}.{name}")


def faults_of(results, schema):
    checker = jsonschema.validators.validator_for(schema)
    checker.check_schema(schema)
    faults = [f"{'.'.join(map(str, fault.absolute_path))}: {fault.message[:200]}" for fault in checker(schema).iter_errors(results)]
    return faults + sorted(set(undescribed(results, schema, schema)))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as schema, open(sys.argv[2], encoding="utf-8") as results:
        found = faults_of(json.loads(results.readline()), json.load(schema))
    print("\n".join(found) or "valid, and every field is described")
    sys.exit(1 if found else 0)
