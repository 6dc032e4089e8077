import Foundation

/// The Python that checks against other libraries use: PRIMER_PYTHON, or python3 of the path.
///
/// Tests need no Python; those that compare with its libraries are for where they are installed.
package struct Python: Sendable {
  /// The interpreter's path.
  package let path: String

  /// An interpreter that can import all of these modules; nil where there is none.
  package static func having(_ modules: String...) -> Python? {
    let environment = ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = environment["PRIMER_PYTHON"].map { [$0] } ?? folders.map { $0 + "/python3" }
    let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:))
    guard let python = path.map(Python.init(path:)) else { return nil }
    let outcome = try? python.run(["-c", "import " + modules.joined(separator: ", ")])
    return outcome?.status == 0 ? python : nil
  }

  /// Runs Python with arguments and waits for its end.
  ///
  /// - Returns: The exit status, and what was written to standard output and error together.
  package func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let folder = try makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appending(path: "output")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging([
      "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
    ]) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
  }
}
