"""``keras.applications`` of Keras 3, Keras 2 and tf-keras: ``ResNet50(weights="imagenet")``.

Followed is the source of every application (Keras 2.10 to 3.15, tf-keras 2.14 to 2.21) up to its ``get_file(name,
address, cache_subdir="models", file_hash=…)``; hashes are MD5, those of ConvNeXt and RegNet SHA-256. A name stands for
two files, with and without the classifier (``include_top``): the code decides, the table cannot. Other arguments are
those by default: ``MobileNet(alpha=0.5)`` and the like read files that are not in it. The files lie in
``KERAS_HOME/models``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Entry, Names
from ptmdeps.libraries.tracing import Called, Function, Tracer, required

_PACKAGES = ("keras.src.applications", "keras.applications", "tf_keras.src.applications", "tf_keras.applications")
"""Where the applications are written."""

_ARGUMENTS = {"weights": "imagenet", "input_tensor": None, "input_shape": None}
_ANSWERS = {"image_data_format": "channels_last"}
_FOLDER = "models"
_HASHES = {32: "md5", 64: "sha256"}


def read(modules: Modules) -> Names:
    """Return the files of every application, with the classifier and without."""
    tracers = {
        package: Tracer(modules, watched=("get_file",), followed=f"{package}.", answers=_ANSWERS)
        for package in sorted({name.partition(".")[0] for name in _PACKAGES})
    }
    found = ((name, _entries(tracers[target.partition(".")[0]], target)) for name, target in _targets(modules))
    return {name: entries for name, entries in found if entries}


def _targets(modules: Modules) -> Iterator[tuple[str, str]]:
    """Yield the applications, and the dotted names of the functions they are."""
    for package in _PACKAGES:
        for module in modules.children(package):
            source = modules.source(module)
            for name in source.bound if source else ():
                if _builds(modules, f"{module}.{name}"):
                    yield name, f"{module}.{name}"


def _builds(modules: Modules, target: str) -> bool:
    """Whether something is a function that builds a model with weights, and needs no argument for it."""
    module, _, name = target.rpartition(".")
    source = modules.source(module)
    function = source.bound.get(name) if source else None
    if not isinstance(function, Function) or not name[:1].isupper() or required(function):
        return False
    return "weights" in [one.arg for one in function.args.args]


def _entries(tracer: Tracer, target: str) -> Entries:
    found = [
        entry
        for top in (True, False)
        for call in tracer.calls(target, {**_ARGUMENTS, "include_top": top})
        if (entry := entry_of(call))
    ]
    return tuple(dict.fromkeys(found))


def entry_of(call: Called) -> Entry | None:
    """Return the file that a call of ``get_file`` fetches; ``None`` where that is not known or is no model."""
    file, address = call.text(0, "fname"), call.text(1, "origin")
    known = call.text(3, "md5_hash") or call.text(8, "file_hash")
    if not file or not address or call.text(4, "cache_subdir") not in ("", _FOLDER):
        return None
    digest = f"{_HASHES[len(known)]}:{known}" if len(known) in _HASHES else ""
    return at_address(address, reads="keras", digest=digest, file="" if address.endswith(f"/{file}") else file)
