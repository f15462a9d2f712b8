"""Takes the pictures of the graph's page: ``python docs/screenshots.py``, after ``make test-browser`` has run once.

Needs Pillow, which nothing else here does. The graphs are made up, by number: pictures change only where the page does.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

from ptmdeps.render.graph.page import page  # noqa: E402 - found through the line above
from tests.browser.documents import generated  # noqa: E402

LARGEST = 200_000
"""Bytes that a picture in the documentation may have."""


COLORS = 200
"""As many as the page needs with its smoothed letters, to the eye."""


def main() -> None:
    """Write ``docs/images/graph-page*.png``."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        sys.exit("no Chromium on this machine")
    with TemporaryDirectory() as folder:
        for name, size in (("sixty", 60), ("many", 500)):
            Path(folder, f"{name}.html").write_text(page(generated(size)), encoding="utf-8")
        subprocess.run(["node", "docs/screenshots.mjs", folder, chromium], cwd=ROOT, check=True, timeout=300)
    pictures = sorted((ROOT / "docs" / "images").glob("graph-page*.png"))
    for path in pictures:
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    large = [path.name for path in pictures if path.stat().st_size > LARGEST]
    if large:
        sys.exit(f"larger than {LARGEST} bytes: {', '.join(large)}")


if __name__ == "__main__":
    main()
