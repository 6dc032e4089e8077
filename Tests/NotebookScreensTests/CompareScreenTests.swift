import Experiments
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

/// Comparisons: what is asked, what is shown of the answer, and the keys.
@Suite struct CompareScreenTests {
  private func screen(_ state: AppState) -> CompareScreen? {
    if let screen = state.stack.top(CompareScreen.self) { return screen }
    return nil
  }

  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  @Test func `a comparison needs two to eight runs, and says so`() {
    var state = Fixture.state()
    Fixture.script(&state, [.runs(Fixture.studyRuns)])
    #expect(type(&state, "c").isEmpty)
    #expect(
      state.notice?.text == "A comparison needs two runs or more: mark them with Space.")
    // One marked, and the cursor on the next: these two.
    let effects = type(&state, " c")
    guard case .analyse(.compare(let question))? = effects.first, effects.count == 1 else {
      Issue.record("\(effects)")
      return
    }
    #expect(question.runs.map(\.id) == [16, 17])
    #expect(state.interest.compared == [16, 17])
    let many = (1...9).map { Fixture.run(RunID($0), "run \($0)", .finished) }
    var crowd = Fixture.state()
    Fixture.script(&crowd, [.runs(many)])
    _ = type(&crowd, "Mc")
    #expect(
      crowd.notice?.text == "A comparison has at most 8 runs; 9 are marked. Unmark some with Space."
    )
    _ = type(&crowd, "g c")
    #expect(screen(crowd)?.runs.count == 8)
    _ = type(&crowd, "q:compare 1 99\r")
    #expect(crowd.notice?.text == "There is no run #99.")
  }

  @Test func `the run that does not prime is the control, and the answer is asked anew`() throws {
    try Fixture.withCompared { records in
      var state = Fixture.state(width: 160, height: 48)
      Fixture.script(&state, [.runs(records)])
      let first = type(&state, ":compare 2 3 1\r")
      #expect(screen(state)?.control == 1)
      #expect(screen(state)?.runs == [1, 2, 3])
      #expect(screen(state)?.isWaiting == true)
      #expect(Fixture.script(&state, [.time(Fixture.date(1))]).isEmpty, "it is asked once")
      Fixture.answer(&state, first)
      #expect(screen(state)?.isWaiting == false)
      let second = type(&state, "c")
      #expect(second.count == 1 && screen(state)?.control == 2)
      #expect(screen(state)?.comparison == nil, "differences from another control are not shown")
      Fixture.answer(&state, first)
      #expect(screen(state)?.comparison == nil, "an answer to an old question is late")
      // A result that comes in asks again.
      var more = records
      more[2].results.append(Fixture.evaluation("nl", "test", 30))
      #expect(Fixture.script(&state, [.runs(more)]).count == 1)
      Fixture.script(&state, [.runs(more.filter { $0.id != 2 })])
      #expect(screen(state)?.runs == [1, 3])
      #expect(screen(state)?.control == 1)
      Fixture.script(&state, [.runs([more[0]])])
      #expect(state.stack.isEmpty, "one run compares with nothing")
    }
  }

  @Test func `a difference stands out only where its interval leaves zero out`() throws {
    try Fixture.withCompared { records in
      var state = Fixture.state(width: 160, height: 48)
      Fixture.script(&state, [.runs(records)])
      let asked = type(&state, ":compare 1 2 3\r")
      #expect(!text(state).contains("["), "no interval before it is known")
      Fixture.answer(&state, asked)
      let buffer = view(state, width: 160, height: 48, glyphs: .braille)
      func bold(_ wanted: String) -> Bool? {
        let rows = buffer.text().split(separator: "\n", omittingEmptySubsequences: false)
        for (y, row) in rows.enumerated() {
          guard let range = row.range(of: wanted) else { continue }
          let x = row.distance(from: row.startIndex, to: range.lowerBound)
          return buffer[x, y].style.attributes.contains(.bold)
        }
        return nil
      }
      // #2 is right in 8 of 10 sentences where #1 is in 4; #3 in 5, which is noise.
      #expect(bold("+40.0 [") == true)
      #expect(bold("+10.0 [") == false)
    }
  }

  @Test func `sentences are shown by kind, and their entities in brackets`() throws {
    try Fixture.withCompared { records in
      var state = Fixture.state()
      Fixture.script(&state, [.runs(records)])
      Fixture.answer(&state, type(&state, ":compare 1 2\r"))
      Fixture.script(&state, [Fixture.key(.backTab)])
      #expect(screen(state)?.pane == .sentences)
      #expect(screen(state)?.currentTest?.split == "test", "test comes first")
      #expect(screen(state)?.sentences.map(\.number) == [5, 6, 7, 8])
      #expect(text(state).contains("4 fixed  0 broken  0 wrong otherwise  of 10"))
      #expect(text(state).contains("[PER Ada] wrote"))
      #expect(text(state).contains("[LOC Ada] wrote"))
      _ = type(&state, "jjjjjj")
      #expect(screen(state)?.sentence == 3)
      _ = type(&state, "ff")
      #expect(screen(state)?.kind == .broken)
      #expect(text(state).contains("None of this kind. f shows others."))
      Fixture.script(&state, [Fixture.key(.right), Fixture.key(.right)])
      #expect(screen(state)?.currentTest?.split == "dev")
      #expect(text(state).contains("#2's predictions of hi dev cannot be compared"))
    }
  }

  @Test func `curves are hidden by number, zoomed and read, and one stays`() throws {
    try Fixture.withCompared { records in
      var state = Fixture.state(width: 160, height: 48)
      Fixture.script(&state, [.runs(records)])
      for run in 1...3 { Fixture.script(&state, Fixture.finished(RunID(run))) }
      _ = type(&state, ":compare 1 2 3\r12")
      #expect(screen(state)?.hidden == [1, 2])
      _ = type(&state, "3")
      #expect(screen(state)?.hidden == [1, 2])
      Fixture.script(&state, [Fixture.key(.tab)])
      _ = type(&state, "++")
      let range = try #require(screen(state)?.range)
      #expect(range.upperBound - range.lowerBound < 80)
      Fixture.script(&state, [Fixture.key(.left)])
      #expect(screen(state)?.cursor != nil)
      _ = type(&state, "0v")
      #expect(screen(state)?.range == nil)
      #expect(screen(state)?.series == "f1/af/dev")
      _ = type(&state, "z")
      #expect(screen(state)?.isEnlarged == true)
      _ = type(&state, "q")
      #expect(screen(state)?.isEnlarged == false)
    }
  }

  @Test func `the analyst answers from the runs' files`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      var asked: [RunStanding] = []
      for right in [4, 8] {
        let run = try notebook.enqueue(Experiment())
        let recorder = try notebook.recorder(for: run)
        try recorder.record(.stateChanged(.running))
        try recorder.record(.evaluation(Fixture.tenSentences("hi", "test", right: right)))
        try recorder.finish(state: .finished, error: nil)
        try Fixture.writePredictions(
          right: right, "hi", "test", runFolder: notebook.runFolder(run))
        asked.append(RunStanding(try #require(try notebook.run(run))))
      }
      var said: [Message] = []
      let question = ComparisonQuestion(runs: asked, control: 1)
      Analyst.carryOut(.compare(question), in: notebook) { said.append($0) }
      guard case .compared(let answer)? = said.first, said.count == 1 else {
        Issue.record("\(said)")
        return
      }
      #expect(answer.question == question)
      let found = answer.comparison.tests[0].results[1]
      expectClose([found.difference ?? 0], [0.4])
      #expect(found.bootstrap?.isBeyondNoise == true)
      #expect(found.changes?.count == 4)
    }
  }
}
