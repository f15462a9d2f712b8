"""The configurations of known trainers, servers and pipelines, as data: one row a tool.

Keys are those of the tools' own documentation and example configurations; a row is as narrow as its telling keys, so
that two tools never claim one document for different reasons.
"""

from __future__ import annotations

from ptmdeps.scan.configurations.schema import Field, Schema

_REF = "model_revision|revision"
_WITHOUT_ADAPTER = r"([^+]+)(?:\+.*)?"
_ADAPTER = r"[^+]+\+(.+)"

_TRAINER = (
    Field(path="model_name_or_path|pretrained_model_name_or_path", ref=_REF, bare=True),
    Field(path="tokenizer_name_or_path|tokenizer_name", reads="tokenizer", bare=True),
    Field(path="teacher_model_name_or_path|teacher_model|ref_model|sft_model_path|reward_model_path", bare=True),
    Field(path="reward_funcs|reward_model|judge_model"),
    Field(path="dataset_name|eval_dataset_name|train_dataset_name", kind="dataset", reads="snapshot", bare=True),
    Field(path="datasets.[].id|path", kind="dataset", reads="snapshot", ref="revision", bare=True),
    Field(path="dataset_mixture.datasets.[].id|path", kind="dataset", reads="snapshot", ref="revision", bare=True),
    Field(path="dataset_mixer.datasets.[].id|path", kind="dataset", reads="snapshot", ref="revision", bare=True),
    Field(path="dataset_mixer.*", kind="dataset", reads="snapshot", in_key=True),
    Field(path="adapter_name_or_path", reads="peft"),
)

