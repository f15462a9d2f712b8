"""Have the golden bills judged by programs of others: ``python tests/external/validate_boms.py [FILE…]``.

Needs Node.js and a registry of npm packages. ``@cyclonedx/cyclonedx-library`` (strict JSON) and ``cdx-validate`` of
``@cyclonedx/cdxgen`` are installed in a temporary folder, or in the one that ``--folder`` names. With
``--aibom-generator FOLDER`` (a checkout of GenAI-Security-Project/aibom-generator) its completeness score is printed.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import types
from pathlib import Path

GOLDEN = Path(__file__).parents[2] / "sbom" / "golden"
PACKAGES = ("@cyclonedx/cyclonedx-library", "@cyclonedx/cdxgen", "ajv", "ajv-formats", "ajv-formats-draft2019")
_STRICT = """
const {Validation: {JsonStrictValidator}, Spec: {Version}} = require('@cyclonedx/cyclonedx-library')
const fs = require('fs')
;(async () => {
  for (const path of process.argv.slice(2)) {
    const text = fs.readFileSync(path, 'utf8')
    const version = Object.values(Version).find(one => one === JSON.parse(text).specVersion)
    const wrong = await new JsonStrictValidator(version).validate(text)
    console.log(JSON.stringify({path, wrong}))
  }
})()
"""


def strict(folder: Path, files: list[Path]) -> int:
    """The JavaScript library of CycloneDX itself; gives the number of documents that it refuses."""
    script = folder / "strict.cjs"
    script.write_text(_STRICT, encoding="utf-8")
    found = subprocess.run(
        ["node", str(script), *map(str, files)], cwd=folder, capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    for answer in answers:
        print(f"cyclonedx-library  {Path(answer['path']).name}: {answer['wrong'] or 'valid'}")
    return sum(1 for answer in answers if answer["wrong"]) + len(files) - len(answers)


def cdxgen(folder: Path, files: list[Path]) -> int:
    """``cdx-validate``: the schema, and references that lead nowhere."""
    program = folder / "node_modules" / ".bin" / "cdx-validate"
    refused = 0
    for file in files:
        report = folder / "report.json"
        command = [str(program), "-i", str(file), "-r", "json", "-o", str(report)]
        # it exits with 3 where a rule of good conduct fails (a signature, for one): its report says what is valid
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        answer = json.loads(report.read_text(encoding="utf-8"))
        report.unlink()
        print(f"cdx-validate       {file.name}: schema {answer['schemaValid']}, references {answer['deepValid']}")
        refused += answer.get("schemaValid") is not True
    return refused


def score(checkout: Path, files: list[Path]) -> None:
    """The completeness that OWASP's scorer sees; it looks at the first component alone."""
    sys.path.insert(0, str(checkout))
    for name in ("src", "src.models"):
        package = types.ModuleType(name)
        package.__path__ = [str(checkout / name.replace(".", "/"))]
        sys.modules[name] = package  # their own imports need torch and transformers
    logging.disable(logging.CRITICAL)
    from src.models.scoring import calculate_completeness_score  # type: ignore[import-not-found]  # noqa: PLC0415

    for file in files:
        found = calculate_completeness_score(json.loads(file.read_text(encoding="utf-8")))
        print(f"aibom-generator    {file.name}: {found['total_score']}, missing {found['missing_fields']}")


def main() -> int:
    """Exit with 1 if a validator refuses a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--aibom-generator", type=Path)
    options = parser.parse_args()
    files = [file.resolve() for file in options.files or sorted(GOLDEN.glob("*.json"))]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES], cwd=folder, check=True)
        refused = strict(folder, files) + cdxgen(folder, files)
    if options.aibom_generator:
        score(options.aibom_generator, files)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
