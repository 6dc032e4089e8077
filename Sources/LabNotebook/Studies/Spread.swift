/// The mean of some numbers and their sample standard deviation.
package struct Spread: Hashable, Codable, Sendable {
  /// The mean.
  package var mean: Double
  /// √(Σ (x − mean)² / (n − 1)); nil of a single number.
  package var deviation: Double?
  /// How many numbers there were.
  package var count: Int

  /// The spread of numbers; nil of none.
  package init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    self.mean = mean
    self.count = numbers.count
    deviation =
      numbers.count > 1
      ? (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot() : nil
  }
}
