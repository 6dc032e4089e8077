import Files
import Foundation

/// What is asked of a run: a file for each request in `requests/` of its folder.
///
/// Whoever asks writes a file under another name and links it under its own: there is never a part
/// of one. The engine reads them between steps, writes into its journal that it has carried one out,
/// and then removes it; the journal tells an engine that comes later that it is done.
///
/// The names sort in the order of asking: sixteen digits of microseconds since 1970, later than those
/// that wait already, and random letters.
package enum Requests {
  /// The longest request that is read, in bytes.
  private static let limit = 1 << 16
  /// The most requests that are looked at at once.
  private static let most = 1000

  /// A request's file.
  private struct Stored: Codable {
    var control: Control
    var time: Double
  }

  /// Asks something of a run.
  ///
  /// - Returns: The request's id.
  @discardableResult
  package static func post(
    _ control: Control, in folder: RunFolder, time: Double = Date().timeIntervalSince1970
  ) throws -> String {
    // The run's own folder is not made again where somebody has deleted it.
    if mkdir(folder.requests, 0o777) != 0, errno != EEXIST {
      throw RunFolderError.system(errno, path: folder.requests)
    }
    let data = try StoredJSON.encode(Stored(control: control, time: time))
    var moment = UInt64(max(0, min(time, 6e9)) * 1e6)
    // A clock that was set back does not let a request overtake those that wait.
    if let last = names(in: folder).last.flatMap({ UInt64($0.prefix(16)) }), last >= moment {
      moment = last + 1
    }
    for _ in 0..<100 {
      let digits = String(moment)
      let id =
        String(repeating: "0", count: max(0, 16 - digits.count)) + digits + "-"
        + String(UInt32.random(in: 0...UInt32.max), radix: 36)
      do {
        if try AtomicFile.writeNew(Array(data.utf8), to: path(id, in: folder)) { return id }
      } catch {
        throw RunFolderError(error)
      }
      moment += 1
    }
    throw RunFolderError(
      .other, path: folder.requests, problem: "no request can be written there",
      advice: "Check the folder's permissions.")
  }

  /// What waits to be carried out, oldest first.
  ///
  /// - Parameters:
  ///   - known: Ids that are not looked at.
  ///   - onProblem: Told of each file with a request's name that is none.
  package static func pending(
    in folder: RunFolder, except known: Set<String> = [],
    onProblem: (_ id: String, _ problem: String) -> Void = { _, _ in }
  ) -> [ControlRequest] {
    var requests: [ControlRequest] = []
    for id in names(in: folder) where !known.contains(id) {
      do {
        let data = try RunFolder.contents(of: path(id, in: folder), limit: limit)
        if data.isEmpty { continue }  // it is being written, see `AtomicFile.writeNew`
        let stored = try StoredJSON.decoder.decode(Stored.self, from: data)
        requests.append(ControlRequest(id: id, control: stored.control))
      } catch let error as RunFolderError where error.kind == .missing {
        continue  // it was withdrawn, or carried out
      } catch {
        onProblem(id, JournalReading.reason(error))
      }
      if requests.count == most { break }
    }
    return requests
  }

  /// Removes a request, which was carried out or is wanted no more.
  package static func remove(_ id: String, in folder: RunFolder) {
    if isName(id) { unlink(path(id, in: folder)) }
  }

  private static func path(_ id: String, in folder: RunFolder) -> String {
    "\(folder.requests)/\(id).json"
  }

  /// The ids of the files that have a request's name, oldest first.
  static func names(in folder: RunFolder) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.requests)) ?? []
    return names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.filter(isName)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a text is an id as `post` makes them.
  private static func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return (18...24).contains(bytes.count) && bytes[16] == UInt8(ascii: "-")
      && bytes[..<16].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && bytes[17...].allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
      }
  }
}

/// Looks for new requests without reading a folder that has not changed.
package struct RequestWatch {
  private let folder: RunFolder
  private var given: Set<String> = []
  private var complained: Set<String> = []
  private var seen: (seconds: Int, nanoseconds: Int)?
  private var isSettled = false

  /// A watch on a run's folder.
  ///
  /// - Parameter answered: Ids that were carried out before.
  package init(_ folder: RunFolder, answered: Set<String> = []) {
    self.folder = folder
    given = answered
  }

  /// The requests that have come since the last call, oldest first.
  ///
  /// - Parameter onProblem: Told once of each file with a request's name that is none.
  package mutating func new(
    onProblem: (_ id: String, _ problem: String) -> Void = { _, _ in }
  ) -> [ControlRequest] {
    var facts = stat()
    guard stat(folder.requests, &facts) == 0 else { return [] }
    let time = (facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec)
    // Two changes within a tick of the file system's clock have the same time: a folder is known
    // only when it was looked at a while after it changed.
    if let seen, isSettled, seen == time { return [] }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    isSettled = abs(now.tv_sec - time.0) > 2
    seen = time
    var problems: [(String, String)] = []
    let requests = Requests.pending(in: folder, except: given) { problems.append(($0, $1)) }
    given.formUnion(requests.map(\.id))
    for (id, problem) in problems where complained.count < 20 && complained.insert(id).inserted {
      onProblem(id, problem)
    }
    return requests
  }
}
