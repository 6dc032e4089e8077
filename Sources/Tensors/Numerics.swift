import CTorch
import Synchronization

/// The numerical library under this process.
package enum Numerics {
  private static let chosenThreads = Mutex<Int?>(nil)

  /// libtorch's version.
  package static var version: String { String(cString: ctorch_version()) }

  /// libtorch's own account of its threads and math libraries, many lines.
  package static var parallelInfo: String {
    guard let text = ctorch_parallel_info() else { TensorFailure.report("parallel info", []) }
    return String(cString: text)
  }

  /// The file of the oneDNN library that computes derivatives of linear layers for the calling thread;
  /// nil where libtorch's BLAS does.
  package static var productLibrary: String? {
    guard let path = ctorch_product_library() else {
      TensorFailure.report("product library", [])
    }
    return path.pointee == 0 ? nil : String(cString: path)
  }

  /// The number of threads that compute.
  package static var threads: Int {
    get {
      chosenThreads.withLock { chosen in
        let threads = chosen ?? max(1, Int(read("threads", 0) { ctorch_threads(&$0) }))
        chosen = threads
        return threads
      }
    }
    set {
      precondition(newValue >= 1, "At least one thread must compute")
      chosenThreads.withLock { $0 = newValue }
      check(ctorch_set_threads(Int32(newValue)), "set threads to \(newValue)")
    }
  }

  /// Lets the kernels of the calling thread use vectors of at most so many bits.
  ///
  /// - Returns: The bits that they use now: 512, 256, or 128 for whatever the compiler aims at.
  package static func limitVectors(bits: Int) -> Int {
    Int(read("limit vectors to \(bits) bits", 0) { ctorch_limit_vectors(Int32(bits), &$0) })
  }

  /// Makes operations give the same bits each time where libtorch has a choice.
  package static func useDeterministicAlgorithms() {
    check(ctorch_deterministic(true), "use deterministic algorithms")
  }
}
