import Experiments
import Foundation
import LabNotebook
import RunFolders
import NamedEntities
import NotebookScreens
import TerminalUI
import Testing

/// The probe as scripts of messages: what is asked, when, and what is shown of the answers.
@Suite struct ProbeScreenTests {
  private func type(_ text: String, _ state: inout AppState) -> [Effect] {
    Fixture.script(&state, Fixture.typed(text))
  }

  private func time(_ seconds: Double, _ state: inout AppState) -> [ProbeQuestion] {
    Fixture.questions(Fixture.script(&state, [.time(Fixture.date(seconds))]))
  }

  // MARK: When it asks

  @Test func `typing is asked about when it pauses, once`() throws {
    var state = Fixture.probing()
    _ = time(1, &state)
    #expect(type("Ad", &state).isEmpty)
    #expect(state.nextMoment == Fixture.date(1.2))
    #expect(time(1.1, &state).isEmpty)
    // A key before the pause is over begins it anew.
    #expect(type("a", &state).isEmpty)
    #expect(time(1.2, &state).isEmpty, "only 0.1 s since the last key")
    let asked = time(1.31, &state)
    #expect(asked.map { $0.sentences.map(\.line) } == [["Ada"]])
    #expect(asked.first?.run == 1 && asked.first?.language == "hi")
    #expect(state.nextMoment == nil)
    #expect(time(5, &state).isEmpty, "nothing changed since")
    // Moving the cursor is no change.
    Fixture.script(&state, [Fixture.key(.left)])
    #expect(state.nextMoment == nil)
  }

  @Test func `pasted lines are sentences, and the one of the cursor is wanted first`() throws {
    var state = Fixture.probing()
    Fixture.script(&state, [.input(.paste("Ada woont hier.\r\n\n  \nBo ook\n東京"))])
    let question = try #require(time(1, &state).first)
    #expect(question.sentences.map(\.line) == ["Ada woont hier.", "Bo ook", "東京"])
    #expect(question.sentences[0].words == ["Ada", "woont", "hier", "."])
    #expect(question.sentences[2].words == ["東", "京"])
    #expect(question.first == 2)
  }

  @Test func `a text without words asks nothing and finds nothing`() throws {
    var state = Fixture.probing(typed: "Ada")
    let probe = try #require(Fixture.probe(state))
    #expect(probe.slots[0].asked == 1 + 1, "once when the probe opened, once for the text")
    Fixture.script(&state, [Fixture.key(.control("u"))])
    #expect(time(2, &state).isEmpty)
    #expect(Fixture.probe(state)?.slots[0].answer?.sentences.isEmpty == true)
    #expect(Fixture.probe(state)?.isWaiting == false)
  }

  @Test func `a text that is too long is not taken, and it is said`() throws {
    var state = Fixture.probing(typed: "Ada")
    Fixture.script(&state, [.input(.paste(String(repeating: "x", count: 10_000)))])
    #expect(Fixture.probe(state)?.document.text == "Ada")
    #expect(state.notice?.text.contains("10000 characters") == true)
  }

  // MARK: Answers

  @Test func `a stale answer never takes the place of a newer one`() throws {
    var state = Fixture.probing()
    Fixture.script(&state, Fixture.typed("Ada"))
    let old = try #require(time(1, &state).first)
    Fixture.script(&state, Fixture.typed(" Bo"))
    let new = try #require(time(2, &state).first)
    #expect(new.number > old.number)
    // The older one is better than nothing, while the newer one is on its way.
    Fixture.script(&state, [Fixture.answer(old)])
    #expect(Fixture.probe(state)?.slots[0].answer?.question == old)
    #expect(Fixture.probe(state)?.isWaiting == true)
    Fixture.script(&state, [Fixture.answer(new), Fixture.answer(old)])
    #expect(Fixture.probe(state)?.slots[0].answer?.question == new)
    #expect(Fixture.probe(state)?.isWaiting == false)
  }

