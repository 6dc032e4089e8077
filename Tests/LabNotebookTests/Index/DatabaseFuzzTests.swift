import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// The index with bytes, values and tables changed: whatever becomes of it, it says what to do or is
/// made again; never a crash, a hang or memory without end, and no run is lost.
@Suite struct DatabaseFuzzTests {
  /// A folder with a closed notebook of seven runs, from which inputs are made.
  private struct Original {
    let folder: URL
    let bytes: [UInt8]
    let lines: [String]

    init() throws {
      folder = try makeTemporaryFolder()
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      try notebook.request(.pause, for: 4)
      try notebook.setPage(Notebook.frontPage, "# What we know")
      lines = try everything(in: notebook)
      try notebook.close()
      bytes = [UInt8](try Data(contentsOf: folder.appending(path: "notebook.sqlite")))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
  }

  private static let kinds: Set<NotebookError.Kind> = [
    .damaged, .notANotebook, .newer, .missing, .noSuchRun,
  ]

  private static func isExpected(_ error: any Error) -> Bool {
    guard let error = error as? NotebookError else { return false }
    return kinds.contains(error.kind) && !error.problem.isEmpty && error.advice.hasSuffix(".")
  }

  /// Puts the index of an input into the folder of a notebook; nothing is left of the input before.
  private static func place(_ fuzz: Fuzz, _ bytes: [UInt8], _ original: Original) throws -> String {
    try? FileManager.default.removeItem(at: fuzz.folder)
    try FileManager.default.copyItem(at: original.folder, to: fuzz.folder)
    return fuzz.file("notebook.sqlite", bytes)
  }

  /// Reads all that a notebook has; of the experiments one, for that is what takes long.
  private static func readAll(_ notebook: Notebook, experiment: Int) throws {
    for (index, run) in try notebook.runs().enumerated() {
      if index % 7 == experiment % 7 { _ = run.experiment }
      _ = (run.progress, run.scores, run.results, run.secondsTaken)
      for key in try notebook.series(of: run.id) {
        _ = try notebook.metrics(run.id, series: key)
      }
      _ = try notebook.events(run.id)
      _ = try notebook.evaluations(run.id)
      _ = try notebook.requests(of: run.id)
    }
    _ = try (notebook.queue(), notebook.pages(), notebook.run(.last), notebook.dataVersion())
  }

  /// Opens the notebook of an input, reads it, changes it, and makes the index again: then all is as
  /// it was but for the change.
  private static func check(_ folder: String, _ original: Original, experiment: Int) throws {
    do {
      let notebook = try Notebook.open(folder: folder, mode: .readOnly)
      defer { try? notebook.close() }
      try readAll(notebook, experiment: experiment)
    } catch {
      guard isExpected(error) else { throw error }
    }
    let notebook = try Notebook.open(folder: folder)
    defer { try? notebook.close() }
    try readAll(notebook, experiment: experiment)
    try notebook.setStarred(2, true)
  }

  private static func run(
    _ kind: String, _ original: Original, share: Int = 1,
    make: (inout FuzzChance) throws -> [UInt8], place: (Fuzz, [UInt8]) throws -> Void
  ) throws {
    try Fuzz.run(
      kind, share: share, make: make,
      read: { fuzz, input in
        try place(fuzz, input)
        let number = input.prefix(4096).reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF
        let folder = fuzz.folder.path
        try check(folder, original, experiment: number)
        guard number % 8 == 0 else { return }
        _ = try Notebook.readAgain(folder: folder)
        let notebook = try Notebook.open(folder: folder)
        defer { try? notebook.close() }
        try notebook.setStarred(2, false)
        let again = try everything(in: notebook)
        expectSame(again, original.lines)
      }, isExpected: isExpected)
  }

  @Test func `an index with bytes changed is made again, or read`() throws {
    let original = try Original()
    defer { original.remove() }
    var whole = ByteMutator(donors: [Array(original.bytes.prefix(8192))])
    whole.maximumLength = 1 << 20
    let pageSize = 4096
    try Self.run(
      "index file", original, share: 60,
      make: { chance in
        if chance.once(in: 8) { return whole.mutated(original.bytes, &chance) }
        // A change within a page reaches further than one that shifts all pages behind it.
        var bytes = original.bytes
        for _ in 0...chance.below(3) {
          let count = bytes.count / pageSize
          let page = chance.once(in: 3) ? 0 : chance.below(count)
          let place = page * pageSize..<(page + 1) * pageSize
          var changed = whole.mutated(Array(bytes[place]), &chance)
          changed += [UInt8](repeating: 0, count: max(0, pageSize - changed.count))
          bytes.replaceSubrange(place, with: changed.prefix(pageSize))
        }
        return bytes
      }, place: { fuzz, input in _ = try Self.place(fuzz, input, original) })
  }

  @Test func `rows with values that nobody wrote are made again, or read`() throws {
    let original = try Original()
    defer { original.remove() }
    try Self.run(
      "index rows", original, share: 60, make: { Array(NotebookMutator.values(&$0).utf8) },
      place: { fuzz, input in
        let path = try Self.place(fuzz, original.bytes, original)
        try? Notebook.alter(path, String(decoding: input, as: UTF8.self))
      })
  }

  @Test func `tables that are others are made again, or do no harm`() throws {
    let original = try Original()
    defer { original.remove() }
    try Self.run(
      "index tables", original, share: 60, make: { Array(NotebookMutator.tables(&$0).utf8) },
      place: { fuzz, input in
        let path = try Self.place(fuzz, original.bytes, original)
        try? Notebook.alter(path, String(decoding: input, as: UTF8.self))
      })
  }
}
