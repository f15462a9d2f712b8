"""Runtimes for one's own machine: ``ctransformers`` (read in 0.2.27), ``gpt4all`` (2.8.2), ``mlx_lm`` (0.32.2), others.

What they take as ``model_path`` is a file of the disk, and no load.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_REVISION = Arguments(ref=Argument(None, "revision"))
_MLX = Argument(0, "path_or_hf_repo")

LOADERS: tuple[Loader, ...] = (
    Loader(
        call="llama_cpp.LlamaHFTokenizer.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="tokenizer",
        pin="none",
    ),
    # The file may be a pattern, such as ``*Q4_K_M.gguf``.
    Loader(
        call="llama_cpp.*.from_pretrained",
        model=Argument(0, "repo_id"),
        reads="snapshot",
        arguments=Arguments(allow=Argument(1, "filename")),
        pin="none",
    ),
    Loader(
        call="ctransformers.*.from_pretrained",
        model=Argument(0, "model_path_or_repo_id"),
        reads="snapshot",
        arguments=Arguments(ref=Argument(None, "revision"), filename=Argument(None, "model_file")),
    ),
    # Names of files that it downloads where they are not there yet.
    *(
        Loader(
            call=call,
            model=Argument(position, "model_name"),
            reads="file",
            hub="gpt4all",
            notation="key",
            has_default=True,
            pin="none",
        )
        for call, position in (
            ("gpt4all.GPT4All", 0),
            ("gpt4all.Embed4All", 0),
            ("langchain_community.GPT4AllEmbeddings", None),
            ("langchain.GPT4AllEmbeddings", None),
        )
    ),
    Loader(call="mlx_lm.load", model=_MLX, reads="snapshot", arguments=_REVISION),
    Loader(call="mlx_lm.convert", model=Argument(0, "hf_path"), reads="transformers", arguments=_REVISION),
    Loader(call="mlx_lm.sharded_load", model=Argument(0, "repo"), reads="snapshot", pin="none"),
    Loader(call="mlx_lm.utils.get_model_path", model=_MLX, reads="snapshot", arguments=_REVISION, result="path"),
    Loader(call="mlx_vlm.load", model=_MLX, reads="snapshot", arguments=_REVISION),
    Loader(call="mlx_vlm.convert", model=Argument(0, "hf_path"), reads="transformers", arguments=_REVISION),
    Loader(call="mlx_vlm.load_config", model=Argument(0, "model_path"), reads="configuration", pin="none"),
    Loader(call="mlx_embeddings.load", model=_MLX, reads="snapshot", pin="none"),
    Loader(
        call="ipex_llm.transformers.*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_REVISION,
    ),
    Loader(
        call="intel_extension_for_transformers.transformers.*.from_pretrained",
        model=Argument(0, "pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_REVISION,
    ),
    Loader(
        call="petals.*.from_pretrained",
        model=Argument(0, "model_name_or_path", ("pretrained_model_name_or_path",)),
        reads="transformers",
        arguments=_REVISION,
    ),
    # The weights are converted where they are; a converted folder is what the runtime reads.
    Loader(
        call="ctranslate2.converters.TransformersConverter",
        model=Argument(0, "model_name_or_path"),
        reads="transformers",
        arguments=_REVISION,
    ),
    *(
        Loader(
            call=f"hf_hub_ctranslate2.{name}",
            model=Argument(0, "model_name_or_path"),
            reads="snapshot",
            arguments=_REVISION,
        )
        for name in ("TranslatorCT2fromHfHub", "GeneratorCT2fromHfHub", "CT2SentenceTransformer")
    ),
)
