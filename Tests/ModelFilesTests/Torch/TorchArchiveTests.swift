import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

@Suite struct TorchArchiveTests {
  private func open(_ bytes: Data) throws -> TorchArchive {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "pytorch_model.bin")
      try bytes.write(to: file)
      return try TorchArchive(path: file.path)
    }
  }

  @Test(arguments: [TorchFiles.zip, TorchFiles.legacy])
  func `what PyTorch wrote is read: shared, turned, cut out, in 16 bits`(file: Data) throws {
    let archive = try open(file)
    #expect(archive.entries.count == 7)
    #expect(archive.tensor("weight")?.floats == [1, 2, 3, 4, 5, 6])
    #expect(archive.tensor("tied")?.floats == [1, 2, 3, 4, 5, 6])
    #expect(archive.tensor("turned")?.floats == [1, 4, 2, 5, 3, 6])
    #expect(archive.tensor("turned")?.shape == [3, 2])
    #expect(archive.tensor("part")?.floats == [5, 6])
    #expect(archive.tensor("part")?.shape == [1, 2])
    #expect(archive.entries["half"]?.type == .float16)
    #expect(archive.tensor("half")?.floats == [0.5, -2])
    #expect(archive.tensor("half")?.elementType == .float32)
    #expect(archive.tensor("bf")?.floats == [3])
    #expect(archive.tensor("ids")?.integers == [7])
    #expect(archive.tensor("nothing") == nil)
  }

  @Test func `what is written is read back, of every type, and is the same each time`() throws {
    try withTemporaryFolder { folder in
      let floats = Tensor([1, -2, 3, 4, 5, 6], shape: [2, 3])
      var tensors: Parameters = ["scalar": Tensor([4], shape: []), "empty": Tensor([], shape: [0])]
      let types: [ElementType] = [
        .float32, .float64, .float16, .bfloat16, .int64, .int32, .int16, .int8, .bool, .uint8,
      ]
      for type in types { tensors["\(type)"] = floats.converted(to: type) }
      let path = folder.appending(path: "state.bin").path
      try TorchArchive.write(tensors, to: path)
      let archive = try TorchArchive(path: path)
      #expect(Set(archive.entries.keys) == Set(tensors.keys))
      for (name, tensor) in tensors {
        let read = try #require(archive.tensor(name))
        #expect(read.shape == tensor.shape && read.doubles == tensor.doubles, "\(name)")
        #expect(archive.entries[name]?.type == tensor.elementType)
      }
      let first = try Data(contentsOf: URL(filePath: path))
      try TorchArchive.write(tensors, to: path)
      #expect(try Data(contentsOf: URL(filePath: path)) == first)
    }
  }

  @Test func `numbers begin at a multiple of 64, as PyTorch puts them`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state.bin").path
      try TorchArchive.write(["a": Tensor([1]), "b": Tensor([2, 3])], to: path)
      for entry in try TorchArchive(path: path).entries.values { #expect(entry.offset % 64 == 0) }
    }
  }

  // MARK: What is wrong with a pickle

  private func expectError(
    _ file: Data, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: ModelFileError.self, sourceLocation: sourceLocation) {
      try open(file)
    }
    let description = error?.description ?? ""
    #expect(description.contains(text), "\(description)", sourceLocation: sourceLocation)
    #expect(description.contains("pytorch_model.bin"), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("cos\nsystem\n(X\u{4}\0\0\0truetR", "asks for os.system"),
    ("cbuiltins\neval\n", "asks for builtins.eval"),
    ("\u{8C}\u{5}posix\u{8C}\u{6}system\u{93}", "asks for posix.system"),
    ("ctorch.nn.modules.linear\nLinear\n)\u{81}", "asks for torch.nn.modules.linear.Linear"),
    ("ctorch\nload\n", "asks for torch.load"),
    ("c\u{1B}[31m\nx\n", "not a plain word"),
    ("cos\u{20}system", "name without an end"),
    ("i", "instruction 0x69"),
    ("ccollections\nOrderedDict\n)\u{81}", "instruction 0x81"),
    ("0", "takes a value that is not there"),
    ("(0", "takes a value that is not there"),
    ("q\0", "looks at a value that is not there"),
    ("h\u{7}", "asks for value 7"),
    ("t", "ends a list never begun"),
    ("N(N(Ntu", "sets an item"),
    ("Na", "looks at a value that is not there"),
    ("]Nb", "attributes to something"),
    ("NNR", "calls something that is not a name"),
    ("ctorch\nFloatStorage\n)R", "calls a storage's type"),
    ("ctorch._utils\n_rebuild_tensor_v2\n)R", "tensor that cannot be read"),
    ("ctorch._utils\n_rebuild_parameter\n)R", "parameter that is not a tensor"),
    ("NQ", "storage that cannot be read"),
    ("X\u{7F}\0\0\0abc", "ends too early"),
    ("\u{8A}\u{FF}", "ends too early"),
    ("\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}", "wild length"),
    ("\u{80}\u{9}", "of version 9"),
    ("N", "something other than a dictionary"),
    ("]", "something other than a dictionary"),
  ])
  func `a pickle that wants more than a state dict needs is an error that says what`(
    instructions: String, text: String
  ) {
    expectError(TorchFiles.legacy(instructions.unicodeScalars.map { UInt8($0.value) }), text)
  }

  @Test func `circles, depth and length do no harm`() {
    let circle: [UInt8] = Array("]q".utf8) + [0] + Array("h".utf8) + [0] + Array("a".utf8)
    expectError(TorchFiles.legacy(circle), "other than a dictionary")
    let deep = [0x4E] + [UInt8](repeating: 0x85, count: 400_000)
    expectError(TorchFiles.legacy(deep), "other than a dictionary")
    let long = [UInt8](repeating: 0x4E, count: 1_100_000)
    expectError(TorchFiles.legacy(long), "more than 1000000 instructions")
    // A list of 300,000 pairs, made a dictionary again and again.
    let pairs: [UInt8] =
      Array("](".utf8) + [UInt8](repeating: 0x5D, count: 300_000) + Array("eq".utf8) + [0]
    let again: [UInt8] = Array("ccollections\nOrderedDict\nh".utf8) + [0, 0x85, 0x52]
    let often = [[UInt8]](repeating: again, count: 1000).flatMap { $0 }
    expectError(TorchFiles.legacy(pairs + often), "other than pairs")
  }

  @Test(arguments: [
    (4, 0, [4], [1], ""),
    (4, 0, [2, 2], [0, 1], ""),
    (4, 0, [0, 3], [9, 9], ""),
    (4, 4, [0], [1], ""),
    (4, 0, [5], [1], "5 of them"),
    (4, 1, [4], [1], "from 1 on"),
    (4, -1, [1], [1], "from -1 on"),
    (4, 5, [0], [1], "from 5 on"),
    (4, 0, [2, 2], [3, 1], "5 of them"),
    (4, 0, [-1], [1], "sizes that exist"),
    (4, 0, [2], [-1], "sizes that exist"),
    (4, 0, [2, 2], [1], "sizes that exist"),
    (4, 0, [1 << 62, 4], [0, 0], "sizes that exist"),
    (4, 0, [2], [1 << 62], "sizes that exist"),
    (4, 0, [3, 3], [1 << 61, 1 << 61], "sizes that exist"),
    (4, .max, [1], [1], "on"),
    (5, 0, [5], [1], "storage of 16 bytes"),
    (-1, 0, [0], [1], "storage that cannot be read"),
    (
      4, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1], "tensor that cannot be read"
    ),
    (4, 0, [1000, 1001], [0, 0], "more than"),
  ])
  func `a tensor lies within its storage, or is an error that names it`(
    count: Int, offset: Int, shape: [Int], strides: [Int], text: String
  ) throws {
    let tensor = TorchFiles.tensor(count: count, offset: offset, shape: shape, strides: strides)
    let file = TorchFiles.legacy(
      TorchFiles.dictionary([("some.name", tensor)]),
      storages: [("0", 4, [UInt8](repeating: 0, count: 16))])
    if text.isEmpty {
      let archive = try open(file)
      #expect(archive.tensor("some.name")?.shape == shape)
    } else {
      expectError(file, text)
    }
  }

  @Test func `a tensor with attributes, or as a parameter, is a tensor`() throws {
    let tensor = TorchFiles.tensor(count: 2, shape: [2], strides: [1])
    let parameter =
      Array("ctorch._utils\n_rebuild_parameter\n(".utf8) + tensor + Array("NNtR".utf8)
    // (function, class, arguments, attributes): the first word and the last of the tensor's own.
    let function = Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
    let attributed =
      Array("ctorch._tensor\n_rebuild_from_type_v2\n(".utf8) + function
      + Array("ctorch\nTensor\n".utf8) + tensor.dropFirst(function.count).dropLast()
      + Array("}tR".utf8)
    let file = TorchFiles.legacy(
      TorchFiles.dictionary([("parameter", parameter), ("attributed", attributed)]),
      storages: [("0", 2, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])])
    let archive = try open(file)
    #expect(archive.tensor("parameter")?.floats == [1, -2])
    #expect(archive.tensor("attributed")?.floats == [1, -2])
  }

  @Test func `storages that are not there, or claim too much, are errors`() {
    let tensor = TorchFiles.tensor(count: 1, shape: [1], strides: [1])
    let object = TorchFiles.dictionary([("a", tensor)])
    expectError(TorchFiles.legacy(object), "a has a storage that is not there")
    for count in [2, -1, 1 << 62, .min] {
      expectError(
        TorchFiles.legacy(object, storages: [("0", count, [0, 0, 0, 0])]),
        "claims \(count) numbers, and 4 bytes follow")
    }
    expectError(TorchFiles.legacy(object, storages: [("1", 0, [])]), "unknown type")
  }

  @Test func `names that share a storage too often are an error, not memory`() {
    let tensor = TorchFiles.tensor(count: 1000, shape: [1000], strides: [1])
    let object = TorchFiles.dictionary((0..<4000).map { ("\($0)", tensor) })
    let zeros = [UInt8](repeating: 0, count: 4000)
    let file = TorchFiles.legacy(object, storages: [("0", 1000, zeros)])
    expectError(file, "numbers together")
  }

  // MARK: What is wrong with an archive

  @Test func `a zip archive of another kind is an error that says what it is`() throws {
    var compressed = TorchFiles.zip
    let directory = try #require(compressed.firstRange(of: Data([0x50, 0x4B, 1, 2])))
    compressed[directory.lowerBound + 10] = 8
    expectError(compressed, "archive/data.pkl is compressed")
    var encrypted = TorchFiles.zip
    encrypted[directory.lowerBound + 8] |= 1
    expectError(encrypted, "archive/data.pkl is encrypted")
    var big = TorchFiles.zip
    big.replaceSubrange(
      try #require(big.firstRange(of: Data("little".utf8))), with: Data("biggest".utf8.prefix(6)))
    expectError(big, "not little-endian")
    var unnamed = TorchFiles.zip
    while let range = unnamed.firstRange(of: Data("data.pkl".utf8)) {
      unnamed.replaceSubrange(range, with: Data("data.abc".utf8))
    }
    expectError(unnamed, "0 entries data.pkl")
    var twice = TorchFiles.zip
    while let range = twice.firstRange(of: Data("/data/1".utf8)) {
      twice.replaceSubrange(range, with: Data("/data/0".utf8))
    }
    expectError(twice, "twice")
  }

  @Test func `other files are errors that say what they are`() {
    expectError(Data(), "neither a zip archive nor a pickle")
    expectError(Data("{}".utf8), "neither a zip archive nor a pickle")
    expectError(Data("PK".utf8), "no directory")
    expectError(Data([0x80]), "ends too early")
    expectError(Data([0x80, 2, 0x4E, 0x2E]), "PyTorch's number")
    expectError(Data(count: 257) + Data("ustar\0".utf8) + Data(count: 300), "tar archive")
    expectError(
      Data("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".utf8),
      "git lfs pull")
  }

  @Test(arguments: [TorchFiles.zip, TorchFiles.legacy])
  func `a file cut off anywhere is an error`(file: Data) {
    for length in stride(from: 0, to: file.count, by: 17) {
      #expect(throws: ModelFileError.self) { try open(file.prefix(length)) }
    }
  }

  @Test func `what is no ordinary file is an error and no wait`() throws {
    try withTemporaryFolder { folder in
      #expect(throws: ModelFileError.self) { try TorchArchive(path: folder.path) }
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(throws: ModelFileError.self) { try TorchArchive(path: pipe) }
      #expect(throws: ModelFileError.self) { try TorchArchive(path: pipe + "/none") }
    }
  }
}
