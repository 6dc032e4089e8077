import Foundation
package import ModelFiles
package import Tensors

extension ModelDirectory {
  /// How the weights lie on the disk.
  package struct Storage: Hashable, Sendable {
    /// The files, in the order of their names.
    package var files: [String]
    /// Their size together.
    package var byteCount: Int
    /// The types of the floating-point numbers, that of most of them first.
    package var types: [ElementType]
  }

  /// How many parameters the encoder has, and how many of them are its embeddings'.
  package var parameterCounts: (all: Int, embeddings: Int) {
    let shapes = ParameterLayout(encoder: configuration).shapes
    let prefix = "\(configuration.architecture.prefix).embeddings."
    func count(_ shapes: some Sequence<[Int]>) -> Int {
      shapes.reduce(0) { $0 + $1.reduce(1, *) }
    }
    return (count(shapes.values), count(shapes.filter { $0.key.hasPrefix(prefix) }.values))
  }

  /// Looks at the headers of the weights' files, and checks that every parameter of the encoder is
  /// there; no number is read.
  package func storage() throws(ModelFileError) -> Storage {
    let archive = try weights()
    for (name, shape) in ParameterLayout(encoder: configuration).shapes
      .sorted(by: { $0.key < $1.key })
    {
      _ = try stored(name, shape: shape, in: archive)
    }
    let files = Set(archive.entries.keys.map { archive.file(of: $0) }).sorted()
    var counts: [ElementType: Int] = [:]
    for entry in archive.entries.values where entry.type.isFloatingPoint {
      counts[entry.type, default: 0] += entry.count
    }
    return Storage(
      files: files, byteCount: files.reduce(0) { $0 + Self.size(of: $1) },
      types: counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        .map(\.key))
  }

  private static func size(of file: String) -> Int {
    // A link, as the Hugging Face cache has them, is as large as what it leads to.
    let path = (file as NSString).resolvingSymlinksInPath
    return (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
  }
}
