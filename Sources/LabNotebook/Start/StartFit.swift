import Experiments
import Foundation
import NamedEntities

/// Whether weights of one run can be the beginning of another.
extension Experiment {
  /// The first setting in which this experiment wants another model than the one at the point; nil
  /// when the weights fit.
  func misfit(with origin: StartOrigin) throws -> ExperimentError? {
    if let error = encoderMisfit(with: origin) { return error }
    guard self[Settings.startKeeps] != .encoder else { return nil }
    let other = origin.experiment
    for key in [Settings.adapterType.key] + Self.shapeKeys(of: other[Settings.adapterType]) {
      guard let own = self[key: key], let theirs = other[key: key], own != theirs else { continue }
      return ExperimentError(
        key: key, problem: "\(key) is \(own), and \(theirs) at \(origin.point.words)",
        expected: "\(key) = \(theirs), or start.keeps = \"encoder\" for a fresh adapter and head")
    }
    return nil
  }

  /// The settings that decide which tensors an adapter has.
  private static func shapeKeys(of adapter: AdapterType) -> [String] {
    switch adapter {
    case .bottleneck: [Settings.adapterPlacement.key, Settings.adapterReductionFactor.key]
    case .lora: [Settings.adapterRank.key, Settings.adapterTargets.key]
    case .prefix: [Settings.adapterPrefixLength.key, Settings.adapterPrefixBottleneckSize.key]
    case .ia3, .bitfit, .none: []
    }
  }

  private func encoderMisfit(with origin: StartOrigin) -> ExperimentError? {
    let (own, theirs) = (self[Settings.encoderPath], origin.experiment[Settings.encoderPath])
    guard own != theirs else { return nil }
    // A copy of the same model is as good; one that is not there is told elsewhere.
    let (ours, others) = (EncoderShape(own), EncoderShape(theirs))
    guard let ours, let others, ours != others else { return nil }
    return ExperimentError(
      key: Settings.encoderPath.key,
      problem: "the encoder is another than that of \(origin.point.words): "
        + ours.difference(from: others),
      expected: "encoder.path = \"\(theirs)\"")
  }
}

/// What two encoders must have in common for the weights of one to be read by the other: the sizes
/// of `config.json`, and the vocabulary.
private struct EncoderShape: Equatable {
  private var sizes: [String: String] = [:]
  private var vocabulary: Data?

  private static let fields = [
    "model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
    "intermediate_size", "max_position_embeddings", "type_vocab_size",
  ]
  private static let vocabularies = [
    "vocab.txt", "tokenizer.json", "sentencepiece.bpe.model", "spiece.model",
  ]

  /// The shape of a model directory; nil where its configuration cannot be read.
  init?(_ folder: String) {
    let manager = FileManager.default
    guard let data = try? OrdinaryFile.contents(of: folder + "/config.json", limit: 16 << 20),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return nil }
    for field in Self.fields {
      if let value = object[field] { sizes[field] = "\(value)" }
    }
    let file = Self.vocabularies.first { manager.fileExists(atPath: "\(folder)/\($0)") }
    vocabulary = file.flatMap { try? OrdinaryFile.contents(of: "\(folder)/\($0)") }
  }

  /// What differs, in words.
  func difference(from other: EncoderShape) -> String {
    for field in Self.fields where sizes[field] != other.sizes[field] {
      return "\(field) is \(sizes[field] ?? "missing"), not \(other.sizes[field] ?? "missing")"
    }
    return "its vocabulary differs"
  }
}
