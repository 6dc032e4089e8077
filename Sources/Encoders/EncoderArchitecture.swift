/// Which family an encoder belongs to: what it is called in files, and how positions are counted.
package enum EncoderArchitecture: String, Codable, Hashable, Sendable, CaseIterable {
  /// BERT: positions from 0.
  case bert
  /// XLM-R: positions from `padding id + 1`, padding at `padding id`.
  case xlmRoberta = "xlm-roberta"
  /// RoBERTa, as XLM-R with a vocabulary of byte pairs.
  case roberta
  /// CamemBERT, as XLM-R with a French vocabulary.
  case camembert
  /// DistilBERT: BERT without segment types, half as many layers.
  case distilbert
  /// DeBERTa-v2 and v3: attention scores by content and by relative position.
  case debertaV2 = "deberta-v2"
  /// ModernBERT: rotary positions, local and global attention, norms before the blocks.
  case modernBert = "modernbert"

  /// What encoder parameters' names begin with in a checkpoint with a head on top.
  package var prefix: String {
    switch self {
    case .bert: "bert"
    case .xlmRoberta, .roberta, .camembert: "roberta"
    case .distilbert: "distilbert"
    case .debertaV2: "deberta"
    case .modernBert: "model"
    }
  }

  /// The name of a layer, as `bert.encoder.layer.0`.
  package func layer(_ number: Int) -> String {
    switch self {
    case .distilbert: "distilbert.transformer.layer.\(number)"
    case .modernBert: "model.layers.\(number)"
    default: "\(prefix).encoder.layer.\(number)"
    }
  }

  /// The name of a projection within a layer, as `attention.self.query`.
  package func path(_ projection: Projection) -> String {
    switch (self, projection) {
    case (.distilbert, .query): "attention.q_lin"
    case (.distilbert, .key): "attention.k_lin"
    case (.distilbert, .value): "attention.v_lin"
    case (.distilbert, .attentionOutput): "attention.out_lin"
    case (.distilbert, .intermediate): "ffn.lin1"
    case (.distilbert, .output): "ffn.lin2"
    case (.modernBert, .query), (.modernBert, .key), (.modernBert, .value): "attn.Wqkv"
    case (.modernBert, .attentionOutput): "attn.Wo"
    case (.modernBert, .intermediate): "mlp.Wi"
    case (.modernBert, .output): "mlp.Wo"
    case (.debertaV2, .query), (.debertaV2, .key), (.debertaV2, .value):
      "attention.self.\(projection.rawValue)_proj"
    case (_, .query), (_, .key), (_, .value): "attention.self.\(projection.rawValue)"
    case (_, .attentionOutput): "attention.output.dense"
    case (_, .intermediate): "intermediate.dense"
    case (_, .output): "output.dense"
    }
  }

  /// The name of a block's layer norm within a layer.
  func norm(_ place: AdapterSite.Place) -> String {
    switch (self, place) {
    case (.distilbert, .attention): "sa_layer_norm"
    case (.distilbert, .feedForward): "output_layer_norm"
    case (_, .attention): "attention.output.LayerNorm"
    case (_, .feedForward): "output.LayerNorm"
    }
  }

  /// Where `adapters` has the bottleneck of a block, within a layer.
  func site(_ place: AdapterSite.Place) -> String {
    switch (self, place) {
    case (.distilbert, .attention): "attention_adapters"
    case (.distilbert, .feedForward): "output_adapters"
    case (.modernBert, .attention): "attn"
    case (.modernBert, .feedForward): "mlp"
    case (_, .attention): "attention.output"
    case (_, .feedForward): "output"
    }
  }

  /// Whether positions are counted from the padding subword's id on.
  package var countsFromPadding: Bool {
    switch self {
    case .xlmRoberta, .roberta, .camembert: true
    case .bert, .distilbert, .debertaV2, .modernBert: false
    }
  }

  /// Whether the embeddings have a table of positions.
  var hasPositionTable: Bool { self != .debertaV2 && self != .modernBert }

  /// Whether query, key and value are one projection.
  var hasOneAttentionProjection: Bool { self == .modernBert }

  /// Whether AdapterHub's library knows it.
  var isInAdapterHub: Bool { self != .modernBert && self != .camembert }

  /// The families, for errors.
  static var names: String {
    let all = allCases.map(\.rawValue)
    return all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
  }

  /// The class of transformers that has this encoder and a tagging head.
  package var tokenClassifierClass: String { className("ForTokenClassification") }

  /// The class of transformers that has this encoder and something on top, or nothing: `Model`.
  package func className(_ ending: String) -> String {
    switch self {
    case .bert: "Bert" + ending
    case .xlmRoberta: "XLMRoberta" + ending
    case .roberta: "Roberta" + ending
    case .camembert: "Camembert" + ending
    case .distilbert: "DistilBert" + ending
    case .debertaV2: "DebertaV2" + ending
    case .modernBert: "ModernBert" + ending
    }
  }
}
