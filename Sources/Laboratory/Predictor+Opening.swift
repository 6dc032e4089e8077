import Encoders
import Foundation
package import LabNotebook
import NamedEntities
import Tensors

extension Predictor {
  /// Opens what a run made for a language: the encoder as primed, adapter and head as tuned.
  ///
  /// - Parameter language: One of those that the run tuned; nil for the only one.
  package init(run: RunRecord, language: String? = nil) throws {
    let outcome = try RunOutcome(run)
    let language = try outcome.chosen(language)
    let directory = outcome.encoder
    let file = try outcome.tunedFile(language)
    let parameters = try outcome.parameters(language)
    let labels = try outcome.labels(language)
    let model = TokenClassifier(
      encoder: Encoder(directory.configuration, adapter: outcome.adapter),
      head: TaggingHead(tagCount: labels.count, hiddenSize: directory.configuration.hiddenSize))
    try model.check(parameters, path: file.path, advice: "Start the run anew.")
    self.init(
      model: model, parameters: parameters, labels: labels,
      tokenizer: try directory.tokenizer(),
      maximumSubwords: run.experiment[Settings.maximumSubwords], reading: .init(run.experiment))
  }

  /// Opens a model directory with an adapter that AdapterHub or peft saved, on its encoder.
  ///
  /// Head and labels are the adapter's where it was saved with them, else the directory's.
  package init(
    directory path: String, adapter folder: String,
    windowOverlap: Int = Settings.windowOverlap.defaultValue
  ) throws {
    let directory = try ModelDirectory(path: path)
    let saved = try SavedAdapter(folder: folder, for: directory.configuration)
    let labels = saved.labels.isEmpty ? try directory.entityLabels() : saved.labels
    let head = TaggingHead(
      tagCount: labels.count, hiddenSize: directory.configuration.hiddenSize)
    var parameters = try directory.encoderParameters()
    if saved.headParameters.isEmpty {
      parameters.merge(try directory.headParameters(tagCount: labels.count) ?? [:]) { $1 }
    }
    let (encoder, all) = try saved.applied(to: directory.configuration, parameters)
    let model = TokenClassifier(encoder: encoder, head: head)
    try model.check(
      all, path: folder, advice: "Name the adapter of a model that was fine-tuned on entities.")
    self.init(
      model: model, parameters: all, labels: labels, tokenizer: try directory.tokenizer(),
      maximumSubwords: encoder.configuration.maximumSubwords,
      reading: .windows(overlap: windowOverlap))
  }

  /// Opens a token-classification model of a Hugging Face directory.
  package init(directory path: String, windowOverlap: Int = Settings.windowOverlap.defaultValue)
    throws
  {
    let directory = try ModelDirectory(path: path)
    let configuration = directory.configuration
    let labels = try directory.entityLabels()
    guard let head = try directory.headParameters(tagCount: labels.count) else {
      throw ModelFileError(
        path: path, problem: "the model has no tagging head",
        expected: "classifier.weight and classifier.bias for \(labels.count) tags",
        advice: "Name the directory of a model that was fine-tuned on entities, or its adapter's "
          + "by --adapter.")
    }
    let parameters = try directory.encoderParameters().merging(head) { $1 }
    let model = TokenClassifier(
      encoder: Encoder(configuration),
      head: TaggingHead(tagCount: labels.count, hiddenSize: configuration.hiddenSize))
    self.init(
      model: model, parameters: parameters, labels: labels, tokenizer: try directory.tokenizer(),
      maximumSubwords: configuration.maximumSubwords, reading: .windows(overlap: windowOverlap))
  }
}

extension ModelDirectory {
  /// The tokenizer, which must belong to the encoder.
  func tokenizer() throws -> any Tokenizer {
    let tokenizer = try Tokenizers.open(directory: path)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw ModelFileError(
        path: path,
        problem: "the tokenizer has \(tokenizer.vocabularySize) subwords and the encoder "
          + "\(configuration.vocabularySize)",
        expected: "a tokenizer that belongs to the encoder")
    }
    return tokenizer
  }

  /// The labels of `id2label`, in the order of their ids, which must be tags of entities.
  func entityLabels() throws(ModelFileError) -> [String] {
    let known = configuration.labels ?? [:]
    let labels = (0..<known.count).compactMap { known[String($0)] }
    let expected = "id2label with the tags of entities, as in {\"0\": \"O\", \"1\": \"B-PER\", …}"
    guard !known.isEmpty else {
      throw ModelFileError(
        path: path + "/config.json", problem: "it names no labels", expected: expected,
        advice: "Name the directory of a model that was fine-tuned on entities.")
    }
    guard labels.count == known.count else {
      throw ModelFileError(
        path: path + "/config.json", problem: "the ids of id2label are not 0 to \(known.count - 1)",
        expected: expected)
    }
    if labels.contains("O"), let wrong = labels.first(where: { !isEntityTag($0) }) {
      throw ModelFileError(
        path: path + "/config.json", problem: "‘\(wrong)’ in id2label is no tag of an entity",
        expected: expected)
    }
    guard labels.contains("O") else {
      throw ModelFileError(
        path: path + "/config.json",
        problem: "id2label has no O (it has \(labels.prefix(4).joined(separator: ", ")))",
        expected: expected,
        advice: "Name the directory of a model that was fine-tuned on entities.")
    }
    return labels
  }
}

extension TokenClassifier {
  /// Throws unless every parameter of encoder, adapter and head is there in its shape.
  func check(_ parameters: Parameters, path: String, advice: String) throws(ModelFileError) {
    let configuration = encoder.configuration
    var shapes = ParameterLayout(encoder: configuration).shapes
    shapes.merge(encoder.adapter?.shapes(in: configuration) ?? [:]) { $1 }
    shapes.merge(head.shapes) { $1 }
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      guard parameters[name]?.shape != shape else { continue }
      throw ModelFileError(
        path: path,
        problem: parameters[name].map { "\(name) has the shape \($0.shape)" }
          ?? "there is no tensor \(name)",
        expected: "one of shape \(shape)", advice: advice)
    }
  }
}
