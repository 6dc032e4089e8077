import Encoders
import Experiments
import Foundation
import ModelFiles
import NamedEntities
package import RunFolders
import Tensors
import Tokenization

extension Predictor {
  /// Opens what the run of a folder made for a language: the encoder as primed, adapter and head as tuned.
  ///
  /// - Parameter language: One of those that the run tuned; nil for the only one.
  package init(folder: RunFolder, language: String? = nil) throws {
    self = try RunPredictors(folder).predictor(for: language)
  }

  /// Opens a token-classification model of a Hugging Face directory, perhaps with an adapter.
  ///
  /// - Parameter adapter: A folder that AdapterHub or peft saved, or a file in it. Head and labels
  ///   are the adapter's where it was saved with them, else the directory's.
  package init(
    directory path: String, adapter: String? = nil,
    windowOverlap: Int = Settings.windowOverlap.defaultValue
  ) throws {
    let directory = try ModelDirectory(path: path)
    let saved = try adapter.map {
      try SavedAdapter(folder: Self.adapterFolder($0), for: directory.configuration)
    }
    let labels = try saved.flatMap { $0.labels.isEmpty ? nil : $0.labels } ?? directory.headLabels()
    var (parameters, subwords) = try directory.encoderParametersApart()
    if saved?.headParameters.isEmpty ?? true {
      guard let head = try directory.headParameters(tagCount: labels.count) else {
        throw ModelFileError(
          path: path, problem: "the model has no tagging head",
          expected: "classifier.weight and classifier.bias for \(labels.count) tags",
          advice:
            "Name the directory of a model that was fine-tuned on entities, or by --adapter an "
            + "adapter that was saved with its head.")
      }
      parameters.merge(head) { $1 }
    }
    var encoder = Encoder(directory.configuration)
    if let saved {
      (encoder, parameters) = try saved.applied(to: directory.configuration, parameters)
    }
    let model = TokenClassifier(
      encoder: encoder,
      head: TaggingHead(tagCount: labels.count, hiddenSize: encoder.configuration.hiddenSize))
    try model.check(
      parameters, without: directory.configuration.wordEmbeddingsName, path: adapter ?? path,
      advice: "Do encoder, adapter and head belong together?")
    self.init(
      model: model, parameters: parameters, subwords: subwords, labels: labels,
      tokenizer: try Tokenizers.open(directory: directory.path),
      maximumSubwords: encoder.configuration.maximumSubwords,
      reading: .windows(overlap: windowOverlap))
  }

  /// The folder of an adapter that is named by itself or by a file in it.
  private static func adapterFolder(_ path: String) throws(ModelFileError) -> String {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let isFile = isThere && !isFolder.boolValue
    let folder = isFile ? (path as NSString).deletingLastPathComponent : path
    // A bare file name is in the working folder.
    let name = (folder.isEmpty ? "." : folder) + "/adapter_config.json"
    guard isThere, FileManager.default.fileExists(atPath: name) else {
      throw ModelFileError(
        path: path,
        problem: isThere
          ? "there is no adapter_config.json \(isFile ? "beside" : "in") it"
          : "there is no such folder",
        expected: "an adapter's folder as AdapterHub or peft saves it",
        advice: "What a run tuned is read by --run, or written as such a folder by primer export.")
    }
    return folder.isEmpty ? "." : folder
  }
}

extension ModelDirectory {
  /// The labels of `id2label`, in the order of their ids, whatever they are called.
  func headLabels() throws(ModelFileError) -> [String] {
    let known = configuration.labels ?? [:]
    let labels = (0..<known.count).compactMap { known[String($0)] }
    let expected = "id2label with a label for each id, as in {\"0\": \"O\", \"1\": \"B-PER\", …}"
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
    return labels
  }
}

extension TokenClassifier {
  /// Throws unless every parameter of encoder, adapter and head is there in its shape, but for one
  /// that is elsewhere.
  func check(
    _ parameters: Parameters, without absent: ParameterName? = nil, path: String, advice: String
  ) throws(ModelFileError) {
    let configuration = encoder.configuration
    var shapes = ParameterLayout(encoder: configuration).shapes.filter { $0.key != absent }
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
