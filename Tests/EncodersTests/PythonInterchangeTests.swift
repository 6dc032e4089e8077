import Encoders
import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

/// Folders of adapters to and from the Python libraries themselves, where they are installed.
///
/// `Python/interchange.py` opens what is written here with transformers, adapters and peft, tells
/// the logits that they compute, saves the adapters again, and makes folders of its own. The checks
/// run with adapters 1.3.0, peft 0.21.2, transformers 4.57.6.
@Suite(
  .enabled(
    if: python != nil,
    "skipped: no Python with torch, transformers, adapters and peft (PRIMER_PYTHON names one)"))
struct PythonInterchangeTests {
  @Test func `the libraries compute from our folders what we do, and we from theirs`() throws {
    try withTemporaryFolder { folder in
      for sample in ModuleCase.all { try sample.write(to: "\(folder.path)/ours/\(sample.name)") }
      let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Python/interchange.py")
      let outcome = try #require(try python?.run([script.path, folder.path]))
      try #require(outcome.status == 0, "\(outcome.output)")
      for sample in ModuleCase.all { try checkOurs(sample, in: folder.path + "/ours") }
      let theirs = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/theirs")
      #expect(theirs.count == 70)
      for name in theirs.sorted() { try checkTheirs(name, in: folder.path + "/theirs") }
    }
  }

  /// The logits that a library computed, and the adapter that it saved again, bit for bit.
  private func checkOurs(_ sample: ModuleCase, in folder: String) throws {
    let folder = "\(folder)/\(sample.name)"
    try expectSame(sample.logits, folder, "ours, \(sample.name)")
    let again = folder + "/again"
    let saved: SavedAdapter
    switch sample.library {
    case .huggingface: return
    case .peft: saved = try PeftFolder.read(again, configuration: sample.configuration)
    case .adapterhub, .flexible:
      saved = try AdapterHubFolder.read(again, configuration: sample.configuration)
      #expect(saved.labels == sample.saved.labels, "\(sample.name)")
    }
    // peft keeps neither the network that makes a prefix nor a factor beside IA3's vectors.
    if sample.library == .peft, ["prefix", "ia3-scaled"].contains(sample.module) { return }
    #expect(Set(saved.parameters.keys) == Set(sample.saved.parameters.keys), "\(sample.name)")
    for (name, tensor) in sample.saved.parameters {
      #expect(saved.parameters[name]?.floats == tensor.floats, "\(sample.name): \(name)")
    }
  }

  /// The logits that a library computed with a module of its own.
  private func checkTheirs(_ name: String, in folder: String) throws {
    let folder = "\(folder)/\(name)"
    let directory = try ModelDirectory(path: folder + "/model")
    let saved = try SavedAdapter(folder: folder + "/adapter", for: directory.configuration)
    if !name.hasPrefix("peft") { #expect(saved.labels == ModuleCase.labels, "\(name)") }
    let (encoder, parameters) = try saved.applied(
      to: directory.configuration, directory.encoderParameters())
    let model = TokenClassifier(
      encoder: encoder,
      head: TaggingHead(tagCount: 7, hiddenSize: directory.configuration.hiddenSize))
    let batch = try SafetensorsFile(path: folder + "/batch.safetensors")
    let input = PaddedInput(
      inputIDs: try #require(batch.tensor("input_ids")),
      attentionMask: try #require(batch.tensor("attention_mask")))
    try expectSame(
      model.logits(parameters, input), folder, "theirs, \(name)")
  }

  /// Expects logits to agree within the rounding of 32 bits, relative to the largest, and tells.
  private func expectSame(_ ours: Tensor, _ folder: String, _ name: String) throws {
    let file = try SafetensorsFile(path: folder + "/logits.safetensors")
    let theirs = try #require(file.tensor("logits"))
    try #require(ours.shape == theirs.shape, "\(name)")
    let scale = theirs.floats.reduce(1e-3) { max($0, abs($1)) }
    let difference = zip(ours.floats, theirs.floats).map { abs($0 - $1) }.max() ?? .infinity
    print("\(name): largest difference of logits \(difference), relative \(difference / scale)")
    #expect(difference / scale < 5e-6, "\(name)")
  }
}

private let python = Python.having("torch", "transformers", "adapters", "peft", "safetensors")

/// A module on a tiny encoder, as one library is to read it.
private struct ModuleCase {
  enum Library: String, CaseIterable {
    case adapterhub, peft, huggingface
    case flexible = "adapterhub-flexible"

    /// Whether the library has a place for a module.
    func has(_ adapter: any Adapter) -> Bool {
      switch self {
      case .adapterhub, .flexible: (try? AdapterHubFolder.check(adapter)) != nil
      case .peft: (try? PeftFolder.check(adapter)) != nil
      case .huggingface: adapter is any MergeableAdapter
      }
    }
  }

  var module: String
  var adapter: any Adapter
  var library: Library
  var architecture: EncoderArchitecture

  var name: String { "\(library.rawValue) \(module) \(architecture.rawValue)" }
  var configuration: EncoderConfiguration { tinyConfiguration(architecture) }

  /// Adapter and head, moved away from where they begin.
  var saved: SavedAdapter {
    let generator = TensorGenerator(seed: 5)
    var shapes = adapter.shapes(in: configuration)
    shapes.merge(TaggingHead(tagCount: 7, hiddenSize: 8).shapes) { $1 }
    var parameters: Parameters = [:]
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      parameters[name] = generator.normal(shape, deviation: 0.3)
    }
    return SavedAdapter(adapter: adapter, parameters: parameters, labels: Self.labels)
  }

  var parameters: Parameters { tinyParameters(configuration).merging(saved.parameters) { $1 } }

  var logits: Tensor {
    TokenClassifier(
      encoder: Encoder(configuration, adapter: adapter),
      head: TaggingHead(tagCount: 7, hiddenSize: 8)
    ).logits(parameters, tinyInput(architecture))
  }

  static let labels = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]

