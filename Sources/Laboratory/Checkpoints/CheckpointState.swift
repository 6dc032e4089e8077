import Foundation
import ModelFiles
import NamedEntities
import RunFolders

/// The file `state.json` of a checkpoint: JSON that has its own digest in it.
enum CheckpointState {
  private static let zeros = String(repeating: "0", count: 16)
  /// The largest file that is read; a larger one is not ours.
  private static let limit = 256 << 20

  /// The bytes of a state's file.
  static func data(of state: Checkpoint.State) throws -> Data {
    var state = state
    state.stateDigest = zeros
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    var data = try encoder.encode(state)
    guard let place = place(of: zeros, in: data) else { return data }
    data.replaceSubrange(place, with: Data(data.withUnsafeBytes(Digest.digits).utf8))
    return data
  }

  /// The state of a file, if every byte of it is one that was written.
  static func read(_ file: String) throws(ModelFileError) -> Checkpoint.State {
    let newest = Checkpoint.State.newestFormat
    func error(_ problem: String) -> ModelFileError {
      ModelFileError(
        path: file, problem: problem, expected: "the state of a checkpoint, format \(newest)")
    }
    var data: Data
    do {
      data = try OrdinaryFile.contents(of: file, limit: limit)
    } catch {
      throw ModelFileError(
        path: file, problem: "it cannot be read (\(error))",
        expected: "the state of a checkpoint, format \(newest)")
    }
    guard let state = try? JSONDecoder().decode(Checkpoint.State.self, from: data) else {
      throw error("it cannot be read")
    }
    guard (1...newest).contains(state.format) else { throw error("its format is \(state.format)") }
    if let digest = state.stateDigest {
      guard let place = place(of: digest, in: data) else { throw error("it has no digest") }
      data.replaceSubrange(place, with: Data(zeros.utf8))
      guard
        data.withUnsafeBytes(Digest.digits) == digest
          || data.withUnsafeBytes(Digest.formerDigits) == digest
      else {
        throw error("its bytes are not those that were written")
      }
    } else if state.format > 1 {
      throw error("it has no digest")
    }
    if let complaint = state.complaint { throw error(complaint) }
    return state
  }

  /// Where a digest of sixteen digits stands in a file.
  private static func place(of digest: String, in data: Data) -> Range<Data.Index>? {
    let key = Data("\"stateDigest\" : \"".utf8)
    guard digest.utf8.count == zeros.utf8.count, let found = data.range(of: key),
      let end = data.index(found.upperBound, offsetBy: zeros.utf8.count, limitedBy: data.endIndex),
      data[found.upperBound..<end].elementsEqual(digest.utf8)
    else { return nil }
    return found.upperBound..<end
  }
}

extension Checkpoint.State {
  /// What is in it that no run comes to; nil when nothing is.
  fileprivate var complaint: String? {
    let language: Int
    switch place {
    case .priming, .primingEvaluation: language = 0
    case .tuning(let index, _): language = index
    case .evaluation(let index, let split):
      language = index
      if !(0..<1000).contains(split) { return "it is at split \(split)" }
    }
    let counts =
      [place.step, tick, nonFiniteCount, devStep] + optimizerSteps.values.sorted()
    if let count = counts.first(where: { !(0..<1 << 53).contains($0) }) {
      return "it counts to \(count)"
    }
    if let complaint = mark.complaint { return complaint }
    if !(0..<1_000_000).contains(language) { return "it is at language \(language)" }
    let amounts = [work, plannedWork, seconds, embeddingDecay ?? 1]
    if let amount = amounts.first(where: { !(0..<1e15).contains($0) }) { return "it has \(amount)" }
    if let name = files?.keys.first(where: {
      $0.hasPrefix("/") || $0.split(separator: "/").contains("..")
    }) {
      return "its file \(name.shortened(to: 100)) is none of the run"
    }
    return nil
  }
}
