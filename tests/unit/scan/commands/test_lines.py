"""Which models a command line loads."""

from __future__ import annotations

import pytest

from ptmdeps.identity import Location, ModelKey
from ptmdeps.scan.commands import WORDS, outcomes_of_arguments, outcomes_of_line
from ptmdeps.scan.commands.command import Command
from ptmdeps.scan.commands.rows import COMMANDS
from ptmdeps.scan.commands.values import Value
from ptmdeps.scan.references import LocalReference, Outcome, Reference, UnresolvedReference

RELEASES = "https://github.com/explosion/spacy-models/releases/download"
HERE = Location("run.sh", 7)


def read(text: str) -> list[Outcome]:
    return list(outcomes_of_line(text, HERE, "main"))


def names(text: str) -> list[str]:
    return [str(outcome.key) for outcome in read(text) if isinstance(outcome, Reference)]


COMMAND_LINES = [
    ("hf download acme/a", "huggingface:acme/a"),
    ("huggingface-cli download acme/a --quiet", "huggingface:acme/a"),
    ("hf download --quiet acme/a", "huggingface:acme/a"),
    ("HF_HUB_ENABLE_HF_TRANSFER=1 hf download acme/a", "huggingface:acme/a"),
    ("git clone https://huggingface.co/acme/a", "huggingface:acme/a"),
    ("git clone --depth 1 https://huggingface.co/acme/a.git dir", "huggingface:acme/a"),
    ("git clone git@hf.co:acme/a", "huggingface:acme/a"),
    ("git clone https://huggingface.co/ckpt/a", "huggingface:ckpt/a"),
    (
        "pget -x https://weights.replicate.delivery/default/a/t5.tar t5",
        "url:https://weights.replicate.delivery/default/a/t5.tar",
    ),
    ("wget https://host.org/flux/ae.sft", "url:https://host.org/flux/ae.sft"),
    ("GIT_LFS_SKIP_SMUDGE=1 git clone https://user:$TOKEN@huggingface.co/acme/a", "huggingface:acme/a"),
    ("git lfs clone https://huggingface.co/acme/a", "huggingface:acme/a"),
    ("git submodule add https://huggingface.co/acme/a", "huggingface:acme/a"),
    ("git clone https://www.modelscope.cn/acme/a.git", "modelscope:acme/a"),
    ("wget https://host.org/a.pth", "url:https://host.org/a.pth"),
    ("curl -L -o out/a.pt https://host.org/d/123", "url:https://host.org/d/123"),
    ("curl -L https://host.org/d/123 > a.safetensors", "url:https://host.org/d/123"),
    ("gdown https://drive.google.com/uc?id=1x -O w.pth", "url:https://drive.google.com/uc?id=1x"),
    ("wget 'https://huggingface.co/acme/a/resolve/v1/w.bin?download=true'", "huggingface:acme/a"),
    ("modelscope download --model acme/a", "modelscope:acme/a"),
    ("kaggle models instances versions download acme/m/keras/v/2 --untar", "kaggle:acme/m/keras/v/2"),
    ("python -m spacy download en_core_web_sm", "spacy:en_core_web_sm"),
    ("/usr/bin/python3.11 -u -m spacy download en_core_web_sm-3.7.0 --direct", "spacy:en_core_web_sm"),
    ("uv run --no-sync spacy download de_core_news_md", "spacy:de_core_news_md"),
    (
        f"pip install {RELEASES}/en_core_web_sm-3.7.0/en_core_web_sm-3.7.0-py3-none-any.whl",
        "spacy:en_core_web_sm",
    ),
    ("python -m nltk.downloader -d /data punkt", "nltk:punkt"),
    ("vllm serve acme/a --port 8000", "huggingface:acme/a"),
    ("vllm serve --enforce-eager acme/a", "huggingface:acme/a"),
    ("python -m vllm.entrypoints.openai.api_server --model=acme/a", "huggingface:acme/a"),
    ("python3 -m sglang.launch_server --model-path acme/a", "huggingface:acme/a"),
    ("text-generation-launcher --model-id acme/a", "huggingface:acme/a"),
    ("text-embeddings-router --model-id acme/a", "huggingface:acme/a"),
    ("infinity_emb v2 --model-id acme/a", "huggingface:acme/a"),
    ("llama-server -hf acme/a:Q4_K_M", "huggingface:acme/a"),
    ("llama-cli --hf-repo acme/a --hf-file a.gguf", "huggingface:acme/a"),
    ("mlx_lm.generate --model acme/a", "huggingface:acme/a"),
    ("python -m mlx_lm convert --hf-path acme/a", "huggingface:acme/a"),
    ("ollama pull llama3:8b", "ollama:llama3:8b"),
    ("ollama run hf.co/acme/a:Q4", "huggingface:acme/a"),
    ("docker model pull ai/smollm2", "oci:ai/smollm2"),
    ("ramalama run hf://acme/a", "huggingface:acme/a"),
    ("lms get qwen/qwen3-4b", "lmstudio:qwen/qwen3-4b"),
    ("lmdeploy serve api_server acme/a", "huggingface:acme/a"),
    ("trtllm-serve acme/a", "huggingface:acme/a"),
    ("xinference launch --model-name qwen-chat --size 7", "xinference:qwen-chat"),
    ("python -m fastchat.serve.model_worker --model-path acme/a", "huggingface:acme/a"),
    ("lm_eval --model hf --model_args pretrained=acme/a,dtype=float", "huggingface:acme/a"),
    ("trl sft --model_name_or_path acme/a", "huggingface:acme/a"),
    ("llamafactory-cli train x.yaml model_name_or_path=acme/a", "huggingface:acme/a"),
    ("optimum-cli export onnx --model acme/a out/", "huggingface:acme/a"),
    ("ct2-transformers-converter --model acme/a --output_dir x", "huggingface:acme/a"),
    ("whisper a.mp3 --model large-v3", "whisper:large-v3"),
    ("whisper a.mp3", "whisper:turbo"),
    ("tts --text hi --model_name tts_models/en/ljspeech/vits", "coqui:tts_models/en/ljspeech/vits"),
    ("yolo detect predict model=yolov8n.pt source=a.jpg", "ultralytics:yolov8n.pt"),
    ("sudo -E docker exec box ollama pull phi3", "ollama:phi3"),
    ("docker run --gpus all -p 8000:8000 vllm/vllm-openai:v0.9 --model acme/a", "huggingface:acme/a"),
    ("docker run ghcr.io/huggingface/text-embeddings-inference:1.5 --model-id acme/a", "huggingface:acme/a"),
    ("docker run ghcr.io/huggingface/tgi-gaudi:2.3.1 --model-id acme/a", "huggingface:acme/a"),
    ("docker run -p 80:80 public.ecr.aws/q9/vllm-cpu-release-repo:v0.10 --model acme/a", "huggingface:acme/a"),
    ("docker run opea/vllm-gaudi:1.22.0 --model acme/a --port 80", "huggingface:acme/a"),
    ("docker run rocm/vllm vllm serve acme/a", "huggingface:acme/a"),
    ('bash -c "hf download acme/a"', "huggingface:acme/a"),
    ("srun --nodes=1 bash -lc 'cd x && vllm serve acme/a'", "huggingface:acme/a"),
    ("if ! hf download acme/a; then exit 1; fi", "huggingface:acme/a"),
    ("X=$(hf download acme/a)", "huggingface:acme/a"),
    ("sudo -u me timeout -k 5 60 hf download acme/a", "huggingface:acme/a"),
    ("env A=1 B=2 vllm serve acme/a", "huggingface:acme/a"),
    ("conda run -n x hf download acme/a", "huggingface:acme/a"),
    ("mpirun -n 2 vllm serve acme/a", "huggingface:acme/a"),
    ("xargs -n1 -I{} hf download acme/a {}", "huggingface:acme/a"),
    ("ssh box 'hf download acme/a'", "huggingface:acme/a"),
    ("ramalama pull oci://quay.io/acme/a", "oci:quay.io/acme/a"),
    ("ramalama pull llama3", "ollama:llama3"),
    ("mlc_llm serve HF://acme/a", "huggingface:acme/a"),
    ("python -W ignore -m mlx_lm.lora --model acme/a", "huggingface:acme/a"),
    ("tmux send-keys 'vllm serve acme/a' C-m", "huggingface:acme/a"),
]


