import Foundation

/// A file's bytes, mapped into memory rather than read.
///
/// Pages that were looked at count as this process's memory until they are discarded.
final class MappedFile: @unchecked Sendable {
  let path: String
  let bytes: UnsafeRawBufferPointer
  private let base: UnsafeMutableRawPointer?

  /// Maps a file; `expected` says in an error what should have been there.
  init(path: String, expected: String) throws(ModelFileError) {
    func problem(_ text: String) -> ModelFileError {
      ModelFileError(path: path, problem: "it cannot be read (\(text))", expected: expected)
    }
    self.path = path
    // Without waiting: a pipe under the file's name would never open.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw problem(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw problem(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw problem("it is no ordinary file") }
    let count = Int(status.st_size)
    guard count > 0 else {
      base = nil
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
    else { throw problem(String(cString: strerror(errno))) }
    self.base = base
    bytes = UnsafeRawBufferPointer(start: base, count: count)
    try refuseLargeFilePointer(expected: expected)
  }

  deinit {
    if let base { munmap(base, bytes.count) }
  }

  /// Gives pages back that hold these bytes; they are read again when they are looked at again.
  func discard(_ range: Range<Int>) {
    guard let base, !range.isEmpty else { return }
    let page = Int(getpagesize())
    let start = range.lowerBound / page * page
    madvise(base + start, range.upperBound - start, MADV_DONTNEED)
  }

  /// What git leaves in place of a large file that was not fetched.
  private func refuseLargeFilePointer(expected: String) throws(ModelFileError) {
    if bytes.count < 1024, bytes.starts(with: "version https://git-lfs".utf8) {
      throw ModelFileError(
        path: path, problem: "it is only Git's pointer to a large file", expected: expected,
        advice: "Run git lfs pull in the model directory.")
    }
  }
}

/// The bytes of files, without a copy of them.
package enum FileBytes {
  /// Calls `body` with the bytes of an ordinary file.
  package static func withBytes<Result>(
    _ path: String, expected: String, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(ModelFileError) -> Result {
    let file = try MappedFile(path: path, expected: expected)
    return withExtendedLifetime(file) { body(file.bytes) }
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number at a place that is within the bytes.
  func number<Value: FixedWidthInteger>(_: Value.Type, at place: Int) -> Value {
    Value(littleEndian: loadUnaligned(fromByteOffset: place, as: Value.self))
  }
}
