package import NotebookScreens
import Foundation
import Synchronization

/// The threads that look at corpora and encoders, a lane each, while everything else goes on.
///
/// A survey ends early when no screen wants it any more, or when a newer one about the same is
/// asked for.
package final class Surveyor: Sendable {
  private struct Work: Sendable {
    var waiting: [Survey] = []
    var wanted: Set<String> = []
    var isEnding = false
    var lanes: Set<Survey.Lane> = []
  }

  private static let niceness: Int32 = 10

  private let tell: @Sendable (Message) -> Void
  private let work = Mutex(Work())
  private let wakes: [Survey.Lane: DispatchSemaphore]

  /// Nothing is started before something is asked for; `tell` is called on the lanes' threads.
  package init(tell: @escaping @Sendable (Message) -> Void) {
    self.tell = tell
    wakes = Dictionary(
      uniqueKeysWithValues: Survey.Lane.allCases.map { ($0, DispatchSemaphore(value: 0)) })
  }

  /// Asks for a survey; it takes the place of one about the same.
  package func ask(_ survey: Survey) {
    let isFirst = work.withLock { work in
      work.waiting.removeAll { $0.subject == survey.subject }
      work.waiting.append(survey)
      work.wanted.insert(survey.subject)
      return work.lanes.insert(survey.lane).inserted
    }
    if isFirst {
      let thread = Thread { self.run(survey.lane) }
      thread.name = "survey"
      // A sentence of a file may be long; what is read of JSON and text goes some levels deep.
      thread.stackSize = 4 << 20
      thread.start()
    }
    wakes[survey.lane]?.signal()
  }

  /// Says what the screens want from now on; anything else ends.
  package func keep(_ subjects: Set<String>) {
    work.withLock { work in
      guard work.wanted != subjects else { return }
      work.wanted = subjects
      work.waiting.removeAll { !subjects.contains($0.subject) }
    }
  }

  /// Ends what is under way; nobody waits for that.
  package func end() {
    work.withLock { $0.isEnding = true }
    for wake in wakes.values { wake.signal() }
  }

  private func run(_ lane: Survey.Lane) {
    // The thread that answers keys goes first where processors are few; each thread of a Linux
    // process has a niceness of its own.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
    var reader = CorpusReader()
    while true {
      wakes[lane]?.wait()
      let (next, isEnding) = work.withLock { work -> (Survey?, Bool) in
        let index = work.waiting.firstIndex { $0.lane == lane }
        return (index.map { work.waiting.remove(at: $0) }, work.isEnding)
      }
      if isEnding { return }
      guard let next else { continue }
      reader.carryOut(next, isCancelled: { self.isCancelled(next) }, tell: tell)
    }
  }

  private func isCancelled(_ survey: Survey) -> Bool {
    work.withLock { work in
      work.isEnding || !work.wanted.contains(survey.subject)
        || work.waiting.contains { $0.subject == survey.subject }
    }
  }
}
