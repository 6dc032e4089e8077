package import Encoders
import Experiments
package import Tensors

/// Which parameters a phase may change, as experiments name it: `adapter+head`, `all`, ….
package struct ParameterMask: Hashable, Sendable {
  /// The three kinds of parameters.
  package enum Part: String, Hashable, Sendable, CaseIterable {
    /// The pretrained encoder, θp.
    case encoder
    /// The adapter, θa.
    case adapter
    /// The tagging head, θh.
    case head

    /// The part that a parameter's name says it belongs to, for an adapter's light parameters.
    package init(of name: ParameterName, light: LightParameters = .added) {
      self = isHeadParameter(name) ? .head : light(name) ? .adapter : .encoder
    }
  }

  /// The parts that move.
  package var parts: Set<Part>

  /// What `adapter` means: of BitFit it is the encoder's biases, and `encoder` is all the rest.
  package var light: LightParameters

  /// Whether the word embeddings stay as they are, whatever the parts.
  package var freezesEmbeddings: Bool

  /// The parts that a setting's text names; `all` is every part.
  package init(
    _ text: String, adapter: (any Adapter)? = nil, freezingEmbeddings: Bool = false
  ) {
    light = adapter?.lightParameters ?? .added
    freezesEmbeddings = freezingEmbeddings
    if text == "all" {
      parts = Set(Part.allCases)
    } else {
      parts = Set(text.split(separator: "+").compactMap { Part(rawValue: String($0)) })
    }
    precondition(!parts.isEmpty, "\(text) names no part of a model")
  }

  /// Whether a parameter may change.
  package func callAsFunction(_ name: ParameterName) -> Bool {
    parts.contains(Part(of: name, light: light))
      && !(freezesEmbeddings && name.hasSuffix("embeddings.word_embeddings.weight"))
  }
}

extension Experiment {
  /// The mask that a setting names, with the word embeddings frozen where the experiment says so.
  func mask(_ setting: Setting<String>) -> ParameterMask {
    ParameterMask(
      self[setting], adapter: RunExecutor.adapter(self),
      freezingEmbeddings: self[Settings.freezeEmbeddings])
  }
}
