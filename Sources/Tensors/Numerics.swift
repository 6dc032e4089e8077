import CTorch

/// The numerical library under this process.
package enum Numerics {
  /// libtorch's version.
  package static var version: String { String(cString: ctorch_version()) }

  /// libtorch's own account of its threads and math libraries, many lines.
  package static var parallelInfo: String { String(cString: ctorch_parallel_info()) }

  /// The number of threads that operations use.
  package static var threads: Int {
    get { Int(ctorch_threads()) }
    set {
      precondition(newValue >= 1, "At least one thread must compute")
      ctorch_set_threads(Int32(newValue))
    }
  }

  /// Makes operations give the same bits each time where libtorch has a choice.
  package static func useDeterministicAlgorithms() {
    ctorch_deterministic(true)
  }
}
