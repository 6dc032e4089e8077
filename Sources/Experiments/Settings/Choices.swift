package import NamedEntities

// The choices of the settings; `Settings` says which setting offers which.

/// What a run does.
package enum RunKind: String, SettingChoice {
  /// Primes, tunes and evaluates.
  case experiment
  /// Makes an encoder from text.
  case pretraining
}

// MARK: Encoder, adapter, data

/// The parameter-efficient module inside the encoder.
package enum AdapterType: String, SettingChoice {
  case bottleneck, lora, prefix, ia3, bitfit
  /// No module: the encoder as it is.
  case none
}

/// Where a bottleneck adapter sits in each layer.
package enum AdapterPlacement: String, SettingChoice {
  case pfeiffer, houlsby, parallel
}

/// A linear layer that LoRA can add to.
package enum AdapterTarget: String, SettingChoice {
  case query, key, value, attentionOutput, intermediate, output
}

/// How the corpora are written.
package enum DataFormat: String, SettingChoice {
  /// Each language's files are looked at.
  case auto
  case panx, conll, jsonl

  /// The format of every language's files; nil where each has its own.
  package var corpusFormat: CorpusFormat? {
    switch self {
    case .auto: nil
    case .panx: .panx
    case .conll: .conll
    case .jsonl: .jsonl
    }
  }
}

/// What is done about lines of a corpus that cannot be read.
package enum BadLines: String, SettingChoice {
  /// The file is refused with the line.
  case refuse
  /// They are left out, counted and told.
  case skip
}

/// How evaluation reads a sentence that is longer than the encoder's input.
package enum LongSentences: String, SettingChoice {
  /// In windows that overlap.
  case window
  /// Without its end.
  case cut
}

extension CorpusSplit: SettingChoice {}

extension EntityType: SettingListElement {
  package init?(settingText text: String) { self.init(text) }
  package var settingText: String { name }
}

/// As `GPE=LOC`; a type that is read as `O` is left out.
extension EntityRename: SettingListElement {
  package init?(settingText text: String) {
    let sides = text.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard sides.count == 2 else { return nil }
    let isLeftOut = sides[1].utf8.elementsEqual("O".utf8)
    self.init(from: EntityType(sides[0]), to: isLeftOut ? nil : EntityType(sides[1]))
  }

  package var settingText: String { "\(from)=\(to?.name ?? "O")" }
}

// MARK: Initialization

/// Which of another run's weights a run begins with.
package enum InitialWeights: String, SettingChoice {
  case all = "encoder+adapter+head"
  case encoder
}

// MARK: Masks

/// The kinds of parameters of a model.
package struct ParameterParts: OptionSet, Hashable, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The pretrained encoder, θp.
  package static let encoder = ParameterParts(rawValue: 1)
  /// The adapter, θa.
  package static let adapter = ParameterParts(rawValue: 2)
  /// The tagging head, θh.
  package static let head = ParameterParts(rawValue: 4)
  /// Every part.
  package static let all: ParameterParts = [.encoder, .adapter, .head]
}

/// A choice of parameters that a phase moves.
package protocol MaskChoice: SettingChoice {
  /// The parts that it moves.
  var parts: ParameterParts { get }
}

/// What tuning moves, and the inner loop that simulates it.
package enum TuningMask: String, MaskChoice {
  case adapterAndHead = "adapter+head"
  case adapter, head, all

  package var parts: ParameterParts {
    switch self {
    case .adapterAndHead: [.adapter, .head]
    case .adapter: .adapter
    case .head: .head
    case .all: .all
    }
  }
}

/// What the outer loop moves.
package enum OuterMask: String, MaskChoice {
  case encoder
  case encoderAndHead = "encoder+head"
  case encoderAndAdapter = "encoder+adapter"
  case encoderAdapterAndHead = "encoder+adapter+head"
  case adapterAndHead = "adapter+head"
  case adapter, head

  package var parts: ParameterParts {
    switch self {
    case .encoder: .encoder
    case .encoderAndHead: [.encoder, .head]
    case .encoderAndAdapter: [.encoder, .adapter]
    case .encoderAdapterAndHead: .all
    case .adapterAndHead: [.adapter, .head]
    case .adapter: .adapter
    case .head: .head
    }
  }
}

// MARK: Priming

/// How the encoder is primed.
package enum PrimingMethod: String, SettingChoice {
  /// Not at all.
  case none
  /// On batches of all languages, without inner steps.
  case multitask
  case maml, reptile
}

/// Whether the meta-gradient goes through the inner steps.
package enum PrimingOrder: String, SettingChoice {
  /// It does not.
  case first
  /// It does.
  case second
}

/// How the gradients of a meta-batch are put together.
package enum PrimingReduction: String, SettingChoice {
  case mean, sum
}

/// How a meta-batch draws its languages.
package enum PrimingSampling: String, SettingChoice {
  /// All alike.
  case uniform
  /// By the number of their sentences.
  case size
  /// By that number to the power 1/temperature.
  case temperature
}

/// What shares a step size of the inner loop.
package enum InnerStepSizes: String, SettingChoice {
  /// Everything: it is not learned.
  case fixed
  /// Each tensor has a learned one.
  case tensor
  /// Each tensor has a learned one at each step.
  case tensorAndStep = "tensor+step"
}

/// After which inner steps the query is judged.
package enum OuterLosses: String, SettingChoice {
  /// After the last.
  case last
  /// After each, the last counting ever more.
  case annealed
}

// MARK: Optimizers

/// The rule by which an optimizer moves parameters.
package enum OptimizerChoice: String, SettingChoice {
  case adamw, sgd
}

/// How a learning rate falls after its warm-up.
package enum ScheduleChoice: String, SettingChoice {
  case constant, linear, cosine
}

// MARK: Tuning

/// The adapter and the head that tuning begins with.
package enum TuningInitialization: String, SettingChoice {
  /// Fresh ones.
  case fresh
  /// Those that priming left.
  case primed
}
