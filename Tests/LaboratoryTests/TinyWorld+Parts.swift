import Encoders
import Experiments
import RunFolders
import Laboratory
import NamedEntities
import Tensors
import Tokenization

extension TinyWorld {
  /// What the phases of an experiment work on.
  struct Parts {
    var model: TokenClassifier
    /// Every parameter, with a head that is random and an adapter that is fresh.
    var parameters: Parameters
    /// The training sentences of some languages.
    var languages: [LanguageData]
  }

  /// What the phases of an experiment on this world work on.
  func parts(
    _ experiment: Experiment, languages: [String] = ["aa", "bb"], limit: Int = 0
  ) throws -> Parts {
    let directory = try ModelDirectory(path: experiment[Settings.encoderPath])
    let configuration = directory.configuration
    var corpora = Corpora(
      folder: try CorpusFolder(path: experiment[Settings.dataPath]), tags: .panx,
      tokenizer: try Tokenizers.open(directory: directory.path), maximumSubwords: 32)
    let adapter = PlannedSettings(experiment).adapter
    let model = TokenClassifier(
      encoder: Encoder(configuration, adapter: adapter),
      head: TaggingHead(tagCount: TagSet.panx.count, hiddenSize: configuration.hiddenSize))
    return Parts(
      model: model,
      parameters: try directory.encoderParameters().merging(modules(model)) { $1 },
      languages: try languages.map { try corpora.data($0, "train", limit: limit) })
  }

  /// A fresh adapter and a random head.
  func modules(_ model: TokenClassifier) -> Parameters {
    let adapter = model.encoder.adapter?.freshParameters(
      in: model.encoder.configuration, generator: TensorGenerator(seed: 1))
    let head = model.head.freshParameters(deviation: 0.02, generator: TensorGenerator(seed: 2))
    return (adapter ?? [:]).merging(head) { $1 }
  }
}