  private static let modules: [String: any Adapter] = [
    "pfeiffer": BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2),
    "houlsby": BottleneckAdapter(placement: .houlsby, reductionFactor: 4),
    "parallel": BottleneckAdapter(placement: .parallel, reductionFactor: 3),
    "gelu": BottleneckAdapter(placement: .pfeiffer, activation: .gelu, scaling: 0.5),
    "lora": LowRankAdapter(rank: 2, alpha: 3),
    "lora-all": LowRankAdapter(
      rank: 3, alpha: 2, targets: [.query, .key, .value, .intermediate, .output]),
    "lora-dense": LowRankAdapter(rank: 3, alpha: 2, targets: Projection.allCases),
    "ia3": ScalingAdapter(),
    "ia3-scaled": ScalingAdapter(outputs: [.query, .output], scale: 0.5),
    "ia3-paper": ScalingAdapter(outputs: [.key, .value], inputs: [.output]),
    "prefix": PrefixAdapter(length: 3, bottleneckSize: 5),
    "prefix-flat": PrefixAdapter(length: 2, bottleneckSize: 0),
  ]

  static let all: [ModuleCase] = [EncoderArchitecture.bert, .xlmRoberta].flatMap { architecture in
    modules.sorted { $0.key < $1.key }.flatMap { module, adapter in
      Library.allCases.filter { $0.has(adapter) }.map { library in
        ModuleCase(
          module: module, adapter: adapter, library: library, architecture: architecture)
      }
    }
  }

  /// Writes the folders that the library opens, and what it is to compute on.
  func write(to folder: String) throws {
    var configuration = configuration
    var parameters = tinyParameters(configuration)
    if library == .peft, let prefix = adapter as? PrefixAdapter {
      (configuration, parameters) = PrefixPositions.counted(
        prefix.length, in: configuration, parameters)
    }
    if library == .huggingface {
      parameters = try PlainModel.parameters(of: adapter, merging: self.parameters)
    }
    try ModelDirectory.write(
      parameters, configuration: configuration, labels: Self.labels,
      architecture: configuration.architecture.tokenClassifierClass, to: folder + "/model")
    switch library {
    case .huggingface: break
    case .peft:
      try PeftFolder.write(saved, configuration: configuration, to: folder + "/adapter")
    case .adapterhub, .flexible:
      try AdapterHubFolder.write(saved, configuration: configuration, to: folder + "/adapter")
    }
    let input = tinyInput(architecture)
    try SafetensorsFile.write(
      ["input_ids": input.inputIDs, "attention_mask": input.attentionMask],
      to: folder + "/batch.safetensors")
    let plan = [
      "library": library.rawValue, "model": folder + "/model",
      "adapter": folder + "/adapter",
    ]
    try JSONEncoder().encode(plan).write(to: URL(filePath: folder + "/case.json"))
  }
}
