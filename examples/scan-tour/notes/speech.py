"""Writes down what was said, and says what was written."""

import os

import torch
import whisper
from acme_speech import Voice

SIZE = os.environ.get("WHISPER_SIZE", "base")

ears = whisper.load_model(SIZE)
voice = Voice.load("acme/english-voice", revision="v2")
pauses = torch.hub.load("snakers4/silero-vad:v5.1.2", "silero_vad")
