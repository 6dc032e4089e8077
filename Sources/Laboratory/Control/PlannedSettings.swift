package import Experiments
import NamedEntities
import RunFolders

/// What a run is asked to do, for as long as it takes.
///
/// Settings that may change while a run is under way are not here: they are read from `LiveSettings`.
package struct PlannedSettings: Sendable {
  private let experiment: Experiment

  /// The settings of an experiment that stay.
  package init(_ experiment: Experiment) {
    self.experiment = experiment
  }

  /// The value of a setting.
  package subscript<Value>(_ setting: Setting<Value>) -> Value { experiment[setting] }

  /// Checks what no setting can say alone.
  func validated() throws(ExperimentError) { try experiment.validated() }

  /// How the corpora are read.
  var corpusOptions: CorpusOptions { experiment.corpusOptions }

  /// Counts the entities of what the run reads, by type.
  func census(of corpora: CorpusFolder) throws -> TypeCensus { try corpora.census(of: experiment) }

  /// The inner steps of priming: `multitask` has none.
  var innerStepCount: Int { experiment.innerStepCount }

  /// How many sentences one outer step reads.
  var sentencesPerOuterStep: Int { experiment.sentencesPerOuterStep }

  /// Whether the encoder that is tuned is the run's own: primed, or begun with another run's.
  var hasOwnEncoder: Bool { experiment.hasOwnEncoder }

  /// Whether the run begins with the weights of another.
  var beginsFromRun: Bool { experiment.beginsFromRun }

  /// What the run begins with, in words; nil without another run's weights.
  var startWords: String? { experiment.startWords }

  /// A place in the run, in words.
  func words(for place: RunPlace) -> String { place.description(experiment) }
}
