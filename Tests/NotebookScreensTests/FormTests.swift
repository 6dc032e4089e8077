import Processes
import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import NotebookSession
import TerminalUI
import TestSupport
import Testing

/// The experiment form as scripts of messages.
@Suite struct FormTests {
  static let samples = [
    SampleExperiment(
      path: "/primer/sample.toml",
      experiment: Fixture.experiment(["name": "sample", "priming.steps": "500"]),
      summary: "The sample run."),
    SampleExperiment(
      path: "/primer/control.toml",
      experiment: Fixture.experiment(["name": "no priming", "priming.method": "none"]),
      summary: "The control: the encoder as it is."),
  ]

  private func opened(_ keys: String = "") -> AppState {
    var state = Fixture.stateWithRuns(width: 100, height: 30)
    Fixture.script(&state, [.samples(Self.samples)] + Fixture.typed("n" + keys))
    return state
  }

  private func form(_ state: AppState) -> ExperimentForm? {
    if let form = state.stack.top(ExperimentForm.self) { return form }
    return nil
  }

  private func screen(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  private func set(_ state: inout AppState, _ text: String) {
    Fixture.script(&state, Fixture.typed(":set \(text)") + [Fixture.key(.enter)])
  }

  @Test func `rules between settings are told beside the settings they break`() {
    var state = opened()
    set(&state, "priming.method reptile")
    set(&state, "priming.order second")
    set(&state, "priming.inner.steps 0")
    #expect(form(state)?.ruleProblems.map(\.key) == ["priming.inner.steps", "priming.order"])
    #expect(screen(state).contains("2 problems"))
    let line = screen(state).split(separator: "\n").first { $0.contains("order ") }
    #expect(line?.contains("✗ reptile has no second order") == true, "\(line ?? "")")
    // Each `!` goes to the next of them, and round.
    Fixture.script(&state, Fixture.typed("!"))
    #expect(form(state)?.cursorKey == "priming.order")
    Fixture.script(&state, Fixture.typed("!"))
    #expect(form(state)?.cursorKey == "priming.inner.steps")
    for _ in 0..<2 {
      #expect(Fixture.script(&state, Fixture.typed("s")).isEmpty, "it is not started so")
      #expect(state.notice?.text.hasPrefix("Not started: reptile with no inner steps") == true)
      #expect(form(state)?.cursorKey == "priming.inner.steps", "at the problem that is told")
    }
  }

  @Test func `a setting without effect is dim, says why, and can still be changed`() throws {
    var state = opened("/adapter.rank")
    Fixture.script(&state, [Fixture.key(.enter)])
    #expect(form(state)?.current?.key == "adapter.rank")
    let buffer = view(state, width: 100, height: 30, glyphs: .braille)
    let lines = buffer.text().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(buffer.text().contains("Has no effect: adapter.type is bottleneck."))
    let row = try #require(lines.firstIndex { $0.contains(" rank ") })
    #expect(lines[row].contains("no effect: adapter.type is bottleneck"))
    let column = try #require(lines[row].firstIndex(of: "r"))
    let x = lines[row].distance(from: lines[row].startIndex, to: column)
    #expect(buffer[x, row].style.role == .faint)
    set(&state, "adapter.rank 4")
    #expect(form(state)?.text("adapter.rank") == "4")
    set(&state, "adapter.type lora")
    Fixture.script(
      &state,
      Fixture.typed("/") + [Fixture.key(.control("u"))] + Fixture.typed("adapter.rank")
        + [Fixture.key(.enter)])
    #expect(form(state)?.current?.key == "adapter.rank")
    #expect(!screen(state).contains("Has no effect"))
  }

  @Test func `warnings are told beside their settings, and forbid no start`() throws {
    var state = opened()
    set(&state, "priming.inner.steps 0")
    #expect(screen(state).contains("! 1 warning"))
    #expect(
      screen(state).contains("! maml with no inner steps is multi-task priming; expected at least"))
    let planned = form(state)?.experiment ?? Experiment()
    let warning = ExperimentError(
      key: "data.maximumSubwords", problem: "too many subwords", expected: "at most 64")
    Fixture.script(&state, [.filesChecked(planned, [], warnings: [warning])])
    #expect(screen(state).contains("! 2 warnings"))
    Fixture.script(&state, Fixture.typed("!"))
    #expect(form(state)?.cursorKey == "data.maximumSubwords")
    #expect(screen(state).contains("! too many subwords; expected at most 64"))
    #expect(
      Fixture.script(&state, Fixture.typed("s")) == [.notebook(.enqueue(planned, near: nil))])
  }

  @Test func `missing files are told a moment later, and only of what is planned still`() {
    var state = opened()
    set(&state, "tuning.languages hi, xx")
    let planned = form(state)?.experiment ?? Experiment()
    let error = ExperimentError(
      key: "tuning.languages", problem: "the corpus has no language ‘xx’", expected: "some of hi")
    Fixture.script(&state, [.filesChecked(Experiment(), [error])])
    #expect(form(state)?.problems.isEmpty == true, "an answer about another plan")
    Fixture.script(&state, [.filesChecked(planned, [error])])
    #expect(
      form(state)?.problem(of: "tuning.languages")?.text
        == "the corpus has no language ‘xx’; expected some of hi")
    Fixture.script(&state, Fixture.typed("g"))
    #expect(Fixture.script(&state, Fixture.typed("s")).isEmpty)
    #expect(form(state)?.cursorKey == "tuning.languages")
    #expect(
      state.notice?.text
        == "Not started: the corpus has no language ‘xx’; expected some of hi. "
        + "a queues it all the same.")
    #expect(
      Fixture.script(&state, Fixture.typed("a")) == [.notebook(.queue(planned, near: nil))],
      "files may still come")
    set(&state, "tuning.languages hi")
    #expect(form(state)?.problems.isEmpty == true)
  }

  @Test func `the tags of a run are counted when its files are there, and shown`() {
    var state = opened()
    set(&state, "data.types PER")
    let planned = form(state)?.experiment ?? Experiment()
    #expect(
      Fixture.script(&state, [.filesChecked(planned, [])])
        == [.survey(.tags(planned, near: form(state)?.near))])
    #expect(state.wantedSurveys.contains("tags"))
    var answer = TagsAnswer()
    answer.labels = ["O", "B-PER", "I-PER"]
    answer.warnings = ["The training sentences of hi have no PER."]
    Fixture.script(&state, [.tagsCounted(Experiment(), TagsAnswer())])
    #expect(form(state)?.tags == nil, "an answer about another plan")
    Fixture.script(&state, [.tagsCounted(planned, answer)])
    let text = view(state, width: 160, height: 48, glyphs: .braille).text()
    #expect(text.contains("3 tags  O B-PER I-PER"))
    #expect(text.contains("The training sentences of hi have no PER."))
    #expect(
      Fixture.script(&state, [.filesChecked(planned, [])]).isEmpty, "they are known already")
    set(&state, "data.types PER, LOC")
    #expect(form(state)?.tags == nil, "another plan has other tags")
  }

  @Test func `each change is checked against the files`() {
    var state = opened()
    let effects = Fixture.script(
      &state, Fixture.typed(":set data.path corpus") + [Fixture.key(.enter)])
    #expect(
      effects == [.notebook(.checkFiles(Fixture.experiment(["data.path": "corpus"]), near: nil))])
  }

  @Test func `what was taken back comes again`() {
    var state = opened()
    set(&state, "seed 7")
    set(&state, "tuning.epochs 3")
    Fixture.script(&state, Fixture.typed("uu"))
    #expect(form(state)?.isChanged == false)
    #expect(form(state)?.cursorKey == "seed", "the cursor goes where something changed")
    Fixture.script(&state, Fixture.typed("U") + [Fixture.key(.control("r"))])
    #expect(form(state)?.text("seed") == "7" && form(state)?.text("tuning.epochs") == "3")
    Fixture.script(&state, Fixture.typed("U"))
    #expect(state.notice?.text == "Nothing was taken back.")
  }

  @Test func `a preset is one change`() {
    var state = opened("P")
    #expect(state.context == .chooser)
    Fixture.script(&state, Fixture.typed("control") + [Fixture.key(.enter)])
    #expect(form(state)?.text("priming.method") == "none")
    Fixture.script(&state, Fixture.typed("u"))
    #expect(form(state)?.isChanged == false)
  }

  @Test func `what is typed narrows the list, and Esc leaves all as it was`() {
    var state = opened("P")
    Fixture.script(&state, Fixture.typed("zzz") + [Fixture.key(.enter)])
    #expect(state.context == .chooser, "nothing is chosen where nothing matches")
    Fixture.script(&state, [Fixture.key(.escape)])
    #expect(state.overlay == nil && form(state)?.isChanged == false)
  }

  @Test func `the form is compared with any earlier run`() {
    var state = opened("D")
    Fixture.script(&state, Fixture.typed("#3 ") + [Fixture.key(.enter)])
    #expect(form(state)?.reference.name == "run #3")
    #expect(form(state)?.differences.map(\.key) == ["priming.inner.steps"])
    #expect(screen(state).contains("against run #3"))
    set(&state, "priming.inner.steps 1")
    #expect(form(state)?.differences.isEmpty == true)
    #expect(form(state)?.isChanged == true, "leaving still asks")
  }

  @Test func `an absolute path and a relative one to the same file are no difference`() {
    let run = Fixture.experiment([
      "encoder.path": "/primer/sample-data/encoder", "data.path": "/elsewhere/panx",
    ])
    var form = ExperimentForm(Experiment(), origin: "the defaults")
    form.reference = .init(experiment: run, name: "run #1")
    #expect(form.differences.map(\.key) == ["data.path"])
  }

  @Test func `queueing stays in the form`() {
    var state = opened()
    set(&state, "name later")
    let expected = Fixture.experiment(["name": "later"])
    #expect(
      Fixture.script(&state, Fixture.typed("a")) == [.notebook(.queue(expected, near: nil))])
    #expect(form(state) != nil)
  }

  @Test func `a study goes over values of the setting under the cursor`() throws {
    var state = opened()
    set(&state, "name rates")
    set(&state, "priming.inner.learningRate 0.1")
    Fixture.script(&state, Fixture.typed("S") + [Fixture.key(.control("u"))])
    #expect(state.context == .grid)
    Fixture.script(&state, Fixture.typed("0.01..0.1 log"))
    #expect(screen(state).contains("✗ ‘0.01..0.1 log’ is not a range"))
    #expect(Fixture.script(&state, [Fixture.key(.enter)]).isEmpty)
    Fixture.script(&state, Fixture.typed(" 3") + [Fixture.key(.tab), Fixture.key(.control("u"))])
    Fixture.script(&state, Fixture.typed("1, 2"))
    #expect(screen(state).contains("6 runs"))
    let effects = Fixture.script(&state, [Fixture.key(.enter)])
    guard case .notebook(.startStudy(let study, nil))? = effects.first else {
      Issue.record("no study was started: \(effects)")
      return
    }
    #expect(
      study.methods.map(\.name) == [
        "learningRate 0.01", "learningRate 0.0316228", "learningRate 0.1",
      ])
    #expect(study.seeds == [1, 2] && study.control == "learningRate 0.1")
    #expect(study.name == "rates, learningRate")
    #expect(form(state) != nil && state.overlay == nil)
  }

  @Test func `an error of a study's line stands under it, whole, at 80 columns`() {
    var state = opened()
    set(&state, "priming.inner.learningRate 0.1")
    Fixture.script(&state, Fixture.typed("S") + [Fixture.key(.tab), Fixture.key(.control("u"))])
    Fixture.script(&state, Fixture.typed("1 2 x"))
    let text = view(state, width: 80, height: 24, glyphs: .ascii).text()
    #expect(text.contains("x ‘x’ is not one of its values; expected a whole number from"))
    #expect(text.contains("         0 to 2147483647"), "\(text)")
    Fixture.script(&state, [Fixture.key(.backspace)] + Fixture.typed("3-4"))
    #expect(screen(state).contains("4 runs: 1 × 4 seeds"))
  }

  @Test func `a study over a name or a seed is none`() {
    var state = opened("S")
    #expect(state.overlay == nil)
    #expect(state.notice?.text.contains("seeds have their own line") == true)
    Fixture.script(&state, Fixture.typed(":set seed 2") + [Fixture.key(.enter)])
    Fixture.script(&state, Fixture.typed("S"))
    #expect(state.overlay == nil)
  }

  @Test func `the editor is given every setting and what it wrote is one change`() {
    var state = opened()
    let effects = Fixture.script(&state, Fixture.typed("E"))
    guard case .edit(let job)? = effects.first else {
      Issue.record("no editor was asked for")
      return
    }
    #expect(job.name == "untitled.toml" && job.text.contains("#epochs = 10"))
    let edited = job.text.replacing("#epochs = 10", with: "epochs = 20")
    let after = Fixture.script(
      &state, [.edited(EditorOutcome(.experiment, text: edited, path: "/d/untitled.toml"))])
    #expect(form(state)?.text("tuning.epochs") == "20")
    #expect(after.first == .notebook(.removeDraft("/d/untitled.toml")))
    Fixture.script(&state, Fixture.typed("u"))
    #expect(form(state)?.isChanged == false)
  }

  @Test func `a broken file is told with its line, kept, and opened there again`() {
    var state = opened()
    set(&state, "seed 4")
    let text = "name = \"x\"\n[tuning]\nepochs = \"many\"\n"
    let effects = Fixture.script(
      &state, [.edited(EditorOutcome(.experiment, text: text, path: "/d/x.toml"))])
    #expect(effects.isEmpty, "the file stays")
    #expect(state.notice?.kind == .error)
    #expect(state.notice?.text.hasPrefix("x.toml:3: tuning.epochs is ‘many’") == true)
    #expect(form(state)?.text("seed") == "4")
    #expect(
      Fixture.script(&state, Fixture.typed("E")) == [
        .edit(EditorJob(.experiment, text: text, name: "/d/x.toml", line: 3))
      ])
  }

  @Test func `saving over another file asks first, over its own does not`() {
    var state = opened()
    Fixture.script(&state, Fixture.typed("w") + [Fixture.key(.control("u"))])
    let effects = Fixture.script(&state, Fixture.typed("a.toml") + [Fixture.key(.enter)])
    let request = NotebookRequest.save(Experiment(), path: "a.toml", replaces: false)
    #expect(effects == [.notebook(request)])
    let again = NotebookRequest.save(Experiment(), path: "a.toml", replaces: true)
    Fixture.script(&state, [.wouldReplace(path: "/x/a.toml", again)])
    #expect(state.context == .confirmation)
    #expect(Fixture.script(&state, Fixture.typed("y")) == [.notebook(again)])
    Fixture.script(&state, [.experimentLoaded(Experiment(), path: "/x/b.toml")])
    #expect(
      Fixture.script(&state, Fixture.typed("w") + [Fixture.key(.enter)])
        == [.notebook(.save(Experiment(), path: "/x/b.toml", replaces: true))])
  }
}

