import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

/// Files of tensors with bytes changed, cut out, spliced: an error or tensors within the file.
@Suite struct TensorFileFuzzTests {
  /// Instructions of pickles and names that they call.
  private static let pickleTokens: [[UInt8]] =
    "(.012NJKMGXTU)t]lae}dsuqrhjcQRb".utf8.map { [$0] }
    + [0x80, 0x85, 0x86, 0x87, 0x88, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x93, 0x94, 0x95, 0x96].map {
      [$0]
    }
    + [
      "cos\nsystem\n", "cbuiltins\neval\n", "ctorch._utils\n_rebuild_tensor_v2\n",
      "ctorch._utils\n_rebuild_parameter\n", "ctorch._tensor\n_rebuild_from_type_v2\n",
      "ccollections\nOrderedDict\n", "ctorch\nSize\n", "ctorch\nDoubleStorage\n",
      "ctorch\nBoolStorage\n", "(lp0\n", "(dp0\n",
    ].map { Array($0.utf8) }
    + [TorchFiles.integer(1 << 60), TorchFiles.integer(-1), TorchFiles.text("storage")]

  /// Opens a file, checks every tensor against the file's size, and reads it.
  private static func read(_ archive: any TensorArchive, byteCount: Int) throws {
    var elementCount = 0
    for (name, entry) in archive.entries {
      elementCount += entry.count
      #expect(elementCount <= 4 * byteCount + 1_000_000)
      let tensor = try #require(archive.tensor(name))
      #expect(tensor.shape == entry.shape)
    }
  }

  private static func isExpected(_ error: any Error) -> Bool {
    guard let error = error as? ModelFileError else { return false }
    return !error.path.isEmpty && !error.problem.isEmpty && !error.expected.isEmpty
  }

  @Test func `zip archives of PyTorch are an error or tensors`() throws {
    let whole = [UInt8](TorchFiles.zip)
    let mutator = ByteMutator(bytes: Self.pickleTokens, donors: [whole])
    try Fuzz.run(
      "pytorch_model.bin zip",
      make: { mutator.mutated(whole, &$0) },
      read: { fuzz, input in
        try Self.read(TorchArchive(path: fuzz.file("model.bin", input)), byteCount: input.count)
      }, isExpected: Self.isExpected)
  }

  @Test func `pickles of PyTorch are an error or tensors`() throws {
    let wholes = [[UInt8](TorchFiles.legacy), [UInt8](Self.smallLegacy())]
    let mutator = ByteMutator(bytes: Self.pickleTokens, donors: wholes)
    try Fuzz.run(
      "pytorch_model.bin pickle",
      make: { chance in
        switch chance.below(4) {
        case 0: mutator.mutated(wholes[0], &chance)
        case 1: mutator.mutated(wholes[1], &chance)
        case 2: [UInt8](Self.smallLegacy(&chance))
        default: [UInt8](TorchFiles.legacy(Self.program(&chance)))
        }
      },
      read: { fuzz, input in
        try Self.read(TorchArchive(path: fuzz.file("model.bin", input)), byteCount: input.count)
      }, isExpected: Self.isExpected)
  }

  /// A pickle of one tensor whose numbers are as they should be.
  private static func smallLegacy() -> Data {
    TorchFiles.legacy(
      TorchFiles.dictionary([("w", TorchFiles.tensor(count: 4, shape: [2, 2], strides: [2, 1]))]),
      storages: [("0", 4, [UInt8](repeating: 1, count: 16))])
  }

  /// The same with numbers of chance in the places where they matter.
  private static func smallLegacy(_ chance: inout FuzzChance) -> Data {
    func number() -> Int {
      chance.pick([0, 0, 1, 1, 2, 2, 2, 3, 4, -1, 5, 1 << 20, 1 << 31, 1 << 47, .max, .min])
    }
    let rank = chance.below(4)
    let tensors = (0...chance.below(2)).map { index in
      (
        "w\(index)",
        TorchFiles.tensor(
          count: number(), offset: number(), shape: (0..<rank).map { _ in number() },
          strides: (0..<(chance.once(in: 9) ? 1 : rank)).map { _ in number() })
      )
    }
    return TorchFiles.legacy(
      TorchFiles.dictionary(tensors),
      storages: [("0", number(), [UInt8](repeating: 1, count: chance.below(40)))])
  }

