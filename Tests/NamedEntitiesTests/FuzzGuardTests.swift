import Foundation
import TestSupport
import Testing

/// The harness itself: what kills a process is named before it ends.
@Suite struct FuzzGuardTests {
  struct Refused: Error {}

  @Test func `an input that traps is named with its seed`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try Fuzz.run(
        "trap", make: { [UInt8($0.below(256))] },
        read: { _, input in
          if input[0] == 7 { preconditionFailure("seven") }
          throw Refused()
        }, isExpected: { $0 is Refused })
    }
    let words = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(words.contains("fuzz: trap dies of the input kept as "), "\(words)")
    #expect(try kept(words) == [7])
    #expect(words.contains("PRIMER_FUZZ_SEED="), "\(words)")
  }

  @Test func `an input that uses up the stack is named with its seed`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try Fuzz.run(
        "stack", make: { [UInt8($0.below(256))] },
        read: { _, input in if Self.depth(Int(input[0]), 0) == 3 { throw Refused() } },
        isExpected: { $0 is Refused })
    }
    let words = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(words.contains("fuzz: stack dies of the input kept as "), "\(words)")
    #expect(try kept(words).count == 1)
  }

  /// The input that a message says is kept, which is removed.
  private func kept(_ words: String) throws -> [UInt8] {
    let behind = try #require(words.components(separatedBy: "kept as ").last)
    let path = String(behind.prefix { $0 != ";" })
    defer { try? FileManager.default.removeItem(atPath: path) }
    return [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  /// Goes down without end for most numbers.
  private static func depth(_ number: Int, _ level: Int) -> Int {
    number < 2 || level == .max ? level : depth(number, level + 1) + 1
  }

  @Test func `the same seed makes the same input`() {
    let mutator = ByteMutator(tokens: ["one", "two"], donors: [[1, 2, 3, 4, 5]])
    let inputs = (0..<2).map { _ in
      (UInt64(0)..<50).map { seed in
        var chance = FuzzChance(seed: seed)
        return mutator.mutated([9, 8, 7, 6, 5, 4, 3, 2, 1], &chance)
      }
    }
    #expect(inputs[0] == inputs[1])
    #expect(Set(inputs[0]).count > 40)
  }
}
