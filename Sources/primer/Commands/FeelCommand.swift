import ArgumentParser
import Foundation

/// Measures how fast the screens answer on this machine.
struct FeelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feel", abstract: "Measure how fast the screens answer on this machine.",
    discussion: """
      It records a run of many steps into a notebook of its own, opens the screens in a terminal of \
      their own, presses keys, and measures until the last changed cell was written: what a user \
      would have to wait for. Nothing else should be running meanwhile.
      """)

  @Option(help: "How many outer steps the run has; each is a point of several curves.")
  var points = 100_000

  @Option(help: "How many runs the list has besides.")
  var runs = 200

  @Option(help: "How often each key is pressed.")
  var rounds = 5

  @Option(help: ArgumentHelp("The terminal's size.", valueName: "columns×rows"))
  var size = "160x48"

  @OptionGroup var output: OutputOptions

  /// What is measured, as JSON has it.
  struct Report: Encodable {
    var points: Int
    var runs: Int
    var firstScreenMilliseconds: FeelMeasurement.Times
    var openingMilliseconds: FeelMeasurement.Times
    var keys: [FeelMeasurement.KeyTimes]
    var framesPerSecond: Double
    var idleProcessorPercent: Double
  }

  func validate() throws {
    guard (1...10_000_000).contains(points), (0...100_000).contains(runs),
      (1...1000).contains(rounds)
    else { throw ValidationError("--points, --runs and --rounds are numbers from 1 on.") }
    _ = try ScreenSize.parse(size)
  }

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "primer-feel-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let notebook = folder.appending(path: "notebook").path
    if !output.json { printError("Recording a run of \(points) steps …") }
    try FeelNotebook.write(folder: notebook, points: points, runs: runs)
    let (width, height) = try ScreenSize.parse(size)
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let measurement = FeelMeasurement(
      program: program, notebook: notebook, home: folder.path, width: width, height: height)
    if !output.json { printError("Measuring …") }
    let report = Report(
      points: points, runs: runs,
      firstScreenMilliseconds: try measurement.firstScreen(
        showing: FeelNotebook.name, repetitions: max(rounds, 5)),
      openingMilliseconds: try measurement.opening(opening, repetitions: max(rounds, 3)),
      keys: try measurement.keys(script, rounds: rounds),
      framesPerSecond: try measurement.framesPerSecond(key: "v", opening: opening),
      idleProcessorPercent: 100 * (try measurement.idleShare(opening: opening, seconds: 5)))
    try show(report)
  }

  private func show(_ report: Report) throws {
    if output.json {
      try printJSON(report)
      return
    }
    func text(_ value: Double) -> String { String(format: "%.1f", value) }
    let first = report.firstScreenMilliseconds
    print(
      "first screen     \(text(first.median)) ms (worst of \(first.count): \(text(first.worst)))")
    let opened = report.openingMilliseconds
    print(
      "all its curves   \(text(opened.median)) ms (worst of \(opened.count): \(text(opened.worst)))"
    )
    print("frames a second  \(text(report.framesPerSecond)) while a key repeats")
    print("idle             \(text(report.idleProcessorPercent)) % of a processor\n")
    var table = TextTable([
      .left("key"), .left("does"), .right("median ms"), .right("worst ms"), .right("bytes"),
    ])
    for key in report.keys {
      table.add([
        key.key, key.does, text(key.milliseconds.median), text(key.milliseconds.worst),
        "\(key.bytes)",
      ])
    }
    print(table.text)
  }

  /// Opens the long run, which is the newest.
  private var opening: String { ":open \(runs + 1)\r" }

  private var script: [(key: String, text: String, does: String, isMeasured: Bool)] {
    [
      ("↓", "\u{1B}OB", "moves in the list", true), ("PgDn", "\u{1B}[6~", "moves by a page", true),
      ("Home", "\u{1B}OH", "moves to the first", true), ("/", "/", "begins a filter", true),
      ("/f", "f", "filters the list", true), ("Esc", "\u{1B}", "ends it", true),
      ("s", "s", "sorts the list", true), ("S", "S", "turns it round", true),
      (":", ":", "begins a command", true), ("", "open \(runs + 1)", "", false),
      ("Enter", "\r", "opens the long run", true),
      ("→", "\u{1B}OC", "moves the chart's cursor", true),
      ("→", "\u{1B}OC", "", true), ("+", "+", "zooms in", true), ("+", "+", "", true),
      ("+", "+", "", true), (">", ">", "moves the zoomed chart", true),
      ("-", "-", "zooms out", true),
      ("0", "0", "shows the whole curves", true), ("y", "y", "logarithmic axis", true),
      ("y ", "y", "linear axis", true), ("a", "a", "counts epochs", true), ("a", "a", "", true),
      ("a", "a", "", true), ("v", "v", "next curves", true), ("v", "v", "", true),
      ("V", "V", "", false),
      ("V", "V", "", false), ("z", "z", "enlarges", true), ("z", "z", "", true),
      ("Tab", "\t", "next pane", true), ("Tab", "\t", "", true), ("?", "?", "shows the help", true),
      ("q", "q", "goes back", true), ("", "q", "", false),
    ]
  }
}
