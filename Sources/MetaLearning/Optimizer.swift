package import Tensors

/// Which optimizer, and its constants; the learning rate comes with each step.
package enum OptimizerRule: Hashable, Sendable {
  /// `p ← p − lr · (v ← momentum · v + g + weightDecay · p)`, as `torch.optim.SGD`.
  case sgd(momentum: Double = 0, weightDecay: Double = 0)
  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as `torch.optim.AdamW`.
  case adamW(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01)
}

/// An optimizer with its state: moments by parameter name and the number of steps taken.
package struct Optimizer {
  /// The rule and its constants.
  package let rule: OptimizerRule
  /// Steps taken so far.
  package private(set) var step = 0
  /// The state tensors: `first/NAME` and `second/NAME` of AdamW, `momentum/NAME` of SGD.
  package private(set) var state: [String: Tensor] = [:]

  /// Whether AdamW goes over memory once, or an operation at a time: the fast form or the plain
  /// one.
  package var isFused = FusedOperation.adamW.isFused

  /// A fresh optimizer.
  package init(_ rule: OptimizerRule, isFused: Bool = FusedOperation.adamW.isFused) {
    self.rule = rule
    self.isFused = isFused
  }

  /// An optimizer as a checkpoint kept it.
  package init(_ rule: OptimizerRule, step: Int, state: [String: Tensor]) {
    self.rule = rule
    self.step = step
    self.state = state.mapValues { $0.copied() }
  }

  /// One step of size `learningRate`, in the parameters' own storage.
  ///
  /// Parameters without a gradient are left alone, as PyTorch does when `grad` is none.
  package mutating func update(
    _ parameters: Parameters, with gradients: Parameters, learningRate: Double
  ) {
    step += 1
    var moves: [Move] = []
    for name in gradients.sortedNames {
      guard let parameter = parameters[name], let gradient = gradients[name] else { continue }
      precondition(
        parameter.shape == gradient.shape,
        "\(name): a gradient of shape \(gradient.shape) for a parameter of \(parameter.shape)")
      moves.append(move(parameter, name, gradient))
    }
    // Tensors are independent of each other: each is one part of the work.
    let (rule, step, isFused) = (rule, step, isFused)
    Workers.perform(moves.count) { number in
      withoutGradients {
        moves[number].take(rule, step: step, learningRate: learningRate, isFused: isFused)
      }
    }
  }

  /// What one tensor's update needs, with state that is new where there was none.
  private mutating func move(
    _ parameter: Tensor, _ name: ParameterName, _ gradient: Tensor
  ) -> Move {
    var move = Move(parameter: parameter, gradient: gradient)
    switch rule {
    case .sgd(let momentum, _):
      if momentum != 0 {
        move.isFirst = state["momentum/\(name)"] == nil
        move.first = moment("momentum/\(name)", parameter.shape)
      }
    case .adamW:
      move.first = moment("first/\(name)", parameter.shape)
      move.second = moment("second/\(name)", parameter.shape)
    }
    return move
  }

  private mutating func moment(_ key: String, _ shape: [Int]) -> Tensor {
    if let known = state[key] { return known }
    let fresh = Tensor.zeros(shape)
    state[key] = fresh
    return fresh
  }
}

/// The update of one tensor.
private struct Move: Sendable {
  var parameter: Tensor
  var gradient: Tensor
  /// AdamW's first moment, or the velocity.
  var first: Tensor?
  /// AdamW's second moment.
  var second: Tensor?
  /// Whether there was no state before.
  var isFirst = false

  func take(_ rule: OptimizerRule, step: Int, learningRate: Double, isFused: Bool) {
    switch rule {
    case .sgd(let momentum, let weightDecay):
      var direction = weightDecay == 0 ? gradient : gradient + parameter * weightDecay
      if let first {
        if !isFirst { first.multiplyInPlace(momentum) }
        first.addInPlace(direction)
        direction = first
      }
      parameter.addInPlace(direction, factor: -learningRate)
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      guard let first, let second else { preconditionFailure("AdamW has two moments") }
      parameter.adamWInPlace(
        gradient: gradient, firstMoment: first, secondMoment: second, step: step,
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, isFused: isFused)
    }
  }
}

/// Scales gradients so that their global norm is at most `maximum`, as `clip_grad_norm_`: where they
/// are, if nobody else has their storage.
///
/// - Returns: The norm before clipping, √(sum of all squares).
package func clip(_ gradients: inout Parameters, to maximum: Double) -> Double {
  let norm = gradients.globalNorm
  if maximum > 0, norm.isFinite, norm + 1e-6 > maximum {
    let factor = maximum / (norm + 1e-6)
    let (names, before) = (gradients.sortedNames, gradients)
    let scaled = Workers.map(names.count) { number in
      withoutGradients {
        let gradient = before[names[number]]?.owned()
        gradient?.multiplyInPlace(factor)
        return gradient
      }
    }
    for (name, gradient) in zip(names, scaled) { gradients[name] = gradient }
  }
  return norm
}
