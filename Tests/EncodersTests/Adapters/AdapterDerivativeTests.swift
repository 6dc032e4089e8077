import Encoders
import Tensors
import TestSupport
import Testing

/// The first and second derivative of the whole model with each module, in 64 bits, against
/// central differences (f(θ + h v) − f(θ − h v)) / 2h.
@Suite struct AdapterDerivativeTests {
  private let batch = tinyBatch()

  private func setting(_ name: String) throws -> (TokenClassifier, Parameters) {
    let adapter: any Adapter = try #require(everyAdapter[name])
    let model = tinyClassifier(adapter: adapter)
    let parameters = moved(
      tinyParameters(model.encoder.configuration, adapter: adapter))
    return (model, parameters.mapValues { $0.converted(to: .float64) })
  }

  private func slopes(
    _ model: TokenClassifier, _ parameters: Parameters, keepingGraph: Bool = false
  ) -> Parameters {
    let names = parameters.sortedNames
    let slopes = gradients(
      of: model.loss(parameters, batch), for: names.compactMap { parameters[$0] },
      keepingGraph: keepingGraph)
    var result: Parameters = [:]
    for (name, slope) in zip(names, slopes) { result[name] = slope }
    return result
  }

  private func step(_ parameters: Parameters, _ size: Double, _ direction: Parameters)
    -> Parameters
  {
    parameters.merging(direction) { $0 + $1 * size }
  }

  @Test(arguments: AdapterTests.names)
  func `the gradient of every parameter agrees with differences`(name: String) throws {
    let (model, parameters) = try setting(name)
    let slopes = slopes(model, parameters.leaves { _ in true })
    #expect(Set(slopes.keys) == Set(parameters.keys))
    for (name, slope) in slopes {
      // A step along the gradient itself: the quotient must be its squared length.
      let squared = (slope * slope).sum().scalar
      let losses = [1e-4, -1e-4].map { size in
        model.loss(step(parameters, size, [name: slope]), batch).scalar
      }
      expectClose([(losses[0] - losses[1]) / 2e-4], [squared], tolerance: 1e-5, name)
    }
  }

  /// H v for one direction v through all parameters at once, each number of it.
  @Test(arguments: AdapterTests.names)
  func `the second derivative agrees with differences of the gradient`(name: String) throws {
    let (model, parameters) = try setting(name)
    let generator = TensorGenerator(seed: 7)
    var direction: Parameters = [:]
    for name in parameters.sortedNames {
      direction[name] = generator.normal(parameters[name]?.shape ?? []).converted(to: .float64)
    }
    let leaves = parameters.leaves { _ in true }
    let first = slopes(model, leaves, keepingGraph: true)
    let names = first.sortedNames
    let products = names.compactMap { name in
      first[name].flatMap { slope in direction[name].map { (slope * $0).sum() } }
    }
    let along = products.dropFirst().reduce(products[0]) { $0 + $1 }
    let second = gradients(of: along, for: names.compactMap { leaves[$0] })
    // h = 1e-6: the differences are exact to about 1e-9, and no ReLU turns on the way
    let ends = [1e-6, -1e-6].map { size in
      slopes(model, step(parameters, size, direction).leaves { _ in true })
    }
    for (name, product) in zip(names, second) {
      guard let up = ends[0][name], let down = ends[1][name] else { continue }
      let expected = ((up - down) / 2e-6).doubles
      let actual = product?.doubles ?? [Double](repeating: 0, count: expected.count)
      expectClose(actual, expected, tolerance: 1e-5, name)
    }
  }
}
