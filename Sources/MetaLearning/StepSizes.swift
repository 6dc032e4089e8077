package import Tensors

/// The step sizes of the inner loop: one fixed number, or learned multiples of it.
///
///     φ ← φ − α m ∇φ L        m = 1 at the start, learned with the outer loop
///
/// One m for each tensor is Meta-SGD (Li et al. 2017) with a step size a tensor; one for each
/// tensor and step is the LSLR of MAML++ (Antoniou et al. 2019).
package struct StepSizes {
  /// What shares a multiple.
  package enum Sharing: String, Hashable, Sendable, CaseIterable {
    /// Everything, for ever: nothing is learned.
    case fixed
    /// Each tensor has its own.
    case tensor
    /// Each tensor has its own at each step.
    case tensorAndStep = "tensor+step"
  }

  /// The inner learning rate, α.
  package var learningRate: Double
  /// What shares a multiple.
  package var sharing: Sharing
  /// The multiples m, scalars, by `multiplierName`; empty when fixed.
  package var multipliers: Parameters

  /// The same step size α for every tensor and step.
  package init(fixed learningRate: Double) {
    self.learningRate = learningRate
    sharing = .fixed
    multipliers = [:]
  }

  /// Multiples of 1 for the tensors that an inner loop of `steps` steps moves.
  package init(learningRate: Double, sharing: Sharing, moving: [ParameterName], steps: Int) {
    self.learningRate = learningRate
    self.sharing = sharing
    multipliers = [:]
    guard sharing != .fixed else { return }
    for name in moving {
      for step in 0..<(sharing == .tensor ? min(1, steps) : steps) {
        multipliers[multiplierName(name, step: step)] = .ones([])
      }
    }
  }

  /// What the multiple of a tensor is called: `NAME`, or `NAME/STEP` where each step has its own.
  package func multiplierName(_ name: ParameterName, step: Int) -> ParameterName {
    sharing == .tensorAndStep ? "\(name)/\(step)" : name
  }

  /// `value − α m slope`.
  func moved(_ value: Tensor, by slope: Tensor, _ name: ParameterName, step: Int) -> Tensor {
    value + scaled(slope, name, step: step)
  }

  /// `−α m slope`.
  func scaled(_ slope: Tensor, _ name: ParameterName, step: Int) -> Tensor {
    guard sharing != .fixed else { return slope * -learningRate }
    guard let multiplier = multipliers[multiplierName(name, step: step)] else {
      preconditionFailure("There is no step size for \(name) at step \(step)")
    }
    return slope * -learningRate * multiplier.detached()
  }
}
