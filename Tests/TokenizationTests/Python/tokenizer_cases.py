"""Writes tokenizer-cases.json: directories of small tokenizers, texts, and the ids that transformers gives.

    tokenizer_cases.py OUT

Made with transformers 4.57.6 and tokenizers 0.22.2. A case is {"name", "files": {name: text}, "texts": the
ids of the first of all texts, "words": the ids and word ids of the first of all sentences}; a model that
several cases share stands once.
"""
import base64, io, json, os, sys, tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer

TEXTS = [
    "Ada Lovelace met 2 of 12,345 men in Łódź's café-bar (e.g. at 10:30).", "", "   ", "a  b\t\tc\n\nd ", "don't we'll THEY'RE it's",
    "e\u0301t\u00e9 \u00c5ngstr\u00f6m \u212b \ufb01ne", "日本語とカタカナ、テスト한국어 русский ελληνικά", "x_1 \u200d\u200bzero\u2060width \u00a0nbsp\u3000wide", "½ ² ³ Ⅷ ٣ ४",
    "<mask> [MASK] a<mask>b <ent>x</ent> fooBAR", "....!!??--", "aaaa aaab abab", "😀👍🏽 𝔘nicode", "\r\n\x0b\x85end", "hello-world foo/bar a.b.c", "I'm 3rd-best; ISBN 978-3",
]
WORDS = [["Ada", "met", "Bo", "."], ["don't", "", "12,345", "café"], ["<mask>", " x ", "e\u0301"]]
LETTERS = sorted({c for t in TEXTS for c in t} | set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
CONFIG = {"model_type": "bert"}


def word_piece():
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [c for c in LETTERS if not c.isspace()] + ["##" + c for c in LETTERS[:150] if not c.isspace()]
    vocab += ["ada", "Ada", "##love", "##lace", "met", "12", "##345", "caf", "##e", "##é", "do", "don", "'", "##n", "we", "##'", "re", "hello", "-", "world", "foo", "/", "bar", "'t"]
    return models.WordPiece({w: i for i, w in enumerate(dict.fromkeys(vocab))}, unk_token="[UNK]", max_input_chars_per_word=40)


def add_specials(t):
    t.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return t


def wp(pre=None, norm=None):
    t = Tokenizer(word_piece())
    if pre is not None: t.pre_tokenizer = pre
    if norm is not None: t.normalizer = norm
    return add_specials(t)


def train_bpe(**options):
    from tokenizers import trainers
    t = Tokenizer(models.BPE(**options))
    return t


def byte_bpe(prefix=False, **options):
    letters = pre_tokenizers.ByteLevel.alphabet()
    vocab = {w: i for i, w in enumerate(["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + sorted(letters))}
    merges = []
    for a, b in [("a", "d"), ("Ġ", "m"), ("e", "t"), ("Ġm", "et"), ("l", "l"), ("'", "ll"), ("Ġ", "b"), ("1", "2"), ("Ã", "©"), ("a", "a"), ("a", "b"), ("aa", "ab"), ("aa", "a"), ("Ġ", "Ġ"), ("Ġ", "a"), ("Ġa", "b")]:
        merges.append((a, b)); vocab.setdefault(a + b, len(vocab))
    t = Tokenizer(models.BPE(vocab, merges, **options))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=prefix)
    t.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, normalized=False)])
    return t


def char_bpe(pre=None, norm=None, letters="adelovcmtbr<>▁.#", merges=(), pieces=(), **options):
    base = ["<unk>"] + list(dict.fromkeys(list(letters) + list(pieces)))
    prefix = options.get("continuing_subword_prefix") or ""
    if prefix: base += [prefix + c for c in letters]
    suffix = options.get("end_of_word_suffix") or ""
    if suffix: base += [c + suffix for c in base[1:]]
    vocab = {w: i for i, w in enumerate(base)}
    for a, b in merges:
        vocab.setdefault(a + b[len(prefix):], len(vocab))
    t = Tokenizer(models.BPE(vocab, list(merges), **options))
    if pre is not None: t.pre_tokenizer = pre
    if norm is not None: t.normalizer = norm
    return t


cases = []