@pytest.mark.parametrize(("text", "name"), COMMAND_LINES)
def test_a_command_names_its_model(text: str, name: str) -> None:
    assert names(text) == [name]
    assert WORDS.search(text.encode())
    assert not any(outcome.soft for outcome in read(text) if isinstance(outcome, Reference))


@pytest.mark.parametrize("row", COMMANDS.rows, ids=lambda row: row.loader)
def test_a_line_with_the_words_of_any_row_is_read(row: Command) -> None:
    assert WORDS.search(f"{row.loader} https://x".encode())


@pytest.mark.parametrize(
    "text",
    [
        "echo hf download acme/a",
        "# hf download acme/a",
        "apt-get install -y wget git python3",
        "git clone https://github.com/acme/a",
        "wget https://host.org/data.csv",
        "curl https://huggingface.co/docs/transformers/model.pt -s | head",
        "pip install transformers",
        "hf auth login",
        "yolo detect train data=coco.yaml",
        "python train.py --output_dir acme/a",
        "python train.py --model_name_or_path outputs/run1",
        "python train.py --model_name_or_path resnet50",
        "python train.py --model_name_or_path $MODEL",
        "python chat.py --model openai/gpt-4o",
        "python chat.py --model anthropic/claude-3-opus",
        "python a.py --model_name_or_path acme/a --output_dir acme/a",
        "",
        "vllm --help",
        "whisper",
        "docker compose build whisper tts",
        "docker pull ghcr.io/huggingface/text-generation-inference",
        "sudo apt install whisper",
        "conda install -c conda-forge spacy",
        "poetry add whisper",
        "hf download --help",
    ],
)
def test_what_loads_nothing_is_not_mentioned(text: str) -> None:
    assert [outcome for outcome in read(text) if not isinstance(outcome, LocalReference)] == []


