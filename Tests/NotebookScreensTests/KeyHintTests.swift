import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// What the screens say of keys, which is what the key table says of them.
@Suite struct KeyHintTests {
  /// Keys none of which is where it was.
  private static let file = KeyFile(
    toml: """
      [everywhere]
      help = "F12"
      [runs]
      archive = "F2"
      delete = "F3"
      show-archived = "F4"
      show-bin = "F5"
      undo = "F6"
      [run]
      hide-pane = "F2"
      panes = "F3"
      search = "F4"
      next-event = "F11"
      [run-the-log]
      next-match = "F6"
      [experiment]
      changed-only = "F2"
      undo = "F3"
      editor = "F4"
      [compare]
      change-kind = "F2"
      [corpora]
      choose = "F2"
      mark = "F3"
      [notes]
      edit = "F2"
      [a-note-being-written]
      save = "F2"
      cancel = "F3"
      [probe]
      up = "Alt-p"
      down = "Alt-n"
      ask-again = "F8"
      choose-run = "F9"
      """, file: "keys.toml")

  private func type(_ state: inout AppState, _ keys: String...) throws {
    for name in keys {
      Fixture.script(&state, [.input(.key(try KeyEvent(name: name)))])
    }
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  private func withRuns() throws -> AppState {
    try #require(Self.file.problems.isEmpty, "\(Self.file.problems)")
    var state = Fixture.stateWithRuns()
    state.keys = Self.file.keys
    return state
  }

  private func command(_ state: inout AppState, _ line: String) {
    Fixture.script(&state, GoldenScreen.keys(":\(line)\r"))
  }

  @Test func `what is said after an action names the keys as they are`() throws {
    var state = try withRuns()
    try type(&state, "G", "F2")
    #expect(state.notice?.text.contains("F4 shows them; F6 undoes") == true)
    try type(&state, "F6", "F3")
    #expect(state.notice?.text.contains("F6 undoes; F5 shows the bin") == true)
    command(&state, "zzz")
    #expect(state.notice?.text.contains("F12 shows them all") == true)
    command(&state, "open 5")
    try type(&state, "F2")
    #expect(state.notice?.text.contains("F3 shows it again") == true)
    for _ in 0..<9 where state.context != .runLog { try type(&state, "Tab") }
    try type(&state, "F6")
    #expect(state.notice?.text.contains("F4 starts one") == true)
  }

  @Test func `the form names the keys as they are`() throws {
    var state = try withRuns()
    Fixture.script(&state, [.samples(FormTests.samples)])
    try type(&state, "n", "P", "Enter")
    #expect(state.notice?.text == "Taken over; F3 takes it back.")
    guard let form = state.stack.top(ExperimentForm.self) else {
      Issue.record("no form")
      return
    }
    let job = EditorOutcome(.experiment, text: "nonsense", path: "/tmp/x.toml")
    Fixture.script(&state, [.edited(job)])
    #expect(state.notice?.text.hasSuffix("It is kept; F4 opens it there.") == true)
    var changed = form.experiment
    try changed.set("seed", to: "77")
    Fixture.script(
      &state, [.edited(EditorOutcome(.experiment, text: changed.toml(), path: "/tmp/x.toml"))])
    #expect(state.notice?.text.hasSuffix("F3 takes back.") == true)
  }

  @Test func `corpora, encoders and notes name the keys as they are`() throws {
    var state = try withRuns()
    command(&state, "corpora /nowhere")
    var picture = CorpusPicture(source: CorpusSource(path: "/nowhere"))
    (picture.problem, picture.isComplete) = ("/nowhere: there is no such folder.", true)
    Fixture.script(&state, [.corpus(picture)])
    #expect(text(state).contains("F2 chooses another corpus."))
    command(&state, "notes")
    try type(&state, "g")
    #expect(text(state).contains("F2") && !text(state).contains(" e Write"))
    let draft = NoteDraft(
      id: "1", subject: .page(Notebook.frontPage), base: "", text: "half a thought", changed: 0)
    Fixture.script(&state, [.drafts([draft])])
    try type(&state, "F2")
    let notice = try #require(state.notice?.text)
    #expect(notice.contains("F2 saves it") && notice.contains("F3 throws it away"))
  }

  @Test func `earlier texts of the probe are called back by the key that is named`() throws {
    var state = try withRuns()
    var memory = ScreenMemory()
    memory["probe.history"] = ["Ada%20;sat"]
    Fixture.script(&state, [.remembered(memory)])
    command(&state, "probe 1")
    #expect(text(state).contains("in any language; Alt-p: earlier ones."))
    try type(&state, "↑")
    func typed() throws -> String {
      guard let probe = state.stack.top(ProbeScreen.self) else { throw NoSuchScreen() }
      return probe.document.text
    }
    #expect(try typed().isEmpty, "it is not the key any more")
    try type(&state, "Alt-p")
    #expect(try typed() == "Ada sat")
  }

  @Test func `no sentence of the key table names a key, since any can be another`() {
    for binding in KeyMap.standard.all {
      let names = ["Enter", "Esc", "Tab", "Ctrl-", "Alt-", "←", "→", "↑", "↓", "PgUp", "PgDn"]
      for name in names where !binding.contexts.contains(.note) {
        #expect(!binding.help.contains(name), "\(binding.action.name): \(binding.help)")
      }
    }
  }
}

/// Thrown where another screen is open than the test expects.
private struct NoSuchScreen: Error {}
