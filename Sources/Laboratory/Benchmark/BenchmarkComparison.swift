import Foundation

/// Two files of measurements side by side: a line a workload.
package struct BenchmarkComparison {
  private struct Row {
    var workload: String
    var unit: String
    var first: [BenchmarkResult]
    var second: [BenchmarkResult]
  }

  private let names: [String]
  private let rows: [Row]

  /// Reads two files with a JSON object a line, those of `primer bench` or of the yardstick.
  ///
  /// Lines of a workload are taken in order: the first of one file was measured in turn with the
  /// first of the other.
  package init(paths: [String]) throws {
    precondition(paths.count == 2, "Two files are compared")
    names = paths.map { ($0 as NSString).lastPathComponent }
    let files = try paths.map(Self.read)
    var seen: [String] = []
    for result in files[0] where !seen.contains(result.workload) { seen.append(result.workload) }
    rows = seen.compactMap { workload in
      let (first, second) = (
        files[0].filter { $0.workload == workload }, files[1].filter { $0.workload == workload }
      )
      guard let unit = first.first?.unit, !second.isEmpty else { return nil }
      return Row(workload: workload, unit: unit, first: first, second: second)
    }
    guard !rows.isEmpty else {
      throw LaboratoryError("\(paths[0]) and \(paths[1]) have no workload in common.")
    }
  }

  private static func read(_ path: String) throws -> [BenchmarkResult] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw LaboratoryError(
        "\(path): it cannot be read (\(error.localizedDescription)); expected the output of primer "
          + "bench.")
    }
    let lines = text.split(whereSeparator: \.isNewline)
    return try lines.enumerated().compactMap { number, line in
      guard line.hasPrefix("{") else { return nil }
      do {
        return try JSONDecoder().decode(BenchmarkResult.self, from: Data(line.utf8))
      } catch {
        throw LaboratoryError(
          "\(path):\(number + 1): it is not a measurement; expected an object with workload, rate, "
            + "unit, medianStepSeconds, peakMiB, torch and threads.")
      }
    }
  }

  /// A table for people: the medians, their ratio, the range of the ratios of pairs, and memory.
  package var table: String {
    var lines = [
      [
        "workload", names[0], names[1], "unit", "ratio", "of pairs", "pairs", "memory",
        "first step",
      ]
    ]
    for row in rows {
      let pairs = zip(row.first, row.second).map { $0.rate / $1.rate }
      func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
      let rates = [row.first, row.second].map { median($0.map(\.rate)) }
      let memory = [row.first, row.second].map { median($0.map { Double($0.peakMiB) }) }
      let starts = [row.first, row.second].map { median($0.compactMap(\.firstStepSeconds)) }
      lines.append([
        row.workload, fixed(rates[0], 3), fixed(rates[1], 3), row.unit,
        fixed(rates[0] / rates[1], 2) + "×",
        "\(fixed(pairs.min() ?? .nan, 2))–\(fixed(pairs.max() ?? .nan, 2))", "\(pairs.count)",
        "\(Int(memory[0])) / \(Int(memory[1])) MiB = \(fixed(memory[0] / memory[1], 2))",
        starts.contains(where: \.isNaN)
          ? "–" : "\(fixed(starts[0], 1)) / \(fixed(starts[1], 1)) s",
      ])
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths)
        .map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
