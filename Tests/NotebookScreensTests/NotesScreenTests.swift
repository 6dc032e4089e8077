import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import NotebookSession
import TerminalUI
import TestSupport
import Testing

/// Notes: reading, searching and writing them, and losing nothing.
@Suite struct NotesScreenTests {
  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  private func press(_ state: inout AppState, _ keys: Key...) -> [Effect] {
    Fixture.script(&state, keys.map(Fixture.key))
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  private func editor(_ state: AppState) -> NoteEditor? {
    if let editor = state.stack.top(NoteEditor.self) { return editor }
    return nil
  }

  /// Runs of which #1 has a note of several lines and #5 one of a line.
  private func stateWithNotes() -> AppState {
    var state = Fixture.stateWithRuns()
    var runs = Fixture.runs
    runs[0].note = Fixture.note
    runs[4].note = "half way"
    Fixture.script(&state, [.runs(runs), .pages(Fixture.pages)])
    return state
  }

  @Test func `all notes are listed and searched`() {
    var state = stateWithNotes()
    _ = type(&state, "W")
    #expect(state.interest.pages)
    #expect(
      state.noteRows("").map(\.title)
        == ["Notebook", "Plan", "#5 priming for adapters", "#1 priming for adapters, seed 3"])
    _ = type(&state, "/paper")
    #expect(text(state).contains("1 note"))
    #expect(state.noteRows("paper").first?.line.hasPrefix("2. read") == true)
    #expect(text(state).contains("the paper"))
    _ = type(&state, "\rqq")
    #expect(state.stack.isEmpty)
    _ = type(&state, ":notes HELPS afrikaans\r")
    #expect(state.noteRows("HELPS afrikaans").map(\.subject) == [.run(1)])
    _ = type(&state, "o")
    guard let run = state.stack.top(RunScreen.self) else {
      Issue.record("no run")
      return
    }
    #expect(run.id == 1)
  }

