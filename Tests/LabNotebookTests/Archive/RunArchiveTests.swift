import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// Runs on their way from one notebook to another in one file, which may come from anybody.
@Suite struct RunArchiveTests {
  /// A notebook with ended runs, its archive, and a folder for more.
  private func withArchive(
    _ body: (_ notebook: Notebook, _ archive: URL, _ folder: URL) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.appending(path: "from").path)
      try fill(notebook)
      for (path, text) in [
        ("predictions/hi.test.conll", "Ada B-PER\n"), ("checkpoints/000010/state", "many bytes"),
        ("tuned/hi.safetensors", String(repeating: "x", count: 3_000_000)), ("lock", ""),
      ] {
        let file = URL(filePath: notebook.runFolder(1) + "/" + path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      let archive = folder.appending(path: "runs.primer")
      _ = try notebook.export(Self.ended, to: archive.path)
      try body(notebook, archive, folder)
    }
  }

  private static let ended: [RunID] = [1, 2, 3, 6]

  /// All that is known of a run but for its number and those of its rows.
  private func facts(_ notebook: Notebook, _ run: RunID) throws -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let record = try #require(try notebook.run(run))
    var lines = [
      """
      \(record.name) \(record.state) \(record.note) \(record.starred) \(record.archived) \
      \(record.tags) \(record.study) \(record.rewinds) \(record.error ?? "-") \(record.created) \
      \(String(describing: record.started)) \(String(describing: record.finished))
      """, record.experiment.resolvedToml(), "\(String(describing: record.progress))",
      try json(record.results), "\(record.scores)", try json(notebook.evaluations(run)),
    ]
    for key in try notebook.series(of: run) {
      lines += try notebook.metrics(run, series: key).map {
        "\(key.name) \($0.step) \($0.value) \($0.time.timeIntervalSince1970)"
      }
    }
    return try lines
      + notebook.events(run).map {
        "\($0.time.timeIntervalSince1970) \(try json($0.event))"
      }
  }

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(folder)/\($0)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  @Test func `runs come whole into another notebook, beside its own, and once`() throws {
    try withArchive { from, file, folder in
      let to = try Notebook.open(folder: folder.appending(path: "to").path)
      try fill(to)
      let before = try everything(in: to)
      let archive = try RunArchive(path: file.path)
      #expect(archive.runs == Self.ended)
      #expect(
        try archive.listing().map(\.name) == ["another name", "rewound", "begun anew", "archived"])
      let taken = try to.takeIn(archive)
      #expect(taken.map(\.original) == Self.ended && taken.map(\.run) == [8, 9, 10, 11])
      #expect(taken.allSatisfy { !$0.wasHere })
      for run in taken {
        var found = try facts(to, run.run)
        let last = found.removeLast()
        #expect(last.contains("It was run #\(run.original) of \(file.path)"))
        let told = try facts(from, run.original)
        #expect(
          found == told, "#\(run.original): \(zip(found, told).first { $0 != $1 } ?? ("", ""))")
      }
      expectSame(try Array(everything(in: to).prefix(before.count)), before)
      #expect(
        try files(to.runFolder(8)) == [
          "checkpoints/000010/state", "experiment.toml", "journal.jsonl",
          "predictions/hi.test.conll", "run.jsonl", "tuned/hi.safetensors",
        ])
      #expect(
        try Data(contentsOf: URL(filePath: to.runFolder(8) + "/tuned/hi.safetensors"))
          == Data(contentsOf: URL(filePath: from.runFolder(1) + "/tuned/hi.safetensors")))

      let again = try to.takeIn(archive)
      #expect(again.map(\.run) == [8, 9, 10, 11] && again.allSatisfy(\.wasHere))
      #expect(try to.runs().count == 11)
      #expect(try to.integrityComplaints().isEmpty)
      #expect(try from.takeIn(archive, [2]).map(\.run) == [2], "it never left")
    }
  }

  @Test func `a run that was taken in goes on and goes back as any other`() throws {
    try withArchive { _, file, folder in
      let to = try Notebook.open(folder: folder.appending(path: "to").path)
      try fill(to)
      let taken = try to.takeIn(RunArchive(path: file.path), [2])
      let run = try #require(taken.first?.run)
      let marks = try to.metrics(run, series: SeriesKey(.outerLoss)).map(\.place)
      try to.requeue(run)
      let recorder = try to.recorder(for: run)
      try recorder.record(.stateChanged(.running))
      let end = try recorder.mark(isDurable: true)
      for step in 16...20 { try recorder.record(outerStep(step, Double(step))) }
      try recorder.flush()
      try recorder.rewind(to: end)
      #expect(try to.metrics(run, series: SeriesKey(.outerLoss)).map(\.place) == marks)
      for step in 16...18 { try recorder.record(outerStep(step, Double(step))) }
      try recorder.finish(state: .finished, error: nil)
      #expect(try to.metrics(run, series: SeriesKey(.outerLoss)).map(\.step) == Array(1...18))
      let lines = try everything(in: to)
      try to.close()
      unlink(to.folder + "/notebook.sqlite")
      expectSame(try everything(in: Notebook.open(folder: to.folder)), lines)
    }
  }

  @Test func `of eight who take in one archive at once one does`() throws {
    try withArchive { _, file, folder in
      let path = folder.appending(path: "to").path
      _ = try Notebook.open(folder: path)
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do {
          _ = try Notebook.open(folder: path).takeIn(RunArchive(path: file.path))
        } catch {
          Issue.record(error)
        }
      }
      let to = try Notebook.open(folder: path)
      #expect(try to.runs().map(\.id) == [1, 2, 3, 4])
      let left = try FileManager.default.contentsOfDirectory(atPath: path + "/runs").sorted()
      #expect(left == ["1", "2", "3", "4"], "nothing stays behind")
    }
  }

  @Test func `what lies where the archive is to go, or beside it, is not written through`() throws {
    try withArchive { from, _, folder in
      let (secret, out) = (folder.path + "/secret", folder.path + "/out.primer")
      try "kept".write(toFile: secret, atomically: true, encoding: .utf8)
      for name in [out, out + ".new"] { symlink(secret, name) }
      _ = try from.export([1], to: out)
      #expect(try String(contentsOfFile: secret, encoding: .utf8) == "kept")
      #expect(try RunArchive(path: out).runs == [1])
      for (name, make) in [
        ("pipe", { mkfifo($0, 0o600) }), ("folder", { mkdir($0, 0o700) }),
      ] as [(String, (String) -> Int32)] {
        let path = folder.path + "/" + name
        #expect(make(path) == 0)
        expectNotebookError(.other, "not a regular file") { _ = try from.export([1], to: path) }
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!names.contains { $0.hasSuffix(".primer-new") }, "nothing stays behind")
    }
  }

  @Test func `what has not ended is not exported, and checkpoints may stay behind`() throws {
    try withArchive { from, _, folder in
      let other = folder.appending(path: "other").path
      expectNotebookError(.busy, "run #4 is queued", "ended") {
        _ = try from.export([1, 4], to: other)
      }
      expectNotebookError(.noSuchRun, "#99") { _ = try from.export([99], to: other) }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
          "from", "runs.primer",
        ])
      symlink("/etc/passwd", from.runFolder(1) + "/elsewhere")
      let report = try from.export([1], to: other, hasCheckpoints: false)
      #expect(report.leftOut == [from.runFolder(1) + "/elsewhere"])
      let to = try Notebook.open(folder: folder.appending(path: "to").path)
      _ = try to.takeIn(RunArchive(path: other))
      #expect(try files(to.runFolder(1)).count == 5)
    }
  }

  // MARK: From anybody

  private func expectRefused(
    _ data: Data, _ folder: URL, _ texts: String..., kind: NotebookError.Kind = .damaged,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: "hostile")
    try data.write(to: file)
    let to = try Notebook.open(folder: folder.appending(path: "to").path)
    defer { try? to.close() }
    do {
      _ = try to.takeIn(RunArchive(path: file.path))
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as NotebookError {
      #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
      for text in texts {
        #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation)
      }
    }
    #expect(try to.runs().isEmpty, sourceLocation: sourceLocation)
    let left = try? FileManager.default.contentsOfDirectory(atPath: to.folder + "/runs")
    #expect(left ?? [] == [], "nothing stays behind", sourceLocation: sourceLocation)
    #expect(try to.integrityComplaints().isEmpty, sourceLocation: sourceLocation)
  }

  /// A tar file with what is given, and a list of contents that agrees with it, with more behind it.
  private func tar(
    _ files: [(String, String)], format: Int = 1, kind: Character = "0", linked: String = "",
    more: String = ""
  ) -> Data {
    var data = Data()
    func add(_ path: String, _ text: String, _ kind: Character = "0") {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, _ place: Int) {
        for (index, byte) in text.utf8.prefix(100).enumerated() { header[place + index] = byte }
      }
      put(path, 0)
      put("0000644", 100)
      put(String(format: "%011o", text.utf8.count), 124)
      put("        ", 148)
      put(String(kind), 156)
      put(linked, 157)
      put("ustar", 257)
      put("00", 263)
      put(String(format: "%06o", header.reduce(0) { $0 + Int($1) }), 148)
      header[154] = 0
      data += header + Data(text.utf8)
      data += Data(count: (512 - text.utf8.count % 512) % 512)
    }
    let all = [("primer-archive.json", "{\"format\":\(format)}")] + files
    for (path, text) in all { add(path, text, path.hasSuffix("link") ? kind : "0") }
    let entries = all.map { path, text in
      let name = path.replacing("\u{1}", with: "\\u0001")
      return "{\"path\":\"\(name)\",\"size\":\(text.utf8.count),\"crc32\":\(crc32(text))}"
    }
    add("contents.json", "[\(entries.joined(separator: ","))]\(more)")
    return data + Data(count: 1024)
  }

  /// Bit by bit, as the standard defines it.
  private func crc32(_ text: String) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in text.utf8 {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  private static let journal = """
    ["run",1,{"created":1764000000.5,"experiment":"name = \\"x\\"","name":"x"}]
    ["e",1,1764000001,{"stateChanged":{"_0":"stopped"}}]

    """

  @Test func `the archives of this test are such that only what is wrong with them is`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "good")
      try tar([("runs/3/journal.jsonl", Self.journal)]).write(to: file)
      let to = try Notebook.open(folder: folder.appending(path: "to").path)
      let taken = try to.takeIn(RunArchive(path: file.path))
      #expect(taken.map(\.name) == ["x"])
      #expect(try to.run(1)?.state == .stopped)
      // A sum that is known: of "123456789".
      #expect(crc32("123456789") == 0xCBF4_3926)
    }
  }

  @Test(arguments: [
    "../../escaped", "runs/3/../../escaped", "/tmp/escaped", "runs/3//x", "runs/3/./x", "runs/3/..",
    "runs/../3/x", "runs/0/x", "runs/-3/x", "runs/03/x", "runs/x/y", "runs/3", "runs/3/", "x",
    "runs/3/lock", "runs/3/reserve", "runs/3/requests/x", "runs/3/progress.json", "runs/3/a\u{1}b",
    "runs/99999999999999999999/x",
    "notebook.sqlite",
  ])
  func `a path that leads out of its run's folder, or to no file of one, is refused`(
    path: String
  ) throws {
    try withTemporaryFolder { folder in
      let data = tar([("runs/3/journal.jsonl", Self.journal), (path, "x")])
      try expectRefused(data, folder, "not the path of a run's file")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/escaped"))
      #expect(!FileManager.default.fileExists(atPath: "/tmp/escaped"))
    }
  }

  @Test func `a run that no engine began goes to another notebook and is begun there`() throws {
    try withTemporaryFolder { folder in
      let from = try Notebook.open(folder: folder.path + "/from")
      for name in ["cancelled", "not started"] { _ = try from.enqueue(try experiment(name)) }
      try from.request(.stop, for: 1)
      try from.noteEnding(of: 2, attempt: 1, .failed, "The engine could not be started.")
      let archive = folder.path + "/archive"
      _ = try from.export([1, 2], to: archive)
      let to = try Notebook.open(folder: folder.path + "/to")
      for isFirst in [true, false] {
        let taken = try to.takeIn(RunArchive(path: archive))
        #expect(taken.map(\.name) == ["cancelled", "not started"])
        #expect(taken.map(\.wasHere) == [!isFirst, !isFirst])
      }
      #expect(try to.runs().map(\.state) == [.stopped, .failed])
      #expect(try to.run(2)?.error == "The engine could not be started.")
      try to.requeue(1)
      let engine = try RunStandIn(to, 1)
      try engine.record(outerStep(1, 0.5))
      try engine.finish(state: .finished, error: nil)
      #expect(try to.run(1)?.state == .finished)
    }
  }

  @Test(arguments: ["1", "2", "3", "5", "x", "L"])
  func `links, devices, folders and headers of other kinds are refused`(kind: String) throws {
    try withTemporaryFolder { folder in
      let data = tar(
        [("runs/3/journal.jsonl", Self.journal), ("runs/3/link", "")], kind: Character(kind),
        linked: "/etc/passwd")
      try expectRefused(data, folder, "not a regular file")
    }
  }

  @Test func `what is there twice, without a journal, newer or no archive is refused`() throws {
    try withTemporaryFolder { folder in
      let good = ("runs/3/journal.jsonl", Self.journal)
      try expectRefused(tar([good, good]), folder, "in it twice")
      try expectRefused(tar([good, ("runs/4/x", "x")]), folder, "run #4 has no journal")
      try expectRefused(tar([good], format: 3), folder, "format 3", "newer primer", kind: .newer)
      try expectRefused(
        tar([good, ("runs/3/a", "1"), ("runs/3/a/b", "2")]), folder, kind: .readOnly)
      for other in ["", "x", String(repeating: "x", count: 5000)] {
        try expectRefused(Data(other.utf8), folder, "not an archive of runs")
      }
      try expectRefused(Data(count: 5000), folder)
      expectNotebookError(.missing, "no such file") {
        _ = try RunArchive(path: folder.path + "/nowhere")
      }
      expectNotebookError(.missing, "not a regular file") { _ = try RunArchive(path: folder.path) }
      let pipe = folder.path + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      expectNotebookError(.missing, "not a regular file") { _ = try RunArchive(path: pipe) }
      let spaces = String(repeating: " ", count: 10_000)
      try expectRefused(tar([good], more: spaces), folder, "its list of contents has")
      let hollow = folder.path + "/hollow"
      let file = open(hollow, O_WRONLY | O_CREAT, 0o600)
      #expect(ftruncate(file, 100 << 30) == 0)
      close(file)
      expectNotebookError(.damaged, "holes") { _ = try RunArchive(path: hollow) }
    }
  }

  /// Lines behind those of a journal that is right; each would bring the notebook out of order.
  @Test(arguments: [
    ("[\"e\",2,1764000001,{\"stateChanged\":{\"_0\":\"queued\"}}]", "queued"),
    ("[\"e\",2,\"inf\",{\"stateChanged\":{\"_0\":\"stopped\"}}]", "not a valid time"),
    ("[\"e\",2,-1e11,{\"stateChanged\":{\"_0\":\"stopped\"}}]", "not a valid time"),
    ("[\"set\",\"note\",5]", "note"), ("[\"set\",\"name\",null]", "name"),
    ("[\"set\",\"starred\",2]", "starred"), ("[\"set\",\"tags\",\"a  b\"]", "tags"),
    ("[\"set\",\"deleted\",\"inf\"]", "deleted"), ("[\"set\",\"position\",\"x\"]", "position"),
    ("[\"set\",\"rewinds\",1e15]", "went back"), ("[\"set\",\"created\",1]", "line 3"),
    ("[\"m\",1,\"s\",1,0.5,\"nan\"]", "not a valid time"),
    ("[\"m\",1,\"s\",-1,0.5,1764000001]", "not a step"),
    ("[\"m\",-1,\"s\",1,0.5,1764000001]", "numbers"),
    ("[\"m\",9223372036854775807,\"s\",1,0.5,1764000001]", "not a row number"),
    (
      "[\"m\",7,\"s\",1,0.5,1764000001]\n[\"m\",7,\"t\",1,0.5,1764000001]", "points are in it twice"
    ),
    ("[\"e\",1,1764000001,{\"log\":{\"_0\":\"info\",\"_1\":\"\"}}]", "events are in it twice"),
    ("[\"p\",{\"phase\":\"priming\"}]", "line 3"), ("[\"run\",3,{}]", "newer program"),
    ("{", "line 3"), ("[\"exec\",\"rm -rf\"]", "line 3"),
  ])
  func `a journal that says what no notebook says is refused`(
    line: String, problem: String
  ) throws {
    try withTemporaryFolder { folder in
      let data = tar([("runs/3/journal.jsonl", Self.journal + line + "\n")])
      try expectRefused(data, folder, problem)
    }
  }

  @Test func `texts that would keep lists and screens busy are refused`() throws {
    func log(_ lines: String) -> [(String, String)] {
      [
        ("runs/3/journal.jsonl", Self.journal),
        (
          "runs/3/run.jsonl",
          "[\"run\",2,{\"created\":1764000000.5,\"name\":\"x\",\"study\":\"\"}]\n" + lines
        ),
      ]
    }
    let long = String(repeating: "x", count: 2 << 20)
    try withTemporaryFolder { folder in
      for column in ["name", "note", "study", "tags"] {
        try expectRefused(
          tar(log("[\"set\",\"\(column)\",\"\(long)\",1]\n")), folder, column)
      }
      for (line, problem) in [
        ("[\"e\",2,1764000001,{\"log\":{\"_0\":\"info\",\"_1\":\"\(long)\"}}]", "an event of 20"),
        ("[\"m\",1,\"\(long)\",1,0.5,1764000001]", "a series has a name of"),
        ("[\"set\",\"host\",\"\(long)\"]", "host"),
      ] {
        try expectRefused(
          tar([("runs/3/journal.jsonl", Self.journal + line + "\n")]), folder, problem)
      }
      let names = (1...10_001).map { "[\"m\",\($0),\"s\($0)\",1,0.5,1764000001]\n" }.joined()
      try expectRefused(
        tar([("runs/3/journal.jsonl", Self.journal + names)]), folder, "it has 10001 series")
      try expectRefused(tar(log("[\"set\",\"note\"")), folder, "run.jsonl is cut short")
      try expectRefused(tar(log("[\"queued\",5,1764000000]\n")), folder, "queued")
      try expectRefused(tar(log("[\"nothing\"]\n")), folder, "line 2 of run.jsonl")
      let deep = "name = " + String(repeating: "[", count: 200_000)
      try expectRefused(
        tar([("runs/3/journal.jsonl", Self.journal), ("runs/3/experiment.toml", deep)]), folder,
        "its experiment")
      let keys = (0..<50_000).map { "key\($0) = 1" }.joined(separator: "\n")
      try expectRefused(
        tar([("runs/3/journal.jsonl", Self.journal), ("runs/3/experiment.toml", keys)]), folder,
        "its experiment")
    }
  }

  @Test func `a journal without its first line or its last end is refused`() throws {
    try withTemporaryFolder { folder in
      let lines = Self.journal.split(separator: "\n")
      try expectRefused(
        tar([("runs/3/journal.jsonl", lines[1] + "\n")]), folder, "first line is missing")
      try expectRefused(
        tar([("runs/3/journal.jsonl", String(Self.journal.dropLast()))]), folder, "cut short")
    }
  }

  @Test func `cut anywhere it is refused, and so is any changed byte`() throws {
    try withTemporaryFolder { folder in
      let whole = tar([
        ("runs/3/journal.jsonl", Self.journal),
        ("runs/3/tuned/a", String(repeating: "a", count: 700)),
      ])
      // But for the empty blocks at the end every byte counts.
      let end = whole.count - 1024
      for length in Array(stride(from: 1, to: end, by: 97)) + [end - 1, end, end + 511] {
        try expectRefused(whole.prefix(length), folder)
      }
      for place in stride(from: 0, to: end, by: 41) {
        var changed = whole
        changed[place] ^= place % 2 == 0 ? 0x01 : 0x5A
        // What fills a block up, and the owner's fields of a header, say nothing.
        let isChanged = try isDifferent(changed, whole, folder)
        if isChanged { continue }
        let byte = whole[place]
        #expect(byte == 0, "byte \(place) was changed and nobody saw it")
      }
    }
  }

  /// Whether a changed archive is refused.
  private func isDifferent(_ changed: Data, _ whole: Data, _ folder: URL) throws -> Bool {
    let file = folder.appending(path: "changed")
    try changed.write(to: file)
    do {
      _ = try RunArchive(path: file.path).listing()
      return false
    } catch is NotebookError {
      return true
    }
  }
}