def case(name, files, texts=TEXTS, words=WORDS, **load):
    with tempfile.TemporaryDirectory() as folder:
        for file, text in files.items():
            with open(f"{folder}/{file}", "wb") as f: f.write(base64.b64decode(text) if file.endswith(".model") else text.encode())
        tok = AutoTokenizer.from_pretrained(folder, **load)
        row = dict(name=name, files=files, texts=[tok(t)["input_ids"] for t in texts], words=[])
        for w in words:
            e = tok(w, is_split_into_words=True)
            row["words"].append([e["input_ids"], e.word_ids()])
        cases.append(row)


def j(x): return json.dumps(x, ensure_ascii=False)


def fast(name, tokenizer, config={"tokenizer_class": "PreTrainedTokenizerFast"}, model=CONFIG, beside={}, **load):
    text = json.loads(tokenizer.to_str())
    files = {"tokenizer.json": j(text), "config.json": j(model)} | beside
    if config is not None: files["tokenizer_config.json"] = j(config)
    case(name, files, **load)


P, N = pre_tokenizers, normalizers
for name, pre in {
    "Whitespace": P.Whitespace(), "WhitespaceSplit": P.WhitespaceSplit(), "Bert": P.BertPreTokenizer(), "CharDelimiterSplit": P.CharDelimiterSplit("-"),
    "Digits": P.Digits(individual_digits=False), "Digits individual": P.Digits(individual_digits=True), "UnicodeScripts": P.UnicodeScripts(),
    "FixedLength": P.FixedLength(3),
    "ByteLevel": P.ByteLevel(add_prefix_space=False), "ByteLevel prefix": P.Sequence([P.ByteLevel(add_prefix_space=True, use_regex=False)]),
    "Sequence": P.Sequence([P.WhitespaceSplit(), P.Digits(individual_digits=True), P.Punctuation("merged_with_previous")]),
    "none": None,
}.items(): fast(f"pre_tokenizer {name}", wp(pre))
BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
for b in BEHAVIORS:
    fast(f"Punctuation {b}", wp(P.Punctuation(b)))
    fast(f"Split text {b}", wp(P.Split(" ", b)))
    fast(f"Split inverted {b}", wp(P.Split(Regex("[a-z]+"), b, invert=True)))
    fast(f"Split regex {b}", wp(P.Split(Regex(r"\s|[.,]+"), b)))
fast("Split empty matches", wp(P.Split(Regex("x*"), "merged_with_next")))
fast("Split of GPT-4", wp(P.Split(Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), "isolated")))
fast("Split not white", wp(P.Split(Regex(r"[^\s\w]|\h+z"), "isolated")))
for name, norm in {
    "Lowercase": N.Lowercase(), "Strip": N.Strip(), "Strip left": N.Strip(left=True, right=False), "Replace": N.Replace("a", "oo"), "Replace regex": N.Replace(Regex(r"\d+|[A-Z]"), "0"),
    "Prepend": N.Prepend("▁"), "NFD": N.NFD(), "NFC": N.NFC(), "NFKD": N.NFKD(), "NFKC": N.NFKC(), "Nmt": N.Nmt(), "StripAccents": N.Sequence([N.NFD(), N.StripAccents()]),
    "ByteLevel": N.ByteLevel(), "Bert": N.BertNormalizer(lowercase=False), "Bert lower": N.BertNormalizer(lowercase=True, strip_accents=False), "Sequence": N.Sequence([N.NFKD(), N.Lowercase(), N.StripAccents(), N.Replace("-", " ")]),
}.items(): fast(f"normalizer {name}", wp(P.Whitespace(), norm))

