package import Experiments
import Files
import Foundation
import NamedEntities
import RunFolders

/// The point of a run from which a new run begins, found in the notebook and fit for it.
///
/// What it needs is kept in `start/` of the new run's folder, laid out as the folder of a run, so
/// that the new run can begin, and go on, when the other one has gone on or is gone:
///
///     start/experiment.toml               the other run's experiment
///     start/checkpoints/000017/…          its checkpoint, or
///     start/primed/…, start/tuned/…       what it primed and tuned
///     start/start/…                       what it began with itself
package struct StartOrigin {
  /// The point.
  var point: StartPoint
  /// The folder that has its files, and its experiment.
  var folder: String
  var experiment: Experiment
  /// The checkpoint that holds it, if one does.
  var checkpoint: Int?

  /// Keeps what the point needs in the folder of the new run.
  func keep(in runFolder: String) throws {
    let target = runFolder + "/start"
    do {
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      try AtomicFile.write(experiment.resolvedToml(), to: target + "/experiment.toml")
      for part in parts where FileManager.default.fileExists(atPath: "\(folder)/\(part)") {
        try Self.link("\(folder)/\(part)", to: "\(target)/\(part)")
      }
    } catch {
      throw NotebookError(
        .readOnly, path: target,
        problem: "what run #\(point.run) has at that point cannot be kept here "
          + "(\(error.localizedDescription))",
        advice: "Check the folder's permissions, and that its disk has room.")
    }
  }

  /// The files and folders of the other run that the point needs.
  private var parts: [String] {
    var parts = experiment.beginsFromRun ? ["start"] : []
    if let checkpoint {
      let path = StartPoints.checkpointFolder(checkpoint, in: "")
      parts.append(String(path.dropFirst()))
    }
    switch point.place {
    case .priming: break
    case .primed, .tuning: parts.append("primed")
    case .tuned(let language): parts += ["primed", "tuned/\(language).safetensors"]
    }
    return parts
  }

  /// Gives a file, or every file of a folder, a second name.
  ///
  /// Nobody writes into them. Where a disk cannot give a second name they are copied.
  private static func link(_ source: String, to target: String) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: source, isDirectory: &isFolder) else { return }
    if isFolder.boolValue {
      try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
      for name in try manager.contentsOfDirectory(atPath: source) {
        try link("\(source)/\(name)", to: "\(target)/\(name)")
      }
      return
    }
    try manager.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    do {
      try manager.linkItem(atPath: source, toPath: target)
    } catch {
      try manager.copyItem(atPath: source, toPath: target)
    }
  }
}

extension Notebook {
  /// The points from which a run can begin that a run has left.
  package func startPoints(of run: RunID) throws -> StartPoints {
    guard let record = try self.run(run) else { throw noSuchRun(run) }
    return StartPoints(record)
  }

  /// What is wrong with the point that an experiment begins from: it is not there, or does not fit.
  package func startProblem(of experiment: Experiment) -> ExperimentError? {
    do {
      _ = try origin(of: experiment)
      return nil
    } catch let error as ExperimentError {
      return error
    } catch {
      return ExperimentError(
        key: Settings.startCheckpoint.key, problem: String(describing: error))
    }
  }

  /// The experiment as a run of this notebook has it: paths absolute, the point that it begins from
  /// in full.
  ///
  /// A point that is not there stays as it is written.
  package func planned(_ experiment: Experiment, near: String?) throws -> Experiment {
    var planned = try experiment.resolved(near: near)
    if let origin = try? origin(of: planned) {
      planned[Settings.startCheckpoint] = origin.point.text
    }
    return planned
  }

  /// The point that a resolved experiment begins from; nil where it names none.
  func origin(of experiment: Experiment) throws -> StartOrigin? {
    guard experiment.beginsFromRun, experiment[Settings.kind] != .pretraining else { return nil }
    let text = experiment[Settings.startCheckpoint]
    let key = Settings.startCheckpoint.key
    guard let reference = StartReference(text) else {
      throw ExperimentError(
        key: key, problem: "‘\(text)’ names no point of a run",
        expected: StartReference.expectation)
    }
    let origin: StartOrigin
    do {
      origin = try self.origin(reference, text)
    } catch {
      // Another run that began there has kept it.
      guard let other = try keptOrigin(text) else { throw error }
      origin = other
    }
    if let misfit = try experiment.misfit(with: origin) { throw misfit }
    return origin
  }

  private func origin(_ reference: StartReference, _ text: String) throws -> StartOrigin {
    let key = Settings.startCheckpoint.key
    let run: RunRecord
    do {
      run = try self.run(reference.run)
    } catch let error as NotebookError where error.kind == .noSuchRun {
      throw ExperimentError(
        key: key, problem: error.problem, expected: "a run of this notebook, as `primer runs` lists"
      )
    }
    guard run.experiment[Settings.kind] != .pretraining else {
      throw ExperimentError(
        key: key, problem: "run #\(run.id) made an encoder from text",
        expected: "its encoder as encoder.path: \(run.folder)/encoder")
    }
    let points = StartPoints(run)
    guard let choice = points.choice(reference.which) else {
      let there = points.choices.map(\.point.text).joined(separator: ", ")
      throw ExperimentError(
        key: key, problem: "run #\(run.id) has no point ‘\(text)’",
        expected: there.isEmpty
          ? "a run with a checkpoint; #\(run.id) is \(run.state.rawValue) and has none"
          : "one of \(there)")
    }
    return StartOrigin(
      point: choice.point, folder: run.folder, experiment: run.experiment,
      checkpoint: choice.checkpoint)
  }

  /// The point as another run has kept it that began there.
  private func keptOrigin(_ text: String) throws -> StartOrigin? {
    guard let point = StartPoint(text) else { return nil }
    for run in try runs().reversed() where run.experiment[Settings.startCheckpoint] == text {
      let folder = run.folder + "/start"
      guard
        let data = try? OrdinaryFile.contents(of: folder + "/experiment.toml", limit: 1_000_000),
        let toml = String(validating: data, as: UTF8.self),
        let experiment = try? Experiment(toml: toml, file: folder + "/experiment.toml")
      else { continue }
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")
      return StartOrigin(
        point: point, folder: folder, experiment: experiment,
        checkpoint: names?.compactMap { Int($0) }.max())
    }
    return nil
  }
}
