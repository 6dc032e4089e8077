import Experiments
import Files
import Foundation
import NamedEntities
import RunFolders

/// The run folders of a notebook as the system tells of them, without reading any file.
struct RunFiles {
  /// What tells that the files of a run have changed.
  struct Look: Hashable {
    var logSize: Int64 = 0
    /// When the file was changed, in nanoseconds since 1970; -1 where there is none.
    var logTime: Int64 = -1
    var journalSize: Int64 = 0
    var journalTime: Int64 = -1
    /// Of `progress.json`, which is looked at only where an engine may write it.
    var progressTime: Int64 = -1
  }

  private let runs: Int32

  /// The folder of the run folders; nil where there is none.
  init?(folder: String) {
    runs = open(folder + "/runs", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if runs < 0 { return nil }
  }

  /// Gives the folder back.
  func close() { Glibc.close(runs) }

  /// When a folder came into it or went last, in nanoseconds since 1970.
  var time: Int64 {
    var facts = stat()
    return fstat(runs, &facts) == 0 ? Self.nanoseconds(facts.st_mtim) : -1
  }

  /// The files of a run.
  func look(at run: RunID, withProgress: Bool) -> Look {
    var look = Look()
    (look.logSize, look.logTime) = file("\(run)/run.jsonl")
    (look.journalSize, look.journalTime) = file("\(run)/journal.jsonl")
    if withProgress { look.progressTime = file("\(run)/progress.json").time }
    return look
  }

  private func file(_ path: String) -> (size: Int64, time: Int64) {
    var facts = stat()
    guard fstatat(runs, path, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return (0, -1) }
    return (Int64(facts.st_size), Self.nanoseconds(facts.st_mtim))
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// The numbers of the run folders of a notebook's folder, rising.
  static func numbers(in folder: String) -> [RunID] {
    guard let listing = opendir(folder + "/runs") else { return [] }
    defer { closedir(listing) }
    var numbers: [RunID] = []
    while let entry = readdir(listing) {
      let kind = Int32(entry.pointee.d_type)
      guard kind == Int32(DT_DIR) || kind == Int32(DT_UNKNOWN) else { continue }
      let number = withUnsafeBytes(of: &entry.pointee.d_name) { Self.number($0) }
      if let number { numbers.append(number) }
    }
    return numbers.sorted()
  }

  /// The number that a name is, as this program writes it.
  private static func number(_ name: UnsafeRawBufferPointer) -> RunID? {
    var number: RunID = 0
    for (index, byte) in name.enumerated() {
      if byte == 0 { return index > 0 ? number : nil }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), index < 16,
        index > 0 || byte != UInt8(ascii: "0")
      else { return nil }
      number = number * 10 + RunID(byte - UInt8(ascii: "0"))
    }
    return nil
  }
}

/// The highest number that a run of a notebook ever had, in `runs/.last`: none is given twice.
enum RunNumbers {
  private static func path(_ folder: String) -> String { folder + "/runs/.last" }

  /// The highest number that was noted; 0 where none was.
  static func last(in folder: String) -> RunID {
    guard let data = try? OrdinaryFile.contents(of: path(folder), limit: 1000),
      let number = RunID(
        String(decoding: data.prefix(20), as: UTF8.self)
          .trimmingCharacters(in: .whitespacesAndNewlines)),
      (0..<ValueRange.largest).contains(number)
    else { return 0 }
    return number
  }

  /// Notes a number where no folder of a higher one will tell of it.
  static func note(_ number: RunID, in folder: String) throws {
    guard number > last(in: folder) else { return }
    try AtomicFile.write("\(number)\n", to: path(folder))
  }
}
