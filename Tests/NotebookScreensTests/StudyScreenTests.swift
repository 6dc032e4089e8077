import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NamedEntities
import NotebookScreens
import NotebookSession
import TerminalUI
import TestSupport
import Testing

/// Studies: the table filling in, its cells' runs, exports, and what is queued.
@Suite struct StudyScreenTests {
  private func screen(_ state: AppState) -> StudyScreen? {
    if let screen = state.stack.top(StudyScreen.self) { return screen }
    return nil
  }

  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  /// A state with the study open, its intervals known.
  private func opened(_ notebook: Notebook, _ path: String, width: Int = 80, height: Int = 24)
    throws -> AppState
  {
    var state = Fixture.state(width: width, height: height)
    Fixture.script(&state, [.runs(try notebook.runs())])
    Fixture.answer(&state, type(&state, ":study \(path)\r"), from: notebook)
    return state
  }

  @Test func `means are told first, and then the intervals`() throws {
    try Fixture.withStudy { notebook, path in
      let question = StudyQuestion(path: path, split: nil, runs: [])
      var told: [StudyPicture] = []
      try StudyPicture.find(question, in: notebook) { told.append($0) }
      #expect(told.map(\.hasIntervals) == [false, true])
      #expect(told.map(\.missing) == [1, 1])
      #expect(told[0].results.split == "test")
      #expect(told[0].splits == ["dev", "test"])
      let rows = told[1].results.rows
      #expect(rows.map(\.finished) == [2, 2, 0])
      let primed = rows[1].scores
      expectClose([primed[0].f1?.mean ?? 0, primed[1].f1?.mean ?? 0], [80, 55])
      expectClose([primed[1].f1?.deviation ?? 0], [Double(50).squareRoot()])
      #expect(told[0].results.rows[1].scores[0].difference == nil)
      expectClose([primed[0].difference?.difference ?? 0], [0.4])
      #expect(primed[0].difference?.isBeyondNoise == true)
      #expect(primed[1].difference?.isBeyondNoise == false)
    }
  }

  @Test func `a cell is bold only where it is beyond the noise`() throws {
    try Fixture.withStudy { notebook, path in
      let state = try opened(notebook, path)
      let buffer = view(state, width: 80, height: 24, glyphs: .braille)
      let rows = buffer.text().split(separator: "\n", omittingEmptySubsequences: false)
      let y = try #require(rows.firstIndex { $0.contains("│ priming") })
      func isBold(_ wanted: String) throws -> Bool {
        let range = try #require(rows[y].range(of: wanted))
        let x = rows[y].distance(from: rows[y].startIndex, to: range.lowerBound)
        return buffer[x, y].style.attributes.contains(.bold)
      }
      #expect(try isBold("80.0 ± 0.0▲"))
      #expect(try !isBold("55.0 ± 7.1"))
      #expect(text(state).contains("▶ 40%"), "a run under way shows how far it is")
      #expect(text(state).contains("1 not queued"))
    }
  }

