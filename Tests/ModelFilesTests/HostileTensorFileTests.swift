import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

/// Files of tensors that somebody made to do harm.
@Suite struct HostileTensorFileTests {
  /// Opens bytes as a file; returns the error's text.
  private func refusal(
    of bytes: [UInt8], _ open: (String) throws -> any TensorArchive,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data(bytes).write(to: file)
      let error = #expect(throws: ModelFileError.self, sourceLocation: sourceLocation) {
        try open(file.path)
      }
      let text = error?.description ?? ""
      #expect(text.hasPrefix(file.path + ": "), sourceLocation: sourceLocation)
      #expect(text.utf8.count < 4000, "an error is for a person", sourceLocation: sourceLocation)
      return text
    }
  }

  private func safetensors(_ header: String, length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + [UInt8](repeating: 2, count: 16)
  }

  @Test(arguments: [1 << 60, .max, 1 << 63, 1 << 31, 17 << 20, 33] as [UInt64])
  func `a header that claims more than there is takes no memory`(length: UInt64) throws {
    let text = try refusal(of: safetensors("{}", length: length)) { try SafetensorsFile(path: $0) }
    #expect(text.contains("its header claims \(length) bytes of a file of 26"), "\(text)")
  }

  @Test(arguments: ["[", "{\"a\":"])
  func `a header that is nested without end is an error`(part: String) throws {
    let text = try refusal(of: safetensors(String(repeating: part, count: 200_000))) {
      try SafetensorsFile(path: $0)
    }
    #expect(text.contains("its header is not a JSON object"), "\(text)")
  }

  @Test(arguments: [
    ("[1152921504606846976]", "[0, 16]", "the shape [1152921504606846976]"),
    ("[1048576, 1048576, 1048576]", "[0, 16]", "the shape [1048576, 1048576, 1048576]"),
    ("[-1]", "[0, 16]", "the shape [-1]"), ("[0, -9]", "[0, 0]", "the shape [0, -9]"),
    ("[1, 1, 1, 1, 1, 1, 1, 1, 4]", "[0, 16]", "the shape [1, 1, 1, 1, 1, 1, 1, 1, 4]"),
    ("[4]", "[0, 1e30]", "is incomplete"), ("[18446744073709551616]", "[0, 16]", "incomplete"),
    ("[4]", "[16, 0]", "lies at bytes 16…0"), ("[4]", "[-16, 0]", "lies at bytes -16…0"),
    ("[4]", "[9223372036854775800, 9223372036854775807]", "lies at bytes 9223372036854775800"),
    ("[4]", "[0]", "is incomplete"), ("\"4\"", "[0, 16]", "is incomplete"),
  ])
  func `a tensor that lies about its size is an error`(
    shape: String, offsets: String, problem: String
  ) throws {
    let header = #"{"w": {"dtype": "F32", "shape": \#(shape), "data_offsets": \#(offsets)}}"#
    let text = try refusal(of: safetensors(header)) { try SafetensorsFile(path: $0) }
    #expect(text.contains(problem), "\(text)")
  }

  @Test func `a name as long as the file is cut in the error`() throws {
    let name = String(repeating: "n", count: 100_000)
    let text = try refusal(of: safetensors(#"{"\#(name)": 1}"#)) { try SafetensorsFile(path: $0) }
    #expect(text.contains("the header's entry for nnn") && text.contains("…"), "\(text)")
  }

  @Test func `any byte of a truth value is true or false`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      let header = #"{"w": {"dtype": "BOOL", "shape": [16], "data_offsets": [0, 16]}}"#
      try Data(safetensors(header).dropLast(16) + [0, 1, 2, 0x80, 0xFF] + [UInt8](0..<11))
        .write(to: file)
      let tensor = try #require(try SafetensorsFile(path: file.path).tensor("w"))
      #expect(tensor.elementType == .bool)
      #expect(tensor.integers == [0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
      var bytes = [UInt8](repeating: 9, count: 16)
      bytes.withUnsafeMutableBytes { tensor.copyBytes(to: $0) }
      #expect(bytes.allSatisfy { $0 < 2 }, "what libtorch computes with is 0 or 1")
    }
  }

  @Test(arguments: [
    "../outside.safetensors", "/etc/passwd", "..", ".", "", "in/../../outside.safetensors",
    ".hidden.safetensors", "sub/part.safetensors", "./part.safetensors",
  ])
  func `an index names no file outside its folder`(name: String) throws {
    try withTemporaryFolder { folder in
      let outside = safetensors(#"{"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}"#)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "in/sub"), withIntermediateDirectories: true)
      for path in ["outside.safetensors", "in/sub/part.safetensors", "in/part.safetensors"] {
        try Data(outside).write(to: folder.appending(path: path))
      }
      let index = folder.appending(path: "in/model.safetensors.index.json")
      try Data(#"{"weight_map": {"w": "\#(name)"}}"#.utf8).write(to: index)
      let error = #expect(throws: ModelFileError.self) {
        try ShardedArchive(index: index.path) { path throws(ModelFileError) in
          Issue.record("\(path) was opened")
          return try SafetensorsFile(path: path)
        }
      }
      #expect(error?.description.contains("files in the directory of the index") == true)
    }
  }

  @Test(arguments: ["[", "{\"a\":"])
  func `an index that is nested without end is an error`(part: String) throws {
    let text = try refusal(of: Array(String(repeating: part, count: 200_000).utf8)) { path in
      try ShardedArchive(index: path) { shard throws(ModelFileError) in
        try SafetensorsFile(path: shard)
      }
    }
    #expect(text.contains("it has no weight_map"), "\(text)")
  }

  @Test(
    arguments: [
      [0x5D], [0x29], [0x7D], [0x28], [0x4B, 1], [0x5D, 0x94], [0x5D, 0x32, 0x61], [0x4B, 1, 0x85],
    ] as [[UInt8]])
  func `a pickle of very many values ends at a limit`(instruction: [UInt8]) throws {
    let program = (0..<1_100_000).flatMap { _ in instruction }
    let text = try refusal(of: [UInt8](TorchFiles.legacy(program))) { try TorchArchive(path: $0) }
    #expect(text.contains("more than 1000000 instructions") || text.contains("ends"), "\(text)")
  }

  @Test(arguments: [
    "cos\nsystem\n(X\u{7}\u{0}\u{0}\u{0}touch xtR", "cbuiltins\nexec\n(tR", "c__main__\nx\n",
    "ctorch.hub\nload\n(tR", "cpickle\nloads\n(tR", "ctorch._utils\n_import_dotted_name\n(tR",
    "i__builtin__\neval\n", "(oR", "\u{8C}\u{2}os\u{8C}\u{6}system\u{93}", "Pid\n",
  ])
  func `nothing in a pickle is executed`(program: String) throws {
    let bytes = program.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let text = try refusal(of: [UInt8](TorchFiles.legacy(bytes))) { try TorchArchive(path: $0) }
    #expect(text.contains("asks for") || text.contains("which no state dict needs"), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: "x"))
  }
}
