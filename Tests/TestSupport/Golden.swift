import Foundation
package import Testing

/// Compares text with the golden file `Snapshots/<name>` beside the calling test.
///
/// Set `RECORD_SNAPSHOTS=1` to write the file anew. A recording run always fails, so that
/// nobody records by accident and takes the result for a pass.
package func expectGolden(
  _ actual: String,
  _ name: String,
  filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: filePath).deletingLastPathComponent().appending(path: "Snapshots")
  let file = folder.appending(path: name)
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try actual.write(to: file, atomically: true, encoding: .utf8)
    Issue.record("Recorded \(name); read it, then run again", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(actual == expected, sourceLocation: sourceLocation)
}
