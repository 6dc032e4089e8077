import ModelFiles
package import Tensors

/// An adapter, and perhaps a head, as a folder of AdapterHub or of peft holds them.
package struct SavedAdapter {
  /// Which module it is.
  package var adapter: any Adapter
  /// Its parameters, and the head's where it was saved too, under this project's names.
  package var parameters: Parameters
  /// The head's labels in the order of their ids; empty where the folder does not name them.
  package var labels: [String]
  /// The encoder that it belongs on, as the folder names it: a path, or empty.
  package var baseModel: String
  /// Whether a sentence's positions are counted after those of its prefix, as in peft.
  ///
  /// Then the adapter belongs on the encoder of `PrefixPositions.uncounted`.
  package var countsPrefixPositions: Bool

  /// An adapter with what belongs to it.
  package init(
    adapter: any Adapter, parameters: Parameters, labels: [String] = [], baseModel: String = "",
    countsPrefixPositions: Bool = false
  ) {
    self.adapter = adapter
    self.parameters = parameters
    self.labels = labels
    self.baseModel = baseModel
    self.countsPrefixPositions = countsPrefixPositions
  }

  /// The parameters of the adapter alone.
  package var adapterParameters: Parameters {
    parameters.filter { isAdapterParameter($0.key) }
  }

  /// The parameters of the head alone; empty without one.
  package var headParameters: Parameters { parameters.filter { isHeadParameter($0.key) } }

  /// Throws unless the parameters are just those that adapter and head have in an encoder.
  func check(in configuration: EncoderConfiguration, path: String) throws(ModelFileError) {
    var shapes = adapter.shapes(in: configuration)
    if let weight = parameters["classifier.weight"] {
      let tagCount = weight.shape.first ?? 0
      shapes.merge(
        TaggingHead(tagCount: tagCount, hiddenSize: configuration.hiddenSize).shapes
      ) { $1 }
      guard labels.isEmpty || labels.count == tagCount else {
        throw ModelFileError(
          path: path, problem: "the head has \(tagCount) tags and \(labels.count) labels",
          expected: "a label for each tag")
      }
    }
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      guard let found = parameters[name] else {
        throw ModelFileError(
          path: path, problem: "there is no tensor \(name)", expected: "one of shape \(shape)",
          advice: "Does the adapter belong to this encoder?")
      }
      guard found.shape == shape else {
        throw ModelFileError(
          path: path, problem: "\(name) has the shape \(found.shape)",
          expected: "the shape \(shape)", advice: "Does the adapter belong to this encoder?")
      }
      guard found.elementType == .float32 else {
        throw ModelFileError(
          path: path, problem: "\(name) has numbers of the type \(found.elementType)",
          expected: "floating-point numbers")
      }
    }
    if let extra = parameters.keys.sorted().first(where: { shapes[$0] == nil }) {
      throw ModelFileError(
        path: path,
        problem:
          "unexpected tensor \(extra), which the adapter in adapter_config.json does not have",
        expected: "only its \(shapes.count) tensors",
        advice: "Does adapter_config.json belong to this file?")
    }
  }
}

/// An adapter that a format has no place for, in words for the user.
package struct UnsupportedAdapter: Error, Hashable, CustomStringConvertible, Sendable {
  /// What does not fit, and which format to use instead.
  package let description: String

  /// An error with its text.
  package init(_ description: String) {
    self.description = description
  }
}
