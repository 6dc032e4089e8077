import Synchronization

/// An operation that a hand-written kernel computes in one step, and that libtorch's own operations
/// compute too, in several: the plain form.
///
/// The fused form is the fast one. Which form an operation takes where nothing else is said is the
/// process's choice, so that a benchmark can tell what each kernel earns.
package enum FusedOperation: String, CaseIterable, Hashable, Sendable {
  case linear, gelu, residualNorm, attention, dropout, adamW, sumOfSquares

  private static let plainForms = Atomic<UInt>(0)

  /// Those that are computed in their plain form unless a call says otherwise; none at first.
  ///
  /// Set before anything is computed: results of the two forms differ in their rounding.
  package static var inPlainForm: Set<Self> {
    get { Set(allCases.filter { !$0.isFused }) }
    set { plainForms.store(newValue.reduce(0) { $0 | $1.bit }, ordering: .relaxed) }
  }

  /// Whether the kernel computes it unless a call says otherwise.
  package var isFused: Bool { Self.plainForms.load(ordering: .relaxed) & bit == 0 }

  private var bit: UInt {
    switch self {
    case .linear: 1 << 0
    case .gelu: 1 << 1
    case .residualNorm: 1 << 2
    case .attention: 1 << 3
    case .dropout: 1 << 4
    case .adamW: 1 << 5
    case .sumOfSquares: 1 << 6
    }
  }
}
