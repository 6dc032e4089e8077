import Experiments
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import Testing

/// Encoders: which there are, what they hold, which languages they cover.
@Suite struct EncodersScreenTests {
  private func type(_ state: inout AppState, _ text: String) -> [Effect] {
    Fixture.script(&state, text.map { Fixture.key($0 == "\r" ? .enter : .character($0)) })
  }

  private func text(_ state: AppState) -> String {
    view(state, width: state.width, height: state.height, glyphs: .braille).text()
  }

  private let question = CoverageQuestion(
    encoder: "sample-data/encoder", corpus: "sample-data/panx")

  @Test func `those of runs are looked at, then the vocabulary of the one under the cursor`() {
    var state = Fixture.stateWithRuns()
    let sample = EncoderPlace(path: "sample-data/encoder", label: "the sample encoder")
    let primed = EncoderPlace(
      path: "/notebook/runs/1/primed", label: "#1 priming for adapters, seed 3, primed",
      isOptional: true)
    #expect(type(&state, "E") == [.survey(.cachedModels), .survey(.encoders([sample, primed]))])
    #expect(state.wantedSurveys == ["cached models", "encoders", "coverage"])
    #expect(
      Fixture.script(
        &state, [.encoder(path: sample.path, .known(Fixture.encoder))])
        == [.survey(.coverage(question))])
    #expect(text(state).contains("cutting words into subwords…"))
    #expect(Fixture.script(&state, [.encoder(path: primed.path, nil)]).isEmpty)
    #expect(state.library.listedEncoders == [sample], "what is not there is not listed")
    Fixture.script(&state, [.coverage(Fixture.coverage)])
    let screen = text(state)
    // 996 of 1000 words; 1374 subwords of those 996; 771 whole.
    #expect(screen.contains("99.6   1.38    77.1"))
    #expect(screen.contains("91.2   1.75    61.3"))
    #expect(Fixture.script(&state, [.time(Fixture.noon)]).isEmpty, "nothing is asked twice")
  }

  @Test(arguments: [60, 80, 125, 126, 160, 200])
  func `the facts of an encoder stand once, where there is room for them`(width: Int) {
    var state = Fixture.stateWithRuns(width: width, height: 48)
    _ = type(&state, "E")
    Fixture.script(&state, Fixture.shelves)
    for keys in ["", "z"] {
      _ = type(&state, keys)
      #expect(text(state).ranges(of: "feed-forward").count == 1, "\(width) \(keys)")
    }
  }

  @Test func `enlarged, the facts take no more rows than they have`() {
    var state = Fixture.stateWithRuns(width: 80, height: 24)
    _ = type(&state, "E")
    Fixture.script(&state, Fixture.shelves)
    _ = type(&state, "z")
    let lines = text(state).split(separator: "\n")
    let weights = lines.firstIndex { $0.contains("weights") } ?? 0
    #expect(lines[weights + 1].hasPrefix("╰"), "\(text(state))")
  }

  @Test func `an encoder is listed once, however it is spelled, with the cursor on it`() {
    var state = Fixture.state()
    let runs = ["/models/e5", "/models//e5/"].enumerated().map {
      Fixture.run(
        RunID($0 + 1), "run", .finished, ["encoder.path": $1, "priming.method": "none"])
    }
    Fixture.script(&state, [.runs(runs)])
    _ = type(&state, ":encoders /models/./e5\r")
    Fixture.script(&state, Fixture.shelves)
    #expect(state.library.listedEncoders.map(\.path) == ["sample-data/encoder", "/models/./e5"])
    Fixture.script(&state, [.encoder(path: "/models/./e5", .failed("it is broken"))])
    #expect(text(state).contains("it is broken"))
  }

  @Test func `models in the Hugging Face cache are listed and chosen by name`() {
    var state = Fixture.stateWithRuns()
    _ = type(&state, "E")
    Fixture.script(&state, Fixture.shelves)
    let place = EncoderPlace(
      path: "FacebookAI/xlm-roberta-base", label: "in the Hugging Face cache")
    let effects = Fixture.script(&state, [.cachedModels([place.path])])
    #expect(effects == [.survey(.encoders([place]))])
    Fixture.script(&state, [.encoder(path: place.path, .known(Fixture.encoder))])
    _ = type(&state, "je")
    #expect(state.stack.top(ExperimentForm.self)?.text("encoder.path") == place.path)
  }

  @Test func `an encoder that is typed is added, looked at and remembered`() {
    var state = Fixture.stateWithRuns()
    _ = type(&state, "E")
    Fixture.script(&state, Fixture.shelves)
    let effects = type(&state, "o/models/e5\r")
    #expect(
      effects.suffix(2) == [
        .notebook(.remember(["/models/e5"], key: "encoders.paths")),
        .survey(.encoders([EncoderPlace(path: "/models/e5", label: "typed before")])),
      ])
    Fixture.script(&state, [.encoder(path: "/models/e5", .failed("/models/e5: no config.json"))])
    #expect(text(state).contains("unreadable"))
    _ = type(&state, "e")
    #expect(state.notice?.text == "/models/e5: no config.json")
    _ = type(&state, "ge")
    guard let form = state.stack.top(ExperimentForm.self) else {
      Issue.record("no form")
      return
    }
    #expect(form.text("encoder.path") == "sample-data/encoder")
  }

  @Test func `the form's encoder is browsed, and what is chosen filled in`() {
    var state = Fixture.stateWithRuns()
    _ = type(&state, "n:set encoder.path /models/e5\rb")
    #expect(state.context == .encoders)
    Fixture.script(&state, Fixture.shelves)
    _ = type(&state, "e")
    guard let form = state.stack.top(ExperimentForm.self), state.stack.count == 1 else {
      Issue.record("the form is not back")
      return
    }
    #expect(form.text("encoder.path") == "sample-data/encoder")
  }

  @Test func `vocabularies are measured on another corpus`() {
    var state = Fixture.stateWithRuns()
    _ = type(&state, "E")
    Fixture.script(&state, Fixture.shelves)
    _ = type(&state, "canother\r")
    let effects = type(&state, "/data/panx\r")
    #expect(
      effects.last
        == .survey(.coverage(.init(encoder: "sample-data/encoder", corpus: "/data/panx"))))
  }
}
