package import Experiments
import Files
import Foundation
import GRDB
import RunFolders

/// How many runs of the notebook are under way at once, and what each of the others waits for.
extension Notebook {
  /// The numbers of runs that can be asked for.
  package static let jobsRange = 1...256

  /// The file with the number: `jobs` in the notebook's folder.
  private var jobsPath: String { folder + "/jobs" }

  /// How many runs may be under way at once: 1 unless somebody set another number.
  ///
  /// More than one is never chosen by itself: the runs share the processors, and the number of threads
  /// is a part of what makes two runs equal bit for bit.
  package var jobs: Int {
    get throws(NotebookError) {
      guard let text = try? String(contentsOfFile: jobsPath, encoding: .utf8) else {
        if access(jobsPath, F_OK) != 0 { return 1 }
        throw unreadableJobs("it cannot be read as text")
      }
      let word = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard let number = Int(word), Self.jobsRange.contains(number) else {
        throw unreadableJobs("line 1 is ‘\(word.prefix(40))’")
      }
      return number
    }
  }

  private func unreadableJobs(_ problem: String) -> NotebookError {
    NotebookError(
      .other, path: jobsPath,
      problem: "\(problem); expected a number, \(Self.jobsRange.lowerBound)…"
        + "\(Self.jobsRange.upperBound)",
      advice: "Set it again: primer jobs 1.")
  }

  /// Sets how many runs may be under way at once; a runner at work uses the new number from its next
  /// look at the queue on, and runs that have started continue.
  package func setJobs(_ number: Int) throws {
    precondition(Self.jobsRange.contains(number), "The number of jobs is checked where it is read")
    guard !isReadOnly else { throw readOnly() }
    try explainingFiles { try AtomicFile.write("\(number)\n", to: jobsPath) }
  }

  /// The runs that time methods of studies whose grids wait for that.
  package func timingRuns() throws -> Set<RunID> {
    var runs: Set<RunID> = []
    for file in studiesWaitingForTiming() {
      // A study that cannot be read is told of by whoever queues its grid.
      guard let study = try? Study.load(path: file.path) else { continue }
      runs.formUnion(try StudyTiming(study, near: file.path, in: self).open.map(\.id))
    }
    return runs
  }

  /// The threads of the engine that works on a run, as its journal says; nil before it says so.
  package func threadsAtWork(on run: RunID) throws -> Int? {
    try read { try RunIndexing.summary(of: run, $0).threads }
  }

  /// The threads of a queued run's last attempt, where that was on this machine and the run goes on
  /// from it; else nil.
  package func threadsBefore(of run: RunID) throws -> Int? {
    let journal = try read { try RunIndexing.summary(of: run, $0) }
    guard journal.attempt > 0, journal.host == ProcessInfo.processInfo.hostName else { return nil }
    let log = try explainingFiles { try RunLog(RunFolder(runFolder(run))) }
    return log.anewAttempt > journal.attempt ? nil : journal.threads
  }

  /// The most runs that are passed over since they wait for others' primed encoders.
  package static let mostPassedOver = 200

  /// What each queued run waits for; nothing is said of one that starts next.
  ///
  /// - Parameter rule: The rule of this machine; its slots are the notebook's.
  package func queueWaits(_ rule: QueueRule) throws -> [RunID: QueueWait] {
    let held = Set(try runsWithEngine())
    let runs = try runs()
    var queue = runs.filter { $0.state == .queued && $0.deleted == nil }
    var waits: [RunID: QueueWait] = [:]
    for run in queue where held.contains(run.id) { waits[run.id] = .starting }
    // Places count them, as the lists do.
    let startingCount = waits.count
    queue.removeAll { held.contains($0.id) }
    if queue.isEmpty { return waits }
    queue.sort { ($0.position, $0.id) < ($1.position, $1.id) }
    let underWay = runs.filter { run in
      held.contains(run.id) || [.running, .paused].contains(run.state) && !run.isEngineUnknown
    }
    var next: RunRecord?
    for (place, run) in queue.enumerated() {
      if next == nil {
        let lender =
          rule.slots > 1 && place < Self.mostPassedOver
          ? try primingToCome(for: run, from: underWay) : nil
        if let lender { waits[run.id] = .priming(of: lender) } else { next = run }
      } else {
        waits[run.id] = .turn(startingCount + place + 1)
      }
    }
    if let next { waits[next.id] = try obstacle(of: next, beside: underWay, rule) }
    return waits
  }

  /// What keeps the run that is next from starting beside those under way.
  private func obstacle(
    of run: RunRecord, beside underWay: [RunRecord], _ rule: QueueRule
  ) throws -> QueueWait? {
    let timed = try timingRuns()
    let occupants = try underWay.map { run in
      QueueRule.Occupant(
        run: run.id,
        threads: try threadsAtWork(on: run.id)
          ?? rule.threads(asked: run.experiment[Settings.threads], before: nil),
        isTimed: timed.contains(run.id))
    }
    let threads = rule.threads(
      asked: run.experiment[Settings.threads], before: try threadsBefore(of: run.id))
    return rule.obstacle(threads: threads, isTimed: timed.contains(run.id), beside: occupants)
  }
}