@pytest.mark.parametrize(
    ("text", "names_and_kinds"),
    [
        ("python train.py --model_name_or_path acme/a", [("acme/a", "model")]),
        ("python train.py --model_name_or_path bert-base-uncased", [("bert-base-uncased", "model")]),
        (
            "torchrun --nproc 8 train.py --vision_tower=acme/a --dataset_name acme/d",
            [("acme/a", "model"), ("acme/d", "dataset")],
        ),
        ("accelerate launch -m pkg.train --tokenizer-name acme/a", [("acme/a", "model")]),
        ("python3 -m pkg.main actor.model.path=acme/a", [("acme/a", "model")]),
        ("./train.py --base_model acme/a", [("acme/a", "model")]),
    ],
)
def test_options_of_own_scripts_are_soft_evidence(text: str, names_and_kinds: list[tuple[str, str]]) -> None:
    references = [outcome for outcome in read(text) if isinstance(outcome, Reference)]
    assert [(reference.key.name, reference.kind) for reference in references] == names_and_kinds
    assert all(reference.soft for reference in references)


def test_a_reference_carries_what_the_command_says() -> None:
    text = "hf download acme/a w.bin 'x/*.json' --revision v2 --repo-type dataset"
    text += " --include '*.txt' --exclude '*.md' '*.h5'"
    (found,) = read(text)
    assert isinstance(found, Reference)
    assert (found.key, found.ref, found.kind) == (ModelKey("huggingface", "acme/a"), "v2", "dataset")
    assert found.selection.files == ("w.bin",)
    assert found.selection.allow == ("*.txt", "x/*.json")
    assert found.selection.ignore == ("*.md", "*.h5")
    assert (found.pinning.way, found.pinning.keyword, found.loader) == ("argument", "--revision", "hf download")
    assert (found.resolution, found.scope, found.location) == ("literal", "main", HERE)


def test_an_address_of_the_hub_carries_kind_ref_and_file() -> None:
    (found,) = read("wget https://huggingface.co/datasets/acme/d/resolve/refs%2Fpr%2F1/a/w.bin")
    assert isinstance(found, Reference)
    assert (found.key.name, found.kind, found.ref) == ("acme/d", "dataset", "refs/pr/1")
    assert (found.selection.files, found.reads) == (("a/w.bin",), "file")


def test_a_server_tells_tokenizer_ref_and_remote_code() -> None:
    main, tokenizer = read(
        "vllm serve acme/a --revision r --tokenizer acme/t --tokenizer-revision t --trust-remote-code"
    )
    assert isinstance(main, Reference) and isinstance(tokenizer, Reference)
    assert (main.ref, main.remote_code) == ("r", True)
    assert (tokenizer.key.name, tokenizer.ref, tokenizer.reads) == ("acme/t", "t", "tokenizer")


def test_the_version_in_a_name_is_its_ref() -> None:
    (found,) = read("python -m spacy download en_core_web_sm-3.7.0 --direct")
    assert isinstance(found, Reference)
    assert (found.ref, found.pinning.way) == ("3.7.0", "version")


def test_arguments_of_lm_eval_are_a_list_of_pairs() -> None:
    main, adapter = read("lm_eval --model vllm --model_args pretrained=acme/a,revision=v1,peft=acme/p --tasks x")
    assert isinstance(main, Reference) and isinstance(adapter, Reference)
    assert (main.key.name, main.ref, adapter.key.name) == ("acme/a", "v1", "acme/p")
    assert read("lm_eval --model openai-chat-completions --model_args pretrained=acme/a") == []


