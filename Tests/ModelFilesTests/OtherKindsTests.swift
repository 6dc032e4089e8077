import Foundation
import ModelFiles
import Tensors
import Testing

/// Files that torch and safetensors wrote (`Python/other_kinds.py`), in which what is wanted lies among
/// complex, sparse, quantized and eight-bit tensors, arrays of numpy, and what is no tensor.
@Suite struct OtherKindsTests {
  private func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python/\(name)").path
  }

  @Test(arguments: ["other-kinds.bin", "other-kinds-old.bin"])
  func `tensors of other kinds do not keep a torch file from being read`(name: String) throws {
    let archive = try TorchArchive(path: path(name))
    #expect(archive.tensor("weight")?.floats == [1, 2, 3])
    #expect(archive.entries.keys.sorted() == ["weight"])
    #expect(archive.unreadable["c"] == "ComplexFloat")
    for key in ["q", "s", "n", "p", "csr", "step", "list"] {
      #expect(archive.unreadable[key] != nil, "\(key)")
    }
  }

  @Test func `tensors of other kinds do not keep a safetensors file from being read`() throws {
    let archive = try SafetensorsFile(path: path("other-kinds.safetensors"))
    #expect(archive.tensor("weight")?.floats == [1, 2, 3])
    #expect(archive.entries.keys.sorted() == ["weight"])
    #expect(archive.unreadable == ["c": "C64", "f8": "F8_E4M3", "u": "U16"])
  }
}
