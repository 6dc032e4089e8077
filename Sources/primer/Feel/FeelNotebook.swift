import Experiments
import Files
import Foundation
import LabNotebook
import NamedEntities
import RunFolders

/// A notebook with one very long run and many short ones, whose folders are as the engine writes them.
enum FeelNotebook {
  /// What the long run is called.
  static let name = "one very long run"

  /// Writes it: the newest run has `points` outer steps with an inner step each, an evaluation in every
  /// hundredth part, and no end to its loss's noise.
  static func write(folder: String, points: Int, runs: Int) throws {
    for number in 0..<runs {
      var other = Experiment()
      try other.set(Settings.name.key, to: "short run \(number + 1)")
      try other.set(Settings.seed.key, to: .integer(number + 1))
      try write(other, as: number + 1, in: folder) { journal in
        for step in 1...20 {
          try journal.add(.outerLoss, step, 2 / Double(step))
          try journal.add(.outerGradientNorm, step, 1)
          try journal.add(.outerLearningRate, step, 2e-5)
        }
        try journal.add(result("nl", right: number % 90, of: 100, step: 20))
      }
    }
    var experiment = Experiment()
    try experiment.set(Settings.name.key, to: name)
    experiment[Settings.innerSteps] = 1
    experiment[Settings.primingSteps] = min(points, 1_000_000)
    try write(experiment, as: runs + 1, in: folder) { journal in
      try journal.add(.phase(.priming, language: nil))
      var noise: UInt64 = 20_261_127
      for step in 1...points {
        noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let loss = 0.2 + 2 / Double(step).squareRoot() + Double(noise >> 40) / Double(1 << 26)
        try journal.add(.innerLoss, "en", step, task: 1, inner: 1, loss * 1.3)
        try journal.add(.outerLoss, step, loss)
        try journal.add(.outerGradientNorm, step, 1 + loss)
        try journal.add(.outerLearningRate, step, 2e-5)
        if step % max(points / 100, 1) == 0 {
          for (index, language) in ["nl", "hi", "af", "lt"].enumerated() {
            try journal.add(
              result(language, right: 20 + step * 40 / points + index, of: 100, step: step))
          }
        }
      }
    }
    try Notebook.open(folder: folder).close()
  }

  /// Writes the folder of a finished run.
  private static func write(
    _ experiment: Experiment, as number: Int, in notebook: String,
    _ measure: (inout FeelJournal) throws -> Void
  ) throws {
    let folder = RunFolder("\(notebook)/runs/\(number)")
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    try AtomicFile.write(experiment.resolvedToml(), to: folder.experiment, isDurable: false)
    var log = LineBuffer()
    let header = RunLog.Header(
      created: Date().timeIntervalSince1970, name: experiment[Settings.name], study: "")
    try RunLog.Line.header(header).write(to: &log)
    try AtomicFile.write(log.bytes, to: folder.log, isDurable: false)
    var journal = try FeelJournal(folder.journal)
    try measure(&journal)
    try journal.add(.stateChanged(.finished))
    try journal.flush()
  }

  private static func result(
    _ language: String, right: Int, of count: Int, step: Int
  ) -> EvaluationResult {
    let gold = (0..<count).map { [EntitySpan(type: "PER", words: $0..<$0 + 1)] }
    let predicted = gold.enumerated().map { $0 < right ? $1 : [] }
    return EvaluationResult(
      language: language, split: "dev", phase: .priming, step: step,
      scores: EntityScores(gold: gold, predicted: predicted), sentenceCount: count,
      cutSentenceCount: 0, seconds: 0.1)
  }
}

/// The journal of a run that was never carried out.
private struct FeelJournal {
  private var lines = LineBuffer()
  private let file: FileHandle
  private let path: String

  init(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      throw CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    self.path = path
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let engine = JournalLine.Engine(
      processID: ProcessInfo.processInfo.processIdentifier, host: "nowhere", boot: "", threads: 1,
      engine: "none")
    try add(.started(attempt: 1, time: now, engine))
  }

  private var now: Double { Date().timeIntervalSince1970 }

  mutating func add(_ event: Event) throws {
    try add(.event(time: now, event, request: nil))
  }

  mutating func add(_ series: Series, _ step: Int, _ value: Double) throws {
    try add(series, nil, step, task: nil, inner: nil, value)
  }

  mutating func add(
    _ series: Series, _ language: String?, _ step: Int, task: Int?, inner: Int?, _ value: Double
  ) throws {
    let point = SeriesPoint(
      SeriesKey(series, language: language), step: step, task: task, innerStep: inner,
      value: value, time: now)
    JournalLine.write(point, to: &lines)
    if lines.count > 1 << 20 { try flush() }
  }

  mutating func add(_ result: EvaluationResult) throws {
    let f1 = result.scores.micro.f1
    try add(.f1(split: result.split), result.language, result.step, task: nil, inner: nil, f1)
    try add(.result(time: now, result))
  }

  private mutating func add(_ line: JournalLine) throws { try line.write(to: &lines) }

  mutating func flush() throws {
    try file.write(contentsOf: Data(lines.bytes))
    lines = LineBuffer()
  }
}
