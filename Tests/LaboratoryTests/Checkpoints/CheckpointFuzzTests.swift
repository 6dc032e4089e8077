import Experiments
import Foundation
import LabNotebook
import ModelFiles
import NamedEntities
import RunFolders
import Tensors
import TestSupport
import Testing

@testable import Laboratory

/// Checkpoints with bytes changed: the one before is used, and what is wrong is said.
@Suite struct CheckpointFuzzTests {
  private static func state(step: Int) -> Checkpoint.State {
    var state = Checkpoint.State(
      place: .priming(step: step), mark: .beginning)
    state.optimizerSteps = ["optimizer": step, "stepSizeOptimizer": step]
    state.liveSettings = ["priming.steps": "300", "priming.outer.learningRate": "0.001"]
    (state.tick, state.work, state.plannedWork, state.seconds) = (17, 340, 9000, 12.5)
    (state.devScores, state.devStep, state.bestScore) = (["hi": 0.41], step, 0.41)
    return state
  }

  private static let files = [
    "checkpoints/000002/state.json", "checkpoints/000002/tensors.safetensors",
    "primed/model.safetensors",
  ]

  /// Two checkpoints of a run, the newer of which goes on from a file of the run too.
  private static func write(to folder: String) throws -> [[UInt8]] {
    let tensors = ["parameter/a": Tensor.ones([3, 2]), "optimizer/first/a": Tensor.zeros([3, 2])]
    let primed = folder + "/primed"
    try FileManager.default.createDirectory(atPath: primed, withIntermediateDirectories: true)
    try SafetensorsFile.write(["a": Tensor.ones([4])], to: primed + "/model.safetensors")
    let store = CheckpointStore(runFolder: folder)
    try store.write(Checkpoint(state: state(step: 1), tensors: tensors))
    var newer = state(step: 2)
    newer.files = [
      "primed/model.safetensors": try Digest.ofFile(primed + "/model.safetensors")
    ]
    try store.write(Checkpoint(state: newer, tensors: tensors))
    return try files.map { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
  }

  /// What was said of a checkpoint that is of no use.
  private struct PassedOver: Error, CustomStringConvertible {
    let description: String
  }

  @Test func `a checkpoint that was changed is passed over for the one before, and said so`()
    throws
  {
    let first = try withTemporaryFolder { try Self.write(to: $0.path) }
    let mutators = first.map { ByteMutator(donors: [$0]) }
    var folder: String?
    try Fuzz.run(
      "checkpoint",
      make: { chance in
        let number = chance.below(first.count)
        let bytes =
          chance.once(in: 50) ? first[number] : mutators[number].mutated(first[number], &chance)
        return [UInt8(number)] + bytes
      },
      read: { fuzz, input in
        if folder == nil {
          _ = try Self.write(to: fuzz.folder.path)
          folder = fuzz.folder.path
        }
        let number = Int(input[0])
        let bytes = Array(input.dropFirst())
        _ = fuzz.file(Self.files[number], bytes)
        defer { _ = fuzz.file(Self.files[number], first[number]) }
        var problems: [String] = []
        let store = CheckpointStore(runFolder: fuzz.folder.path)
        let found = try #require(store.newest { problems.append($0) })
        #expect((problems.isEmpty ? 2 : 1) == found.state.place.step)
        #expect(problems.isEmpty == (bytes == first[number]), "\(problems)")
        if let problem = problems.first {
          #expect(problem.contains(Self.files[number]), "\(problem)")
          throw PassedOver(description: problem)
        }
      }, isExpected: { $0 is PassedOver })
  }

  @Test func `a checkpoint that somebody made up is an error, or the run goes on from it`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment([
      "checkpoint.every": "0", "tuning.epochs": "1", "evaluation.every": "0",
    ])
    let book = try ResumableRun(world, "book", experiment)
    var number = 0
    struct Crash: Error {}
    #expect(throws: Crash.self) {
      try book.attempt { event in
        if case .outerStep(3, _, _, _, _) = event { throw Crash() }
      }
    }
    let store = CheckpointStore(runFolder: book.folder.path)
    let newest = try #require(store.numbers().last)
    let original = try store.read(newest)
    let words = ["priming", "probe", "tuning", "evaluation", "step", "language", "split", "_0"]
    let mutator = JSONMutator(words: words)
    let tree = try FuzzJSON(
      String(decoding: CheckpointState.data(of: original.state), as: UTF8.self))
    try Fuzz.run(
      "made-up checkpoint", share: 100,
      make: { chance in
        Array((chance.once(in: 5) ? tree : mutator.mutated(tree, &chance)).written.utf8)
      },
      read: { _, input in
        let state = try JSONDecoder().decode(Checkpoint.State.self, from: Data(input))
        var tensors = original.tensors
        let names = tensors.keys.sorted()
        let name = names[input.count % names.count]
        switch input.count % 4 {
        case 0: tensors[name] = nil
        case 1: tensors[name] = Tensor.ones([input.count % 7, 3])
        case 2: tensors[name + "x"] = Tensor.ones([2])
        default: break
        }
        number += 1
        let other = try ResumableRun(world, "book\(number)", experiment)
        try CheckpointStore(runFolder: other.folder.path).write(
          Checkpoint(state: state, tensors: tensors))
        do {
          try other.attempt { event in
            if case .trainingStep = event { throw Crash() }
          }
        } catch is Crash {
          // It went on, and came as far as to the tuning.
        }
      },
      isExpected: {
        $0 is LaboratoryError || $0 is ModelFileError || $0 is DecodingError
          || $0 is ExperimentError || $0 is RunFolderError
      })
  }
}