  @Test func `Enter leads from a cell to its runs, and q back`() throws {
    try Fixture.withStudy { notebook, path in
      var state = try opened(notebook, path)
      Fixture.script(&state, [Fixture.key(.down), Fixture.key(.right)])
      #expect(screen(state)?.currentScore?.column == .language("hi"))
      _ = type(&state, "\r")
      #expect(screen(state)?.pane == .runs)
      #expect(screen(state)?.currentCells.map(\.run) == [3, 4])
      _ = type(&state, "j\r")
      guard let run = state.stack.top(RunScreen.self) else {
        Issue.record("no run is open")
        return
      }
      #expect(run.id == 4)
      _ = type(&state, "q")
      #expect(screen(state)?.pane == .runs)
      _ = type(&state, "q")
      #expect(screen(state)?.pane == .table)
      // The third method's second seed has no run.
      _ = type(&state, "G\rj\r")
      #expect(
        state.notice?.text == "This cell has no run yet; s queues what is missing.")
    }
  }

  @Test func `the table is asked anew when a run ends, and not while it only goes on`() throws {
    try Fixture.withStudy { notebook, path in
      var state = try opened(notebook, path)
      var records = try notebook.runs()
      records[4].progress?.fraction = 0.5
      #expect(Fixture.script(&state, [.runs(records)]).isEmpty)
      #expect(text(state).contains("▶ 50%"))
      let recorder = try RunStandIn(notebook, 5, locks: false)
      for language in ["nl", "hi"] {
        try recorder.record(.evaluation(Fixture.tenSentences(language, "test", right: 7)))
        try Fixture.writePredictions(
          right: 7, language, "test", runFolder: notebook.runFolder(5))
      }
      try recorder.finish(state: .finished, error: nil)
      let asked = Fixture.script(&state, [.runs(try notebook.runs())])
      #expect(asked.count == 1)
      #expect(text(state).contains("finding intervals…"))
      Fixture.answer(&state, asked, from: notebook)
      #expect(screen(state)?.picture?.results.rows[2].finished == 1)
      #expect(text(state).contains("70.0"))
    }
  }

  @Test func `the table is written in the format of the path`() throws {
    try Fixture.withStudy { notebook, path in
      var state = try opened(notebook, path)
      let results = try #require(screen(state)?.picture?.results)
      _ = type(&state, "e")
      #expect(
        type(&state, "\r")
          == [
            .notebook(
              .export(results.markdown(), path: "does-it-pay.md", overwrites: false))
          ])
      _ = type(&state, "e")
      Fixture.script(&state, [Fixture.key(.tab), Fixture.key(.tab)])
      #expect(
        type(&state, "\r")
          == [.notebook(.export(results.latex(), path: "does-it-pay.tex", overwrites: false))])
      _ = type(&state, "e")
      Fixture.script(&state, [Fixture.key(.control("u"))])
      #expect(type(&state, "table.pdf\r").isEmpty)
      #expect(text(state).contains("ends in .md, .tex or .csv"))
      Fixture.script(&state, [Fixture.key(.control("u"))])
      #expect(
        type(&state, "/tmp/t.csv!\r")
          == [.notebook(.export(results.csv(), path: "/tmp/t.csv", overwrites: true))])
    }
  }

  @Test func `what is missing is queued after a question, as runs of the study`() throws {
    try Fixture.withStudy { notebook, path in
      var state = try opened(notebook, path)
      _ = type(&state, "s")
      #expect(text(state).contains("Queue 1 run?"))
      let effects = type(&state, "y")
      #expect(effects == [.notebook(.continueStudy(path: path))])
      let handler = RequestHandler(notebook, program: "/nowhere/primer")
      handler.carryOut(.continueStudy(path: path)) { _ in }
      let newest = try #require(try notebook.run(6))
      #expect(newest.study == "does it pay?")
      #expect(newest.name == "does it pay?: one inner step, adapter, seed 2")
      Fixture.answer(
        &state, Fixture.script(&state, [.runs(try notebook.runs())]), from: notebook)
      #expect(screen(state)?.picture?.missing == 0)
      _ = type(&state, "s")
      #expect(state.notice?.text == "Every cell of the study has its run.")
    }
  }

  @Test func `another split is another question, and the control compares with no one`() throws {
    try Fixture.withStudy { notebook, path in
      var state = try opened(notebook, path)
      let asked = type(&state, "v")
      guard case .analyse(.study(let question))? = asked.first else {
        Issue.record("\(asked)")
        return
      }
      #expect(question.split == "dev")
      Fixture.answer(&state, asked, from: notebook)
      #expect(text(state).contains("F1 on dev"))
      _ = type(&state, "c")
      #expect(state.notice?.text == "This is the control itself.")
      _ = type(&state, "jc")
      guard let comparison = state.stack.top(CompareScreen.self) else {
        Issue.record("no comparison")
        return
      }
      #expect(comparison.runs == [1, 2, 3, 4])
      #expect(comparison.control == 1 && comparison.other == 2)
    }
  }

  @Test func `a run leads to its study, and without one there is a list`() throws {
    try Fixture.withStudy { notebook, _ in
      var state = Fixture.state()
      Fixture.script(&state, [.runs(try notebook.runs())])
      #expect(type(&state, "y") == [.analyse(.studies)])
      let kept = notebook.keptStudies()
      let asked = Fixture.script(&state, [.studies(kept)])
      #expect(screen(state)?.path == kept[0].path)
      Fixture.answer(&state, asked, from: notebook)
      #expect(screen(state)?.picture?.results.rows.map(\.finished) == [2, 2, 0])
      _ = type(&state, "q")
      var other = Fixture.state()
      Fixture.script(&other, [.runs(Fixture.runs)])
      _ = type(&other, "y")
      Fixture.script(&other, [.studies(kept + [StudyFile(name: "b", path: "/b.toml")])])
      #expect(text(other).contains("does it pay?"))
      _ = type(&other, "j\r")
      #expect(screen(other)?.path == "/b.toml")
    }
  }

  @Test func `a study that cannot be read says why`() throws {
    try Fixture.withStudy { notebook, path in
      let state = try opened(notebook, path + "x")
      #expect(screen(state)?.problem?.contains("it cannot be read") == true)
      #expect(text(state).contains("expected a study in"))
    }
  }
}
