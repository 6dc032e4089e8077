import Foundation
import Tensors
import TestSupport
import Testing

/// Files with a few bytes changed, cut out or repeated: an error or tensors, never anything worse.
///
/// `PRIMER_MUTATIONS` asks for more than the 300 of each file.
@Suite struct DamagedFileTests {
  private static let mutationCount =
    ProcessInfo.processInfo.environment["PRIMER_MUTATIONS"].flatMap(Int.init) ?? 300

  /// A plain generator (Steele and Lea's SplitMix64), so that each run tries the same files.
  private struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }

  /// Instructions of pickles and numbers at the edges, which reach further than any byte does.
  private static let telling: [UInt8] =
    Array("(.012NJKMGXTU)t]lae}dsuqrhjcQRb".utf8) + [
      0, 1, 2, 0x7F, 0x80, 0x85, 0x86, 0x87, 0x8A, 0x8B, 0x8C, 0x8D, 0x93, 0x94, 0x95, 0xFE, 0xFF,
    ]

  private static func mutated(_ whole: Data, _ chance: inout Chance) -> Data {
    var bytes = [UInt8](whole)
    for _ in 0...Int.random(in: 0...3, using: &chance) where !bytes.isEmpty {
      let place = Int.random(in: bytes.indices, using: &chance)
      switch Int.random(in: 0...6, using: &chance) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &chance)
      case 2, 3: bytes[place] = telling.randomElement(using: &chance) ?? 0
      case 4:
        let end = min(bytes.count, place + Int.random(in: 1...8, using: &chance))
        let byte: UInt8 = Bool.random(using: &chance) ? 0xFF : 0
        for index in place..<end { bytes[index] = byte }
      case 5:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &chance))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      default:
        bytes.removeSubrange(
          place..<min(bytes.count, place + Int.random(in: 1...40, using: &chance)))
      }
    }
    return Data(bytes)
  }

  /// Opens mutations of a file and reads what they hold.
  private func expectNothingWorse(
    _ whole: Data, seed: UInt64, _ open: (String) throws -> any TensorArchive
  ) throws {
    try withTemporaryFolder { folder in
      var chance = Chance(state: seed)
      let file = folder.appending(path: "damaged")
      var opened = 0
      for _ in 0..<Self.mutationCount {
        let bytes = Self.mutated(whole, &chance)
        try bytes.write(to: file)
        do {
          let archive = try open(file.path)
          var elementCount = 0
          for (name, entry) in archive.entries {
            let tensor = try #require(archive.tensor(name))
            #expect(tensor.shape == entry.shape)
            elementCount += tensor.count
          }
          #expect(elementCount <= 4 * bytes.count + 1_000_000)
          opened += 1
        } catch let error as ModelFileError {
          #expect(!error.problem.isEmpty && !error.expected.isEmpty)
        }
      }
      // Changed numbers are still numbers; if nothing opens, the mutations are too wild to tell.
      #expect(opened > 0 && opened < Self.mutationCount)
    }
  }

  @Test func `a damaged zip archive of PyTorch is an error or tensors`() throws {
    try expectNothingWorse(TorchFiles.zip, seed: 1) { try TorchArchive(path: $0) }
  }

  @Test func `a damaged pickle of PyTorch is an error or tensors`() throws {
    try expectNothingWorse(TorchFiles.legacy, seed: 2) { try TorchArchive(path: $0) }
  }

  @Test func `a damaged file of safetensors is an error or tensors`() throws {
    let whole = try withTemporaryFolder { folder in
      let path = folder.appending(path: "whole").path
      let tensor = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
      try SafetensorsFile.write(
        ["weight": tensor, "half": tensor.converted(to: .float16), "ids": .range(3)], to: path)
      return try Data(contentsOf: URL(filePath: path))
    }
    try expectNothingWorse(whole, seed: 3) { try SafetensorsFile(path: $0) }
  }
}
