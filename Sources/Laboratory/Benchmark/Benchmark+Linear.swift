import Encoders
import Foundation
import Tensors

/// How near the encoder's linear layers come to what the processor can do.
extension Benchmark {
  /// The linear layers of the encoder alone, each thread with its part of a batch of 16 sentences of
  /// mean length: forward, and the derivatives with respect to input and weight.
  ///
  /// - Returns: Floating-point operations of a step in thousands of millions, 2 for each multiplication
  ///   with its addition, and the step.
  func linearStep() -> (gigaflops: Double, step: () -> Void) {
    let shapes = ParameterLayout(encoder: model.encoder.configuration).shapes
      .filter { $0.key.contains(".encoder.layer.") && $0.value.count == 2 }
      .sorted { $0.key < $1.key }.map(\.value)
    let generator = TensorGenerator(seed: 1)
    let weights = shapes.map {
      generator.normal($0, deviation: 0.02).detached(requiresGradient: true)
    }
    let parts = Workers.count
    let rows = max(1, Int(meanSubwords * Double(Self.batchSize)) / parts)
    let inputs = Dictionary(
      uniqueKeysWithValues: Set(shapes.map { $0[1] }).sorted().map {
        ($0, generator.normal([rows, $0]).detached(requiresGradient: true))
      })
    let slopes = Dictionary(
      uniqueKeysWithValues: Set(shapes.map { $0[0] }).sorted().map {
        ($0, generator.normal([rows, $0]))
      })
    let products = shapes.reduce(0.0) { $0 + Double($1[0] * $1[1]) } * Double(rows * parts)
    return (
      products * 6 / 1e9,
      {
        Workers.perform(parts) { _ in
          for (shape, weight) in zip(shapes, weights) {
            guard let input = inputs[shape[1]], let slope = slopes[shape[0]] else { continue }
            let output = input.linear(weight: weight, bias: nil)
            _ = gradients(of: [output], weightedBy: [slope], for: [input, weight])
          }
        }
      }
    )
  }

  /// The most that this processor was seen to do, all threads together: the fastest of some products
  /// of large square matrices, in thousands of millions of operations a second.
  static func measuredPeak() -> Double {
    let size = 1536
    let parts = Workers.count
    let generator = TensorGenerator(seed: 2)
    let (a, b) = (generator.normal([size, size]), generator.normal([size, size]))
    var best = Double.infinity
    for _ in 0..<12 {
      let start = DispatchTime.now().uptimeNanoseconds
      Workers.perform(parts) { _ in _ = withoutGradients { a.matrixProduct(b) } }
      best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }
    return 2 * Double(parts) * Double(size * size * size) / best / 1e9
  }
}
