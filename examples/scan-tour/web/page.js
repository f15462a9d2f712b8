import { pipeline } from "@huggingface/transformers";

const detect = await pipeline("text-classification", "Xenova/distilbert-base-uncased-finetuned-sst-2-english");
