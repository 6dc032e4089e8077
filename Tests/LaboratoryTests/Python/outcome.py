"""Opens what a run of Primer left, as its users do: outcome.py FOLDER

FOLDER has run/primed, adapterhub, peft, huggingface (folders of one language, those that there
are) and sentences.json (lists of words). Prints one JSON object: what was warned of, and for each
model the labels of the sentences' words.
"""
import json, logging, os, sys, warnings

os.environ["TRANSFORMERS_VERBOSITY"] = "warning"
folder = sys.argv[1]
said = []
handler = logging.Handler()
handler.emit = lambda record: said.append(record.getMessage())

import adapters, torch, transformers
from peft import AutoPeftModelForTokenClassification
from transformers import AutoModelForTokenClassification, AutoTokenizer, BertForTokenClassification

transformers.utils.logging.get_logger("transformers").addHandler(handler)
warnings.filterwarnings("ignore")
sentences = json.load(open(f"{folder}/sentences.json"))
tokenizer = AutoTokenizer.from_pretrained(f"{folder}/run/primed")


def tags(model):
    model.eval()
    batch = tokenizer(sentences, is_split_into_words=True, padding=True, return_tensors="pt")
    with torch.no_grad():
        best = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits.argmax(-1)
    rows = []
    for row, words in enumerate(sentences):
        places = batch.word_ids(row)
        rows.append([model.config.id2label[int(best[row, places.index(w)])] for w in range(len(words))])
    return rows


answer = {}
primed = BertForTokenClassification.from_pretrained(f"{folder}/run/primed")
answer["labels"] = [primed.config.id2label[i] for i in range(primed.config.num_labels)]
if os.path.exists(f"{folder}/adapterhub"):
    model = BertForTokenClassification.from_pretrained(f"{folder}/run/primed")
    adapters.init(model)
    model.load_adapter(f"{folder}/adapterhub", set_active=True)
    answer["adapterhub"] = tags(model)
if os.path.exists(f"{folder}/peft"):
    answer["peft"] = tags(AutoPeftModelForTokenClassification.from_pretrained(f"{folder}/peft", num_labels=7))
if os.path.exists(f"{folder}/huggingface"):
    answer["huggingface"] = tags(AutoModelForTokenClassification.from_pretrained(f"{folder}/huggingface"))
answer["warnings"] = said
print("ANSWER " + json.dumps(answer))
