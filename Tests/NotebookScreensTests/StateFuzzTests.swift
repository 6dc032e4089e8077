import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import NotebookScreens
import NotebookSession
import TerminalUI
import TestSupport
import Testing

/// What stands in files about the screens and in rows of a notebook, shown: never a crash or a
/// character that steers the terminal.
@Suite struct StateFuzzTests {
  private static let memory = """
    # What Primer's screens remember; it may be deleted.
    compare.tab = curves
    run.hidden = log
    run.panes = loss progress f1 measured log settings
    runs.columns = state number name method languages f1 loss progress time tags note
    runs.group = study
    runs.sort = f1 descending

    """

  private struct Remembered: Error, CustomStringConvertible {
    let description: String
  }

  /// Every cell of a frame holds something to be seen.
  private static func draw(_ state: AppState, glyphs: Glyphs = .braille) throws {
    let buffer = view(state, width: state.width, height: state.height, glyphs: glyphs)
    try #require(buffer.steeringScalars.isEmpty, "\(buffer.steeringScalars)")
  }

  @Test func `whatever the screens' memory says, the screens can be used`() throws {
    let mutator = TextMutator(
      Self.memory, words: Self.memory.split { " =\n".contains($0) }.map(String.init),
      separators: [" ", "=", "."], tokens: ["\n", "\t", "="])
    let before = Fixture.stateWithRuns()
    try Fuzz.run(
      "screen memory", make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        let memory = ScreenMemory.load(path: fuzz.file("screens", input))
        #expect(ScreenMemory(text: memory.text) == memory)
        // A frame is drawn of some of them: that takes longer than all the rest.
        guard input.count % 20 == 0 else {
          if memory == ScreenMemory() { throw Remembered(description: "nothing") }
          return
        }
        var state = before
        Fixture.script(&state, [.remembered(memory)])
        try Self.draw(state)
        Fixture.script(
          &state, ":open 5\r".map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
        try Self.draw(state)
        throw Remembered(description: "drawn")
      }, isExpected: { $0 is Remembered })
  }

  /// A closed notebook with runs that measured something.
  private static func notebook() throws -> [UInt8] {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      for (number, run) in Fixture.runs.enumerated() {
        let id = try notebook.enqueue(run.experiment, study: number < 2 ? "does it pay" : "")
        if run.state == .queued { continue }
        let recorder = try notebook.recorder(for: id)
        try recorder.record(.stateChanged(.running))
        for step in 1...60 {
          try recorder.record(
            .outerStep(
              step: step, tasks: [], loss: 2 / Double(step), gradientNorm: 1,
              learningRate: 0.1))
        }
        try recorder.record(.log(.warning, "3 sentences were cut"))
        try recorder.record(.progress(Fixture.priming))
        try recorder.record(.evaluation(Fixture.evaluation("hi", "dev", 40, phase: .priming)))
        try recorder.record(.evaluation(Fixture.evaluation("hi", "test", 50)))
        try recorder.flush()
        if run.state.isFinal {
          try recorder.finish(state: .finished, error: nil)
        } else {
          RunStandIn.keepAlive(recorder)
        }
      }
      try notebook.setNote(1, "a note")
      try notebook.setTags(1, ["good"])
      try notebook.close()
      return [UInt8](try Data(contentsOf: folder.appending(path: "notebook.sqlite")))
    }
  }

  private static let scripts = [
    "", ":open 1\r", ":open 5\r", ":open 5\rv", ":compare 1 2\r", ":compare 1 5\r\t", "n", "C",
    "bg",
  ]

  @Test func `rows that nobody wrote are an error, or can be shown`() throws {
    let original = try Self.notebook()
    try Fuzz.run(
      "shown rows", share: 20, make: { Array(NotebookMutator.values(&$0).utf8) },
      read: { fuzz, input in
        for suffix in ["-wal", "-shm"] {
          unlink(fuzz.folder.path + "/notebook.sqlite" + suffix)
        }
        unlink(fuzz.folder.path + "/notebook.damaged")
        try? Notebook.alter(
          fuzz.file("notebook.sqlite", original), String(decoding: input, as: UTF8.self))
        let notebook = try Notebook.open(folder: fuzz.folder.path, mode: .readOnly)
        defer { try? notebook.close() }
        var reader = NotebookReader(notebook)
        let widths = [80, 60, 200]
        var state = Fixture.state(width: widths[input.count % 3], height: 24)
        Fixture.script(&state, try reader.poll(Interest()))
        let script = Self.scripts[input.reduce(0) { $0 &+ Int($1) } % Self.scripts.count]
        Fixture.script(
          &state,
          script.map { Fixture.key($0 == "\r" ? .enter : $0 == "\t" ? .tab : .character($0)) })
        Fixture.script(&state, try reader.poll(state.interest))
        try Self.draw(state)
      },
      isExpected: { ($0 as? NotebookError)?.problem.isEmpty == false })
  }
}