/// Finding settings, and what is wrong with them.
@Suite struct FormFindingTests {
  private func form(_ state: AppState) -> ExperimentForm? {
    state.stack.top(ExperimentForm.self)
  }

  @Test func `a search puts the cursor on the setting of that name`() {
    var state = Fixture.state(width: 100, height: 30)
    Fixture.script(&state, [.runs([])] + Fixture.typed("n/seed"))
    #expect(form(state)?.current?.key == "seed")
    Fixture.script(
      &state, [Fixture.key(.control("u"))] + Fixture.typed("inner.steps"))
    #expect(form(state)?.current?.key == "priming.inner.steps")
    Fixture.script(&state, [Fixture.key(.control("u"))] + Fixture.typed("steps"))
    #expect(form(state)?.current?.key == "priming.steps", "before those of its subgroups")
    Fixture.script(&state, [Fixture.key(.control("u"))] + Fixture.typed("rank"))
    #expect(form(state)?.current?.key == "adapter.rank", "not one whose text has the word")
  }

  @Test func `a start that is refused goes to the setting that is wrong`() throws {
    var state = Fixture.state(width: 100, height: 30)
    Fixture.script(
      &state,
      [.runs([])] + Fixture.typed("n:set priming.method none") + [Fixture.key(.enter)]
        + Fixture.typed(":set tuning.start primed") + [Fixture.key(.enter)] + Fixture.typed("g"))
    let problem = try #require(form(state)?.ruleProblems.first)
    Fixture.script(&state, Fixture.typed("s"))
    #expect(state.notice?.text == "Not started: \(problem.text)")
    #expect(form(state)?.current?.key == problem.key)
  }

