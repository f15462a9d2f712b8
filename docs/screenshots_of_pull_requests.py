"""Takes pictures of pull requests: ``python docs/screenshots_of_pull_requests.py [FOLDER]``.

Every world of docs/pull_request_worlds.py is locked, moved and printed by ``ptmdeps pr --print``; cmark-gfm, which is
GitHub's own, makes HTML of that, and Chromium a picture. They go to FOLDER, to be looked at, and, smaller,
to docs/images. Needs ``make test-browser`` to have run once, and Pillow, which nothing else here does.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples"), str(ROOT / "docs")]

import cmarkgfm  # noqa: E402
from cmarkgfm.cmark import Options  # noqa: E402
from PIL import Image  # noqa: E402
from pull_request_worlds import WORLDS, World  # noqa: E402

from embedded_hub import EmbeddedHub  # noqa: E402 - found through the lines above
from tests.hub_fixtures import environment  # noqa: E402

LARGEST = 200_000
"""Bytes that a picture in the documentation may have."""
COLORS = 128
FOLDED = frozenset({"Try it", "Take it back once it is merged", "Do not want it"})

_STYLE = """
body { background: #fff; color: #1f2328; font: 14px/1.5 "Liberation Sans", Arial, sans-serif; margin: 24px; }
h1 { font-size: 26px; font-weight: 400; margin: 0 0 16px; }
.box { border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; }
p, ul, table, blockquote, pre, details, .alert { margin: 0 0 16px; }
ul { padding-left: 2em; } h3 { font-size: 1.25em; margin: 24px 0 16px; }
hr { height: 4px; border: 0; background: #d1d9e0; }
table { border-collapse: collapse; } th, td { border: 1px solid #d1d9e0; padding: 6px 13px; } th { font-weight: 600; }
tr:nth-child(2n) { background: #f6f8fa; }
code { font: 85% "Liberation Mono", monospace; background: #818b981f; border-radius: 6px; padding: .2em .4em; }
pre { background: #f6f8fa; border-radius: 6px; padding: 16px; overflow: auto; line-height: 1.45; }
pre code { background: none; padding: 0; font-size: 85%; } td code { white-space: break-spaces; }
.added { background: #dafbe1; color: #116329; } .removed { background: #ffebe9; color: #82071e; }
.place { color: #8250df; }
.alert { border-left: .25em solid; padding: 0 1em; } .alert ul { margin: 0; }
.NOTE { border-color: #0969da; } .NOTE > b { color: #0969da; } .IMPORTANT { border-color: #8250df; }
.IMPORTANT > b { color: #8250df; } .CAUTION { border-color: #cf222e; } .CAUTION > b { color: #d1242f; }
.alert > b { font-weight: 500; display: block; padding: 4px 0; } summary { cursor: pointer; }
"""


def main() -> None:
    """Write the pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        sys.exit("no Chromium on this machine")
    with TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if sys.argv[1:] else temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for make in WORLDS:
            world = make()
            offer = printed(world)
            (folder / f"{world.name}.md").write_text(offer["body"], encoding="utf-8")
            (folder / f"{world.name}.html").write_text(page(offer["title"], offer["body"]), encoding="utf-8")
        command = ["node", "docs/screenshots_of_pull_requests.mjs", str(folder), chromium]
        subprocess.run(command, cwd=ROOT, check=True, timeout=300)
        for picture in sorted(folder.glob("*.png")):
            keep(picture, ROOT / "docs" / "images" / f"pull-request-{picture.name}")


def printed(world: World) -> dict[str, str]:
    """Title and body of the pull request that a world comes to."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        project = root / "project"
        (project / "src").mkdir(parents=True)
        (project / "src" / "app.py").write_text(world.code, encoding="utf-8")
        settings = f"[tool.ptmdeps.pr]\n{world.settings}" if world.settings else ""
        (project / "pyproject.toml").write_text(
            f'[project]\nname = "demo"\nversion = "1"\n{settings}', encoding="utf-8"
        )
        with EmbeddedHub(root / "hub") as hub:
            variables = environment(hub, root / "home")

            def ptmdeps(*arguments: str) -> str:
                command = [sys.executable, "-m", "ptmdeps", "--project", str(project), *arguments]
                done = subprocess.run(
                    command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False
                )
                if done.returncode:
                    sys.exit(f"{world.name}: {done.stderr}")
                return done.stdout

            world.start(hub)
            ptmdeps("lock")
            world.move(hub)
            offers = json.loads(ptmdeps("pr", "--print", "--format", "json"))
    found: dict[str, str] = (offers["proposals"] if isinstance(offers, dict) else offers)[0]
    return found


def page(title: str, body: str) -> str:
    """A page that looks as GitHub's do, with all details open but those that are the same everywhere."""
    content = cmarkgfm.github_flavored_markdown_to_html(body, Options.CMARK_OPT_UNSAFE)
    content = re.sub(r"<blockquote>\s*<p>\[!([A-Z]+)\](?:</p>)?", _alert, content).replace("</blockquote>", "</div>")
    content = re.sub(r'(<pre lang="diff"><code>)(.*?)(</code></pre>)', _colored, content, flags=re.DOTALL)
    content = re.sub(r"<details><summary>(.*?)</summary>", _unfolded, content)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<style>{_STYLE}</style><h1>{html.escape(title)}</h1><div class="box">{content}</div></html>'
    )


def _alert(match: re.Match[str]) -> str:
    return f'<div class="alert {match[1]}"><b>{match[1].capitalize()}</b>'


def _unfolded(match: re.Match[str]) -> str:
    return match[0] if match[1] in FOLDED else match[0].replace("<details>", "<details open>")


def _colored(match: re.Match[str]) -> str:
    kinds = {"+": "added", "-": "removed", "@": "place"}
    text = html.escape(html.unescape(match[2]))
    lines = (f'<span class="{kinds[one[0]]}">{one}</span>' if one[:1] in kinds else one for one in text.split("\n"))
    return match[1] + "\n".join(lines) + match[3]


def keep(source: Path, target: Path) -> None:
    """Write a small copy of a picture."""
    with Image.open(source) as picture:
        few = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    if target.stat().st_size > LARGEST:
        sys.exit(f"{target.name} is larger than {LARGEST} bytes: {target.stat().st_size}")


if __name__ == "__main__":
    main()
