"""Opens folders that Primer wrote with adapters, peft and transformers, and writes folders with them.

    interchange.py FOLDER

FOLDER/ours/CASE has case.json {"library", "model", "adapter"} and batch.safetensors; written beside
them are logits.safetensors and, in `again`, the adapter as the library saves it. FOLDER/theirs/CASE is
written whole: model, adapter, batch.safetensors, logits.safetensors, case.json {"library"}.
"""
import json, os, sys, warnings

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import adapters, torch
from adapters import AutoAdapterModel, DoubleSeqBnConfig, IA3Config, LoRAConfig, ParBnConfig
from adapters import PrefixTuningConfig, SeqBnConfig
from peft import IA3Config as PeftIA3Config, LoraConfig, PeftModel
from peft import PrefixTuningConfig as PeftPrefixConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForTokenClassification, BertConfig, BertForTokenClassification
from transformers import XLMRobertaConfig, XLMRobertaForTokenClassification

torch.set_num_threads(1)
LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]


def logits(model, batch):
    model.eval()
    with torch.no_grad():
        return model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits


def plain(folder):
    model, info = AutoModelForTokenClassification.from_pretrained(folder, output_loading_info=True)
    problems = {k: list(v) for k, v in info.items() if v}
    assert not problems, f"{folder}: {problems}"
    assert [model.config.id2label[i] for i in range(len(LABELS))] == LABELS
    return model


def read(case):
    """Opens one folder of ours as a user of the library does."""
    what = json.load(open(f"{case}/case.json"))
    adapter, again, library = what.get("adapter"), f"{case}/again", what["library"]
    if library == "adapterhub":
        model = plain(what["model"])
        adapters.init(model)
        name = model.load_adapter(adapter, set_active=True)
        model.save_adapter(again, name, with_head=True)
    elif library == "adapterhub-flexible":
        model = AutoAdapterModel.from_pretrained(what["model"])
        name = model.load_adapter(adapter, set_active=True)
        assert model.get_labels_dict(name) == dict(enumerate(LABELS)), model.get_labels_dict(name)
        model.save_adapter(again, name, with_head=True)
    elif library == "peft":
        model = PeftModel.from_pretrained(plain(what["model"]), adapter)
        model.save_pretrained(again)
    else:
        model = plain(what["model"])
    batch = load_file(f"{case}/batch.safetensors")
    save_file({"logits": logits(model, batch)}, f"{case}/logits.safetensors")


def shaken(model, chosen):
    """Moves the chosen parameters away from where they began, so that none is without effect."""
    for name, parameter in model.named_parameters():
        if chosen(name):
            parameter.data += 0.2 * torch.randn_like(parameter)
    return model


def fresh_model(architecture):
    sizes = dict(vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
                 intermediate_size=20, max_position_embeddings=30, initializer_range=0.2,
                 id2label=dict(enumerate(LABELS)), label2id={l: i for i, l in enumerate(LABELS)})
    if architecture == "bert":
        return BertForTokenClassification(BertConfig(**sizes))
    return XLMRobertaForTokenClassification(XLMRobertaConfig(pad_token_id=1, type_vocab_size=1, **sizes))


def write(case, library, architecture, config):
    """Makes a model with a module of the library, and saves both as its users do."""
    os.makedirs(case)
    torch.manual_seed(len(case))
    model = shaken(fresh_model(architecture), lambda name: True)
    model.save_pretrained(f"{case}/model")
    if library == "peft":
        model = shaken(get_peft_model(model, config), lambda n: any(part in n for part in ("lora", "ia3", "prompt", "classifier")))
        model.save_pretrained(f"{case}/adapter")
    else:
        if library == "adapterhub-flexible":
            model = AutoAdapterModel.from_pretrained(f"{case}/model")
            model.add_adapter("task-1", config=config)
            model.add_tagging_head("task-1", num_labels=len(LABELS), id2label=dict(enumerate(LABELS)))
        else:
            adapters.init(model)
            model.add_adapter("task-1", config=config)
        model.set_active_adapters("task-1")
        shaken(model, lambda n: "task-1" in n or n.startswith("classifier"))
        safe = library == "adapterhub-safetensors"
        model.save_adapter(f"{case}/adapter", "task-1", with_head=True, use_safetensors=safe)
    first = 2 if architecture == "bert" else 3
    batch = {"input_ids": torch.randint(first, 40, (3, 9)), "attention_mask": torch.ones(3, 9, dtype=torch.long)}
    for row, length in ((1, 4), (2, 7)):
        batch["input_ids"][row, length:] = 0 if architecture == "bert" else 1
        batch["attention_mask"][row, length:] = 0
    save_file(batch, f"{case}/batch.safetensors")
    save_file({"logits": logits(model, batch)}, f"{case}/logits.safetensors")
    json.dump({"library": library}, open(f"{case}/case.json", "w"))


def main(folder):
    for name in sorted(os.listdir(f"{folder}/ours")):
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # peft warns of missing and unexpected keys
            try:
                read(f"{folder}/ours/{name}")
            except Exception as error:
                raise RuntimeError(f"ours/{name}") from error
    for library in ("adapterhub", "adapterhub-flexible", "adapterhub-safetensors"):
        for name, config in {
            "pfeiffer": SeqBnConfig(reduction_factor=4), "houlsby": DoubleSeqBnConfig(reduction_factor=8),
            "parallel": ParBnConfig(reduction_factor=3), "gelu": SeqBnConfig(non_linearity="gelu", scaling=0.5),
            "lora": LoRAConfig(r=3, alpha=5),
            "lora-all": LoRAConfig(r=2, alpha=4, attn_matrices=["q", "k", "v"], intermediate_lora=True, output_lora=True),
            "ia3": IA3Config(), "ia3-output": IA3Config(attn_matrices=["q"], output_lora=True, alpha=2),
            "prefix": PrefixTuningConfig(prefix_length=4, bottleneck_size=6),
            "prefix-flat": PrefixTuningConfig(prefix_length=3, flat=True),
        }.items():
            if name.startswith("prefix") and library.endswith("safetensors"):
                continue  # refused there: every layer holds the same prefix
            for architecture in ("bert", "xlm-roberta"):
                write(f"{folder}/theirs/{library} {name} {architecture}", library, architecture, config)
    for name, config in {
        "lora": LoraConfig(task_type="TOKEN_CLS", r=3, lora_alpha=5),
        "lora-stabilized": LoraConfig(task_type="TOKEN_CLS", r=4, lora_alpha=6, use_rslora=True),
        "lora-all": LoraConfig(task_type="TOKEN_CLS", r=2, lora_alpha=4, target_modules=["query", "key", "value", "dense"]),
        "ia3": PeftIA3Config(task_type="TOKEN_CLS"),
        "ia3-outputs": PeftIA3Config(task_type="TOKEN_CLS", target_modules=["key", "intermediate.dense"], feedforward_modules=[]),
        "prefix": PeftPrefixConfig(task_type="TOKEN_CLS", num_virtual_tokens=4),
        "prefix-network": PeftPrefixConfig(task_type="TOKEN_CLS", num_virtual_tokens=3, prefix_projection=True, encoder_hidden_size=5),
    }.items():
        for architecture in ("bert", "xlm-roberta"):
            write(f"{folder}/theirs/peft {name} {architecture}", "peft", architecture, config)


warnings.filterwarnings("ignore")
main(sys.argv[1])
