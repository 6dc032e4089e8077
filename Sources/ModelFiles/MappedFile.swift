import Foundation

/// A file's bytes, mapped into memory rather than read.
///
/// Pages that were looked at count as this process's memory until they are discarded.
final class MappedFile: @unchecked Sendable {
  let path: String
  let bytes: UnsafeRawBufferPointer
  private let base: UnsafeMutableRawPointer?
  private let identity: Identity

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
    guard status.st_mode & S_IFMT == S_IFREG else { throw problem("it is not a regular file") }
    identity = Identity(status)
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

  /// Reads pieces of one size, one after the other, past the mapped pages.
  func read(
    _ places: [Int], size: Int, into bytes: inout [UInt8]
  ) throws(ModelFileError) {
    precondition(bytes.count == places.count * size, "There is room for each piece")
    func changed(_ text: String) -> ModelFileError {
      ModelFileError(
        path: path, problem: text, expected: "the file as it was when it was opened",
        advice: "Start again; and leave a model's files alone while it is in use.")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw changed("it cannot be read any more (\(String(cString: strerror(errno))))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Identity(status) == identity else {
      throw changed("it has changed while it was in use")
    }
    for (number, place) in places.enumerated() {
      var done = 0
      while done < size {
        let count = bytes.withUnsafeMutableBytes { bytes in
          pread(
            descriptor, bytes.baseAddress.map { $0 + number * size + done }, size - done,
            off_t(place + done))
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          throw changed(
            count == 0
              ? "it ends too early" : "it cannot be read (\(String(cString: strerror(errno))))")
        }
        done += count
      }
    }
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

/// Which file it is, and in which state.
private struct Identity: Equatable {
  private let device: UInt64
  private let node: UInt64
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
    size = Int(status.st_size)
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number at a place that is within the bytes.
  func number<Value: FixedWidthInteger>(_: Value.Type, at place: Int) -> Value {
    Value(littleEndian: loadUnaligned(fromByteOffset: place, as: Value.self))
  }
}
