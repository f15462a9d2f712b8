"""Calls of ``transformers`` (read in 5.23.0 and 4.57.6) that load from the Hugging Face Hub."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Also, Argument, Arguments, Loader

_ID = Argument(0, "pretrained_model_name_or_path", ("pretrained_model_name", "model_name_or_path"))
_REF = Argument(None, "revision")
_REMOTE = Argument(None, "trust_remote_code")
_SMALL = Arguments(ref=_REF, subfolder=Argument(None, "subfolder"), remote_code=_REMOTE)
_WEIGHTS = Arguments(
    ref=_REF,
    subfolder=Argument(None, "subfolder"),
    variant=Argument(None, "variant"),
    filename=Argument(None, "gguf_file"),
    safetensors=Argument(None, "use_safetensors"),
    remote_code=_REMOTE,
)
_KERNEL = Also(model=Argument(None, "attn_implementation"), reads="snapshot", notation="kernel", quiet=True)

# Parts made of two models take the options of each with a prefix that differs by class; none has a plain ref.
_PARTS = Arguments()


def _configured(names: str, reads: str) -> Loader:
    """A family of classes that read small files only."""
    return Loader(call=f"transformers.{names}.from_pretrained", model=_ID, reads=reads, arguments=_SMALL)


def _component(position: int, name: str, reads: str) -> Also:
    """A component of a pipeline that may be given as an id of its own; it shares the pipeline's ref."""
    return Also(model=Argument(position, name), reads=reads, arguments=Arguments(ref=Argument(8, "revision")))


LOADERS: tuple[Loader, ...] = (
    Loader(
        call="transformers.pipeline",
        model=Argument(1, "model"),
        reads="transformers",
        arguments=Arguments(ref=Argument(8, "revision"), remote_code=_REMOTE),
        also=(
            _component(2, "config", "configuration"),
            _component(3, "tokenizer", "tokenizer"),
            _component(4, "feature_extractor", "processor"),
            _component(5, "image_processor", "processor"),
            _component(6, "video_processor", "processor"),
            _component(7, "processor", "processor"),
        ),
        has_default=True,
    ),
    _configured("*Config", "configuration"),
    _configured("*Tokenizer", "tokenizer"),
    _configured("*TokenizerFast", "tokenizer"),
    _configured("*TokenizerBase", "tokenizer"),
    _configured("*TokenizerBackend", "tokenizer"),
    Loader(
        call="transformers.BarkProcessor.from_pretrained",
        model=Argument(0, "pretrained_processor_name_or_path"),
        reads="processor",
        arguments=_SMALL,
    ),
    _configured("*Processor", "processor"),
    _configured("*ProcessorFast", "processor"),
    _configured("*ProcessorPil", "processor"),
    _configured("*ProcessorWithLM", "processor"),
    _configured("*ProcessorMixin", "processor"),
    _configured("*ProcessingMixin", "processor"),
    _configured("*FeatureExtractor", "processor"),
    _configured("*FeatureExtractionMixin", "processor"),
    Loader(
        call="transformers.RagRetriever.from_pretrained",
        model=Argument(0, "retriever_name_or_path"),
        reads="snapshot",
        arguments=Arguments(ref=_REF),
    ),
    Loader(
        call="transformers.*.from_pretrained",
        model=_ID,
        reads="transformers",
        arguments=_WEIGHTS,
        also=(_KERNEL,),
        by_method=True,
    ),
    Loader(
        call="transformers.*.from_pretrained_question_encoder_generator",
        model=Argument(0, "question_encoder_pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_PARTS,
        also=(Also(model=Argument(1, "generator_pretrained_model_name_or_path"), reads="transformers"),),
        pin="none",
        by_method=True,
    ),
    Loader(
        call="transformers.*.from_encoder_decoder_pretrained",
        model=Argument(0, "encoder_pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_PARTS,
        also=(Also(model=Argument(1, "decoder_pretrained_model_name_or_path"), reads="transformers"),),
        pin="none",
        by_method=True,
    ),
    Loader(
        call="transformers.*.from_vision_text_pretrained",
        model=Argument(0, "vision_model_name_or_path"),
        reads="transformers",
        arguments=_PARTS,
        also=(Also(model=Argument(1, "text_model_name_or_path"), reads="transformers"),),
        pin="none",
        by_method=True,
    ),
    Loader(
        call="transformers.*.from_sub_models_pretrained",
        model=Argument(0, "text_encoder_pretrained_model_name_or_path"),
        reads="transformers",
        arguments=_PARTS,
        also=(
            Also(model=Argument(1, "audio_encoder_pretrained_model_name_or_path"), reads="transformers"),
            Also(model=Argument(2, "decoder_pretrained_model_name_or_path"), reads="transformers"),
        ),
        pin="none",
        by_method=True,
    ),
    Loader(
        call="transformers.*.load_adapter",
        model=Argument(0, "peft_model_id"),
        reads="peft",
        arguments=Arguments(
            ref=Argument(None, "adapter_kwargs.revision", ("revision",)),
            subfolder=Argument(None, "adapter_kwargs.subfolder"),
        ),
        by_method=True,
        unless=("adapter_state_dict",),
    ),
    *(  # what the library was called before 2.0 (pytorch_pretrained_bert 0.6.2, pytorch_transformers 1.2.0)
        Loader(
            call=f"{name}.*.from_pretrained",
            model=Argument(0, "pretrained_model_name_or_path", ("pretrained_model_name",)),
            reads="transformers",
            pin="none",
        )
        for name in ("pytorch_pretrained_bert", "pytorch_transformers")
    ),
    *(
        Loader(
            call=f"transformers.utils.{function}",
            model=Argument(0, "path_or_repo_id", ("path_or_repo",)),
            reads="file",
            arguments=Arguments(ref=_REF, subfolder=Argument(None, "subfolder"), filename=Argument(1, "filename")),
            result="path",
        )
        for function in ("cached_file", "get_file_from_repo")
    ),
)
