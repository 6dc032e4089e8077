import Foundation
import ModelFiles
import Tensors

/// A folder with inputs and what another implementation made of them.
///
/// `case.json` names the kind; numbers are compared by the largest `|a − b| / max(10⁻³, max|b|)`
/// over a tensor, which must not exceed the case's tolerance.
package struct ReferenceCase: Decodable {
  /// Which computation the case checks.
  package enum Kind: String, Decodable {
    case forwardBackward = "forward-backward"
    case metaGradient = "meta-gradient"
    case training
    case peftImport = "peft-import"
    case hiddenStates = "hidden-states"
    case tokenizer
    case entityScores = "entity-scores"
  }

  /// The adapter of the case, in the words of experiments.
  package struct AdapterDescription: Decodable {
    var type: String
    var placement: String?
    var reductionFactor: Int?
    var activation: String?
    var scaling: Double?
    var rank: Int?
    var alpha: Double?
    var targets: [String]?
    var inputs: [String]?
    var prefixLength: Int?
    var prefixBottleneckSize: Int?
  }

  struct Inner: Decodable {
    var steps: Int
    var learningRate: Double
    var updates: String
  }

  struct OptimizerDescription: Decodable {
    var name: String
    var learningRate: Double
    var betas: [Double]
    var epsilon: Double
    var weightDecay: Double
    var clipNorm: Double
  }

  struct ScheduleDescription: Decodable {
    var name: String
    var warmupSteps: Int
    var totalSteps: Int
  }

  var format: Int
  var kind: Kind
  var tolerance: Double?
  var adapter: AdapterDescription?
  var labels: [String]?
  var inner: Inner?
  var optimizer: OptimizerDescription?
  var schedule: ScheduleDescription?
  var updates: String?
  var model: String?

  /// Reads `case.json` of a folder.
  static func read(_ folder: String) throws -> ReferenceCase {
    let path = folder + "/case.json"
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be read (\(error.localizedDescription))",
        expected: "the description of a reference case",
        advice: "Name the folders of cases, each with a case.json.")
    }
    do {
      let result = try JSONDecoder().decode(ReferenceCase.self, from: data)
      guard result.format == 1 else {
        throw ModelFileError(
          path: path, problem: "its format is \(result.format)", expected: "format 1")
      }
      return result
    } catch let error as DecodingError {
      throw ModelFileError(
        path: path, problem: "it cannot be decoded (\(error))",
        expected: "a reference case of format 1")
    }
  }
}

/// What came of one reference case.
package struct VerificationResult: Codable, Hashable, Sendable {
  /// How it ended.
  package enum Outcome: String, Codable, Hashable, Sendable {
    case passed, failed, skipped
  }

  /// The case's folder name.
  package var name: String
  /// How it ended.
  package var outcome: Outcome
  /// The largest relative error over all tensors compared; nil where none are.
  package var largestError: Double?
  /// The tensor with the largest error, the first mismatch, or why the case was skipped.
  package var detail: String
  /// How many tensors, sentences or rows were compared.
  package var comparedCount: Int

  /// A result with all that is known of it.
  package init(
    name: String, outcome: Outcome, largestError: Double?, detail: String, comparedCount: Int
  ) {
    self.name = name
    self.outcome = outcome
    self.largestError = largestError
    self.detail = detail
    self.comparedCount = comparedCount
  }
}

/// Collects comparisons of one case.
struct Comparison {
  private(set) var largest = 0.0
  private(set) var worst = ""
  private(set) var count = 0
  private(set) var missing: [String] = []

  /// Compares a tensor with the expected one.
  mutating func compare(_ name: String, _ actual: Tensor?, _ expected: Tensor) {
    count += 1
    guard let actual else {
      missing.append(name)
      return
    }
    guard actual.shape == expected.shape else {
      missing.append("\(name) (shape \(actual.shape), expected \(expected.shape))")
      return
    }
    let wanted = expected.doubles
    let scale = wanted.reduce(1e-3) { max($0, abs($1)) }
    var error = 0.0
    for (a, b) in zip(actual.doubles, wanted) {
      let difference = abs(a - b) / scale
      error = difference.isFinite ? max(error, difference) : .infinity
    }
    if error >= largest {
      largest = error
      worst = name
    }
  }

  func result(_ name: String, tolerance: Double) -> VerificationResult {
    let passed = missing.isEmpty && largest <= tolerance && count > 0
    let detail =
      missing.isEmpty ? worst : "missing: " + missing.prefix(3).joined(separator: ", ")
    return VerificationResult(
      name: name, outcome: passed ? .passed : .failed, largestError: largest, detail: detail,
      comparedCount: count)
  }
}
