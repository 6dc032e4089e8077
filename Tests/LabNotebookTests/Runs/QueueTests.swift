import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@Suite struct QueueTests {
  private func withQueue(_ count: Int, _ body: (Notebook) throws -> Void) throws {
    try withNotebook { notebook in
      for number in 1...count { _ = try notebook.enqueue(try experiment("run \(number)")) }
      try body(notebook)
    }
  }

  private func order(_ notebook: Notebook) throws -> [RunID] { try notebook.queue().map(\.id) }

  @Test func `a run is moved to the front, the end, before and after another`() throws {
    try withQueue(4) { notebook in
      #expect(try order(notebook) == [1, 2, 3, 4])
      try notebook.move(3, to: .first)
      #expect(try order(notebook) == [3, 1, 2, 4])
      try notebook.move(3, to: .last)
      #expect(try order(notebook) == [1, 2, 4, 3])
      try notebook.move(4, to: .before(1))
      #expect(try order(notebook) == [4, 1, 2, 3])
      try notebook.move(4, to: .after(2))
      #expect(try order(notebook) == [1, 2, 4, 3])
      try notebook.move(1, to: .first)
      try notebook.move(3, to: .last)
      #expect(try order(notebook) == [1, 2, 4, 3], "where they were already")
    }
  }

  @Test func `what is queued later comes last, wherever the others were moved`() throws {
    try withQueue(3) { notebook in
      for run: RunID in [1, 2, 3, 1, 2, 3, 1] { try notebook.move(run, to: .last) }
      let next = try notebook.enqueue(Experiment())
      #expect(try order(notebook) == [2, 3, 1, next])
    }
  }

  @Test func `two runs change places two hundred times and never meet`() throws {
    // Halving the distance between two numbers ends after 52 times.
    try withQueue(4) { notebook in
      for round in 0..<200 {
        let run: RunID = round % 2 == 0 ? 3 : 2
        try notebook.move(run, to: round % 3 == 0 ? .before(4) : .after(1))
        let order = try order(notebook)
        #expect(order.first == 1 && order.last == 4)
        #expect(round % 3 == 0 ? order[2] == run : order[1] == run, "round \(round): \(order)")
      }
      for _ in 0..<100 {
        try notebook.move(1, to: .last)
        try notebook.move(2, to: .last)
        #expect(try Array(order(notebook).suffix(2)) == [1, 2])
      }
      let before = try order(notebook)
      let next = try notebook.enqueue(Experiment())
      #expect(try order(notebook) == before + [next])
    }
  }

  @Test func `only runs that wait have an order`() throws {
    try withQueue(3) { notebook in
      let engine = try notebook.recorder(for: 1)
      try engine.record(.stateChanged(.running))
      defer { engine.die() }
      try notebook.request(.stop, for: 2)
      #expect(try order(notebook) == [3])
      expectNotebookError(.other, "run #1 is running", "wait in the queue") {
        try notebook.move(1, to: .first)
      }
      expectNotebookError(.other, "run #2 is stopped") { try notebook.move(3, to: .after(2)) }
      expectNotebookError(.other, "run #3 is the run to be moved") {
        try notebook.move(3, to: .before(3))
      }
      expectNotebookError(.noSuchRun, "no run #9") { try notebook.move(9, to: .first) }
      try notebook.move(3, to: .first)
      #expect(try order(notebook) == [3], "alone it stays")
    }
  }
}
