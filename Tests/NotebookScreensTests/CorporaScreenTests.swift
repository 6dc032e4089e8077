import Experiments
import Foundation
import LabNotebook
import RunFolders
import NamedEntities
import NotebookScreens
import NotebookSession
import TerminalUI
import TestSupport
import Testing

/// Corpora: languages, counts, sentences, and their way into an experiment.
@Suite struct CorporaScreenTests {
  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  private func opened(_ keys: String = "") -> AppState {
    var state = Fixture.stateWithRuns()
    _ = type(&state, ":corpora sample-data/panx\r")
    Fixture.script(&state, Fixture.shelves)
    _ = type(&state, keys)
    Fixture.script(&state, [.sentences(Fixture.answer)])
    return state
  }

  @Test func `the corpus of the run at hand is opened, and read only while it is shown`() {
    var state = Fixture.stateWithRuns()
    #expect(type(&state, "L") == [.survey(.corpus(CorpusSource(path: "sample-data/panx")))])
    #expect(state.wantedSurveys == ["corpus sample-data/panx"])
    #expect(text(state).contains("Reading the corpus…"))
    _ = type(&state, "q")
    #expect(state.wantedSurveys.isEmpty)
  }

  @Test func `counts, progress and what is broken are shown as they come`() {
    let state = opened()
    let screen = text(state)
    #expect(screen.contains("reading 81%  5/6 files"))
    #expect(screen.contains("broken"))
    #expect(screen.contains("/panx/hi/test:7: there is no tab between a word and a tag"))
  }

