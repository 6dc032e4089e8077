import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// The bin, tags, studies and the order of the queue.
@Suite struct FilingTests {
  private func queue(_ names: String..., in notebook: Notebook) throws -> [RunID] {
    try names.map { try notebook.enqueue(try experiment($0)) }
  }

  @Test func `a run in the bin is kept, and taken out as it was`() throws {
    try withNotebook { notebook in
      let runs = try queue("one", "two", in: notebook)
      try notebook.putIntoBin(runs)
      let binned = try #require(try notebook.run(runs[0]))
      #expect(binned.deleted != nil)
      #expect(binned.state == .queued)
      #expect(FileManager.default.fileExists(atPath: binned.folder))
      try notebook.putIntoBin([runs[0]])
      #expect(try notebook.run(runs[0])?.deleted == binned.deleted, "it went in once")
      try notebook.takeOutOfBin(runs)
      #expect(try notebook.runs().allSatisfy { $0.deleted == nil })
    }
  }

  @Test func `what is under way is not put into the bin, nor is what comes with it`() throws {
    try withNotebook { notebook in
      let runs = try queue("one", "two", in: notebook)
      let recorder = try notebook.recorder(for: runs[1])
      try recorder.record(.stateChanged(.running))
      try recorder.flush()
      expectNotebookError(.busy, "run #2 is under way", "Stop it first.") {
        try notebook.putIntoBin(runs)
      }
      #expect(try notebook.run(runs[0])?.deleted == nil)
      expectNotebookError(.noSuchRun, "#9") { try notebook.putIntoBin([9]) }
    }
  }

  @Test func `tags are words, each once, in the order given`() throws {
    try withNotebook { notebook in
      let run = try queue("one", in: notebook)[0]
      try notebook.setTags(run, ["baseline", "über", "baseline"])
      #expect(try notebook.run(run)?.tags == ["baseline", "über"])
      for bad in ["two words", "", "a\u{1b}b", String(repeating: "x", count: 41)] {
        expectNotebookError(.other, "is not a tag") { try notebook.setTags(run, ["good", bad]) }
      }
      #expect(try notebook.run(run)?.tags == ["baseline", "über"], "nothing changed")
      try notebook.setTags(run, [])
      #expect(try notebook.run(run)?.tags == [])
      try notebook.setStudy(run, "does it pay?")
      #expect(try notebook.run(run)?.study == "does it pay?")
    }
  }

  @Test func `a queued run changes places with its neighbour, and the next one is the first`()
    throws
  {
    try withNotebook { notebook in
      let runs = try queue("one", "two", "three", in: notebook)
      #expect(try notebook.moveInQueue(runs[2], earlier: true))
      #expect(try notebook.moveInQueue(runs[2], earlier: true))
      #expect(try !notebook.moveInQueue(runs[2], earlier: true), "it is the first")
      #expect(try !notebook.moveInQueue(runs[1], earlier: false), "it is the last")
      func order() throws -> [RunID] {
        try notebook.runs().filter { $0.state == .queued && $0.deleted == nil }
          .sorted { ($0.position, $0.id) < ($1.position, $1.id) }.map(\.id)
      }
      #expect(try order() == [3, 1, 2])
      let last = try queue("four", in: notebook)[0]
      #expect(try order() == [3, 1, 2, last])
      try notebook.putIntoBin([1])
      #expect(try notebook.moveInQueue(2, earlier: true))
      #expect(try order() == [2, 3, 4], "what is in the bin has no place")
      try notebook.request(.stop, for: 2)
      expectNotebookError(.other, "run #2 is stopped") {
        try notebook.moveInQueue(2, earlier: true)
      }
      // Queued again it stands at its number, where another one may have been put.
      try notebook.requeue(2)
      let before = try order()
      let place = try #require(before.firstIndex(of: 2))
      let moved = try notebook.moveInQueue(2, earlier: place > 0)
      #expect(moved)
      #expect(try order() != before, "two runs at one place change places too")
    }
  }
}
