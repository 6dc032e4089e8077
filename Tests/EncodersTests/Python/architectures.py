"""Prints the numbers of ArchitectureReferenceTests.swift, computed in 64 bits.

    architectures.py

Made with transformers 4.57.6, adapters 1.3.0 and peft 0.21.2. Parameters in the order of their names are
p[j][k] = 0.4 sin(1.7 k + 0.9 j), plus 1 for the weight of a norm; slopes are along v[j][k] = cos(0.3 k + j).
"""
import os, re, warnings

warnings.filterwarnings("ignore")
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import adapters, torch
from adapters import DoubleSeqBnConfig, IA3Config, LoRAConfig, ParBnConfig, PrefixTuningConfig, SeqBnConfig
from peft import LoraConfig, get_peft_model
from transformers import ModernBertConfig, ModernBertForTokenClassification
from transformers import CamembertConfig, DebertaV2Config, DistilBertConfig, RobertaConfig
from transformers import CamembertForTokenClassification, DebertaV2ForTokenClassification, DistilBertForTokenClassification, RobertaForTokenClassification

SIZES = dict(vocab_size=20, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12, max_position_embeddings=12, num_labels=7)
EAGER = dict(attn_implementation="eager")


def model(architecture):
    if architecture == "distilbert":
        return DistilBertForTokenClassification(DistilBertConfig(vocab_size=20, dim=8, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=12, num_labels=7, **EAGER))
    if architecture == "roberta":
        return RobertaForTokenClassification(RobertaConfig(type_vocab_size=2, layer_norm_eps=1e-12, **SIZES, **EAGER))
    if architecture == "camembert":
        return CamembertForTokenClassification(CamembertConfig(type_vocab_size=2, layer_norm_eps=1e-12, **SIZES, **EAGER))
    if architecture.startswith("modernbert"):
        biases = dict(norm_bias=True, attention_bias=True, mlp_bias=True, classifier_bias=True) if "biases" in architecture else {}
        return ModernBertForTokenClassification(ModernBertConfig(
            pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3, global_attn_every_n_layers=2, local_attention=4, reference_compile=False, **biases, **SIZES, **EAGER))
    return DebertaV2ForTokenClassification(DebertaV2Config(
        relative_attention=True, pos_att_type=["p2c", "c2p"], share_att_key=True, position_biased_input=False, norm_rel_ebd="layer_norm",
        position_buckets=4 if architecture == "deberta-v2" else -1, type_vocab_size=0, layer_norm_eps=1e-12, **SIZES, **EAGER))


MODULES = {
    "none": None, "pfeiffer": SeqBnConfig(reduction_factor=4), "houlsby": DoubleSeqBnConfig(reduction_factor=4), "parallel": ParBnConfig(reduction_factor=4),
    "lora": LoRAConfig(r=2, alpha=3, attn_matrices=["q", "k", "v"], intermediate_lora=True, output_lora=True), "ia3": IA3Config(),
    "prefix": PrefixTuningConfig(prefix_length=3, bottleneck_size=5), "peft lora": "peft",
}


def build(architecture, module):
    m = model(architecture)
    config = MODULES[module]
    if isinstance(config, str):
        targets = ["attention.out_lin", "lin1", "lin2"] if architecture == "distilbert" else ["Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo"] if "modern" in architecture else ["dense"]
        m = get_peft_model(m, LoraConfig(r=2, lora_alpha=3, target_modules=targets))
    elif config is not None:
        adapters.init(m)
        m.add_adapter("ner", config=config)
        m.set_active_adapters("ner")
    m.eval().double()
    named = {}
    for n, p in m.named_parameters():
        p.requires_grad_(True)
        own = n.replace("base_model.model.", "").replace(".base_layer", "")
        own = re.sub(r"\.lora_([AB])\.default\.weight", r".loras.ner.lora_\1", own)
        own = re.sub(r"\.(encoder|transformer)\.layer\.\d+\.attention\.(self\.)?prefix_tuning\.pool\.", ".prefix_tuning.", own)
        named[own] = (n, p)
    for j, own in enumerate(sorted(named)):
        p = named[own][1]
        k = torch.arange(p.numel(), dtype=torch.double)
        is_norm = own.endswith("LayerNorm.weight") or own.endswith("norm.weight")
        p.data = (0.4 * torch.sin(1.7 * k + 0.9 * j) + (1 if is_norm else 0)).reshape(p.shape)
    return m, [named[own][0] for own in sorted(named)]


def slope(grads):
    total = 0.0
    for j, g in enumerate(grads):
        if g is not None:
            total += (g.flatten() * torch.cos(0.3 * torch.arange(g.numel(), dtype=torch.double) + j)).sum().item()
    return total


def batch(architecture, rows, labels):
    pad = 1 if architecture in ("roberta", "camembert") else 0
    n = max(map(len, rows))
    fill = lambda r, x: r + [x] * (n - len(r))
    return dict(input_ids=torch.tensor([fill(r, pad) for r in rows]), attention_mask=torch.tensor([fill([1] * len(r), 0) for r in rows]), labels=torch.tensor([fill(l, -100) for l in labels]))


def main():
    torch.set_num_threads(1)
    for architecture in ["distilbert", "roberta", "camembert", "deberta-v2", "deberta-v2 without buckets", "modernbert", "modernbert with biases"]:
        one = batch(architecture, [[2, 7, 9, 11, 3], [2, 5, 3]], [[-100, 1, 2, 0, -100], [-100, 5, -100]])
        other = batch(architecture, [[2, 6, 3], [2, 12, 8, 4, 10, 3]], [[-100, 3, -100], [-100, 0, 4, 1, -100, -100]])
        for module in MODULES:
            if (architecture == "camembert" or "modern" in architecture) and module not in ("none", "peft lora"): continue  # adapters has neither
            m, names = build(architecture, module)
            params = dict(m.named_parameters())
            def loss(p, b):
                if "modern" not in architecture: return torch.func.functional_call(m, p, kwargs=b).loss
                # row by row: where a window has nothing but padding, transformers' gradients are NaN
                n = b["attention_mask"].sum(1).tolist()
                rows = [torch.func.functional_call(m, p, kwargs=dict(input_ids=b["input_ids"][i:i + 1, :k], attention_mask=b["attention_mask"][i:i + 1, :k])).logits[0] for i, k in enumerate(n)]
                return torch.nn.functional.cross_entropy(torch.cat(rows), torch.cat([b["labels"][i, :k] for i, k in enumerate(n)]))
            value = loss(params, one)
            grads = torch.autograd.grad(value, [params[n] for n in names], allow_unused=True)
            print(f'    Case("{module}", "{architecture}", [{value.item():.9f}, {slope(grads):.9f}', end="")
            if module != "none":
                light = [n for n in names if ".ner." in n or "lora_" in n or n.endswith("classifier.weight") or n.endswith("classifier.bias")]
                for second in (False, True):
                    fast = dict(params)
                    for step in range(2):
                        g = torch.autograd.grad(loss(fast, one), [fast[n] for n in light], create_graph=second)
                        for n, x in zip(light, g): fast[n] = fast[n] - 0.1 * x
                    leaves = params
                    if not second:
                        fast = leaves = {n: (p.detach().clone().requires_grad_() if n in light else p) for n, p in fast.items()}
                    q = loss(fast, other)
                    g = torch.autograd.grad(q, [leaves[n] for n in names], allow_unused=True)
                    print((f", {q.item():.9f}" if not second else "") + f", {slope(g):.9f}", end="")
            print("]),")


main()
