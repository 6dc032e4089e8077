package import Foundation
package import Testing

/// What a reader made of an input.
package enum FuzzOutcome: Sendable {
  /// It was read.
  case valid
  /// It was refused, with these words.
  case refused(String)
}

/// Tries a reader on very many inputs: an error each time or a valid result, never anything worse.
///
/// Input number n of a run with the seed s is made of chance by the seed s + n alone, so that one
/// input is tried again by its own seed. Ten thousand of each kind by default, from the seed 1;
/// `PRIMER_FUZZ_INPUTS` and `PRIMER_FUZZ_SEED` ask for others:
///
///     PRIMER_FUZZ_INPUTS=1000000 PRIMER_FUZZ_SEED=77 swift test --filter Fuzz
///
/// What fails is kept in a file that is named together with its seed; a trap, a hang or a wild use
/// of memory, too (see `FuzzGuard`).
package struct Fuzz {
  /// What is read, in a few words that can name a file.
  package let kind: String
  /// A folder for the inputs, removed afterwards.
  package let folder: URL

  /// How many inputs each kind is tried with.
  package static let inputCount = setting("PRIMER_FUZZ_INPUTS").map(Int.init) ?? 10_000
  /// The seed of the first input.
  package static let firstSeed = setting("PRIMER_FUZZ_SEED") ?? 1

  private static func setting(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  /// Tries `read` on inputs that `make` makes.
  ///
  /// - Parameters:
  ///   - share: One of so many inputs is tried: for readers that take long.
  ///   - make: An input of chance. The same chance, the same input.
  ///   - read: Reads the input; what it throws is refused as words, if `isExpected` says so.
  ///   - isExpected: Whether an error is one that the reader is meant to throw.
  package static func run(
    _ kind: String, share: Int = 1, sourceLocation: SourceLocation = #_sourceLocation,
    make: (inout FuzzChance) throws -> [UInt8],
    read: (Fuzz, [UInt8]) throws -> Void, isExpected: (any Error) -> Bool
  ) throws {
    let fuzz = Fuzz(kind: kind, folder: try makeFolder())
    defer { try? FileManager.default.removeItem(at: fuzz.folder) }
    let watch = FuzzGuard(kind: kind)
    defer { watch.end() }
    var (valid, refused, failures) = (0, 0, 0)
    let count = max(1, inputCount / share)
    for number in 0..<count {
      let seed = firstSeed &+ UInt64(number)
      var chance = FuzzChance(seed: seed)
      let input = try make(&chance)
      let problem: String? = watch.watching(input, seed: seed) {
        do {
          try read(fuzz, input)
          valid += 1
          return nil
        } catch  where isExpected(error) {
          refused += 1
          return wordsProblem("\(error)")
        } catch {
          return "an error of another type: \(type(of: error)) \(error)"
        }
      }
      guard let problem else { continue }
      failures += 1
      let kept = FuzzGuard.keptPath(kind: kind, seed: seed)
      try Data(input).write(to: URL(filePath: kept))
      Issue.record(
        "\(kind), seed \(seed), kept as \(kept): \(problem)", sourceLocation: sourceLocation)
      if failures == 5 { break }
    }
    if setting("PRIMER_FUZZ_INPUTS") != nil {
      print("fuzz: \(kind): \(count) inputs, \(valid) valid, \(refused) refused")
    }
    // Where nothing is read, or everything, the inputs are too wild or too tame to tell anything.
    if count >= 1000, failures == 0 {
      #expect(valid > 0 && refused > 0, "\(valid) \(refused)", sourceLocation: sourceLocation)
    }
  }

  /// A new folder, in memory where the system has a place for that.
  private static func makeFolder() throws -> URL {
    let memory = URL(filePath: "/dev/shm/primer-fuzz-\(UUID().uuidString)")
    let manager = FileManager.default
    if (try? manager.createDirectory(at: memory, withIntermediateDirectories: false)) != nil {
      return memory
    }
    return try makeTemporaryFolder()
  }

  /// An error says something, and not more than a person reads.
  private static func wordsProblem(_ words: String) -> String? {
    if words.isEmpty { return "an error without words" }
    return words.utf8.count > 4000 ? "an error of \(words.utf8.count) bytes" : nil
  }

  /// Writes a file of the input into the folder, and returns its path.
  package func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = folder.path + "/" + name
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "The temporary folder can be written to")
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      precondition(count > 0, "The temporary folder has room")
      done += count
    }
    return path
  }
}
