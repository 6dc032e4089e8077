import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities
import NotebookScreens
import NotebookSession
import TestSupport
import Testing

/// A study in a notebook of its own.
extension Fixture {
  /// Two seeds of three methods: #1 and #2 prime nothing, #3 and #4 prime, both are finished; of
  /// the third method #5 is under way, and the second seed has no run.
  ///
  /// Of ten sentences the control finds 4 in nl and 5 in hi; priming 8 in nl, in hi 5 and 6.
  static func withStudy(_ body: (Notebook, String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try "[tuning]\nlanguages = [\"nl\", \"hi\"]\n".write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try """
      name = "does it pay?"
      base = "base.toml"
      seeds = [1, 2]
      control = "no priming"
      [[method]]
      name = "no priming"
      set = { "priming.method" = "none" }
      [[method]]
      name = "priming"
      [[method]]
      name = "one inner step"
      set = { "priming.inner.steps" = 1 }
      [[tuning]]
      name = "adapter"

      """.write(to: file, atomically: true, encoding: .utf8)
      let notebook = try Notebook.open(folder: folder.appending(path: "book").path)
      let study = try Study.load(path: file.path)
      try notebook.keep(study, near: file.path)
      let cells = try study.cells().sorted { ($0.method, $0.seed) < ($1.method, $1.seed) }
      for method in ["no priming", "priming"] {
        for cell in cells where cell.method == method {
          let hi = method == "priming" && cell.seed == 2 ? 6 : 5
          try finish(cell, right: ["nl": method == "priming" ? 8 : 4, "hi": hi], notebook, file)
        }
      }
      let next = try #require(cells.first { $0.method == "one inner step" })
      let id = try notebook.enqueue(next.experiment, near: file.path)
      try notebook.setStudy(id, study.name)
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(.progress(priming))
      try recorder.flush()
      RunStandIn.keepAlive(recorder)
      try body(notebook, file.path)
    }
  }

  private static func finish(
    _ cell: Study.Cell, right: [String: Int], _ notebook: Notebook, _ file: URL
  ) throws {
    let id = try notebook.enqueue(cell.experiment, near: file.path)
    try notebook.setStudy(id, "does it pay?")
    let recorder = try notebook.recorder(for: id)
    try recorder.record(.stateChanged(.running))
    for (language, right) in right.sorted(by: { $0.key > $1.key }) {
      for split in ["dev", "test"] {
        try recorder.record(.evaluation(tenSentences(language, split, right: right)))
        try writePredictions(right: right, language, split, runFolder: notebook.runFolder(id))
      }
    }
    try recorder.finish(state: .finished, error: nil)
  }

  /// Answers the studies among the effects as the analyst would; a look in between at what is there
  /// before the intervals are.
  static func answer(
    _ state: inout AppState, _ effects: [Effect], from notebook: Notebook
  ) {
    for case .analyse(let analysis) in effects {
      var said: [Message] = []
      Analyst.carryOut(analysis, in: notebook) { said.append($0) }
      script(&state, said)
    }
  }
}
