import Files
import Foundation
package import ModelFiles
import NamedEntities
import Tensors

/// The checkpoints of a run, in `checkpoints/` of its folder: a numbered folder each.
///
///     checkpoints/000017/state.json           where the run is, and the digest of the tensors
///     checkpoints/000017/tensors.safetensors  what has moved; not there between two phases
///
/// One is written beside the others and renamed when it is whole and on the disk, so that a crash
/// or a power cut leaves the ones before. The last two stay, and the best by dev F1.
package struct CheckpointStore {
  /// The folder of all.
  package let folder: String

  /// The run's folder.
  package let runFolder: String
  private let keep: Int

  /// The checkpoints of a run's folder: the last two, and the best.
  package init(runFolder: String) {
    self.init(folder: runFolder + "/checkpoints", keep: 2)
  }

  /// Checkpoints anywhere below a run's folder, of which the last `keep` stay.
  init(folder: String, keep: Int) {
    self.folder = folder
    self.keep = keep
    runFolder = (folder as NSString).deletingLastPathComponent
  }

  /// The numbers of the checkpoints that are there, oldest first.
  package func numbers() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // Nobody counts so far; a larger number in a folder's name is not ours.
    return names.compactMap { name in
      Int(name).flatMap {
        (1...999_999_999).contains($0) && path($0).hasSuffix("/\(name)") ? $0 : nil
      }
    }.sorted()
  }

  /// Where a checkpoint is.
  package func path(_ number: Int) -> String {
    folder + "/" + String(repeating: "0", count: max(0, 6 - String(number).count)) + "\(number)"
  }

  /// Where the next checkpoint will be.
  package var nextPath: String { path((numbers().last ?? 0) + 1) }

  /// Writes a checkpoint after all others, and removes those that are not needed any more.
  ///
  /// - Returns: Its path.
  @discardableResult
  package func write(_ checkpoint: Checkpoint) throws -> String {
    let number = (numbers().last ?? 0) + 1
    let path = path(number)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let pending = try PendingFolder(beside: path)
    var state = checkpoint.state
    if !checkpoint.tensors.isEmpty {
      let file = pending.path + "/tensors.safetensors"
      try SafetensorsFile.write(checkpoint.tensors, to: file)
      state.digest = try Digest.ofFile(file)
    }
    try AtomicFile.write(CheckpointState.data(of: state), to: pending.path + "/state.json")
    guard try pending.put(at: path) else { throw FileError.system(EEXIST, path: path) }
    prune()
    return path
  }

  /// The newest checkpoint that can be read and is accepted.
  ///
  /// - Parameters:
  ///   - accepts: Why a state is not to be used; nil for one that is.
  ///   - onProblem: Told what is wrong with each newer one.
  package func newest(
    accepts: (Checkpoint.State) -> String? = { _ in nil }, onProblem: (String) throws -> Void
  ) rethrows -> Checkpoint? {
    for number in numbers().reversed() {
      switch Result(catching: { () throws(ModelFileError) in try usable(number, accepts) }) {
      case .success(.success(let checkpoint)): return checkpoint
      case .success(.failure(let refusal)): try onProblem(refusal.text)
      case .failure(let error): try onProblem("\(error)")
      }
    }
    return nil
  }

  /// Why a checkpoint that can be read is not used.
  private struct Refusal: Error {
    var text: String
  }

  private func usable(
    _ number: Int, _ accepts: (Checkpoint.State) -> String?
  ) throws(ModelFileError) -> Result<Checkpoint, Refusal> {
    if let complaint = accepts(try state(number)) {
      return .failure(Refusal(text: "\(path(number)): \(complaint)."))
    }
    return .success(try read(number))
  }

  /// Reads a checkpoint and checks that it is whole, and so are the files that it goes on from.
  package func read(_ number: Int) throws(ModelFileError) -> Checkpoint {
    let state = try state(number)
    for (name, digest) in (state.files ?? [:]).sorted(by: { $0.key < $1.key }) {
      try check(runFolder + "/" + name, digest)
    }
    guard let expected = state.digest else { return Checkpoint(state: state) }
    let file = path(number) + "/tensors.safetensors"
    try check(file, expected)
    return Checkpoint(state: state, tensors: try SafetensorsFile(path: file).tensors())
  }

  private func check(_ file: String, _ expected: String) throws(ModelFileError) {
    let found = try Digest.ofFile(file, like: expected)
    guard found == expected else {
      throw ModelFileError(
        path: file, problem: "its bytes are not those that were written",
        expected: "the digest \(expected.shortened(to: 40)), not \(found)")
    }
  }

  func state(_ number: Int) throws(ModelFileError) -> Checkpoint.State {
    try CheckpointState.read(path(number) + "/state.json")
  }

  /// Removes all but the last two and the best by dev F1.
  private func prune() {
    let numbers = numbers()
    let best = best(of: numbers)
    for number in numbers.dropLast(keep) where number != best { remove(number) }
  }

  /// Removes what a finished run needs no more: all but the best by dev F1.
  package func removeAllButBest() {
    let best = best(of: numbers())
    for number in numbers() where number != best { remove(number) }
    if numbers().isEmpty { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Removes all: the run begins again from nothing.
  package func removeAll() throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    try FileManager.default.removeItem(atPath: folder)
  }

  /// One that cannot be removed does no harm; the next write tries again.
  private func remove(_ number: Int) {
    try? FileManager.default.removeItem(atPath: path(number))
  }

  private func best(of numbers: [Int]) -> Int? {
    let scores = numbers.compactMap { number -> (number: Int, score: Double)? in
      guard let score = (try? state(number))?.score else { return nil }
      return (number, score)
    }
    return scores.max { ($0.score, -$0.number) < ($1.score, -$1.number) }?.number
  }
}
