import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import Synchronization
import TestSupport
import Testing

/// Copies that are made file by file while people and an engine write: `cp -r`, rsync, backups.
@Suite struct LiveCopyTests {
  /// The points and tags of a run, as its own files say them.
  private struct Facts: Equatable {
    var points: [String]
    var tags: [String]

    /// As the files of a copy say them.
    init(files folder: RunFolder) throws {
      var reader = JournalReader(innerSteps: 1)
      points = try reader.read(folder.journal).seriesPoints
        .map { "\($0.key.name) \($0.step) \($0.value)" }.sorted()
      let log = try RunLog(folder)
      tags =
        if case .text(let text)? = log.columns[.tags] {
          text.split(separator: " ").map(String.init)
        } else {
          []
        }
    }

    /// As a notebook tells them.
    init(_ notebook: Notebook, _ run: RunID) throws {
      points = try notebook.series(of: run).flatMap { key in
        try notebook.metrics(run, series: key).map { "\(key.name) \($0.step) \($0.value)" }
      }.sorted()
      tags = try #require(try notebook.run(run)).tags
    }
  }

  /// Copies the files of a folder one after the other, in this order.
  private func copy(_ names: [String], from folder: String, to other: String) throws {
    for name in names {
      let target = other + "/" + name
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      // What is gone by now is not copied.
      if let data = FileManager.default.contents(atPath: folder + "/" + name) {
        try data.write(to: URL(filePath: target))
      }
      usleep(UInt32.random(in: 0..<3000))
    }
  }

  @Test func `a copy has all that its journals have, in whatever order its files were copied`()
    throws
  {
    try withNotebook { notebook in
      try fill(notebook)
      let run = try notebook.enqueue(try experiment("at work"))
      let engine = try RunStandIn(notebook, run)
      try engine.record(.stateChanged(.running))
      // One thread at a time has it.
      nonisolated(unsafe) let worker = engine
      let isOver = Mutex(false)
      let folder = notebook.folder
      let people = Thread {
        // As another program, with an index of its own.
        guard let notebook = try? Notebook.open(folder: folder) else { return }
        var number = 0
        while !isOver.withLock({ $0 }) {
          try? notebook.setTags(run, ["t\(number)"])
          number += 1
          usleep(20_000)
        }
      }
      people.start()
      defer { isOver.withLock { $0 = true } }
      for round in 0..<CrashRounds.count(5) {
        let work = Thread {
          for step in (round * 100 + 1)...(round * 100 + 100) {
            try? worker.record(outerStep(step, Double(step)))
            if step % 10 == 0 { try? worker.flush() }
          }
        }
        var names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
          var facts = stat()
          return stat(folder + "/" + name, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        }.shuffled()
        // Parts of the index may be missing, as after a power cut.
        names.removeAll { $0.hasPrefix("notebook.sqlite") && Int.random(in: 0..<4) == 0 }
        let place = folder + "-copy\(round)"
        work.start()
        try copy(names, from: folder, to: place)
        try wait("the engine's work") { work.isFinished }
        let order = names.filter { $0.hasPrefix("notebook") || $0.hasPrefix("runs/\(run)/") }
        let copy = try Notebook.open(folder: place)
        #expect(try copy.runs().count == 8, "\(order)")
        for other in try copy.runs() {
          let found = try Facts(copy, other.id)
          #expect(found == (try Facts(files: RunFolder(other.folder))), "#\(other.id), \(order)")
        }
        // Nobody works on the copy, and it goes on where its files end.
        #expect(try copy.run(run)?.state == .interrupted, "\(order)")
        try copy.requeue(run)
        let next = try RunStandIn(copy, run)
        try next.record(outerStep(100_000, 0.5))
        try next.finish(state: .finished, error: nil)
        #expect(try copy.run(run)?.state == .finished, "\(order)")
        #expect(try Facts(copy, run) == (try Facts(files: RunFolder(copy.runFolder(run)))))
        try copy.close()
        try FileManager.default.removeItem(atPath: place)
      }
      CrashRounds.tell("copies of a notebook at work", CrashRounds.count(5))
      try engine.finish(state: .finished, error: nil)
    }
  }
}
