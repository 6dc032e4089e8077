import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

/// The book's own file with bytes, values and tables changed: an error that says what to do, or
/// rows; never a crash, a hang or memory without end, and a repair makes all of it again.
@Suite struct DatabaseFuzzTests {
  /// A folder with a closed notebook of seven runs, from which inputs are made.
  private struct Original {
    let folder: URL
    let bytes: [UInt8]

    init() throws {
      folder = try makeTemporaryFolder()
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      try notebook.request(.pause, for: 4)
      try notebook.setPage(Notebook.frontPage, "# What we know")
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

  /// Puts the file of an input into a folder; nothing is left of the input before.
  private static func place(_ fuzz: Fuzz, _ bytes: [UInt8]) -> String {
    for suffix in ["-wal", "-shm", "-journal"] {
      unlink(fuzz.folder.path + "/notebook.sqlite" + suffix)
    }
    unlink(fuzz.folder.path + "/notebook.damaged")
    return fuzz.file("notebook.sqlite", bytes)
  }

  /// Reads all that a notebook has; of the experiments one, for that is what takes long.
  private static func readAll(_ notebook: Notebook, experiment: Int) throws {
    for (index, run) in try notebook.runs().enumerated() {
      if index % 7 == experiment % 7 { _ = run.experiment }
      _ = (run.progress, run.scores, run.results, run.secondsTaken)
      for name in try notebook.seriesNames(run.id) {
        _ = try notebook.metrics(run.id, series: name)
      }
      _ = try notebook.events(run.id)
      _ = try notebook.evaluations(run.id)
      _ = try notebook.requests(of: run.id)
    }
    _ = try (notebook.queue(), notebook.pages(), notebook.run(.last), notebook.dataVersion())
  }

  /// Opens the file of an input as a command does that only reads.
  private static func read(_ folder: String, experiment: Int) throws {
    let notebook = try Notebook.open(folder: folder, mode: .readOnly)
    defer { try? notebook.close() }
    try readAll(notebook, experiment: experiment)
  }

  /// Opens the file of an input as one does that writes, and writes what changes no journal of
  /// another input.
  private static func write(_ fuzz: Fuzz, _ original: Original) throws {
    let runs = fuzz.folder.appending(path: "runs")
    try? FileManager.default.removeItem(at: runs)
    try FileManager.default.copyItem(at: original.folder.appending(path: "runs"), to: runs)
    let notebook = try Notebook.openAsPossible(folder: fuzz.folder.path, create: false)
    defer { try? notebook.close() }
    try readAll(notebook, experiment: 0)
    _ = try notebook.integrityComplaints()
    try notebook.setNote(1, "written")
    _ = try notebook.markInterrupted()
    if try notebook.run(4)?.state == .queued { try notebook.move(4, to: .last) }
    _ = try notebook.enqueue(Experiment())
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
        if number % 16 == 0 {
          try write(fuzz, original)
        } else {
          try read(fuzz.folder.path, experiment: number / 16)
        }
      }, isExpected: isExpected)
  }

  @Test func `a file with bytes changed is an error, or a notebook`() throws {
    let original = try Original()
    defer { original.remove() }
    var whole = ByteMutator(donors: [Array(original.bytes.prefix(8192))])
    whole.maximumLength = 1 << 20
    let pageSize = 4096
    try Self.run(
      "notebook file", original, share: 2,
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
      }, place: { fuzz, input in _ = Self.place(fuzz, input) })
  }

  @Test func `rows with values that nobody wrote are an error, or rows`() throws {
    let original = try Original()
    defer { original.remove() }
    try Self.run(
      "notebook rows", original, share: 4, make: { Array(NotebookMutator.values(&$0).utf8) },
      place: { fuzz, input in
        let path = Self.place(fuzz, original.bytes)
        try? Notebook.alter(path, String(decoding: input, as: UTF8.self))
      })
  }

  @Test func `tables that are others are an error, or do no harm`() throws {
    let original = try Original()
    defer { original.remove() }
    try Self.run(
      "notebook tables", original, share: 4, make: { Array(NotebookMutator.tables(&$0).utf8) },
      place: { fuzz, input in
        let path = Self.place(fuzz, original.bytes)
        try? Notebook.alter(path, String(decoding: input, as: UTF8.self))
      })
  }

  @Test func `whatever became of the file, a repair makes every run again`() throws {
    let original = try Original()
    defer { original.remove() }
    let intact = try Notebook.open(folder: original.folder.path)
    let lines = try everything(in: intact)
    try intact.close()
    var mutator = ByteMutator()
    mutator.maximumLength = 1 << 20
    try Fuzz.run(
      "notebook repair", share: 100,
      make: { chance in
        if chance.once(in: 3) { return Array(NotebookMutator.tables(&chance).utf8) }
        return mutator.mutated(original.bytes, &chance)
      },
      read: { fuzz, input in
        let runs = fuzz.folder.appending(path: "runs")
        try? FileManager.default.removeItem(at: runs)
        try FileManager.default.copyItem(at: original.folder.appending(path: "runs"), to: runs)
        if input.count < 4000 {
          let path = Self.place(fuzz, original.bytes)
          try? Notebook.alter(path, String(decoding: input, as: UTF8.self))
        } else {
          _ = Self.place(fuzz, input)
        }
        let report = try NotebookRepair.carryOut(folder: fuzz.folder.path)
        #expect(report.losses.isEmpty && report.salvaged.isEmpty, "\(report)")
        guard report.wasNeeded else { return }
        let notebook = try Notebook.open(folder: fuzz.folder.path)
        defer { try? notebook.close() }
        let again = try everything(in: notebook)
        #expect(again == lines, "\(lines.filter { !again.contains($0) }.first ?? "more lines")")
        throw NotebookError(
          .damaged, path: notebook.folder, problem: report.complaints.joined(separator: ", "),
          advice: "It was repaired.")
      }, isExpected: Self.isExpected)
  }
}
