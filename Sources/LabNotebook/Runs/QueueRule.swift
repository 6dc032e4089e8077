package import Experiments

/// What keeps a run of the queue from starting.
package enum QueueWait: Hashable, Sendable {
  /// Others come first; its place in the queue, from 1.
  case turn(Int)
  /// As many runs are under way as may be.
  case slot(taken: [RunID])
  /// The runs under way leave fewer threads than it asks for.
  case threads(asked: Int, free: Int)
  /// A run is under way whose primed encoder it takes; those behind it do not wait for that.
  case priming(of: RunID)
  /// It times a method, and does so while no other run is under way.
  case quiet(RunID)
  /// A run is under way that times a method.
  case timing(RunID)

  /// What it waits for, as the end of a sentence about the run.
  package var words: String {
    if case .turn(let place) = self {
      "\(Self.ordinal(place)) in the queue"
    } else {
      "waits for \(object)"
    }
  }

  /// What it waits for.
  package var object: String {
    switch self {
    case .turn: "its turn"
    case .slot(let runs): "a slot (\(Self.list(runs)) under way)"
    case .threads(let asked, let free):
      "\(asked) \(asked == 1 ? "thread" : "threads") (\(free) free)"
    case .priming(let other): "the primed encoder of #\(other)"
    case .quiet(let other): "#\(other) to end, to be timed alone"
    case .timing(let run): "#\(run) to be timed alone"
    }
  }

  /// Whether it says more than the place in the queue.
  package var saysMoreThanPlace: Bool { if case .turn = self { false } else { true } }

  private static func list(_ runs: [RunID]) -> String {
    let shown = runs.prefix(4).map { "#\($0)" }.joined(separator: " ")
    return shown + (runs.count > 4 ? " and \(runs.count - 4) more" : "")
  }

  private static func ordinal(_ number: Int) -> String {
    let ending =
      switch (number % 10, number % 100) {
      case (_, 11), (_, 12), (_, 13): "th"
      case (1, _): "st"
      case (2, _): "nd"
      case (3, _): "rd"
      default: "th"
      }
    return "\(number)\(ending)"
  }
}

/// Which of the runs that wait may start: no more runs than slots, and no more threads than
/// processors, for OpenMP code whose threads share a processor is many times slower.
package struct QueueRule: Hashable, Sendable {
  /// A run on which an engine works.
  package struct Occupant: Hashable, Sendable {
    /// Its number.
    package var run: RunID
    /// The threads that it computes with.
    package var threads: Int
    /// Whether it times a method of a study.
    package var isTimed: Bool

    /// A run on which an engine works.
    package init(run: RunID, threads: Int, isTimed: Bool) {
      (self.run, self.threads, self.isTimed) = (run, threads, isTimed)
    }
  }

  /// How many runs may be under way at once.
  package var slots: Int
  /// The threads that a run alone gets without asking.
  package var automaticThreads: Int
  /// How many threads may compute at once.
  package var threads: Int

  /// A rule for so many slots on this machine.
  ///
  /// - Parameters:
  ///   - automaticThreads: The threads that a run alone gets without asking.
  ///   - processors: How many processors there are.
  package init(slots: Int, automaticThreads: Int, processors: Int) {
    self.slots = max(1, slots)
    self.automaticThreads = max(1, automaticThreads)
    threads = max(processors, automaticThreads, 1)
  }

  /// The threads of a run that asks for none: its share, so that all slots together have no more than
  /// there are.
  package var share: Int { max(1, min(automaticThreads, threads / slots)) }

  /// The threads of a run.
  ///
  /// - Parameters:
  ///   - asked: Those that its settings ask for; 0 for none.
  ///   - before: Those of its earlier attempt on this machine, with which it goes on: only so it ends
  ///     in the same bits.
  package func threads(asked: Int, before: Int?) -> Int {
    min(asked > 0 ? asked : before ?? share, threads)
  }

  /// The rule in a sentence.
  package var description: String {
    let each = "\(share) \(share == 1 ? "thread" : "threads")"
    if slots == 1 { return "1 run at once, with \(each)." }
    let most = threads / share
    let less =
      most < slots ? "; there are processors for \(most == 1 ? "1" : "\(most)") at once" : ""
    return "Up to \(slots) runs at once, with \(each) each\(less)."
  }

  /// What keeps the first of the queue from starting beside those under way; nil: it may start.
  package func obstacle(
    threads asked: Int, isTimed: Bool, beside occupants: [Occupant]
  ) -> QueueWait? {
    guard let first = occupants.first else { return nil }
    if let timed = occupants.first(where: \.isTimed) { return .timing(timed.run) }
    if occupants.count >= slots { return .slot(taken: occupants.map(\.run)) }
    if isTimed { return .quiet(first.run) }
    let free = max(0, threads - occupants.reduce(0) { $0 + $1.threads })
    return asked > free ? .threads(asked: asked, free: free) : nil
  }
}
