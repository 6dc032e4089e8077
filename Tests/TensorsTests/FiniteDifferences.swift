import Tensors
import TestSupport
import Testing

/// A tensor of doubles from one stream, away from 0 so that kinks are not stepped over.
func sample(_ shape: [Int], seed: UInt64, positive: Bool = false) -> Tensor {
  let generator = TensorGenerator(seed: seed)
  let draws = generator.normal(shape).converted(to: .float64)
  let away = draws * 0.7 + Tensor.select(draws.isLess(than: 0), draws * 0 - 0.2, draws * 0 + 0.2)
  return positive ? away.magnitude() : away
}

/// Central differences (f(x + h) − f(x − h)) / 2h for each element of each input.
func differences(
  _ function: ([Tensor]) -> Tensor, at inputs: [Tensor], step: Double = 1e-5
) -> [[Double]] {
  inputs.indices.map { which in
    let values = inputs[which].doubles
    return values.indices.map { element in
      func value(_ change: Double) -> Double {
        var moved = values
        moved[element] += change
        var all = inputs
        all[which] = doubles(moved, inputs[which].shape)
        return function(all).scalar
      }
      return (value(step) - value(-step)) / (2 * step)
    }
  }
}

/// A tensor of doubles from an array.
func doubles(_ values: [Double], _ shape: [Int]) -> Tensor {
  values.withUnsafeBytes { Tensor(bytes: $0, type: .float64, shape: shape) }
}

/// A fixed weighting of a result's elements, so that its gradient is not all ones.
func weighted(_ result: Tensor) -> Tensor {
  let weights = (0..<result.count).map { 0.3 + 0.1 * Double(($0 * 7) % 5) }
  return (result * doubles(weights, result.shape)).sum()
}

/// Expects the first and the second derivatives of an operation to agree with differences.
func expectDerivatives(
  _ name: String, _ inputs: [Tensor], _ operation: @escaping ([Tensor]) -> Tensor,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let scalar = { (values: [Tensor]) in weighted(operation(values)) }
  let leaves = inputs.map { $0.detached(requiresGradient: true) }
  let first = gradients(of: scalar(leaves), for: leaves).map { $0?.doubles ?? [] }
  for (index, expected) in differences(scalar, at: inputs).enumerated() {
    expectClose(
      first[index], expected, tolerance: 1e-6, "\(name): derivative \(index)",
      sourceLocation: sourceLocation)
  }
  // The gradient's own weighted sum is a function of the inputs too; its gradient is the second
  // derivative in one direction.
  let gradientSum = { (values: [Tensor]) -> Tensor in
    let leaves = values.map { $0.requiresGradient ? $0 : $0.detached(requiresGradient: true) }
    let slopes = gradients(of: scalar(leaves), for: leaves, keepingGraph: true)
    return slopes.compactMap { $0 }.map(weighted).reduce(doubles([0], [])) { $0 + $1 }
  }
  let again = inputs.map { $0.detached(requiresGradient: true) }
  let total = gradientSum(again)
  guard total.requiresGradient else { return }  // a linear operation has no second derivative
  let second = gradients(of: total, for: again)
  for (index, expected) in differences(gradientSum, at: inputs).enumerated() {
    let actual = second[index]?.doubles ?? [Double](repeating: 0, count: expected.count)
    expectClose(
      actual, expected, tolerance: 2e-5, "\(name): second derivative \(index)",
      sourceLocation: sourceLocation)
  }
}
