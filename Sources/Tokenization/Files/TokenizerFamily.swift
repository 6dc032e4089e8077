/// Which of transformers' tokenizer classes a directory asks for, as far as it decides about ids.
///
/// The class is `tokenizer_class` of tokenizer_config.json, else that of config.json, else the one of
/// config.json's `model_type`; `BertTokenizer` and `BertTokenizerFast` are one.
struct TokenizerFamily: Hashable, Sendable {
  /// The class without `Fast`; nil where nothing names one.
  var name: String?

  /// The classes whose settings of tokenizer_config.json, or their defaults, replace those of a
  /// `BertNormalizer` in tokenizer.json.
  private static let bertLike: Set<String> = [
    "BertTokenizer", "ConvBertTokenizer", "DistilBertTokenizer", "ElectraTokenizer",
    "FunnelTokenizer", "LayoutLMTokenizer", "LxmertTokenizer", "MobileBertTokenizer",
    "RoFormerTokenizer", "SqueezeBertTokenizer", "RetriBertTokenizer",
    "DPRQuestionEncoderTokenizer", "DPRContextEncoderTokenizer", "DPRReaderTokenizer",
  ]

  /// The classes that take words one by one only with a blank before each.
  private static let prefixed: Set<String> = [
    "RobertaTokenizer", "LongformerTokenizer", "BartTokenizer", "LEDTokenizer", "MvpTokenizer",
    "DebertaTokenizer", "GPT2Tokenizer", "BloomTokenizer", "CodeGenTokenizer", "CohereTokenizer",
    "BlenderbotTokenizer", "LayoutLMv3Tokenizer", "MarkupLMTokenizer",
  ]

  private static let classes: [String: String] = [
    "bert": "BertTokenizer", "distilbert": "DistilBertTokenizer", "roberta": "RobertaTokenizer",
    "camembert": "CamembertTokenizer", "xlm-roberta": "XLMRobertaTokenizer",
    "deberta-v2": "DebertaV2Tokenizer", "modernbert": "PreTrainedTokenizer",
    "electra": "ElectraTokenizer",
  ]

  init(name: String? = nil) {
    self.name = name.map { $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }
  }

  /// The class of a model's type.
  init(modelType: String) { self.init(name: Self.classes[modelType]) }

  var isBertLike: Bool { name.map(Self.bertLike.contains) ?? false }

  /// Whether words that come one by one get a blank before each.
  var prefixesWords: Bool { name.map(Self.prefixed.contains) ?? false }

  var isDebertaV2: Bool { name == "DebertaV2Tokenizer" }
  var isCamembert: Bool { name == "CamembertTokenizer" }

  /// The special subwords that a class has where no file names them, by role.
  var names: [String: String] {
    switch name {
    case "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "ConvBertTokenizer",
      "MobileBertTokenizer", "LayoutLMTokenizer", "SqueezeBertTokenizer", "LxmertTokenizer",
      "RoFormerTokenizer":
      ["unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"]
    case "DebertaV2Tokenizer":
      [
        "bos": "[CLS]", "eos": "[SEP]", "unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]",
        "cls": "[CLS]", "mask": "[MASK]",
      ]
    case "RobertaTokenizer", "LongformerTokenizer", "XLMRobertaTokenizer", "CamembertTokenizer":
      [
        "bos": "<s>", "eos": "</s>", "unk": "<unk>", "sep": "</s>", "pad": "<pad>", "cls": "<s>",
        "mask": "<mask>",
      ]
    default: [:]
    }
  }

  /// A mask of which only the name is said; it takes the blank before it with it in some classes.
  func mask(_ name: String) -> AddedSubword? {
    switch self.name {
    case "RobertaTokenizer", "LongformerTokenizer", "CamembertTokenizer":
      AddedSubword(content: name, id: 0, stripsLeft: true)
    case "XLMRobertaTokenizer":
      AddedSubword(content: name, id: 0, isNormalized: true, stripsLeft: true)
    default: nil
    }
  }
}
