"""Plain downloads: most of them are of something else, so nothing is said unless the address is one of a model.

Read: ``requests`` 2.32, ``urllib`` of Python 3.11, ``wget`` 3.2, ``gdown`` 5.2, ``pooch`` 1.8, ``keras`` 3.15.1,
``basicsr`` 1.4.2, ``gfpgan`` 1.3.8, ``realesrgan`` 0.3.0, ``timm`` 1.0.31, ``torchvision`` 0.29.2,
``cached_path`` 1.8.10, ``httpx`` 0.28, ``fsspec`` 2025.9.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader

_URL = Argument(0, "url")

_QUIET: tuple[tuple[str, Argument], ...] = (
    ("requests.get", _URL),
    ("requests.request", Argument(1, "url")),
    ("requests.Session.get", _URL),
    ("httpx.get", _URL),
    ("httpx.stream", Argument(1, "url")),
    ("urllib.request.urlopen", _URL),
    ("urllib.request.urlretrieve", _URL),
    ("urllib.request.Request", _URL),
    ("urllib.urlretrieve", _URL),
    ("six.moves.urllib.request.urlretrieve", _URL),
    ("wget.download", _URL),
    ("gdown.download", _URL),
    ("gdown.cached_download", _URL),
    ("pooch.retrieve", _URL),
    ("fsspec.open", Argument(0, "urlpath")),
    ("cached_path.cached_path", Argument(0, "url_or_filename")),
    ("torchvision.datasets.utils.download_url", _URL),
    ("torchvision.datasets.utils.download_and_extract_archive", _URL),
    ("keras.utils.get_file", Argument(1, "origin")),
    ("tensorflow.keras.utils.get_file", Argument(1, "origin")),
    ("tf_keras.utils.get_file", Argument(1, "origin")),
)
"""Functions that fetch anything, and where they take the address."""

_OF_WEIGHTS: tuple[tuple[str, Argument], ...] = (
    ("basicsr.utils.download_util.load_file_from_url", _URL),
    ("facexlib.utils.load_file_from_url", _URL),
    ("facexlib.utils.misc.load_file_from_url", _URL),
    ("timm.models.download_cached_file", _URL),
)
"""Functions that fetch nothing but weights."""

_UPSCALERS: tuple[tuple[str, Argument], ...] = (
    ("gfpgan.GFPGANer", Argument(0, "model_path")),
    ("realesrgan.RealESRGANer", Argument(1, "model_path")),
)
"""Classes that fetch their weights where they are given an address."""

LOADERS: tuple[Loader, ...] = (
    *(
        Loader(
            call=call,
            model=argument,
            reads="file",
            hub="url",
            notation="address",
            pin="none",
            optional=True,
            quiet=True,
        )
        for call, argument in _QUIET
    ),
    *(
        Loader(call=call, model=argument, reads="file", hub="url", notation="address", pin="none", result="path")
        for call, argument in _OF_WEIGHTS
    ),
    *(
        Loader(call=call, model=argument, reads="file", hub="url", notation="address", pin="none")
        for call, argument in _UPSCALERS
    ),
)