  @Test func `a note of one line is written in a line, a longer one in the editor`() {
    var state = stateWithNotes()
    _ = type(&state, ":open 5\rN")
    let effects = type(&state, ", go on\r")
    #expect(
      effects == [.notebook(.saveNote(.run(5), "half way, go on", expecting: "half way"))])
    _ = type(&state, ":open 1\rN")
    #expect(editor(state)?.subject == .run(1))
    #expect(editor(state)?.text == Fixture.note)
  }

  @Test func `what is typed is kept at once, saved with Ctrl-S, and left with Esc`() {
    var state = stateWithNotes()
    _ = type(&state, "Wj\r")
    let plan = NoteSubject.page("Plan")
    let base = Fixture.pages[1].text
    let typed = type(&state, "ab")
    #expect(
      typed == [
        .notebook(.keepNote(plan, text: "a" + base, base: base)),
        .notebook(.keepNote(plan, text: "ab" + base, base: base)),
      ])
    #expect(text(state).contains("not saved, kept as a draft"))
    #expect(
      press(&state, .control("s")) == [.notebook(.saveNote(plan, "ab" + base, expecting: base))])
    // What is typed while it is being saved is kept as well.
    _ = type(&state, "c")
    #expect(Fixture.script(&state, [.noteOutcome(plan, .saved("ab" + base))]).isEmpty)
    #expect(editor(state)?.isChanged == true)
    #expect(
      press(&state, .escape)
        == [.notebook(.saveNote(plan, "abc" + base, expecting: "ab" + base))])
    #expect(editor(state) != nil, "it is left once it is saved")
    #expect(
      Fixture.script(&state, [.noteOutcome(plan, .saved("abc" + base))])
        == [.notebook(.dropNote(plan))])
    #expect(state.context == .notes)
    #expect(state.noteRows("abc").map(\.title) == ["Plan"])
  }

  @Test func `what cannot be saved stays, and says why`() {
    var state = stateWithNotes()
    _ = type(&state, "Wj\rx")
    _ = press(&state, .escape)
    Fixture.script(&state, [.noteOutcome(.page("Plan"), .failed("the disk is full"))])
    #expect(state.notice?.text == "the disk is full")
    #expect(editor(state)?.document.text.hasPrefix("x- seeds") == true)
  }

  @Test func `what somebody else wrote meanwhile is kept beside one's own`() {
    var state = stateWithNotes()
    _ = type(&state, "Wj\rmine ")
    _ = press(&state, .escape)
    let subject = NoteSubject.page("Plan")
    let mine = editor(state)?.text ?? ""
    Fixture.script(&state, [.noteOutcome(subject, .conflict(theirs: "theirs", mine: mine))])
    #expect(state.notice?.text.contains("Somebody else changed this note") == true)
    #expect(editor(state)?.text == "theirs\n\n---\n\n" + mine)
    #expect(
      press(&state, .control("s"))
        == [.notebook(.saveNote(subject, "theirs\n\n---\n\n" + mine, expecting: "theirs"))])
    Fixture.script(&state, [.input(.key(KeyEvent(.character("u"), .alt)))])
    #expect(editor(state)?.text == mine, "undo has one's own alone")
  }

  @Test func `a line that meets somebody else's opens the editor with both`() {
    var state = stateWithNotes()
    Fixture.script(&state, [.noteOutcome(.run(5), .conflict(theirs: "theirs", mine: "mine"))])
    #expect(editor(state)?.text == "theirs\n\n---\n\nmine")
  }

  @Test func `a note that changes elsewhere says so while it is written`() {
    var state = stateWithNotes()
    _ = type(&state, ":open 1\rN")
    var runs = state.runs.records
    runs[0].note = "changed"
    Fixture.script(&state, [.runs(runs)])
    #expect(text(state).contains("changed elsewhere"))
  }

  @Test func `a draft that was left behind comes back, beside what was written since`() {
    var state = stateWithNotes()
    let draft = NoteDraft(
      id: "run-5.x", subject: .run(5), base: "half way", text: "half way, and", changed: 0)
    Fixture.script(&state, [.drafts([draft])])
    #expect(state.notice?.text.contains("the note of run #5 was not saved") == true)
    _ = type(&state, "W")
    #expect(text(state).contains("not saved"))
    _ = type(&state, "q:open 5\rN")
    #expect(editor(state)?.text == "half way, and")
    _ = press(&state, .escape)
    #expect(
      Fixture.script(&state, [.noteOutcome(.run(5), .saved("half way, and"))]).contains(
        .notebook(.dropDraft(id: "run-5.x"))))
    #expect(state.notes.drafts.isEmpty)
    var later = stateWithNotes()
    var old = draft
    old.base = "an older one"
    Fixture.script(&later, [.drafts([old])] + Fixture.typed(":open 5") + [Fixture.key(.enter)])
    _ = type(&later, "N")
    #expect(editor(later)?.text == "half way, and", "it has the other's text already")
    old.text = "other words"
    var third = stateWithNotes()
    Fixture.script(&third, [.drafts([old])] + Fixture.typed(":open 5") + [Fixture.key(.enter)])
    _ = type(&third, "N")
    #expect(editor(third)?.text == "half way\n\n---\n\nother words")
  }

  @Test func `throwing away asks, and takes the draft out`() {
    var state = stateWithNotes()
    _ = type(&state, "Wj\rx")
    _ = press(&state, .control("x"))
    #expect(text(state).contains("Throw away what was typed?"))
    #expect(type(&state, "y") == [.notebook(.dropNote(.page("Plan")))])
    #expect(state.context == .notes)
  }

  @Test func `a new page has a name, pasted text its lines, and Tab two spaces`() {
    var state = stateWithNotes()
    _ = type(&state, "WnIdeas\r")
    Fixture.script(&state, [.input(.paste("one\ntwo"))])
    _ = press(&state, .tab)
    #expect(editor(state)?.document.text == "one\ntwo  ")
    #expect(
      press(&state, .control("s")).contains(
        .notebook(.saveNote(.page("Ideas"), "one\ntwo", expecting: ""))))
    var other = stateWithNotes()
    _ = type(&other, "Wn" + String(repeating: "x", count: 81) + "\r")
    #expect(text(other).contains("a name has 1 to 80 characters"))
  }

  @Test func `the user's editor brings a note back, and its file goes once it is saved`() {
    var state = stateWithNotes()
    _ = type(&state, "Wj")
    let effects = type(&state, "E")
    let base = Fixture.pages[1].text
    let subject = EditorJob.Subject.note(.page("Plan"), base: base)
    #expect(effects == [.edit(EditorJob(subject, text: base, name: "note-plan.md", line: nil))])
    let path = "/notebook/drafts/note-plan.md"
    #expect(
      Fixture.script(&state, [.edited(EditorOutcome(subject, text: base + "\n", path: path))])
        == [.notebook(.removeDraft(path))], "nothing was changed")
    #expect(
      Fixture.script(&state, [.edited(EditorOutcome(subject, text: "new\n", path: path))])
        == [.notebook(.saveNote(.page("Plan"), "new", expecting: base))])
    #expect(
      Fixture.script(&state, [.noteOutcome(.page("Plan"), .saved("new"))])
        == [.notebook(.removeDraft(path))])
  }

  @Test func `the handler writes notes, keeps drafts and finds what was left behind`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      let run = try notebook.enqueue(Experiment())
      var said: [String] = []
      func carryOut(_ handler: RequestHandler, _ request: NotebookRequest) {
        handler.carryOut(request) { said.append("\($0)") }
      }
      do {
        let handler = RequestHandler(notebook, program: "")
        carryOut(handler, .saveNote(.run(run), "one", expecting: ""))
        carryOut(handler, .saveNote(.run(run), "two", expecting: ""))
        carryOut(handler, .keepNote(.run(run), text: "three", base: "one"))
        #expect(said.count == 2 && said[0].contains("saved") && said[1].contains("conflict"))
        #expect(try notebook.run(run)?.note == "one")
        handler.end()
      }
      let next = RequestHandler(notebook, program: "")
      carryOut(next, .findDrafts)
      #expect(said.last?.contains("three") == true)
      try FileManager.default.createDirectory(
        atPath: folder.path + "/some folder", withIntermediateDirectories: true)
      carryOut(next, .listFolder(folder.path + "/"))
      #expect(said.last?.contains("\"some folder/\"") == true)
      #expect(said.last?.contains("\"notebook.sqlite\"") == true)
    }
  }

  @Test func `pages are read while notes are shown`() throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      try notebook.setPage("Notebook", "text")
      var reader = NotebookReader(notebook)
      func pages(_ interest: Interest) throws -> [Page]? {
        for case .pages(let pages) in try reader.poll(interest) { return pages }
        return nil
      }
      #expect(try pages(Interest()) == nil)
      #expect(try pages(Interest(pages: true))?.map(\.text) == ["text"])
      #expect(try pages(Interest(pages: true)) == nil, "nothing is new")
      try notebook.setPage("Plan", "more")
      #expect(try pages(Interest(pages: true))?.count == 2)
    }
  }
}
