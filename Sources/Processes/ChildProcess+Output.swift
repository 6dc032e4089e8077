package import Foundation

extension ChildProcess {
  /// What a program that has ended left behind.
  package struct Outcome: Sendable {
    /// How it ended.
    package var ending: Ending
    /// What it wrote on standard output.
    package var output: Data
    /// What it wrote on standard error.
    package var errors: Data
  }

  /// Runs a program to its end.
  ///
  /// What it writes goes to files without a name, so that it never waits for a reader, and a process
  /// that it leaves behind is not waited for.
  ///
  /// - Parameter seconds: How long it may take; then it is ended with SIGKILL.
  /// - Throws: `ProcessError` where it cannot be started.
  package static func outcome(
    of program: String, _ arguments: [String], environment: [String: String]? = nil,
    folder: String? = nil, input: Stream = .nothing, seconds: Double = .infinity
  ) throws -> Outcome {
    let (output, errors) = (try NamelessFile(), try NamelessFile())
    let process = try ChildProcess(
      program, arguments, environment: environment, folder: folder, input: input,
      output: .descriptor(output.descriptor), errors: .descriptor(errors.descriptor))
    var ending = seconds.isFinite ? process.wait(seconds: seconds) : process.wait()
    if ending == nil {
      process.send(SIGKILL)
      ending = process.wait()
    }
    return Outcome(ending: ending ?? .unknown, output: output.contents, errors: errors.contents)
  }

  /// A file that is gone when it is closed.
  private final class NamelessFile {
    private let file: UnsafeMutablePointer<FILE>

    init() throws {
      guard let file = tmpfile() else {
        throw ProcessError(
          "A temporary file cannot be made in /tmp: \(String(cString: strerror(errno))). Free some "
            + "space there, or check its permissions.")
      }
      self.file = file
      _ = fcntl(fileno(file), F_SETFD, FD_CLOEXEC)
    }

    deinit { fclose(file) }

    var descriptor: Int32 { fileno(file) }

    /// All that is in it, by whomever it was written.
    var contents: Data {
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
      try? handle.seek(toOffset: 0)
      return (try? handle.readToEnd()) ?? Data()
    }
  }
}
