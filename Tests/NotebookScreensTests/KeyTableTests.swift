import Foundation
import NotebookScreens
import RunFolders
import TerminalUI
import Testing

/// The laws of the key table.
@Suite struct KeyTableTests {
  static let contexts = KeyContext.all

  @Test(arguments: contexts) func `no key means two things in one context`(
    context: KeyContext
  ) {
    var seen: [KeyEvent: Action] = [:]
    for binding in KeyTable.all where binding.contexts.contains(context) {
      for key in binding.keys {
        #expect(
          seen[key] == nil, "\(key) is \(binding.action) and \(String(describing: seen[key]))")
        seen[key] = binding.action
      }
    }
    #expect(!seen.isEmpty)
  }

  @Test func `each binding has a label, a sentence of help, and a known context`() {
    for binding in KeyTable.all {
      #expect(!binding.label.isEmpty && binding.label.count <= 13, "\(binding.action)")
      #expect(binding.help.hasSuffix("."), "\(binding.help)")
      #expect(binding.help.first?.isUppercase == true, "\(binding.help)")
      #expect(!binding.contexts.isEmpty && binding.contexts.isSubset(of: KeyContext.all))
    }
  }

  @Test func `each action can be reached by a key`() {
    let bound = Set(KeyTable.all.map(\.action))
    #expect(Set(Action.all).subtracting(bound).isEmpty)
  }

  @Test(arguments: contexts) func `the key bar always shows the way to the help and back`(
    context: KeyContext
  ) {
    guard KeyContext.screens.contains(context) else { return }
    for columns in [60, 80, 160] {
      let bar = KeyMap.standard.bar(of: context, columns: columns)
      #expect(bar.contains { $0.action == .help })
      #expect(bar.contains { $0.action == .back })
      let own = bar.prefix { $0.action != .help && $0.action != .theme }
      let always = bar.filter { [.help, .command, .back].contains($0.action) }
      let width = (own + always).reduce(0) { $0 + "\($1.keys[0])\($1.label)".count + 4 }
      #expect(width <= columns)
    }
  }

  @Test(arguments: [KeyContext.probe, .note, .chooser, .prompt, .confirmation, .grid])
  func `where text is typed, and in front, the key bar always shows the ways out`(
    context: KeyContext
  ) {
    let all = KeyMap.standard.bindings(of: context)
    let ways = all.filter { [.help, .back, .confirm, .cancel].contains($0.action) }
    for columns in [60, 80, 160] {
      let bar = KeyMap.standard.bar(of: context, columns: columns)
      #expect(ways.allSatisfy(bar.contains), "\(context.name) at \(columns)")
      let width = bar.reduce(-1) { $0 + "\($1.keys[0])\($1.label)".count + 4 }
      #expect(width <= columns, "\(context.name) at \(columns): \(width)")
    }
  }

  @Test func `the README's list has a row for each binding`() {
    let rows = KeyMap.standard.markdown.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let shared = KeyMap.standard.shared.count
    let own = KeyContext.all.reduce(0) { $0 + KeyMap.standard.bindings(of: $1).count }
    #expect(rows.count == shared + own)
  }

  @Test func `the key bar of a screen has only keys that can be used now`() {
    func bar(_ run: Int) -> String {
      var state = Fixture.stateWithRuns(width: 160, height: 48)
      Fixture.script(&state, Fixture.typed(":open \(run)") + [Fixture.key(.enter)])
      return view(state, width: 160, height: 48, glyphs: .braille).row(47)
    }
    let (running, finished, stopped) = (bar(5), bar(1), bar(3))
    #expect(running.contains("p  Pause") && !running.contains("R  Resume"))
    #expect(!finished.contains("Pause") && !finished.contains("Resume"))
    #expect(stopped.contains("R  Resume") && stopped.contains("N  Note"))
  }

  @Test func `Esc on the first screen says how to quit, and q quits`() {
    var state = Fixture.stateWithRuns()
    #expect(Fixture.script(&state, [Fixture.key(.escape)]).isEmpty)
    #expect(state.notice?.text.hasPrefix("q quits.") == true)
    #expect(Fixture.script(&state, Fixture.typed("q")) == [.quit])
  }

  @Test func `help opened in a pane shows its keys, then its screen's, then those of all`() throws {
    var state = Fixture.stateWithRuns(width: 100, height: 40)
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)])
    for _ in 0..<20 where state.context != .runLog { Fixture.script(&state, [Fixture.key(.tab)]) }
    Fixture.script(&state, Fixture.typed("?"))
    let text = view(state, width: 100, height: 120, glyphs: .braille).text()
    let places = ["Run: the log", "Smooth the curves", "On every screen", "An empty notebook"]
      .compactMap { text.range(of: $0)?.lowerBound }
    #expect(places.count == 4 && places == places.sorted())
  }

  @Test func `the help is searched, and q takes the search back before it leaves`() {
    var state = Fixture.stateWithRuns()
    Fixture.script(&state, GoldenScreen.keys("?/smooth"))
    func text() -> String { view(state, width: 80, height: 24, glyphs: .braille).text() }
    #expect(text().contains("Smooth the curves") && !text().contains("Pause the run"))
    #expect(text().contains("Run") && text().contains(":smooth WEIGHT"), "under their headings")
    Fixture.script(&state, GoldenScreen.keys("zzz"))
    #expect(text().contains("No key does that."))
    Fixture.script(&state, GoldenScreen.keys("\rq"))
    #expect(state.context == .help && text().contains("Pause the run"))
    Fixture.script(&state, GoldenScreen.keys("q"))
    #expect(state.context == .runs)
  }

  @Test func `typed commands are completed`() {
    var state = Fixture.stateWithRuns()
    #expect(
      TypedCommands.completions(of: "the", in: state) == ["theme"])
    #expect(
      TypedCommands.completions(of: "theme ", in: state) == ["theme dark", "theme light"])
    #expect(TypedCommands.completions(of: "sort f", in: state) == ["sort f1"])
    #expect(
      TypedCommands.completions(of: "axis", in: state) == ["x-axis"], "what has it within")
    #expect(
      TypedCommands.completions(of: "several", in: state) == ["duplicate"],
      "what it is said to do")
    Fixture.script(&state, Fixture.typed(":sor") + [Fixture.key(.tab)])
    guard let prompt = state.overlay as? Prompt else {
      Issue.record("the command line is gone")
      return
    }
    #expect(prompt.line.text == "sort")
  }

  @Test func `every action but those of dialogs can be typed by its name, and completes`() {
    let state = Fixture.stateWithRuns()
    for action in Action.all where ![.confirm, .cancel, .complete].contains(action) {
      let name = action.name
      #expect(TypedCommands.completions(of: String(name.prefix(2)), in: state).contains(name))
      var typed = state
      Fixture.script(&typed, Fixture.typed(":\(name)") + [Fixture.key(.enter)])
      #expect(typed.notice?.text.contains("no command") != true, "\(name)")
    }
  }

  @Test func `the help says what each mark means`() {
    var state = Fixture.stateWithRuns(width: 80, height: 200)
    Fixture.script(&state, Fixture.typed("?"))
    for glyphs in Glyphs.allCases {
      let text = view(state, width: 80, height: 400, glyphs: glyphs).text()
      for run in RunState.allCases {
        #expect(text.contains("A run: \(run.rawValue)."), "\(glyphs)")
      }
      #expect(text.contains("On a chart's axis: setting changed."))
      #expect(text.contains("A run in the list: the best F1 so far"))
    }
  }
}