# the tokenizer's class decides about letters
for cls in [None, "BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "PreTrainedTokenizerFast", "ElectraTokenizerFast"]:
    for lower in [None, True, False]:
        for own in [True, False]:
            config = {} if cls is None else {"tokenizer_class": cls}
            if lower is not None: config["do_lower_case"] = lower
            fast(f"class {cls} {lower} {own}", wp(P.BertPreTokenizer(), N.BertNormalizer(lowercase=own)), config or None, words=[], texts=TEXTS[:6])
fast("class of config.json", wp(P.BertPreTokenizer(), N.BertNormalizer(lowercase=False)), None, {"model_type": "bert", "tokenizer_class": "PreTrainedTokenizerFast"}, words=[])
fast("settings of BERT", wp(P.BertPreTokenizer(), N.BertNormalizer(lowercase=False, clean_text=False)), {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "strip_accents": False, "tokenize_chinese_chars": False})
fast("sequence keeps its letters", wp(P.BertPreTokenizer(), N.Sequence([N.BertNormalizer(lowercase=False)])), {"tokenizer_class": "BertTokenizer"}, words=[])

# added subwords
t = wp(P.Whitespace(), N.Lowercase())
t.add_tokens(["foobar", AddedToken("foo", single_word=True), AddedToken("é", normalized=False), AddedToken("<ent>", lstrip=True, rstrip=True), "e\u0301"])
t.add_special_tokens(["<x>", "a"])
fast("added in tokenizer.json", t)
ADDED = {"content": "foo", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False, "special": False}
fast("added in tokenizer_config.json", t, {"tokenizer_class": "PreTrainedTokenizerFast", "added_tokens_decoder": {"900": ADDED, "7": ADDED | {"content": "</ent>", "normalized": False}, "901": ADDED | {"content": "met"}}})
fast("added in added_tokens.json", wp(P.Whitespace()), {"tokenizer_class": "PreTrainedTokenizerFast"}, beside={"added_tokens.json": j({"<ent>": 5000, "café": 4000, "e\u0301": 4001, "é": 4002})})
fast("special_tokens_map.json", wp(P.Whitespace()), {"tokenizer_class": "PreTrainedTokenizerFast", "additional_special_tokens": ["</ent>"]},
     beside={"special_tokens_map.json": j({"mask_token": {"content": "<mask>", "lstrip": True, "normalized": False, "rstrip": False, "single_word": False}, "additional_special_tokens": ["<ent>", "Bo"], "pad_token": "[PAD]"})})
fast("special in tokenizer_config.json", wp(P.Whitespace(), N.NFC()), {"tokenizer_class": "BertTokenizer", "mask_token": "<mask>", "additional_special_tokens": ["<ent>"], "bos_token": "fooBAR"})
fast("decoder hides the older files", wp(P.Whitespace()), {"tokenizer_class": "PreTrainedTokenizerFast", "added_tokens_decoder": {"3": ADDED | {"content": "<ent>"}}},
     beside={"added_tokens.json": j({"</ent>": 900}), "special_tokens_map.json": j({"additional_special_tokens": ["foo"]})})

# byte pairs
fast("RoBERTa", byte_bpe(), {"tokenizer_class": "RobertaTokenizer"}, {"model_type": "roberta"}, words=[])
fast("RoBERTa with a blank", byte_bpe(), {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True}, {"model_type": "roberta"})
fast("RoBERTa whose file has a blank", byte_bpe(True), {"tokenizer_class": "RobertaTokenizerFast"}, {"model_type": "roberta"}, words=[])
fast("ModernBERT", byte_bpe(), {"tokenizer_class": "PreTrainedTokenizerFast"}, {"model_type": "modernbert"})
fast("whole words", byte_bpe(ignore_merges=True), {"tokenizer_class": "PreTrainedTokenizerFast"}, {"model_type": "modernbert"})
M = [("a", "d"), ("d", "a"), ("l", "o"), ("v", "e"), ("lo", "ve"), ("e", "t"), ("m", "et"), ("a", "ad")]
fast("BPE without unknown", char_bpe(P.Whitespace(), merges=M))
fast("BPE with unknown", char_bpe(P.Whitespace(), merges=M, unk_token="<unk>"))
fast("BPE with joined unknown", char_bpe(P.Whitespace(), merges=M, unk_token="<unk>", fuse_unk=True))
fast("BPE with prefix", char_bpe(P.Whitespace(), merges=[("l", "##o"), ("lo", "##v"), ("a", "##d"), ("##e", "##t")], unk_token="<unk>", continuing_subword_prefix="##"))
fast("BPE with suffix", char_bpe(P.Whitespace(), merges=[("l", "o"), ("m", "e"), ("me", "t</w>")], unk_token="<unk>", end_of_word_suffix="</w>"))
BYTES = [f"<0x{b:02X}>" for b in range(256)]
fast("BPE of bytes", char_bpe(P.Split(" ", "merged_with_previous"), N.Replace(" ", "▁"), merges=M, pieces=BYTES, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
fast("BPE of some bytes", char_bpe(P.Metaspace(), merges=M, pieces=BYTES[:160], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
fast("WordLevel", Tokenizer(models.WordLevel({"a": 0, "met": 1, "<unk>": 2, "Ada": 3, "e\u0301": 4, "é": 5}, unk_token="<unk>")))
vocab = {w: i for i, w in enumerate(["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + sorted(P.ByteLevel.alphabet()))}
for w in ["ad", "Ġm", "et", "Ġmet"]: vocab[w] = len(vocab)
RB = {"vocab.json": j(vocab), "merges.txt": "#version: 0.2\na d\nĠ m\ne t\nĠm et\n", "config.json": j({"model_type": "roberta"})}
case("vocab.json and merges.txt", RB | {"tokenizer_config.json": j({"tokenizer_class": "RobertaTokenizer"})}, words=[])
case("vocab.json with a blank", RB | {"tokenizer_config.json": j({"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True, "mask_token": "<mask>"}), "added_tokens.json": j({"fooBAR": 700})})

# vocab.txt by lines
LINES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##a", "b", "met", ".", "ada", "a\u2028b", "é", "e\u0301", "d", "##d"]
def lines(name, text, config={"tokenizer_class": "BertTokenizer"}, beside={}): case(name, {"vocab.txt": text, "config.json": j(CONFIG)} | ({"tokenizer_config.json": j(config)} if config else {}) | beside)
lines("vocab.txt", "\n".join(LINES) + "\n")
lines("vocab.txt without config", "\n".join(LINES), None)
lines("vocab.txt with blank lines", "\n".join(LINES[:6] + ["", ""] + LINES[6:]) + "\n")
lines("vocab.txt ends blank", "\n".join(LINES) + "\n\n")
lines("vocab.txt twice", "\n".join(LINES + ["a", "met"]) + "\n", beside={"added_tokens.json": j({"<ent>": 99})})
lines("vocab.txt of Windows", "\r\n".join(LINES) + "\r\n")
lines("vocab.txt of a Mac", "\r".join(LINES[:8]) + "\n" + "\n".join(LINES[8:]), {"tokenizer_class": "BertTokenizer", "do_lower_case": False})
lines("vocab.txt adds what is missing", "\n".join(x for x in LINES if x not in ("[PAD]", "[MASK]")) + "\n", {"tokenizer_class": "DistilBertTokenizer", "additional_special_tokens": ["fooBAR"]})

# models of SentencePiece alone, which is 0.2
def spm(kind, **options):
    import sentencepiece
    out = io.BytesIO()
    text = ["Ada Lovelace met two men in Paris", "the men met Ada", "abab aaaa Ada met", "12,345 hello-world", "don't we'll it's", "caf\u00e9 bar e\u0301"] * 30
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(text), model_writer=out, model_type=kind, vocab_size=70, hard_vocab_limit=False, normalization_rule_name="identity", minloglevel=2, **options)
    return base64.b64encode(out.getvalue()).decode()
DEBERTA = dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]", user_defined_symbols=["fooBAR"])
for kind in ["unigram", "bpe"]:
    for cls, type, options in [("XLMRoberta", "xlm-roberta", {}), ("Camembert", "camembert", {}), ("DebertaV2", "deberta-v2", DEBERTA)]:
        file = "spm.model" if options else "sentencepiece.bpe.model"
        for config in [{}] + ([{"do_lower_case": True, "split_by_punct": True}] if options else [{"additional_special_tokens": ["<ent>"]}]):
            case(f"SentencePiece {kind} {cls} {sorted(config)}", {file: spm(kind, **options), "config.json": j({"model_type": type}), "tokenizer_config.json": j({"tokenizer_class": cls + "Tokenizer"} | config)})

shared = {}
for c in cases:
    for name, text in list(c["files"].items()):
        if len(text) > 400 and name == "tokenizer.json":
            file = json.loads(text); key = j(file["model"])
            shared.setdefault(key, f"model{len(shared)}"); file["model"] = shared[key]; c["files"][name] = j(file)
json.dump(dict(texts=TEXTS, words=WORDS, models={v: k for k, v in shared.items()}, cases=cases), open(sys.argv[1], "w", encoding="utf-8"), ensure_ascii=False, separators=(",", ":"))
print(len(cases), "cases,", len(shared), "models,", os.path.getsize(sys.argv[1]), "bytes")
