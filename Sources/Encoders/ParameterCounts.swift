/// How many numbers a model has, and how many of them its adapter trains.
package struct ParameterCounts: Hashable, Sendable, CustomStringConvertible {
  /// The encoder's, as its checkpoint has them.
  package let encoder: Int
  /// The light ones: added to the encoder's, or (BitFit) a part of them.
  package let adapter: Int
  /// The tagging head's.
  package let head: Int

  /// The counts of a model, from its sizes alone.
  package init(_ model: TokenClassifier) {
    func count(_ shapes: some Sequence<[Int]>) -> Int {
      shapes.reduce(0) { $0 + $1.reduce(1, *) }
    }
    let configuration = model.encoder.configuration
    let shapes = ParameterLayout(encoder: configuration).shapes
    encoder = count(shapes.values)
    head = count(model.head.shapes.values)
    guard let adapter = model.encoder.adapter else {
      self.adapter = 0
      return
    }
    let all = shapes.merging(adapter.shapes(in: configuration)) { $1 }
    self.adapter = count(all.filter { adapter.lightParameters($0.key) }.values)
  }

  /// The light parameters as a fraction of the encoder's.
  package var share: Double { Double(adapter) / Double(encoder) }

  /// `1311488 parameters; adapter 4672 (0.36 %), head 903`.
  package var description: String {
    let hundredths = Int((share * 10_000).rounded())
    let percent = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) %"
    return "\(encoder) parameters; adapter \(adapter) (\(percent)), head \(head)"
  }
}
