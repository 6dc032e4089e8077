import Foundation

/// What is measured of the screens, from outside: in a terminal of their own, as a user has them.
struct FeelMeasurement {
  /// Milliseconds of several repetitions.
  struct Times: Codable {
    var median: Double
    var worst: Double
    var count: Int

    init(_ milliseconds: [Double]) {
      let sorted = milliseconds.sorted()
      median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
      worst = sorted.last ?? 0
      count = sorted.count
    }
  }

  /// A key, and how long until the last cell of its answer was on the screen.
  struct KeyTimes: Codable {
    var key: String
    var does: String
    var milliseconds: Times
    /// What was written in answer, on average.
    var bytes: Int
  }

  let program: String
  let arguments: [String]
  let environment: [String: String]
  let width: Int
  let height: Int
  private let clock = ContinuousClock()

  init(program: String, notebook: String, home: String, width: Int, height: Int) {
    self.program = program
    arguments = ["--notebook", notebook]
    environment = ProcessInfo.processInfo.environment.merging([
      "TERM": "xterm-256color", "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home,
    ]) { $1 }.filter { $0.key != "NO_COLOR" }
    (self.width, self.height) = (width, height)
  }

  private func start() throws -> TerminalProgram {
    try TerminalProgram(
      program, arguments: arguments, environment: environment, width: width, height: height)
  }

  /// The time from the command to the list with a run's name in it.
  func firstScreen(showing name: String, repetitions: Int) throws -> Times {
    Times(
      try (0..<repetitions).map { _ in
        let begin = clock.now
        let terminal = try start()
        var seen: [UInt8] = []
        while clock.now - begin < .seconds(20) {
          seen += terminal.output(within: 100)
          if String(decoding: seen, as: UTF8.self).contains(name) {
            let time = milliseconds(since: begin)
            terminal.end()
            return time
          }
        }
        throw CommandFailure("The list of runs never came.")
      })
  }

  /// The times of keys that are pressed one after the other, each as often as told, when nothing
  /// else goes on.
  func keys(
    _ script: [(key: String, text: String, does: String, isMeasured: Bool)], rounds: Int
  ) throws -> [KeyTimes] {
    let terminal = try start()
    settle(terminal, quiet: 400)
    var found: [String: (does: String, times: [Double], bytes: Int)] = [:]
    var order: [String] = []
    for _ in 0..<rounds {
      for step in script {
        settle(terminal, quiet: 60)
        let begin = clock.now
        terminal.type(step.text)
        var (last, bytes) = (0.0, 0)
        // What comes later than that is the clock's, not the key's.
        while milliseconds(since: begin) < 400 {
          let output = terminal.output(within: bytes == 0 ? 350 : 30)
          if output.isEmpty { break }
          last = milliseconds(since: begin)
          bytes += output.count
        }
        guard step.isMeasured, bytes > 0 else { continue }
        if found[step.key] == nil { order.append(step.key) }
        found[step.key, default: (step.does, [], 0)].times.append(last)
        found[step.key]?.bytes += bytes
      }
    }
    return order.compactMap { key in
      found[key].map {
        KeyTimes(
          key: key, does: $0.does, milliseconds: Times($0.times), bytes: $0.bytes / $0.times.count)
      }
    }
  }

  /// The time from Enter until a run that was not looked at before stands there with all its curves.
  func opening(_ command: String, repetitions: Int) throws -> Times {
    Times(
      try (0..<repetitions).map { _ in
        let terminal = try start()
        settle(terminal, quiet: 400)
        terminal.type(String(command.dropLast()))
        settle(terminal, quiet: 200)
        let begin = clock.now
        terminal.type(String(command.suffix(1)))
        var last = 0.0
        while last < 5000, !terminal.output(within: 500).isEmpty {
          last = milliseconds(since: begin)
        }
        return last
      })
  }

  /// How often a second the screen is drawn while a key repeats 200 times a second.
  func framesPerSecond(key: String, opening: String) throws -> Double {
    let terminal = try start()
    settle(terminal, quiet: 400)
    terminal.type(opening)
    settle(terminal, quiet: 400)
    let begin = clock.now
    var (frames, lastOutput) = (0, -1000.0)
    while milliseconds(since: begin) < 3000 {
      terminal.type(key)
      let wait = clock.now
      repeat {
        let output = terminal.output(within: 1)
        if output.isEmpty { continue }
        let time = milliseconds(since: begin)
        // What is written in several pieces is one frame.
        if time - lastOutput > 10 { frames += 1 }
        lastOutput = time
      } while milliseconds(since: wait) < 5
    }
    return Double(frames) / 3
  }

  /// The share of a processor that the screens take while nobody types.
  func idleShare(opening: String, seconds: Double) throws -> Double {
    let terminal = try start()
    settle(terminal, quiet: 400)
    terminal.type(opening)
    settle(terminal, quiet: 1000)
    let (before, begin) = (terminal.processorSeconds, clock.now)
    while milliseconds(since: begin) < seconds * 1000 { _ = terminal.output(within: 100) }
    return (terminal.processorSeconds - before) / (milliseconds(since: begin) / 1000)
  }

  /// Waits until nothing was written for so many milliseconds, or two seconds.
  private func settle(_ terminal: TerminalProgram, quiet: Int32) {
    let begin = clock.now
    while milliseconds(since: begin) < 5000, !terminal.output(within: quiet).isEmpty {}
  }

  private func milliseconds(since begin: ContinuousClock.Instant) -> Double {
    (clock.now - begin) / .milliseconds(1)
  }
}
