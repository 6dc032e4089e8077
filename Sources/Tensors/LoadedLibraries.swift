import Foundation

/// The memory of the libraries that the process has loaded.
///
/// Debian's libtorch brings some three hundred, of which most are never used; loading them touches
/// about 90 MiB of pages that then count as the process's own.
package enum LoadedLibraries {
  /// Hands back the pages of libraries that the process cannot write and has not changed.
  ///
  /// The kernel brings each again when it is used.
  ///
  /// - Returns: How much of them was in memory, in bytes; 0 where the system does not tell.
  @discardableResult
  package static func releasePages() -> Int {
    // Files of the kernel have no size, so that reading one at once would stop after a page.
    guard let file = FileHandle(forReadingAtPath: "/proc/self/smaps"),
      let data = try? file.readToEnd()
    else { return 0 }
    var released = 0
    var mapping: Mapping?
    let text = String(decoding: data, as: UTF8.self)
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      if let next = Mapping(line) {
        released += mapping?.release() ?? 0
        mapping = next
      } else if let size = Mapping.kilobytes("Anonymous:", of: line) {
        mapping?.changedBytes = size << 10
      } else if let size = Mapping.kilobytes("Rss:", of: line) {
        mapping?.residentBytes = size << 10
      }
    }
    return released + (mapping?.release() ?? 0)
  }
}

/// A range of the process's memory, as a line of /proc/self/smaps begins its description:
/// `7f00-7f80 r-xp 00001000 fe:00 42   /usr/lib/libm.so.6`.
private struct Mapping {
  private var start: UInt
  private var end: UInt
  private var isLibrary: Bool
  var residentBytes = 0
  /// What is no longer as it is in the file; unknown counts as everything.
  var changedBytes = Int.max

  init?(_ line: Substring.UTF8View) {
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5).map {
      String(Substring($0))
    }
    let ends = fields.first?.split(separator: "-") ?? []
    guard fields.count >= 5, ends.count == 2, let start = UInt(ends[0], radix: 16),
      let end = UInt(ends[1], radix: 16), start < end
    else { return nil }
    (self.start, self.end) = (start, end)
    let path = fields.count > 5 ? fields[5].trimmingCharacters(in: .whitespaces) : ""
    isLibrary =
      ["r-xp", "r--p"].contains(fields[1]) && path.hasPrefix("/") && path.contains(".so")
  }

  /// The number of a line such as `Rss:    4 kB`.
  static func kilobytes(_ name: String, of line: Substring.UTF8View) -> Int? {
    guard line.starts(with: name.utf8) else { return nil }
    let fields = line.split(separator: UInt8(ascii: " "))
    return fields.count > 1 ? Int(Substring(fields[1])) : nil
  }

  func release() -> Int {
    guard isLibrary, changedBytes == 0, residentBytes > 0,
      let address = UnsafeMutableRawPointer(bitPattern: start),
      madvise(address, Int(end - start), MADV_DONTNEED) == 0
    else { return 0 }
    return residentBytes
  }
}
