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
    let tuned = try TunedLanguages(run)
    let language = try tuned.chosen(language)
    let experiment = run.experiment
    let isPrimed = experiment[Settings.primingMethod] != "none"
    let path = isPrimed ? run.folder + "/primed" : experiment[Settings.encoderPath]
    guard FileManager.default.fileExists(atPath: path) else {
      throw LaboratoryError(
        "\(path): the encoder of run #\(run.id) is gone; expected "
          + (isPrimed
            ? "the directory that the run wrote. Start the run anew: primer resume, or fork it."
            : "the directory of the setting encoder.path. Bring it back."))
    }
    let directory = try ModelDirectory(path: path)
    var parameters = try directory.encoderParameters()
    let file = try SafetensorsFile(path: tuned.path(language))
    parameters.merge(file.tensors()) { $1 }
    let labels = TagSet.panx.labels
    let model = TokenClassifier(
      encoder: Encoder(directory.configuration, adapter: RunExecutor.adapter(experiment)),
      head: TaggingHead(tagCount: labels.count, hiddenSize: directory.configuration.hiddenSize))
    try model.check(parameters, path: file.path, advice: "Start the run anew.")
    self.init(
      model: model, parameters: parameters, labels: labels,
      tokenizer: try directory.tokenizer(), maximumSubwords: experiment[Settings.maximumSubwords],
      reading: .init(experiment))
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

/// The languages that a run has tuned, by the files in its folder.
private struct TunedLanguages {
  let run: RunRecord
  let languages: [String]

  init(_ run: RunRecord) throws {
    self.run = run
    guard run.experiment[Settings.kind] != "pretraining" else {
      throw LaboratoryError(
        "Run #\(run.id) made an encoder from text, no tagger; expected a run that tunes.")
    }
    let names = try? FileManager.default.contentsOfDirectory(atPath: run.folder + "/tuned")
    languages = (names ?? []).filter { $0.hasSuffix(".safetensors") }
      .map { String($0.dropLast(".safetensors".count)) }.sorted()
    guard languages.isEmpty else { return }
    if run.state == .finished {
      throw LaboratoryError(
        "\(run.folder)/tuned: the files of run #\(run.id) are gone; expected a .safetensors file "
          + "for each tuned language. Start the experiment anew: primer run.")
    }
    throw LaboratoryError(
      "Run #\(run.id) is \(run.state.rawValue) and has tuned no language yet; expected a finished "
        + "run. primer runs lists them.")
  }

  func path(_ language: String) -> String { "\(run.folder)/tuned/\(language).safetensors" }

  func chosen(_ language: String?) throws -> String {
    let there = languages.joined(separator: ", ")
    if let language {
      if languages.contains(language) { return language }
      throw LaboratoryError(
        "Run #\(run.id) has not tuned ‘\(language)’; expected one of \(there).")
    }
    guard let only = languages.first, languages.count == 1 else {
      throw LaboratoryError("Run #\(run.id) tuned \(there); name one of them by --language.")
    }
    return only
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