  @Test func `an error of a command that does not fit in the line goes on above it, whole`() {
    var state = Fixture.state(width: 80, height: 24)
    Fixture.script(
      &state, [.runs([])] + Fixture.typed("n:set data.columns.word minus") + [Fixture.key(.enter)])
    let error = state.notice?.text ?? ""
    Fixture.script(
      &state,
      Fixture.typed(":set priming.inner.updates everything at once")
        + [Fixture.key(.enter)])
    let longer = state.notice?.text ?? ""
    #expect(!error.isEmpty && longer.count > 77, "\(longer)")
    let text = view(state, width: 80, height: 24, glyphs: .braille).text()
    let words = text.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains(longer), "\(text)")
  }

  @Test func `an error that does not fit beside the line stands above it, whole`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, Fixture.typed("/metod:maml"))
    let text = view(state, width: 80, height: 24, glyphs: .braille).text()
    #expect(text.contains("There is no field ‘metod’ (near: method"))
    #expect(text.contains("/ metod:maml"))
  }
}

/// What the form asks to be done, done to a notebook and to files.
@Suite struct FormRequestTests {
  private func carryOut(_ handler: RequestHandler, _ request: NotebookRequest) -> [Message] {
    var messages: [Message] = []
    handler.carryOut(request) { messages.append($0) }
    return messages
  }

