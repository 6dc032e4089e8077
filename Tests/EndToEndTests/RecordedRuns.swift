import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities

/// A small run that is written into a notebook as if an engine had carried it out.
struct RecordedRun {
  /// A sentence in three rows of as many words.
  struct Line {
    var words: String
    var gold: String
    var predicted: String
  }

  var name: String
  var settings: [String: String] = [:]
  /// The test sentences of each language.
  var sentences: [(language: String, lines: [Line])] = []
  /// What happens before it ends.
  var events: [Event] = []
  var state: RunState = .finished

  /// Ten sentences of three words with a person each, of which the run finds some.
  static func finding(
    _ name: String, _ found: [String: Set<Int>], _ settings: [String: String] = [:]
  ) -> RecordedRun {
    RecordedRun(
      name: name, settings: settings,
      sentences: found.sorted { $0.key < $1.key }.map { language, found in
        (
          language,
          (0..<10).map {
            Line(
              words: "Ada Lovelace w\($0)", gold: "B-PER I-PER O",
              predicted: found.contains($0) ? "B-PER I-PER O" : "O B-LOC O")
          }
        )
      })
  }
}

extension PrimerProgram {
  /// The notebook `book` in the program's folder.
  func book() throws -> Notebook {
    try Notebook.open(folder: folder.appending(path: "book").path)
  }

  /// Runs a command on the notebook `book`.
  func onBook(_ arguments: String...) throws -> Outcome {
    try run(arguments + ["--notebook", "book"])
  }

  /// Writes runs with their results and predictions into the notebook `book`.
  func record(_ runs: RecordedRun...) throws {
    let notebook = try book()
    for run in runs {
      var experiment = Experiment()
      for (key, value) in run.settings { try experiment.set(key, to: value) }
      try experiment.set("name", to: run.name)
      let id = try notebook.enqueue(experiment)
      if run.state == .queued { continue }
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      for (language, lines) in run.sentences {
        try write(lines, language, run: id)
        let result = EvaluationResult(
          language: language, split: "test", phase: .tuning, step: 1,
          scores: EntityScores(
            gold: lines.map { entitySpans(ofTags: $0.gold.columns) },
            predicted: lines.map { entitySpans(ofTags: $0.predicted.columns) }),
          sentenceCount: lines.count, cutSentenceCount: 0, seconds: 0.1)
        try recorder.record(.evaluation(result))
      }
      for event in run.events { try recorder.record(event) }
      try recorder.flush()
      switch run.state {
      case .interrupted: recorder.die()
      case .queued, .running, .paused:
        if run.state == .paused { try recorder.record(.stateChanged(.paused)) }
        // Its engine lives for as long as the tests do.
        RunStandIn.keepAlive(recorder)
      case .finished, .stopped, .failed: try recorder.finish(state: run.state, error: nil)
      }
    }
  }

  private func write(_ lines: [RecordedRun.Line], _ language: String, run: RunID) throws {
    let text = lines.map { line in
      zip(line.words.columns, zip(line.gold.columns, line.predicted.columns))
        .map { "\($0)\t\($1.0)\t\($1.1)\n" }.joined() + "\n"
    }.joined()
    try write(text, to: "book/runs/\(run)/predictions/\(language).test.conll")
  }
}

extension String {
  fileprivate var columns: [String] { split(separator: " ").map(String.init) }
}