  @Test func `an answer in another language or of another run is not taken`() throws {
    var state = Fixture.probing()
    Fixture.script(&state, Fixture.typed("Ada"))
    let hindi = try #require(time(1, &state).first)
    Fixture.script(&state, [Fixture.key(.tab)])
    let afrikaans = try #require(
      Fixture.questions(Fixture.script(&state, [Fixture.key(.right)])).first)
    #expect(afrikaans.language == "af")
    Fixture.script(&state, [Fixture.answer(hindi)])
    #expect(Fixture.probe(state)?.slots[0].answer?.question != hindi)
    var other = afrikaans
    other.run = 4
    Fixture.script(&state, [Fixture.answer(other)])
    #expect(Fixture.probe(state)?.isWaiting == true)
    Fixture.script(&state, [Fixture.answer(afrikaans)])
    #expect(Fixture.probe(state)?.slots[0].answer?.question == afrikaans)
  }

  @Test func `two languages of one run stand side by side, asked of one engine`() throws {
    var state = Fixture.probing(typed: "Ada")
    Fixture.script(&state, [Fixture.key(.control("t"))])
    guard let chooser = state.overlay as? Chooser else {
      Issue.record("no list")
      return
    }
    #expect(chooser.items.first?.label == "af, of #1 too")
    #expect(chooser.current?.value == .run(4), "another run is the usual wish")
    let asked = Fixture.questions(
      Fixture.script(&state, [Fixture.key(.up), Fixture.key(.enter)]))
    #expect(asked.map(\.run) == [1, 1] && asked.map(\.language) == ["hi", "af"])
    #expect(state.probedRuns == [1], "one engine for both")
    let probe = try #require(Fixture.probe(state))
    #expect(probe.slots[1].engine == probe.slots[0].engine, "which is there already")
    Fixture.script(
      &state,
      [
        Fixture.answer(asked[0], ["Ada": ("PER", 0.9)]),
        Fixture.answer(asked[1], ["Ada": ("LOC", 0.6)]),
      ]
    )
    let table = try #require(Fixture.probe(state)?.table)
    #expect(table.entities.map(\.differs) == [true])
    #expect(table.entities[0].findings.map { $0?.label } == ["PER", "LOC"])
    let text = view(state, width: 80, height: 24, glyphs: .braille).text()
    #expect(text.contains("Probe  #1 hi and #1 af"))
    // An engine that fails has failed for both.
    Fixture.script(&state, [.probeEngine(1, .failed("gone"))])
    #expect(Fixture.probe(state)?.slots.allSatisfy { $0.engine == .failed("gone") } == true)
  }

  @Test func `two languages stay two, whatever is chosen of the rest`() throws {
    var state = Fixture.probing([4], typed: "Ada")
    func type(_ keys: String) { Fixture.script(&state, GoldenScreen.keys(keys)) }
    type("\t:probe 1 hi af\r")
    let probe = try #require(Fixture.probe(state))
    #expect(probe.slots.map(\.run) == [1, 1] && probe.isOfOneRun)
    #expect(probe.slots.map { probe.language(of: $0, state.models) } == ["hi", "af"])
    // The one beside cannot be chosen a second time.
    #expect(state.reasonUnusable(.chooseLanguage) == "There is no other tuned language.")
    type("\to#4\r")
    let other = try #require(Fixture.probe(state))
    #expect(other.slots.map(\.run) == [4], "run 4 answers in af itself, hi it has not")
    type(":probe 4 af nl\r\to#1\r")
    let third = try #require(Fixture.probe(state))
    #expect(third.slots.map(\.run) == [1], "run 1 has no nl")
    type(":probe 1 sw\r")
    #expect(state.notice?.text == "Run #1 is not tuned for sw, but for hi, af.")
    type(":probe 1 4 af hi\r")
    #expect(state.notice?.text.hasPrefix("A probe has one run, or two side by side") == true)
  }

  @Test func `a long text is shown as its parts are answered`() throws {
    var state = Fixture.probing()
    Fixture.script(&state, [.input(.paste("Ada\nBo"))])
    let question = try #require(time(1, &state).first)
    Fixture.script(&state, [Fixture.answer(question, ["Bo": ("PER", 0.9)], unanswered: [0])])
    let text = view(state, width: 80, height: 24, glyphs: .braille).text()
    #expect(text.contains("1 Ada") && text.contains("2 [PER Bo]"))
    #expect(Fixture.probe(state)?.isWaiting == true)
  }

  // MARK: Two runs

  @Test func `two runs are asked the same, and where they differ is marked`() throws {
    var state = Fixture.probing([1, 4])
    Fixture.script(&state, [Fixture.key(.tab)])
    // The language is one that the first run has; the other takes its own where it lacks it.
    #expect(Fixture.probe(state)?.language == nil)
    Fixture.script(&state, [Fixture.key(.right), Fixture.key(.tab)])
    #expect(Fixture.probe(state)?.language == "af")
    Fixture.script(&state, Fixture.typed("Ada en Bo in Rome"))
    let asked = time(1, &state)
    #expect(asked.map(\.run) == [1, 4] && asked.map(\.language) == ["af", "af"])
    Fixture.script(
      &state,
      [
        Fixture.answer(asked[0], ["Ada": ("PER", 0.9), "Rome": ("LOC", 0.4)]),
        Fixture.answer(asked[1], ["Bo": ("PER", 0.8), "Rome": ("ORG", 0.7)]),
      ])
    let table = try #require(Fixture.probe(state)?.table)
    #expect(table.entities.map(\.text) == ["Ada", "Bo", "Rome"])
    #expect(table.entities.map(\.differs) == [true, true, true])
    #expect(table.entities[2].findings.map { $0?.label } == ["LOC", "ORG"])
    #expect(table.entities[2].findings.map { $0?.isDoubted } == [true, false])
    #expect(table.words.map(\.differs) == [true, false, true, false, true])
    let text = view(state, width: 80, height: 24, glyphs: .braille).text()
    #expect(text.contains("[PER Ada]≠ en Bo≠ in [LOC? Rome?]≠"))
    #expect(text.contains("Ada≠ en [PER Bo]≠ in [ORG Rome]≠"))
    #expect(text.contains("3 differ"))
  }

  @Test func `nothing differs before both have answered the same text`() throws {
    var state = Fixture.probing([1, 4])
    Fixture.script(&state, Fixture.typed("Ada"))
    let first = time(1, &state)
    Fixture.script(&state, [Fixture.answer(first[0], ["Ada": ("PER", 0.9)])])
    #expect(Fixture.probe(state)?.table.entities.map(\.differs) == [false])
    Fixture.script(&state, Fixture.typed("!"))
    let second = time(2, &state)
    Fixture.script(&state, [Fixture.answer(first[1]), Fixture.answer(second[0])])
    #expect(Fixture.probe(state)?.table.entities.map(\.differs) == [])
    let states = Fixture.probe(state)?.slots.map(\.isWaiting)
    #expect(states == [false, true])
  }

  @Test func `a second run is put beside the first, and taken away`() throws {
    var state = Fixture.probing(typed: "Ada")
    let opened = Fixture.script(&state, [Fixture.key(.control("t"))])
    #expect(opened == [.analyse(.models)])
    guard let chooser = state.overlay as? Chooser else {
      Issue.record("no list")
      return
    }
    #expect(
      chooser.items.map(\.value) == [.language("af"), .run(4)],
      "what is finished, with a model, and not run 1; and what run 1 has besides")
    let asked = Fixture.questions(Fixture.script(&state, [Fixture.key(.enter)]))
    #expect(asked.map(\.run) == [1, 4])
    #expect(state.probedRuns == [1, 4])
    Fixture.script(&state, [Fixture.key(.control("t"))] + Fixture.typed("none"))
    Fixture.script(&state, [Fixture.key(.enter)])
    #expect(state.probedRuns == [1])
  }

  // MARK: Opening and leaving

  @Test(arguments: [
    ("P", "Run #5 made an encoder from text; only a run that tunes finds entities."),
    ("jjP", "Run #3 is running; its model is there when it has finished."),
    (":probe 9\r", "There is no run #9."), (":probe 1 2 4\r", "A probe has one run, or two"),
    (":probe 3\r", "Run #3 is running"), (":choose-language\r", "Open the probe first"),
  ])
  func `what cannot be probed says why`(keys: String, reason: String) {
    var state = Fixture.probing()
    state.stack.removeAll()
    state.runs.cursor = 5
    Fixture.script(&state, keys.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
    #expect(Fixture.probe(state) == nil)
    #expect(state.notice?.text.contains(reason) == true, "\(state.notice?.text ?? "")")
  }

  @Test func `a run whose files are gone says so in its place`() {
    var state = Fixture.probing([2])
    #expect(state.probedRuns.isEmpty)
    let text = view(state, width: 80, height: 24, glyphs: .braille).text()
    #expect(text.contains("Run #2 is failed and has tuned no language yet. Ctrl-O chooses"))
    let effects = Fixture.script(&state, Fixture.typed("Ada") + [.time(Fixture.date(2))])
    #expect(effects.isEmpty)
  }

  @Test func `it opens from the list, from two marked runs, from a run and from a comparison`() {
    func opened(_ keys: String, cursor: RunID = 4) -> [RunID]? {
      var state = Fixture.probing()
      state.stack.removeAll()
      state.runs.cursor = cursor
      let effects = Fixture.script(
        &state, keys.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
      #expect(effects.contains(.analyse(.models)))
      return Fixture.probe(state)?.slots.map(\.run)
    }
    #expect(opened("P") == [4])
    #expect(opened(":filter finished\r  P", cursor: 4) == [1, 4])
    #expect(opened("   P", cursor: 5) == [2], "three are marked: the one under the cursor")
    #expect(opened("\rP") == [4])
    #expect(opened(":compare 1 4\rP") == [4, 1], "the control first")
    #expect(opened(":probe 4 1\r") == [4, 1])
    #expect(opened(":probe #1\r") == [1])
  }

  @Test func `engines are wanted while the probe is open, and not after it`() {
    var state = Fixture.probing()
    #expect(state.probedRuns == [1])
    Fixture.script(&state, [Fixture.key(.function(1))])
    #expect(state.probedRuns == [1], "the help stands on top")
    Fixture.script(&state, [Fixture.key(.escape), Fixture.key(.escape)])
    #expect(state.probedRuns.isEmpty)
    state = Fixture.probing()
    Fixture.script(&state, [.queued(3, name: "another")])
    #expect(state.probedRuns.isEmpty)
    state = Fixture.probing()
    Fixture.script(&state, [.runs([])])
    #expect(state.probedRuns.isEmpty, "the run was deleted")
  }

  @Test func `another probe from within takes over the text and the engine`() {
    var state = Fixture.probing(typed: "Ada in Rome")
    Fixture.script(&state, GoldenScreen.keys("\t:probe 4 1\r"))
    #expect(state.stack.count == 1)
    let probe = Fixture.probe(state)
    #expect(probe?.slots.map(\.run) == [4, 1] && probe?.document.text == "Ada in Rome")
    #expect(probe?.slots[0].engine == nil && probe?.slots[1].engine != nil)
    let asked = Fixture.questions(Fixture.script(&state, [.models(Fixture.models)]))
    #expect(asked.map(\.run) == [4, 1])
  }

  @Test func `what the engine does is said`() {
    var state = Fixture.probing()
    func shown(_ engine: ProbeEngineState) -> String {
      Fixture.script(&state, [.probeEngine(1, engine), .time(Fixture.date(3))])
      return view(state, width: 80, height: 24, glyphs: .braille).text()
    }
    #expect(shown(.loading).contains("loading the model  3 s"))
    #expect(shown(.resting).contains("resting; typing wakes it"))
    #expect(shown(.ready(seconds: 1, residentBytes: 500_000_000)).contains("500 MB"))
    let again = shown(.restarting("The engine was ended by signal 9."))
    #expect(again.contains("It is being started again.") && state.notice?.kind == .warning)
    #expect(shown(.failed("/x/primed: no such file")).contains("F5 tries again"))
    #expect(state.notice?.text == "/x/primed: no such file")
    // F5 asks anew, and has the engine started again.
    let asked = Fixture.questions(Fixture.script(&state, [Fixture.key(.function(5))]))
    #expect(asked.map(\.triesAgain) == [true])
  }

  // MARK: Texts that were tried

  @Test func `texts are called back by the arrows, and what was being written comes back too`() {
    var state = Fixture.probing()
    func text() -> String? { Fixture.probe(state)?.document.text }
    for line in ["one 1", "two\ntwo", "one 1"] {
      Fixture.script(&state, [.input(.paste(line)), Fixture.key(.control("x"))])
      #expect(text() == "")
    }
    Fixture.script(&state, Fixture.typed("draft"))
    Fixture.script(&state, [Fixture.key(.up)])
    #expect(text() == "one 1", "tried twice, kept once")
    Fixture.script(&state, [Fixture.key(.up)])
    #expect(text() == "two\ntwo")
    Fixture.script(&state, [Fixture.key(.up), Fixture.key(.up), Fixture.key(.up)])
    #expect(text() == "two\ntwo", "there is none before")
    Fixture.script(&state, [Fixture.key(.end), Fixture.key(.down), Fixture.key(.down)])
    #expect(text() == "one 1", "first to the row below, then to the next text")
    Fixture.script(&state, [Fixture.key(.down)])
    #expect(text() == "draft")
  }

  @Test func `texts are remembered for the next time, in any script`() throws {
    var state = Fixture.probing(typed: "50% of 東京\tand\n«وُلد» e\u{301}🇳🇱")
    let effects = Fixture.script(&state, [Fixture.key(.escape)])
    guard case .notebook(.remember(let words, let key))? = effects.first else {
      Issue.record("nothing is remembered")
      return
    }
    var memory = ScreenMemory()
    memory[key] = words
    #expect(memory[key]?.count == 1, "one word a text")
    let read = ScreenMemory(text: memory.text)
    #expect(ProbeHistory(read).texts == ["50% of 東京\tand\n«وُلد» e\u{301}🇳🇱"])
    // Opened again, they are there.
    Fixture.script(&state, Fixture.typed(":probe 1") + [Fixture.key(.enter), Fixture.key(.up)])
    #expect(Fixture.probe(state)?.document.text.hasPrefix("50% of") == true)
  }

  @Test func `what is remembered stays small`() {
    var history = ProbeHistory()
    for number in 0..<80 { history.add("\(number) " + String(repeating: "字", count: 300)) }
    #expect(history.texts.count == 50)
    #expect(history.words.reduce(0) { $0 + $1.utf8.count + 1 } <= 16 * 1024)
    #expect(history.words.last?.hasPrefix("79%20;") == true)
    history.add("  \n ")
    #expect(history.texts.count == 50, "a text of nothing is none")
  }

  @Test func `a text is chosen among those tried`() {
    var state = Fixture.probing()
    for line in ["Ada in Rome", "Bo in Bern"] {
      Fixture.script(&state, [.input(.paste(line)), Fixture.key(.control("x"))])
    }
    Fixture.script(&state, [Fixture.key(.control("r"))] + Fixture.typed("rome"))
    let asked = Fixture.questions(Fixture.script(&state, [Fixture.key(.enter)]))
    #expect(asked.map { $0.sentences.map(\.line) } == [["Ada in Rome"]])
  }

  // MARK: The mouse

  @Test func `a click puts the cursor into the text, or chooses a row`() throws {
    var state = Fixture.probing()
    Fixture.script(&state, Fixture.typed("Ada en Bo"))
    let question = try #require(time(1, &state).first)
    Fixture.script(
      &state, [Fixture.answer(question, ["Ada": ("PER", 0.9), "Bo": ("PER", 0.9)])])
    let rows = view(state, width: 80, height: 24, glyphs: .braille).text().split(separator: "\n")
    let row = try #require(rows.firstIndex { $0.contains(" Bo  ") && $0.contains("PER") })
    Fixture.script(&state, [.input(.mouse(MouseEvent(.press, x: 6, y: row)))])
    #expect(Fixture.probe(state)?.pane == .entities && Fixture.probe(state)?.row == 1)
    Fixture.script(&state, [.input(.mouse(MouseEvent(.press, x: 5, y: 2)))])
    #expect(Fixture.probe(state)?.pane == .text)
    #expect(Fixture.probe(state)?.document.cursor.column == 3)
  }

  @Test func `without UTF-8 its own cells are ASCII`() {
    for keys in ["", "\tv"] {
      var state = Fixture.probing([1, 4], width: 160, height: 48)
      Fixture.script(&state, Fixture.typed("Ada met Bo"))
      let asked = time(1, &state)
      Fixture.script(
        &state, [Fixture.answer(asked[0], ["Ada": ("PER", 0.3)]), Fixture.answer(asked[1])])
      Fixture.script(&state, GoldenScreen.keys(keys))
      let text = view(state, width: 160, height: 48, glyphs: .ascii).text()
      let strange = Set(text.filter { !$0.isASCII })
      #expect(strange.subtracting(["→", "–", "…", "·", "↑", "↓"]).isEmpty, "found \(strange)")
      #expect(text.contains("[PER? Ada?]!=") || !keys.isEmpty)
    }
  }
}
