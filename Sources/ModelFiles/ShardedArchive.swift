import Foundation
package import Tensors

/// A model's tensors in several files, and the index that says which is where.
///
/// The index as transformers writes it: `{"metadata": {…}, "weight_map": {"name": "file", …}}`,
/// with the files beside it.
package struct ShardedArchive: TensorArchive {
  /// The path of the index.
  package let path: String
  /// The tensors that the index names.
  package let entries: [String: StoredTensor]
  package let unreadable: [String: String]

  private let archives: [any TensorArchive]
  private let places: [String: Int]

  /// Reads an index; `open` opens a file that it names.
  package init(
    index path: String, open: (String) throws(ModelFileError) -> any TensorArchive
  ) throws(ModelFileError) {
    self.path = path
    let shards = try Self.shards(index: path)
    var entries: [String: StoredTensor] = [:]
    var unreadable: [String: String] = [:]
    var archives: [any TensorArchive] = []
    var places: [String: Int] = [:]
    for (file, names) in shards.sorted(by: { $0.key < $1.key }) {
      let shard = (path as NSString).deletingLastPathComponent + "/" + file
      guard FileManager.default.fileExists(atPath: shard) else {
        throw ModelFileError(
          path: shard, problem: "there is no such file",
          expected: "a part of the model, which \((path as NSString).lastPathComponent) names",
          advice: "Download the whole model directory.")
      }
      let archive = try open(shard)
      for name in names {
        places[name] = archives.count
        if let type = archive.unreadable[name] {
          unreadable[name] = type
          continue
        }
        guard let entry = archive.entries[name] else {
          throw ModelFileError(
            path: shard, problem: "there is no tensor \(name)",
            expected: "what \((path as NSString).lastPathComponent) says is in it",
            advice: "Do the index and the files belong to one model?")
        }
        entries[name] = entry
      }
      archives.append(archive)
    }
    for (number, archive) in archives.enumerated() {
      for name in archive.entries.keys.sorted() {
        if let place = places[name], place != number {
          throw ModelFileError(
            path: archive.path,
            problem: "the tensor \(name) is in it, and in \(archives[place].path) too",
            expected: "each tensor in one part of the model",
            advice: "Do the files belong to one model?")
        }
      }
    }
    (self.entries, self.unreadable) = (entries, unreadable)
    (self.archives, self.places) = (archives, places)
  }

  /// One tensor, with floating-point numbers as 32-bit floats; nil when the index has none such.
  package func tensor(_ name: String) -> Tensor? {
    places[name].flatMap { archives[$0].tensor(name) }
  }

  package func rows(_ name: String, _ rows: [Int]) throws(ModelFileError) -> Tensor? {
    guard let place = places[name] else { return nil }
    return try archives[place].rows(name, rows)
  }

  /// The part that holds a tensor.
  package func file(of name: String) -> String { places[name].map { archives[$0].path } ?? path }

  /// The names of the tensors in each file.
  private static func shards(index path: String) throws(ModelFileError) -> [String: [String]] {
    let expected = "a JSON object with a weight_map from tensors to files"
    let file = try MappedFile(path: path, expected: expected)
    guard file.bytes.count <= SafetensorsFile.maximumHeaderSize else {
      throw ModelFileError(
        path: path, problem: "it has \(file.bytes.count) bytes",
        expected: "an index of at most \(SafetensorsFile.maximumHeaderSize)")
    }
    let data = Data(file.bytes)
    guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let map = object["weight_map"] as? [String: String], !map.isEmpty
    else {
      throw ModelFileError(path: path, problem: "it has no weight_map", expected: expected)
    }
    var result: [String: [String]] = [:]
    for (name, file) in map { result[file, default: []].append(name) }
    if let file = result.keys.first(where: { $0.isEmpty || $0.hasPrefix(".") || $0.contains("/") })
    {
      throw ModelFileError(
        path: path, problem: "it names the file \(file.debugDescription)",
        expected: "files in the directory of the index")
    }
    return result
  }
}