  @Test func `a language is opened, its sentences are searched, and q goes back a step at a time`()
  {
    var state = opened("\r")
    #expect(text(state).contains("[PER Ada Lovelace] saw [LOC Paris]"))
    let asked = type(&state, "/par")
    let question = SentencesQuestion(
      source: CorpusSource(path: "sample-data/panx"), language: "af", split: "train")
    #expect(
      asked == ["p", "pa", "par"].map { .survey(.search(question, text: $0)) },
      "each letter narrows")
    #expect(text(state).contains("Searching…"))
    Fixture.script(
      &state,
      [
        .sentencesFound(SearchAnswer(question: question, text: "pa", matches: [1])),
        .sentencesFound(SearchAnswer(question: question, text: "par", matches: [0, 3, 6])),
      ])
    #expect(text(state).contains("1 of 3 found"))
    _ = type(&state, "\rjj")
    #expect(text(state).contains("3 of 3 found"))
    _ = type(&state, "q")
    #expect(text(state).contains("7 of 120"), "the cursor stays on its sentence")
    _ = type(&state, "q")
    #expect(state.context == .corpora)
  }

  @Test func `left and right go to other languages, v to other splits`() {
    var state = opened("\r")
    #expect(
      type(&state, "v")
        == [
          .survey(
            .sentences(
              .init(source: CorpusSource(path: "sample-data/panx"), language: "af", split: "dev")))
        ])
    #expect(
      type(&state, "l")
        == [
          .survey(
            .sentences(
              .init(source: CorpusSource(path: "sample-data/panx"), language: "hi", split: "dev")))
        ])
    #expect(text(state).contains("Reading the sentences…"))
    // An answer to what is not asked any more is not shown.
    Fixture.script(&state, [.sentences(Fixture.answer)])
    #expect(text(state).contains("Reading the sentences…"))
    #expect(type(&state, "l").isEmpty, "there is no third")
  }

  @Test func `a corpus is used in a new form, and languages in the one that asked`() {
    var state = opened("e")
    guard let form = state.stack.top(ExperimentForm.self) else {
      Issue.record("no form")
      return
    }
    #expect(form.text("data.path") == "sample-data/panx")
    #expect(form.cursorKey == "data.path")
    _ = type(&state, ":set tuning.languages af\r")
    #expect(type(&state, "b") == [.survey(.corpus(CorpusSource(path: "sample-data/panx")))])
    #expect(text(state).contains("tuning.languages: af"))
    _ = type(&state, "j ")
    _ = type(&state, "e")
    guard let filled = state.stack.top(ExperimentForm.self) else {
      Issue.record("no form")
      return
    }
    #expect(filled.text("tuning.languages") == "af, hi")
    _ = type(&state, "/seed\rb")
    #expect(state.notice?.text.hasPrefix("Move to data.path") == true)
  }

  @Test func `another corpus is chosen or typed, with completion, and remembered`() {
    var state = opened()
    _ = type(&state, "o")
    #expect(text(state).contains("the sample corpus"))
    let asked = type(&state, "another\r/data/pa")
    #expect(
      asked == [
        .notebook(.listFolder("")), .notebook(.listFolder("/")),
        .notebook(.listFolder("/data/")),
      ])
    Fixture.script(
      &state,
      [
        .folder(FolderListing(folder: "/", names: ["late/"])),
        .folder(
          FolderListing(folder: "/data/", names: ["panx/", "pages.txt", "papers/", "x/"])),
      ])
    #expect(text(state).contains("/data/panx/") && !text(state).contains("pages.txt"))
    Fixture.script(&state, [Fixture.key(.tab)])
    let effects = type(&state, "\r")
    #expect(
      effects == [
        .notebook(.remember(["/data/panx", "sample-data/panx"], key: "corpora.paths")),
        .survey(.corpus(CorpusSource(path: "/data/panx"))),
      ])
    var later = Fixture.stateWithRuns()
    var memory = ScreenMemory()
    memory["corpora.paths"] = ["/my%20data/100%25"]
    Fixture.script(&later, [.remembered(memory)])
    #expect(later.corpusPlaces.map(\.path).contains("/my data/100%"))
  }

  @Test func `a corpus is listed once, however often and in whatever spelling it is named`() {
    var state = Fixture.state()
    var memory = ScreenMemory()
    memory["corpora.paths"] = ["./sample-data/panx/", "/data/panx", "/data//panx/", "a:b"]
    let runs = ["/data/panx", "/data/./panx", "a/:./b", "/primer/sample-data/panx"].enumerated().map
    {
      Fixture.run(RunID($0 + 1), "run", .finished, ["data.path": $1])
    }
    Fixture.script(&state, [.remembered(memory), .runs(runs)])
    #expect(state.corpusPlaces.map(\.path) == ["sample-data/panx", "/data/panx", "a:b"])
    _ = type(&state, ":corpora /data/panx/\ro")
    guard let chooser = state.overlay as? Chooser else {
      Issue.record("no list")
      return
    }
    #expect(
      chooser.items.map(\.label) == ["sample-data/panx", "/data/panx", "a:b", "another folder…"])
    #expect(chooser.current?.label == "/data/panx", "the cursor is on the one that is shown")
  }

  @Test func `a folder that is no corpus says so, and another can be chosen`() {
    var state = Fixture.stateWithRuns()
    _ = type(&state, ":corpora /nowhere\r")
    var picture = CorpusPicture(source: CorpusSource(path: "/nowhere"))
    picture.problem = "/nowhere: there is no such folder; expected a folder."
    picture.isComplete = true
    Fixture.script(&state, [.corpus(picture)])
    #expect(text(state).contains("there is no such folder"))
    _ = type(&state, "e")
    #expect(state.notice?.text == picture.problem)
  }

  @Test func `a corpus is read as the settings of the form say`() {
    var state = Fixture.stateWithRuns()
    _ = type(&state, "n:set data.badLines skip\r")
    var options = CorpusOptions()
    options.skipsBadLines = true
    #expect(
      type(&state, ":corpora\r")
        == [.survey(.corpus(CorpusSource(path: "sample-data/panx", options: options)))])
  }

  // MARK: Reading

  private func write(_ folder: URL) throws {
    for (name, text) in [
      ("af/train", "af:Ada\tB-PER\naf:saw\tO\naf:PARIS\tB-LOC\n\naf:no\tO\n\naf:Paris\tO\n"),
      ("af/dev", "af:broken\n"),
    ] {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  private func carryOut(
    _ survey: Survey, _ reader: inout CorpusReader, isCancelled: () -> Bool = { false }
  ) -> [Message] {
    var told: [Message] = []
    reader.carryOut(survey, isCancelled: isCancelled) { told.append($0) }
    return told
  }

  @Test func `a corpus is told file by file, and what did not change is not read again`() throws {
    try withTemporaryFolder { folder in
      try write(folder)
      var reader = CorpusReader()
      let told = carryOut(.corpus(CorpusSource(path: folder.path)), &reader)
      guard case .corpus(let first)? = told.first, case .corpus(let last)? = told.last else {
        Issue.record("no picture")
        return
      }
      #expect(first.entries.map(\.state) == [.waiting, .waiting])
      #expect(last.isComplete && last.fraction == 1)
      #expect(last.summary("af", "train")?.sentences == 3)
      #expect(last.problems.count == 1 && last.problems[0].contains("af/dev:1: there is no tab"))
      guard
        case .corpus(let again)? = carryOut(.corpus(CorpusSource(path: folder.path)), &reader).first
      else {
        return
      }
      #expect(again.entries == last.entries, "known at once")
      #expect(
        carryOut(.corpus(CorpusSource(path: folder.path + "/none")), &reader).count == 1,
        "a problem is told")
    }
  }

  @Test func `what was skipped and ignored is told`() throws {
    try withTemporaryFolder { folder in
      try write(folder)
      try Data("af:broken\naf:Ada\tB-PER\n".utf8).write(to: folder.appending(path: "af/dev"))
      try Data("notes".utf8).write(to: folder.appending(path: "af/notes.txt"))
      var reader = CorpusReader()
      var options = CorpusOptions()
      options.skipsBadLines = true
      let told = carryOut(.corpus(CorpusSource(path: folder.path, options: options)), &reader)
      guard case .corpus(let picture)? = told.last else {
        Issue.record("no picture")
        return
      }
      #expect(picture.problems.isEmpty)
      #expect(picture.skippedLines.count == 1)
      #expect(picture.skippedLines.first?.hasPrefix("af/dev: 1 line skipped") == true)
      #expect(picture.ignored.count == 1 && picture.ignored[0].contains("notes.txt"))
      // Read otherwise, it is read anew.
      guard
        case .corpus(let plain)? = carryOut(.corpus(CorpusSource(path: folder.path)), &reader).last
      else {
        Issue.record("no picture")
        return
      }
      #expect(plain.problems.count == 1 && plain.skippedLines.isEmpty)
    }
  }

  @Test func `sentences and searches are answered, in any case of letters`() throws {
    try withTemporaryFolder { folder in
      try write(folder)
      var reader = CorpusReader()
      let question = SentencesQuestion(
        source: CorpusSource(path: folder.path), language: "af", split: "train")
      func matches(_ text: String) -> [Int]? {
        let told = carryOut(.search(question, text: text), &reader)
        guard case .sentencesFound(let answer)? = told.last else { return nil }
        return answer.matches
      }
      #expect(matches("paris") == [0, 2], "it reads the file itself")
      #expect(matches("paris type:loc") == [0])
      #expect(matches("ari ada") == [0])
      #expect(matches("words>2") == [0])
      #expect(matches("words<2 no") == [1])
      #expect(matches("nothing") == [])
      let told = carryOut(.sentences(question), &reader)
      guard case .sentences(let answer)? = told.last else {
        Issue.record("\(told)")
        return
      }
      #expect(told.count == 1 && answer.isComplete && answer.sentences.count == 3)
      #expect(carryOut(.search(question, text: "a"), &reader, isCancelled: { true }).isEmpty)
      let broken = SentencesQuestion(
        source: CorpusSource(path: folder.path), language: "af", split: "dev")
      guard case .sentences(let failed)? = carryOut(.sentences(broken), &reader).last else {
        Issue.record("no sentences")
        return
      }
      #expect(failed.problem?.contains("af/dev:1") == true)
    }
  }

  @Test func `lengths are put into classes, the longest into the last`() {
    let few = LengthBins([2: 5, 4: 1, 9: 2], most: 10)
    #expect(few.bins.map(\.label) == (1...9).map { "\($0)" })
    #expect(few.bins.map(\.count) == [0, 5, 0, 1, 0, 0, 0, 0, 2])
    var lengths = Dictionary(uniqueKeysWithValues: (1...30).map { ($0, 10) })
    lengths[400] = 1
    let many = LengthBins(lengths, most: 6)
    #expect(many.bins.map(\.label) == ["1-5", "6-10", "11-15", "16-20", "21-25", "26-400"])
    #expect(many.bins.map(\.count) == [50, 50, 50, 50, 50, 51])
    #expect(LengthBins([:], most: 5).bins.isEmpty && LengthBins([1: 1], most: 0).bins.isEmpty)
  }
}
