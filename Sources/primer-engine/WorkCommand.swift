import ArgumentParser
import Experiments
import Foundation
import Laboratory
import RunFolders
import Tensors

/// Carries out the run of a folder.
struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Carry out the run of a folder.",
    discussion: """
      SIGTERM, SIGINT or SIGHUP: it writes a checkpoint at the next step and ends as interrupted, with \
      exit status 75; primer resume goes on from there to the same numbers. SIGUSR1 does the same and \
      puts the run back into the queue. A second SIGTERM or SIGINT ends it at once, without a \
      checkpoint. SIGHUP is ignored under nohup.
      """, shouldDisplay: false)

  @Argument(help: "The run's folder.", completion: .directory)
  var folder: String

  @Option(help: "The open file by which whoever starts this engine has the run's lock.")
  var lockDescriptor: Int32?

  @Option(
    help: "The folder of a finished run with the same priming, whose primed encoder is taken.",
    completion: .directory)
  var reuse: String?

  @Flag(help: "Work though nobody can tell whether another engine does.")
  var takeOver = false

  func run() throws {
    let folder = RunFolder(Self.absolute(folder))
    let experiment = try folder.loadExperiment()
    let lock =
      try lockDescriptor.map { try RunLock(folder: folder.path, inherited: $0) }
      ?? RunLock(folder: folder.path)
    defer { lock.release() }
    let writer = try journal(of: folder, experiment)
    try check(writer, lock)
    let attempt = RunAttempt(
      experiment, writer: writer,
      engine: "libtorch \(Numerics.version), \(BlasLibrary.loaded().summary)",
      lender: reuse.map { path in
        let lender = RunFolder(Self.absolute(path))
        return .init(id: lender.number ?? 0, folder: lender.path)
      }, isAskedToEnd: { EndSignals.first != nil })
    TensorFailure.setHandler { text in
      try? writer.record(.log(.error, text))
      try? writer.finish(state: .failed, error: text)
    }
    let heartbeat = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    heartbeat.schedule(deadline: .now() + 2, repeating: 2)
    heartbeat.setEventHandler {
      writer.flushSoon()
      lock.touch()
    }
    heartbeat.resume()
    defer { heartbeat.cancel() }
    Numerics.useDeterministicAlgorithms()
    EndSignals.listen()
    do {
      try attempt.carryOut()
      try attempt.finish(.finished)
    } catch is RunStopped {
      guard let signal = EndSignals.first else { return try attempt.finish(.stopped) }
      try interrupt(attempt, writer, by: signal)
      throw ExitCode(EndSignals.exitStatus)
    } catch let error as RunFolderError where error.kind == .takenOver {
      throw error  // the run is another engine's
    } catch {
      try? writer.record(.log(.error, "\(error)"))
      try attempt.finish(.failed, error: "\(error)")
      throw ExitCode.failure
    }
  }

  /// The threads that the run of a command line asks for, which the environment must have before the
  /// numerical library is loaded; 0 where it asks for none, or this is another command.
  static func threads(askedBy arguments: [String]) -> Int {
    guard arguments.dropFirst().first == configuration.commandName else { return 0 }
    let experiments = arguments.dropFirst(2).lazy.compactMap { argument in
      try? RunFolder(absolute(argument)).loadExperiment()
    }
    return experiments.first?[Settings.threads] ?? 0
  }

  /// Writes that a signal ended the run, and that it wants to be run again where the signal says so.
  private func interrupt(
    _ attempt: RunAttempt, _ writer: JournalWriter, by signal: EndSignals.Received
  ) throws {
    let asked = signal.asksForAnotherAttempt ? "to end and be run again" : "to end"
    let reason = "The engine was asked \(asked) (\(signal.name)); it wrote a checkpoint."
    do {
      if signal.asksForAnotherAttempt { try writer.record(.log(.warning, reason)) }
      try attempt.finish(.interrupted, error: reason)
      if signal.asksForAnotherAttempt { try attempt.requeue() }
    } catch let error as RunFolderError where error.kind == .full {
      // The disk has no room even for that: the exit status says it.
    }
  }

  /// The journal of a run; where the disk has no room for the file, it waits for some.
  private func journal(
    of folder: RunFolder, _ experiment: Experiment
  ) throws -> JournalWriter {
    while true {
      do {
        return try JournalWriter(folder, innerSteps: experiment[Settings.innerSteps])
      } catch {
        let isStopped = Requests.pending(in: folder).contains { $0.control == .stop }
        guard error.kind == .full, !isStopped else { throw error }
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
  }

  /// Throws unless the run waits for an engine, and it is certain that no other works on it.
  private func check(_ writer: JournalWriter, _ lock: RunLock) throws {
    let (folder, journal) = (writer.folder, writer.opening.summary)
    let status = RunStatus(
      journal: journal, log: try RunLog(folder), lock: lock.isCertain ? .nobody : .unknown(""))
    guard status.state == .queued || takeOver && !status.state.isFinal else {
      let since = journal.host.map { ", by an engine on \($0)" } ?? ""
      throw LaboratoryError(
        "\(folder.path) is \(status.state.rawValue)\(status.isUnknown ? since : ""); expected it in "
          + "the queue."
          + (status.isUnknown
            ? " This file system has no locks: where that engine is gone, use --take-over." : ""))
    }
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
