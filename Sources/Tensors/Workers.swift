import CTorch
import Foundation
import Synchronization

/// Threads that each compute a part of a larger piece of work.
///
/// Two threads that each take half of a batch through the whole model are faster than two that share
/// every single operation: they wait for each other once a step, not a thousand times, and a busy
/// second process delays them little.
///
///     Workers.perform(parts.count) { slopes[$0] = slope(of: parts[$0]) }
///
/// What is computed depends on how the work is divided, never on which thread takes which part or
/// when. The libtorch operations inside of a part share the threads that are left over.
package enum Workers {
  /// How many parts work is best divided into: the threads that compute.
  package static var count: Int { Numerics.threads }

  private static let pool = Pool()

  /// Runs `body` for 0, 1, … up to but without `parts`, side by side, and waits for all.
  ///
  /// Derivatives are recorded where they are for the caller. Inside of a part, and when another thread
  /// has the workers, the parts run one after the other, each with the threads it would have had.
  package static func perform(_ parts: Int, _ body: (Int) -> Void) {
    let threads = count
    guard parts > 1, threads > 1, !Pool.isInside else {
      for part in 0..<parts { body(part) }
      return
    }
    let own = max(1, threads / parts)
    guard pool.begin(threads) else {
      setOwnThreads(own)
      for part in 0..<parts { body(part) }
      setOwnThreads(threads)
      return
    }
    defer { pool.end() }
    let isRecording = isRecording
    withoutActuallyEscaping(body) { body in
      pool.run(parts, threads: min(threads, parts)) { part in
        setOwnThreads(own)
        let before = setRecording(isRecording)
        body(part)
        _ = setRecording(before)
      }
    }
    setOwnThreads(threads)
  }

  /// How many threads libtorch's operations of the calling thread share.
  private static func setOwnThreads(_ count: Int) {
    check(ctorch_set_own_threads(Int32(count)), "set own threads to \(count)")
  }

  /// The values of `body` for each part, in order.
  package static func map<Value>(_ parts: Int, _ body: (Int) -> Value) -> [Value] {
    var values = [Value?](repeating: nil, count: parts)
    values.withUnsafeMutableBufferPointer { places in
      nonisolated(unsafe) let places = places
      perform(parts) { places[$0] = body($0) }
    }
    return values.map { value in
      guard let value else { preconditionFailure("Every part has a value") }
      return value
    }
  }

  /// Parts of about the same size: each item goes to the part that is smallest so far, the largest
  /// first.
  ///
  /// - Returns: The items of each part, as positions in order; no part is empty.
  package static func divide(_ sizes: [Int], into parts: Int) -> [[Int]] {
    precondition(parts >= 1, "Work has at least one part")
    var members = [[Int]](repeating: [], count: min(parts, max(1, sizes.count)))
    var totals = [Int](repeating: 0, count: members.count)
    for item in sizes.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
      let smallest = totals.indices.min { (totals[$0], $0) < (totals[$1], $1) } ?? 0
      members[smallest].append(item)
      totals[smallest] += max(1, sizes[item])
    }
    return members.map { $0.sorted() }
  }
}

/// Threads that sleep until there is work.
private final class Pool: @unchecked Sendable {
  private let condition = NSCondition()
  private let isTaken = Mutex(false)
  // All below is guarded by the condition.
  private var threadCount = 0
  private var work: ((Int) -> Void)?
  private var next = 0
  private var partCount = 0
  private var mayJoin = 0
  private var active = 0

  private static let insideKey = "primer.workers.inside"

  /// Whether this thread is at a part already.
  static var isInside: Bool {
    Thread.current.threadDictionary[insideKey] != nil
  }

  /// Takes the pool for one caller, with threads beside the caller's; false when another has it.
  func begin(_ threads: Int) -> Bool {
    let isFree = isTaken.withLock { taken in
      defer { taken = true }
      return !taken
    }
    guard isFree else { return false }
    condition.withLock {
      while threadCount < threads - 1 {
        threadCount += 1
        let thread = Thread { [self] in serve() }
        thread.name = "worker \(threadCount)"
        thread.stackSize = 16 << 20
        thread.start()
      }
    }
    return true
  }

  func end() {
    isTaken.withLock { $0 = false }
  }

  /// Runs all parts, on this thread and on as many more as asked.
  func run(_ parts: Int, threads: Int, _ body: @escaping (Int) -> Void) {
    Thread.current.threadDictionary[Self.insideKey] = true
    condition.withLock {
      (work, next, partCount, mayJoin) = (body, 0, parts, threads - 1)
      condition.broadcast()
    }
    takeParts()
    condition.withLock {
      // No thread that comes late may begin, and none that has begun may still hold the work.
      mayJoin = 0
      while active > 0 { condition.wait() }
      work = nil
    }
    Thread.current.threadDictionary.removeObject(forKey: Self.insideKey)
  }

  private func takeParts() {
    guard let body = condition.withLock({ work }) else { return }
    while true {
      let part = condition.withLock { () -> Int? in
        guard next < partCount else { return nil }
        defer { next += 1 }
        return next
      }
      guard let part else { return }
      body(part)
    }
  }

  private func serve() {
    Thread.current.threadDictionary[Self.insideKey] = true
    while true {
      condition.withLock {
        while work == nil || next >= partCount || mayJoin == 0 { condition.wait() }
        mayJoin -= 1
        active += 1
      }
      takeParts()
      condition.withLock {
        active -= 1
        if active == 0 { condition.broadcast() }
      }
    }
  }
}