@pytest.mark.parametrize(
    ("text", "expression", "passed_on"),
    [
        ("hf download $MODEL", "$MODEL", False),
        ('hf download "$1"', "$1", True),
        ("hf download $(cat name.txt)", "$(…)", False),
        ("vllm serve --model ${MODEL}", "$MODEL", False),
        ("exec text-generation-launcher --port 80", "text-generation-launcher", True),
        ("lm_eval --model hf --model_args $ARGS", "$ARGS", False),
    ],
)
def test_a_model_that_is_not_known_is_unresolved(text: str, expression: str, passed_on: bool) -> None:
    (found,) = read(text)
    assert isinstance(found, UnresolvedReference)
    assert (found.expression, found.passed_on) == (expression, passed_on)
    assert found.reason


@pytest.mark.parametrize("text", ["vllm serve ./models/a", "llama-server -m model.gguf", "vllm serve /data/a"])
def test_a_path_is_local(text: str) -> None:
    (found,) = read(text)
    assert isinstance(found, LocalReference)


def test_words_of_a_process_are_read_without_a_shell() -> None:
    (found,) = outcomes_of_arguments(["hf", "download", "acme/a b", "--revision", "$x"], HERE, "example")
    assert isinstance(found, UnresolvedReference)
    (other,) = outcomes_of_arguments(["python", "-m", "spacy", "download", "en_core_web_sm"], HERE, "example")
    assert isinstance(other, Reference)
    assert (other.key.name, other.scope) == ("en_core_web_sm", "example")
    assert list(outcomes_of_arguments([], HERE, "main")) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("vllm serve '<model>'", "placeholder"),
        ("kaggle models instances versions download acme/m", "no handle of a model"),
        ("python -m spacy download https://x", "no name of a model"),
        ("ollama pull 'a b'", "no name of a model"),
        ("tts --model_name 'a b'", "no name of a model"),
    ],
)
def test_a_text_that_names_nothing_is_unresolved_with_its_reason(text: str, reason: str) -> None:
    (found,) = read(text)
    assert isinstance(found, UnresolvedReference)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("ollama run ./a.gguf", "./a.gguf"),
        ("ramalama run file:///a.gguf", "file:///a.gguf"),
        ("xinference launch --model-name ./a", "./a"),
        ("yolo predict model=runs/best.pt", "runs/best.pt"),
        ("vllm serve ~/a", "~/a"),
    ],
)
def test_each_notation_knows_paths(text: str, path: str) -> None:
    (found,) = read(text)
    assert isinstance(found, LocalReference)
    assert found.path == path


@pytest.mark.parametrize(
    ("text", "name", "files"),
    [
        ("ramalama run hf://acme/a/sub/w.gguf", "huggingface:acme/a", ("sub/w.gguf",)),
        ("ramalama run ms://acme/a", "modelscope:acme/a", ()),
        ("yolo predict model=https://host.org/a.pt", "url:https://host.org/a.pt", ()),
        ("wget https://host.org/pretrained_models.zip", "url:https://host.org/pretrained_models.zip", ()),
        ("wget -O models/kl-f4/model.zip https://host.org/kl-f4.zip", "url:https://host.org/kl-f4.zip", ()),
        ("curl -o checkpoints/a.tar.gz https://host.org/a.tar.gz", "url:https://host.org/a.tar.gz", ()),
        ("python3 -m demucs.separate -n mdx_extra --two-stems=vocals a.wav -o out", "demucs:mdx_extra", ()),
        ("demucs a.wav", "demucs:htdemucs", ()),
        ("python -m spacy download en", "spacy:en", ()),
        ("vllm serve hf.co/acme/a", "huggingface:acme/a", ()),
    ],
)
def test_addresses_and_schemes_lead_to_their_hub(text: str, name: str, files: tuple[str, ...]) -> None:
    (found,) = read(text)
    assert isinstance(found, Reference)
    assert (str(found.key), found.selection.files) == (name, files)


@pytest.mark.parametrize("address", ["https://host.org/<name>.pth", "'https://host.org/<name>.pth'"])
def test_a_placeholder_in_an_address_is_nothing_to_fetch(address: str) -> None:
    assert read(f"wget {address}") == []


def test_a_wheel_that_curl_fetches_is_the_package() -> None:
    assert names(f"curl -o w.bin {RELEASES}/en_core_web_sm-3.7.0/en_core_web_sm-3.7.0.tar.gz") == [
        "spacy:en_core_web_sm"
    ]


def test_words_may_be_values() -> None:
    model = Value("acme/a", "registry", (Location("run.sh", 3),))
    (found,) = outcomes_of_arguments(["hf", "download", model, "--revision", Value(None, missing="x")], HERE, "main")
    assert isinstance(found, Reference)
    assert (found.resolution, found.ref, found.evidence) == ("registry", None, (HERE, Location("run.sh", 3)))