SCHEMAS: tuple[Schema, ...] = (
    Schema(
        name="axolotl",
        keys=("base_model", "datasets|micro_batch_size|sequence_len|rl|pretraining_dataset|test_datasets"),
        fields=(
            Field(path="base_model", ref="revision_of_model|model_revision", bare=True),
            Field(path="base_model_config|tokenizer_config|processor_config", reads="tokenizer", bare=True),
            Field(path="lora_model_dir|peft_model_dir", reads="peft"),
            Field(path="reward_model|ref_model|kd_teacher|trl.reward_model", bare=True),
            Field(path="reward_funcs"),
            Field(path="datasets.[].path", kind="dataset", reads="snapshot", ref="revision", bare=True),
            Field(path="test_datasets.[].path", kind="dataset", reads="snapshot", ref="revision", bare=True),
            Field(path="pretraining_dataset.[].path", kind="dataset", reads="snapshot", ref="revision", bare=True),
            Field(path="pretraining_dataset.path", kind="dataset", reads="snapshot", bare=True),
            Field(path="pretraining_dataset", kind="dataset", reads="snapshot", bare=True),
        ),
    ),
    Schema(
        name="LLaMA-Factory",
        keys=("model_name_or_path", "finetuning_type|template|stage|infer_backend|export_dir"),
        fields=(
            Field(path="model_name_or_path", ref="model_revision", bare=True),
            Field(path="adapter_name_or_path|ref_model_adapters|reward_model_adapters", reads="peft"),
            Field(path="ref_model|reward_model", bare=True),
            Field(path="speculative_model|draft_model"),
        ),
    ),
    Schema(
        name="LLaMA-Factory datasets",
        files=r"dataset_info\.json",
        fields=(
            Field(path="*.hf_hub_url", kind="dataset", reads="snapshot", bare=True),
            Field(
                path="*.ms_hub_url",
                kind="dataset",
                reads="snapshot",
                hub="modelscope",
                beside="hf_hub_url",
                equals="",
            ),
        ),
    ),
    Schema(
        name="lm-evaluation-harness",
        keys=(
            "dataset_path",
            "task|tag|group|output_type|doc_to_text|doc_to_target|doc_to_choice|dataset_name|test_split",
        ),
        fields=(
            Field(path="dataset_path", kind="dataset", reads="snapshot", ref="dataset_kwargs.revision", bare=True),
        ),
    ),
    Schema(
        name="trainer recipe",
        keys=(
            "model_name_or_path",
            "learning_rate|num_train_epochs|output_dir|dataset_mixer|dataset_mixture|dataset_name|bf16|do_train",
        ),
        fields=_TRAINER,
    ),
    Schema(
        name="kohya",
        keys=(
            "pretrained_model_name_or_path",
            "network_module|train_data_dir|mixed_precision|output_name|optimizer_type",
        ),
        fields=(
            Field(path="pretrained_model_name_or_path", reads="diffusers", ref="revision"),
            Field(path="vae|pretrained_vae_model_name_or_path", reads="diffusers"),
        ),
    ),
    Schema(
        name="mergekit",
        keys=("merge_method|gate_mode|slices", "base_model|models|slices|experts"),
        fields=(
            Field(path="base_model|tokenizer_source", inside=_WITHOUT_ADAPTER),
            Field(path="models.[].model", inside=_WITHOUT_ADAPTER),
            Field(path="models.[].model", inside=_ADAPTER, reads="peft"),
            Field(path="slices.[].base_model", inside=_WITHOUT_ADAPTER),
            Field(path="slices.[].sources.[].model", inside=_WITHOUT_ADAPTER),
            Field(path="slices.[].sources.[].model", inside=_ADAPTER, reads="peft"),
            Field(path="experts|shared_experts.[].source_model", inside=_WITHOUT_ADAPTER),
        ),
    ),
    Schema(
        name="spaCy",
        keys=("nlp.lang|nlp.pipeline|components",),
        files=r"[^/]*\.cfg",
        fields=(
            Field(
                path="components.*.model.name",
                beside="@architectures",
                equals=r"spacy-(?:curated-)?transformers\..*",
                bare=True,
            ),
            Field(
                path="initialize.components.*.encoder_loader|piece_loader.name",
                beside="@model_loaders",
                equals=r"spacy-curated-transformers\.HF.*",
                ref="revision",
                bare=True,
            ),
            Field(path="components.*.source", hub="spacy", reads="spacy"),
            Field(path="paths|initialize.vectors", hub="spacy", reads="spacy"),
        ),
    ),
    Schema(
        name="spaCy project",
        files=r"project\.ya?ml",
        keys=("commands", "workflows|vars|directories|assets"),
        fields=(
            Field(path="vars.*", hub="spacy", reads="spacy"),
            Field(
                path="commands.[].script.[]",
                hub="spacy",
                reads="spacy",
                inside=r".*\bspacy download (?:-\S+ )*([\w.-]+|\$\{[\w.]+\}).*",
            ),
        ),
    ),
    Schema(
        name="presidio",
        keys=("nlp_engine_name=spacy|nlp_configuration.nlp_engine_name=spacy",),
        fields=(Field(path="**.models.[].model_name", hub="spacy", reads="spacy"),),
    ),
    Schema(
        name="presidio",
        keys=("nlp_engine_name=transformers|nlp_configuration.nlp_engine_name=transformers",),
        fields=(
            Field(path="**.model_name.spacy", hub="spacy", reads="spacy"),
            Field(path="**.model_name.transformers"),
        ),
    ),
    Schema(
        name="presidio",
        keys=("nlp_engine_name=stanza|nlp_configuration.nlp_engine_name=stanza",),
        fields=(Field(path="**.models.[].model_name", hub="stanza", reads="stanza"),),
    ),
    Schema(
        name="Rasa",
        keys=("pipeline", "language|recipe|policies"),
        fields=(
            Field(
                path="pipeline.[].model_weights",
                beside="name",
                equals=r"(?:.*\.)?(?:LanguageModelFeaturizer|HFTransformersNLP)",
                bare=True,
            ),
            Field(
                path="pipeline.[].model",
                hub="spacy",
                reads="spacy",
                beside="name",
                equals=r"(?:.*\.)?SpacyNLP",
            ),
        ),
    ),
    Schema(
        name="NeMo speaker diarization",
        keys=("diarizer.speaker_embeddings|diarizer.msdd_model|diarizer.vad",),
        fields=(
            Field(
                path="diarizer.vad|speaker_embeddings|msdd_model|asr.model_path",
                reads="nemo",
                hub="nemo",
                notation="name",
                bare=True,
            ),
        ),
    ),
    Schema(
        name="Truss",
        keys=("model_cache",),
        fields=(Field(path="model_cache.[].repo_id", reads="snapshot", ref="revision", files="allow_patterns"),),
    ),
    Schema(
        name="Hermeto",
        files=r"huggingface\.lock\.ya?ml",
        fields=(
            Field(
                path="**.repository",
                kind="dataset",
                reads="snapshot",
                ref="revision",
                beside="type",
                equals="dataset",
                bare=True,
            ),
            Field(
                path="**.repository", reads="snapshot", ref="revision", beside="type", equals="(?!dataset).*", bare=True
            ),
        ),
    ),
    Schema(
        name="vLLM",
        keys=(
            "model",
            "tensor-parallel-size|tensor_parallel_size|gpu-memory-utilization|gpu_memory_utilization|max-model-len",
        ),
        fields=(
            Field(path="model", ref="revision"),
            Field(path="tokenizer", reads="tokenizer", ref="tokenizer-revision|tokenizer_revision"),
            Field(path="speculative-config|speculative_config.model", ref="revision"),
        ),
    ),
)
"""Every row; a document may be described by several, and the first field that holds a text says what it is."""

NOT_CONFIGURATIONS: tuple[Schema, ...] = (
    Schema(
        name="model configuration", keys=("model_type|architectures", "transformers_version|torch_dtype|hidden_size")
    ),
    Schema(name="adapter configuration", keys=("peft_type", "base_model_name_or_path")),
    Schema(name="diffusers folder", keys=("_class_name", "_diffusers_version")),
    Schema(name="tokenizer", keys=("tokenizer_class|added_tokens_decoder|added_tokens",)),
    Schema(name="trainer state", keys=("log_history", "global_step")),
    Schema(name="evaluation results", keys=("results", "config|versions|configs|model_name|config_general|n-shot")),
    Schema(name="OpenMMLab index", keys=("Models|Collections|Import",)),
    Schema(name="OpenAPI", keys=("openapi|swagger", "paths|info")),
    Schema(name="JSON schema", keys=("$schema", "properties|definitions|$defs|$ref|type")),
    Schema(name="package", keys=("name", "dependencies|devDependencies|channels|scripts")),
    Schema(name="workflow", keys=("jobs|steps", "on|true|trigger|runs|stages")),
    Schema(name="documentation site", keys=("site_name", "nav|theme|plugins")),
    Schema(name="compose", keys=("services",)),
    Schema(name="HTTP recording", keys=("interactions",)),
    Schema(name="notebook", keys=("cells", "nbformat")),
)
"""Documents that speak of models but load none: what tools write, describe, or leave to other readers."""
