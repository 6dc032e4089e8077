import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  @Test func `what is written is read back, with names, shapes and types`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      try SafetensorsFile.write(
        [
          "b.weight": Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]),
          "a": Tensor(integers: [1, -2], shape: [2]), "empty": Tensor([], shape: [0]),
          "scalar": Tensor([4], shape: []),
        ], to: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.entries.count == 4)
      #expect(file.tensor("b.weight")?.floats == [1, 2, 3, 4, 5, 6])
      #expect(file.tensor("b.weight")?.shape == [2, 3])
      #expect(file.tensor("a")?.integers == [1, -2])
      #expect(file.tensor("scalar")?.scalar == 4)
      #expect(file.tensor("nothing") == nil)
      #expect(file.metadata == ["format": "pt"])
    }
  }

  @Test func `half precision is stored in two bytes and read as floats`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      try SafetensorsFile.write(["a": Tensor([0.5, -1024])], to: path, half: true)
      let file = try SafetensorsFile(path: path)
      #expect(file.entries["a"]?.type == .float16)
      #expect(file.tensor("a")?.floats == [0.5, -1024])
    }
  }

  @Test(arguments: [false, true]) func `rows are read without the others`(half: Bool) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      let values = (0..<15).map { Float($0) / 4 }
      try SafetensorsFile.write(["a": Tensor(values, shape: [5, 3])], to: path, half: half)
      let file = try SafetensorsFile(path: path)
      let rows = try file.rows("a", [4, 0, 4])
      #expect(rows?.shape == [3, 3])
      #expect(rows?.floats == [3, 3.25, 3.5, 0, 0.25, 0.5, 3, 3.25, 3.5])
      #expect(try file.rows("a", [])?.shape == [0, 3])
      #expect(try file.rows("nothing", [0]) == nil)
    }
  }

  @Test func `a file that was changed since it was opened gives no rows`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      let tensor = Tensor([1, 2, 3, 4], shape: [2, 2])
      try SafetensorsFile.write(["a": tensor], to: path)
      let file = try SafetensorsFile(path: path)
      try SafetensorsFile.write(["a": tensor], to: path)  // another file under the name
      let error = #expect(throws: ModelFileError.self) { try file.rows("a", [1]) }
      #expect(error?.description.contains("changed while it was in use") == true)
      try FileManager.default.removeItem(atPath: path)
      #expect(throws: ModelFileError.self) { try file.rows("a", [1]) }
    }
  }

  private func header(_ json: String, data: Int = 0) -> Data {
    var length = UInt64(json.utf8.count).littleEndian
    return Data(bytes: &length, count: 8) + Data(json.utf8) + Data(count: data)
  }

  @Test(arguments: [
    (Data(), "0 bytes"),
    (Data([1, 2, 3]), "3 bytes"),
    (Data([255, 255, 255, 255, 255, 255, 255, 127]), "header claims"),
    (Data([9, 0, 0, 0, 0, 0, 0, 0, 123]), "header claims 9 bytes"),
  ])
  func `a truncated file is an error that says how much is there`(bytes: Data, text: String) throws
  {
    try expectError(bytes, text)
  }

  @Test func `a header that lies about a tensor is an error that names it`() throws {
    try expectError(header("[1]"), "not a JSON object")
    try expectError(header(#"{"x":{"dtype":"F32"}}"#), "x is incomplete")
    try expectError(
      header(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 4), "0…8 of 4")
    try expectError(
      header(#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, data: 8), "has 8 bytes")
    try expectError(
      header(
        #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, data: 8),
      "shape")
    try expectError(
      header(#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, data: 8), "[-1]")
    try expectError(
      header(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, data: 8), "8…0")
  }

  @Test func `tensors that lie over each other are an error`() throws {
    let one = #""x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
    let other = #""y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#
    try expectError(header("{\(one),\(other)}", data: 8), "lie over each other")
  }

  @Test func `numbers need not begin at a multiple of their size`() throws {
    try withTemporaryFolder { folder in
      for blanks in 0..<8 {
        let json =
          #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
          + String(repeating: " ", count: blanks)
        let file = folder.appending(path: "\(blanks).safetensors")
        // 1 and −2 in IEEE 754.
        try (header(json) + Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])).write(to: file)
        #expect(try SafetensorsFile(path: file.path).tensor("x")?.floats == [1, -2])
      }
    }
  }

  @Test func `every number arrives, however many there are`() throws {
    try withTemporaryFolder { folder in
      // More than are copied at a time, twice and a bit.
      let path = folder.appending(path: "a.safetensors").path
      let tensor = Tensor.range(2_100_001)
      try SafetensorsFile.write(
        ["whole": tensor, "half": tensor.converted(to: .float16)], to: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.tensor("whole")?.integers == tensor.integers)
      #expect(file.tensor("half")?.floats == tensor.converted(to: .float16).floats)
    }
  }

  private func expectError(_ bytes: Data, _ text: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "bad.safetensors")
      try bytes.write(to: file)
      let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: file.path) }
      let description = try #require(error).description
      #expect(description.contains(text))
      #expect(description.contains("bad.safetensors") && description.contains("expected"))
    }
  }

  @Test func `a file that is not there is an error that names it`() {
    #expect(throws: ModelFileError.self) { try SafetensorsFile(path: "/nowhere/x.safetensors") }
  }
}
