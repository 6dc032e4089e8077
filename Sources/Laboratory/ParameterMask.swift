package import Encoders
package import Experiments
package import Tensors

extension ParameterParts {
  /// The part that a parameter's name says it belongs to, for an adapter's light parameters.
  package init(of name: ParameterName, light: LightParameters = .added) {
    self = isHeadParameter(name) ? .head : light(name) ? .adapter : .encoder
  }
}

/// Which parameters a phase may change.
package struct ParameterMask: Hashable, Sendable {
  /// The parts that move.
  package var parts: ParameterParts

  /// What `adapter` means: of BitFit it is the encoder's biases, and `encoder` is all the rest.
  package var light: LightParameters

  /// Whether the word embeddings stay as they are, whatever the parts.
  package var freezesEmbeddings: Bool

  /// The mask of some parts of a model, at least one.
  package init(
    _ parts: ParameterParts, adapter: (any Adapter)? = nil, freezingEmbeddings: Bool = false
  ) {
    precondition(!parts.isEmpty, "A mask moves a part of the model at least")
    self.parts = parts
    light = adapter?.lightParameters ?? .added
    freezesEmbeddings = freezingEmbeddings
  }

  /// Whether a parameter may change.
  package func callAsFunction(_ name: ParameterName) -> Bool {
    parts.contains(ParameterParts(of: name, light: light))
      && !(freezesEmbeddings && name.hasSuffix("embeddings.word_embeddings.weight"))
  }
}

extension PlannedSettings {
  /// The mask that a setting names, with the word embeddings frozen where the experiment says so.
  func mask(_ setting: Setting<some MaskChoice>) -> ParameterMask {
    ParameterMask(
      self[setting].parts, adapter: adapter,
      freezingEmbeddings: self[Settings.freezeEmbeddings])
  }
}
