import Foundation
import Processes
import Testing

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
  /// - Returns: The exit status, and what was written to standard output and then to standard error.
  package func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let environment = ProcessInfo.processInfo.environment.merging([
      "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
    ]) { $1 }
    let outcome = try ChildProcess.finished(path, arguments, environment: environment)
    return (
      outcome.ending.status, String(decoding: outcome.output + outcome.errors, as: UTF8.self)
    )
  }
}
