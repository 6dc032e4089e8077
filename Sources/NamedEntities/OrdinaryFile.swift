package import Foundation

/// Reads files that others made: whole, and only where they are files.
///
/// A folder from elsewhere may have a pipe or a link to a device under the name of a file, from
/// which one would read for ever.
package enum OrdinaryFile {
  /// Why a file cannot be read, in the system's own words.
  package struct Problem: Error, CustomStringConvertible {
    /// As "No such file or directory".
    package let description: String
  }

  /// The bytes of a file; more than `limit` of them are a problem.
  package static func contents(
    of path: String, limit: Int = 16 << 30
  ) throws(Problem) -> Data {
    try read(path, limit: limit, count: .max)
  }

  /// The first `count` bytes of a file, or all that it has.
  package static func beginning(of path: String, count: Int) throws(Problem) -> Data {
    try read(path, limit: .max, count: count)
  }

  private static func read(
    _ path: String, limit: Int, count wanted: Int
  ) throws(Problem) -> Data {
    // Without waiting: a pipe under the file's name would never open.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Problem(description: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Problem(description: String(cString: strerror(errno)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw Problem(description: "it is a directory")
    default: throw Problem(description: "it is not a regular file")
    }
    guard status.st_size <= limit else { throw tooLong(Int(status.st_size), limit) }
    let size = min(Int(status.st_size), wanted)
    var data = Data(count: size)
    var count = 0
    while count < size {
      let part = data.withUnsafeMutableBytes { bytes in
        Foundation.read(descriptor, bytes.baseAddress.map { $0 + count }, size - count)
      }
      if part < 0, errno == EINTR { continue }
      guard part >= 0 else { throw Problem(description: String(cString: strerror(errno))) }
      if part == 0 { break }  // it has become shorter
      count += part
    }
    return data.prefix(count)
  }

  private static func tooLong(_ size: Int, _ limit: Int) -> Problem {
    Problem(description: "it has \(size) bytes, more than \(limit)")
  }
}

extension String {
  /// At most so many characters: what is quoted from a file may be all of the file.
  package func shortened(to count: Int = 1000) -> String {
    utf8.count <= count ? self : prefix(count) + "…"
  }
}
