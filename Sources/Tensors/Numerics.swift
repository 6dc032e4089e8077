import CTorch
import Synchronization

/// The numerical library under this process.
package enum Numerics {
  private static let chosenThreads = Mutex<Int?>(nil)

  /// libtorch's version.
  package static var version: String { String(cString: ctorch_version()) }

  /// libtorch's own account of its threads and math libraries, many lines.
  package static var parallelInfo: String { String(cString: ctorch_parallel_info()) }

  /// The number of threads that compute.
  package static var threads: Int {
    get {
      chosenThreads.withLock { chosen in
        let threads = chosen ?? max(1, Int(ctorch_threads()))
        chosen = threads
        return threads
      }
    }
    set {
      precondition(newValue >= 1, "At least one thread must compute")
      chosenThreads.withLock { $0 = newValue }
      ctorch_set_threads(Int32(newValue))
    }
  }

  /// Lets the fused operations of the calling thread use vectors of at most so many bits.
  ///
  /// - Returns: The bits that they use now: 512, 256, or 128 for the plain form.
  package static func limitVectors(bits: Int) -> Int {
    Int(ctorch_limit_vectors(Int32(bits)))
  }

  /// Makes operations give the same bits each time where libtorch has a choice.
  package static func useDeterministicAlgorithms() {
    ctorch_deterministic(true)
  }
}