  @Test func `a study queues what the notebook lacks, and is kept`() throws {
    try withTemporaryFolder { folder in
      let book = try Notebook.open(folder: folder.appending(path: "book").path)
      let handler = RequestHandler(book, program: "/bin/true")
      let study = try Study.grid(
        "steps", over: "priming.inner.steps", values: [.integer(1), .integer(5)], seeds: [1, 2],
        base: Experiment())
      _ = carryOut(handler, .startStudy(study, near: nil))
      #expect(try book.runs().map(\.study) == Array(repeating: "steps", count: 4))
      #expect(book.keptStudies().map(\.name) == ["steps"])
      var wider = study
      wider.seeds = [1, 2, 3]
      let messages = carryOut(handler, .startStudy(wider, near: nil))
      #expect(try book.runs().count == 6)
      guard case .succeeded(let text)? = messages.last else {
        Issue.record("\(messages)")
        return
      }
      #expect(text == "Queued #5, #6 for the study steps, 4 there already.")
    }
  }

  @Test func `a study matched by time queues its timing runs, and says that the grid follows`()
    throws
  {
    try withTemporaryFolder { folder in
      let book = try Notebook.open(folder: folder.appending(path: "book").path)
      let handler = RequestHandler(book, program: "/bin/true")
      var study = try Study.grid(
        "steps", over: "priming.inner.steps", values: [.integer(1), .integer(5)], seeds: [1, 2],
        base: Experiment())
      study.match = .time
      let messages = carryOut(handler, .startStudy(study, near: nil))
      guard case .succeeded(let text)? = messages.last else {
        Issue.record("\(messages)")
        return
      }
      #expect(
        text == "Timing methods first: #1, #2. The grid of steps is queued when they have finished."
      )
      #expect(try book.runs().count == 2)
    }
  }

  @Test func `a file is not written over unasked`() throws {
    try withTemporaryFolder { folder in
      let book = try Notebook.open(folder: folder.appending(path: "book").path)
      let handler = RequestHandler(book, program: "/bin/true")
      let path = folder.appending(path: "plan.toml").path
      try "mine".write(toFile: path, atomically: true, encoding: .utf8)
      let messages = carryOut(handler, .save(Experiment(), path: path, replaces: false))
      guard case .wouldReplace(path, let request)? = messages.last else {
        Issue.record("\(messages)")
        return
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
      _ = carryOut(handler, request)
      #expect(try Experiment.load(path: path) == Experiment())
    }
  }

  @Test func `a draft has a file of its own, and one that was kept keeps its file`() throws {
    try withTemporaryFolder { folder in
      let book = folder.path
      let first = try ExternalEditor.writeDraft("one", name: "plan.toml", notebook: book)
      let second = try ExternalEditor.writeDraft("two", name: "/x/plan.toml", notebook: book)
      #expect(first == "\(book)/drafts/plan.toml" && second == "\(book)/drafts/plan-2.toml")
      #expect(try ExternalEditor.writeDraft("three", name: first, notebook: book) == first)
      #expect(try String(contentsOfFile: first, encoding: .utf8) == "three")
      #expect(try String(contentsOfFile: second, encoding: .utf8) == "two")
    }
  }

  @Test func `the editor is the user's, else one that is installed`() throws {
    #expect(try ExternalEditor(environment: ["EDITOR": "code --wait"]).command == "code --wait")
    #expect(try ExternalEditor(environment: ["VISUAL": "vi", "EDITOR": "ed"]).command == "vi")
    #expect(throws: ProcessError.self) {
      try ExternalEditor(environment: ["PATH": "/nowhere", "EDITOR": " "])
    }
    let vim = try ExternalEditor(environment: ["EDITOR": "/usr/bin/vim -n"])
    #expect(vim.arguments(path: "/a b", line: 3)[2] == "/usr/bin/vim -n +3 \"$1\"")
    let other = try ExternalEditor(environment: ["EDITOR": "code --wait"])
    #expect(other.arguments(path: "/a b", line: 3)[2] == "code --wait \"$1\"")
    #expect(other.arguments(path: "/a b", line: nil).last == "/a b")
  }
}
