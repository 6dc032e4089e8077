package import Experiments
package import Foundation
package import LabNotebook
package import RunFolders
package import TerminalUI

/// Everything that can happen to the screens; `update` is told of it, and of nothing else.
package enum Message: Sendable {
  /// A key, the mouse, pasted text, another size.
  case input(InputEvent)
  /// What the time is now; sent about once a second, and when `nextMoment` has come.
  case time(Date)
  /// All runs of the notebook, as they are now.
  case runs([RunRecord])
  /// What each queued run waits for.
  case queueWaits([RunID: QueueWait])
  /// Runs of which one or more series grew.
  case metrics(RunID, series: SeriesKey, [MetricPoint])
  /// New events of a run, in order.
  case events(RunID, [LoggedEvent])
  /// All evaluations of a run so far, in order.
  case evaluations(RunID, [EvaluationResult])
  /// How many processors the engine of a run kept busy since the message before.
  case processorShare(RunID, Double)
  /// What the screens remembered from an earlier session.
  case remembered(ScreenMemory)
  /// How the runs of a comparison compare.
  case compared(ComparisonAnswer)
  /// What the runs of a study have come to; told twice, the second time with intervals.
  case studied(StudyPicture)
  /// Why a study cannot be shown.
  case studyFailed(StudyQuestion, String)
  /// The studies that there are.
  case studies([StudyFile])
  /// What the runs of the notebook left that can tag sentences.
  case models([RunModel])
  /// The engine of a run that is probed is in another state.
  case probeEngine(RunID, ProbeEngineState)
  /// The engine of a run answered, perhaps not yet all that was asked.
  case probed(ProbeAnswer)
  /// What is known of a corpus now.
  case corpus(CorpusPicture)
  /// Sentences of a corpus, and which of them a search finds.
  case sentences(SentencesAnswer)
  case sentencesFound(SearchAnswer)
  /// The names of the models in the Hugging Face cache.
  case cachedModels([String])
  /// What is known of an encoder now; nil: it is not there.
  case encoder(path: String, EncoderState?)
  /// How a vocabulary covers languages, as far as it is known.
  case coverage(CoverageAnswer)
  /// The notebook's own notes.
  case pages([Page])
  /// What came of writing a note.
  case noteOutcome(NoteSubject, NoteOutcome)
  /// What was typed into notes and not saved when primer ended.
  case drafts([NoteDraft])
  /// What is in a folder.
  case folder(FolderListing)
  /// The points of a run from which another can begin.
  case startPoints(StartPoints)
  /// The sample experiments that were found.
  case samples([SampleExperiment])
  /// The themes there are, by name.
  case themes([String])
  /// An experiment was read from a file, for the form.
  case experimentLoaded(Experiment, path: String)
  /// An experiment was put in the queue.
  case queued(RunID, name: String)
  /// What is wrong with the files that an experiment names, and what is probably not meant.
  case filesChecked(Experiment, [ExperimentError], warnings: [ExperimentError] = [])
  /// The tags that a run of an experiment would have.
  case tagsCounted(Experiment, TagsAnswer)
  /// A text came back from the editor.
  case edited(EditorOutcome)
  /// A file is there already, which the request would replace.
  case wouldReplace(path: String, NotebookRequest)
  /// The theme in use is now this one.
  case themeChanged(String)
  /// Something asked for was done; one line about it.
  case succeeded(String)
  /// Something asked for could not be done; one line why.
  case failed(String)
}

extension Message {
  /// Whether it comes by itself, again and again: nobody waits for it as for the answer to a key.
  package var isNews: Bool {
    switch self {
    case .time, .metrics, .events, .evaluations, .processorShare, .corpus, .encoder, .coverage,
      .tagsCounted:
      true
    case .input(let event): event == .none
    default: false
    }
  }
}

/// An experiment file that comes with the program, offered to a new user.
package struct SampleExperiment: Hashable, Sendable {
  package var path: String
  package var experiment: Experiment
  /// What the file says about itself: the comment at its top, one line.
  package var summary: String

  package init(path: String, experiment: Experiment, summary: String) {
    self.path = path
    self.experiment = experiment
    self.summary = summary
  }
}
