import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import Testing

/// Which of the queue may start, and what is said of one that may not.
@Suite struct QueueRuleTests {
  private func occupant(_ run: RunID, _ threads: Int, isTimed: Bool = false) -> QueueRule.Occupant {
    QueueRule.Occupant(run: run, threads: threads, isTimed: isTimed)
  }

  @Test(arguments: [
    // slots, automatic threads, processors: the share of each, and the threads of all
    (1, 8, 8, 8, 8), (2, 8, 8, 4, 8), (3, 8, 8, 2, 8), (16, 8, 8, 1, 8), (1, 2, 8, 2, 8),
    (2, 2, 8, 2, 8), (8, 2, 8, 1, 8), (2, 6, 2, 3, 6), (1, 1, 1, 1, 1),
  ])
  func `slots share the threads`(
    slots: Int, automatic: Int, processors: Int, share: Int, threads: Int
  ) {
    let rule = QueueRule(slots: slots, automaticThreads: automatic, processors: processors)
    #expect(rule.share == share && rule.threads == threads)
  }

  @Test func `a run has the threads that it asks for, that it had, or its share`() {
    let rule = QueueRule(slots: 2, automaticThreads: 8, processors: 8)
    #expect(rule.threads(asked: 3, before: 5) == 3)
    #expect(rule.threads(asked: 0, before: 5) == 5)
    #expect(rule.threads(asked: 0, before: nil) == 4)
    #expect(rule.threads(asked: 100, before: nil) == 8)
    #expect(rule.threads(asked: 0, before: 100) == 8)
  }

  @Test func `a run waits for a slot, for threads, and to be timed alone`() {
    let rule = QueueRule(slots: 3, automaticThreads: 4, processors: 4)
    func obstacle(_ threads: Int, _ isTimed: Bool, _ occupants: QueueRule.Occupant...) -> QueueWait?
    {
      rule.obstacle(threads: threads, isTimed: isTimed, beside: occupants)
    }
    #expect(obstacle(4, false) == nil)
    #expect(obstacle(9, true) == nil, "alone it may always start")
    #expect(obstacle(1, false, occupant(1, 1), occupant(2, 1)) == nil)
    #expect(
      obstacle(1, false, occupant(1, 1), occupant(2, 1), occupant(3, 1)) == .slot(taken: [1, 2, 3]))
    #expect(obstacle(3, false, occupant(1, 2)) == .threads(asked: 3, free: 2))
    #expect(obstacle(1, false, occupant(1, 9)) == .threads(asked: 1, free: 0))
    #expect(obstacle(1, true, occupant(1, 1)) == .quiet(1))
    #expect(obstacle(1, false, occupant(7, 1, isTimed: true)) == .timing(7))
    #expect(obstacle(1, true, occupant(7, 1, isTimed: true)) == .timing(7))
  }

  @Test func `what a run waits for is said in words`() {
    #expect(QueueWait.turn(2).words == "2nd in the queue")
    #expect(
      [1, 3, 4, 11, 12, 13, 21, 22, 103, 111].map { QueueWait.turn($0).words.prefix { $0 != " " } }
        == ["1st", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "103rd", "111th"])
    #expect(QueueWait.slot(taken: [3]).words == "waits for a slot (#3 under way)")
    #expect(
      QueueWait.slot(taken: [1, 2, 3, 4, 5, 6]).words
        == "waits for a slot (#1 #2 #3 #4 and 2 more under way)")
    #expect(QueueWait.threads(asked: 1, free: 0).words == "waits for 1 thread (0 free)")
    #expect(QueueWait.threads(asked: 4, free: 1).words == "waits for 4 threads (1 free)")
    #expect(QueueWait.priming(of: 3).words == "waits for the primed encoder of #3")
    #expect(QueueWait.quiet(3).words == "waits for #3 to end, to be timed alone")
    #expect(QueueWait.timing(3).words == "waits for #3 to be timed alone")
  }

  @Test func `the rule is said in a sentence`() {
    func text(_ slots: Int, _ processors: Int) -> String {
      QueueRule(slots: slots, automaticThreads: processors, processors: processors).description
    }
    #expect(text(1, 1) == "1 run at once, with 1 thread.")
    #expect(text(1, 8) == "1 run at once, with 8 threads.")
    #expect(text(2, 8) == "Up to 2 runs at once, with 4 threads each.")
    #expect(
      text(4, 2) == "Up to 4 runs at once, with 1 thread each; there are processors for 2 at once.")
  }

  @Test func `the first of the queue waits for the runs under way, and the others for it`() throws {
    try withNotebook { notebook in
      for threads in [1, 3, 1, 1] {
        var experiment = Experiment()
        try experiment.set("threads", to: String(threads))
        _ = try notebook.enqueue(experiment)
      }
      try notebook.move(3, to: .first)
      let engine = try RunStandIn(notebook, 1)
      try engine.record(.stateChanged(.running))
      #expect(try notebook.threadsAtWork(on: 1) == 2)
      func waits(_ slots: Int) throws -> [RunID: QueueWait] {
        try notebook.queueWaits(
          QueueRule(slots: slots, automaticThreads: 4, processors: 4))
      }
      #expect(try waits(1) == [3: .slot(taken: [1]), 2: .turn(2), 4: .turn(3)])
      #expect(try waits(2) == [2: .turn(2), 4: .turn(3)], "the third may start")
      try notebook.move(2, to: .first)
      #expect(try waits(2)[2] == .threads(asked: 3, free: 2))
      try engine.finish(state: .finished, error: nil)
      #expect(try waits(1) == [3: .turn(2), 4: .turn(3)])
    }
  }

  @Test func `the number of slots is the notebook's`() throws {
    try withNotebook { notebook in
      #expect(try notebook.jobs == 1)
      try notebook.setJobs(3)
      #expect(try notebook.jobs == 3)
      #expect(try Notebook.open(folder: notebook.folder).jobs == 3)
      let reader = try Notebook.open(folder: notebook.folder, mode: .readOnly)
      #expect(throws: NotebookError.self) { try reader.setJobs(2) }
    }
  }
}