  /// Instructions one after the other, as chance has them.
  private static func program(_ chance: inout FuzzChance) -> [UInt8] {
    (0..<1 + chance.below(60)).flatMap { _ in chance.pick(pickleTokens) }
  }

  @Test func `files of safetensors are an error or tensors`() throws {
    let header = try FuzzJSON(
      """
      {"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2, 3], "data_offsets":
      [0, 24]}, "b": {"dtype": "F16", "shape": [4], "data_offsets": [24, 32]}, "c": {"dtype":
      "BOOL", "shape": [], "data_offsets": [32, 33]}, "d": {"dtype": "I64", "shape": [0, 7],
      "data_offsets": [33, 33]}}
      """)
    let words = JSONMutator(words: [
      "dtype", "shape", "data_offsets", "F32", "BF16", "F64", "U8", "F8_E4M3", "__metadata__", "a",
    ])
    let whole = Self.safetensors(header.written, dataCount: 33)
    let mutator = ByteMutator(tokens: ["\"", ",", "[", "]", "0", "24", "F64"], donors: [whole])
    try Fuzz.run(
      "safetensors",
      make: { chance in
        if chance.once(in: 2) { return mutator.mutated(whole, &chance) }
        return Self.safetensors(words.mutated(header, &chance).written, dataCount: 33)
      },
      read: { fuzz, input in
        let path = fuzz.file("model.safetensors", input)
        try Self.read(SafetensorsFile(path: path), byteCount: input.count)
      }, isExpected: Self.isExpected)
  }

  /// A file of a header and of so many bytes of numbers.
  private static func safetensors(_ header: String, dataCount: Int) -> [UInt8] {
    let json = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
      + [UInt8](repeating: 1, count: dataCount)
  }

  @Test func `indices of several files are an error or tensors of their folder`() throws {
    let index = try FuzzJSON(
      """
      {"metadata": {"total_size": 24}, "weight_map": {"a": "model-1.safetensors",
      "b": "model-2.safetensors"}}
      """)
    let mutator = JSONMutator(words: [
      "weight_map", "a", "b", "model-1.safetensors", "model-2.safetensors", "../model.safetensors",
      "./model-1.safetensors", "/etc/passwd", "index.json", "..", ".", "sub/model.safetensors",
    ])
    let bytes = ByteMutator(tokens: ["weight_map", "..", "/", "\\u002f", "\\u0000"])
    func entry(_ name: String) -> [UInt8] {
      Self.safetensors(
        "{\"\(name)\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 12]}}",
        dataCount: 12)
    }
    try Fuzz.run(
      "model.safetensors.index.json",
      make: { chance in
        let tree = mutator.mutated(index, &chance)
        let whole = Array((chance.once(in: 2) ? index : tree).written.utf8)
        return chance.once(in: 3) ? whole : bytes.mutated(whole, &chance)
      },
      read: { fuzz, input in
        if !FileManager.default.fileExists(atPath: fuzz.folder.path + "/in") {
          try FileManager.default.createDirectory(
            atPath: fuzz.folder.path + "/in/sub", withIntermediateDirectories: true)
          _ = fuzz.file("in/model-1.safetensors", entry("a"))
          _ = fuzz.file("in/model-2.safetensors", entry("b"))
          _ = fuzz.file("model.safetensors", entry("a"))
          _ = fuzz.file("in/sub/model.safetensors", entry("a"))
        }
        let path = fuzz.file("in/index.json", input)
        let archive = try ShardedArchive(index: path) { shard throws(ModelFileError) in
          #expect(
            (shard as NSString).deletingLastPathComponent == fuzz.folder.path + "/in",
            "\(shard) is outside")
          return try SafetensorsFile(path: shard)
        }
        try Self.read(archive, byteCount: input.count + 200)
      }, isExpected: Self.isExpected)
  }
}
