import LabNotebook
import RunFolders

/// What a run's engine used lately: throughput, memory and processor, one value for each look.
package struct RunVitals: Hashable, Sendable {
  private static let capacity = 240

  /// Sentences read a second.
  package private(set) var throughput: [Double] = []
  /// Bytes in RAM.
  package private(set) var memory: [Double] = []
  /// Processors kept busy: 1.9 is nearly two of them.
  package private(set) var processor: [Double] = []
  private var lastLook = -1.0

  package init() {}

  mutating func take(_ progress: RunProgress) {
    guard progress.secondsElapsed != lastLook else { return }
    lastLook = progress.secondsElapsed
    if let rate = progress.sentencesPerSecond { Self.add(rate, to: &throughput) }
    if progress.residentBytes > 0 { Self.add(Double(progress.residentBytes), to: &memory) }
  }

  mutating func take(processorShare: Double) { Self.add(processorShare, to: &processor) }

  private static func add(_ value: Double, to values: inout [Double]) {
    values.append(value)
    if values.count > capacity { values.removeFirst(values.count - capacity) }
  }
}
