"""Holds bills of material to the schema of CycloneDX 1.6, by the format's own library: 65 if one is not in order."""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

validator = JsonStrictValidator(SchemaVersion.V1_6)
faults = {path: validator.validate_str(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:]}
for path, fault in faults.items():
    if fault is not None:
        print(f"{path}: {fault}", file=sys.stderr)
sys.exit(65 if any(faults.values()) else 0)
