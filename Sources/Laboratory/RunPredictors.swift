import Encoders
import Experiments
import ModelFiles
package import RunFolders
import Tensors
import Tokenization

/// The predictors of a run: the encoder is read once, a language's parts when they are asked for.
///
/// Only the language asked for last is kept: what tuning moved may be as large as the encoder.
package final class RunPredictors {
  /// What the run left.
  package let outcome: RunOutcome

  /// The encoder but for its word embeddings, of which rows are read as they are needed.
  private let encoder: Parameters
  private let subwords: SubwordRows
  private let tokenizer: any Tokenizer
  private var kept: (language: String, predictor: Predictor)?

  /// Reads the encoder of a run's folder; throws where the run has tuned nothing or files are gone.
  package init(_ folder: RunFolder) throws {
    outcome = try RunOutcome(folder)
    (encoder, subwords) = try outcome.encoder.encoderParametersApart()
    tokenizer = try Tokenizers.open(directory: outcome.encoder.path)
  }

  /// The predictor of a language; nil stands for the only one that was tuned.
  package func predictor(for language: String?) throws -> Predictor {
    let language = try outcome.chosen(language)
    if let kept, kept.language == language { return kept.predictor }
    let configuration = outcome.encoder.configuration
    let file = try outcome.tunedFile(language)
    let labels = try outcome.labels(language)
    let tuned = file.tensors()
    let embeddings = configuration.wordEmbeddingsName
    let isTuned = tuned[embeddings] != nil
    let model = TokenClassifier(
      encoder: Encoder(configuration, adapter: outcome.adapter),
      head: TaggingHead(tagCount: labels.count, hiddenSize: configuration.hiddenSize))
    let parameters = encoder.merging(tuned) { $1 }
    try model.check(
      parameters, without: isTuned ? nil : embeddings, path: file.path,
      advice: "Start the run again.")
    let experiment = outcome.experiment
    let predictor = Predictor(
      model: model, parameters: parameters, subwords: isTuned ? nil : subwords, labels: labels,
      tokenizer: tokenizer,
      maximumSubwords: experiment[Settings.maximumSubwords],
      reading: PlannedSettings(experiment).reading)
    kept = (language, predictor)
    return predictor
  }
}
