import Encoders
import Foundation
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
    if: Interchange.python != nil,
    "skipped: no Python with torch, transformers, adapters and peft (PRIMER_PYTHON names one)"))
struct PythonInterchangeTests {
  @Test(arguments: Interchange.cases)
  func `the libraries compute from our folders what we compute, and save them unchanged`(
    sample: Interchange.Case
  ) throws {
    let folder = try Interchange.folder() + "/ours/\(sample.name)"
    let theirs = try #require(
      try SafetensorsFile(path: folder + "/logits.safetensors").tensor("logits"))
    try Interchange.expectSame(sample.logits, theirs, sample.name)
    let again = folder + "/again"
    let saved =
      switch sample.library {
      case .huggingface: SavedAdapter?.none
      case .peft: try PeftFolder.read(again, configuration: sample.configuration)
      case .adapterhub, .flexible:
        try AdapterHubFolder.read(again, configuration: sample.configuration)
      }
    // peft keeps neither the network that makes a prefix nor a factor beside IA3's vectors.
    guard let saved, !(sample.library == .peft && ["prefix", "ia3-scaled"].contains(sample.module))
    else { return }
    #expect(Set(saved.parameters.keys) == Set(sample.saved.parameters.keys))
    for (name, tensor) in sample.saved.parameters {
      #expect(saved.parameters[name]?.floats == tensor.floats, "\(name)")
    }
    if sample.library != .peft { #expect(saved.labels == sample.saved.labels) }
  }

  @Test func `we compute from the libraries' folders what they compute`() throws {
    let folder = try Interchange.folder() + "/theirs"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count == 66)
    for name in names {
      let directory = try ModelDirectory(path: "\(folder)/\(name)/model")
      let path = "\(folder)/\(name)/adapter"
      let saved =
        try name.hasPrefix("peft")
        ? PeftFolder.read(path, configuration: directory.configuration)
        : AdapterHubFolder.read(path, configuration: directory.configuration)
      if !name.hasPrefix("peft") { #expect(saved.labels.first == "O" && saved.labels.count == 7) }
      var (configuration, parameters) = (directory.configuration, try directory.encoderParameters())
      if saved.countsPrefixPositions, let prefix = saved.adapter as? PrefixAdapter {
        (configuration, parameters) = PrefixPositions.uncounted(
          prefix.length, in: configuration, parameters)
      }
      let model = TokenClassifier(
        encoder: Encoder(configuration, adapter: saved.adapter),
        head: TaggingHead(tagCount: 7, hiddenSize: configuration.hiddenSize))
      parameters.merge(saved.parameters) { $1 }
      let batch = try SafetensorsFile(path: "\(folder)/\(name)/batch.safetensors")
      let input = EncoderInput(
        inputIDs: try #require(batch.tensor("input_ids")),
        attentionMask: try #require(batch.tensor("attention_mask")))
      let theirs = try #require(
        try SafetensorsFile(path: "\(folder)/\(name)/logits.safetensors").tensor("logits"))
      try Interchange.expectSame(model.logits(parameters, input), theirs, name)
    }
  }
}

/// What Python said when a script failed.
///
/// A failed requirement inside of what several tests share would be an issue of one test alone.
struct PythonFailure: Error, CustomStringConvertible {
  var description: String
}

/// One exchange with Python: folders written here, read there, and the other way round.
enum Interchange {
  static let python = Python.having("torch", "transformers", "adapters", "peft", "safetensors")

  enum Library: String, CaseIterable {
    case adapterhub, peft, huggingface
    case flexible = "adapterhub-flexible"

    /// Whether the library has a place for a module.
    func has(_ adapter: any Adapter) -> Bool {
      switch self {
      case .adapterhub, .flexible: (try? AdapterHubFolder.check(adapter)) != nil
      case .peft: (try? PeftFolder.check(adapter)) != nil
      case .huggingface: (try? PlainModel.check(adapter, ["x.adapter_up.weight": .ones([1])])) != nil
      }
    }
  }

  /// A module on a tiny encoder, as one library is to read it.
  struct Case: CustomTestStringConvertible, Sendable {
    var module: String
    var library: Library
    var architecture: EncoderArchitecture

    var name: String { "\(library.rawValue) \(module) \(architecture.rawValue)" }
    var testDescription: String { name }
    var configuration: EncoderConfiguration { tinyConfiguration(architecture) }

    var adapter: any Adapter { Interchange.modules[module] ?? LowRankAdapter() }

    /// Adapter and head, moved away from where they begin.
    var saved: SavedAdapter {
      let generator = TensorGenerator(seed: 5)
      var shapes = adapter.shapes(in: configuration)
      shapes.merge(TaggingHead(tagCount: 7, hiddenSize: 8).shapes) { $1 }
      var parameters: Parameters = [:]
      for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
        parameters[name] = generator.normal(shape, deviation: 0.3)
      }
      return SavedAdapter(adapter: adapter, parameters: parameters, labels: Interchange.labels)
    }

    var parameters: Parameters { tinyParameters(configuration).merging(saved.parameters) { $1 } }

    var logits: Tensor {
      TokenClassifier(
        encoder: Encoder(configuration, adapter: adapter),
        head: TaggingHead(tagCount: 7, hiddenSize: 8)
      ).logits(parameters, tinyBatch(architecture).input)
    }
  }

  static let labels = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]

  static let modules: [String: any Adapter] = [
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

  static let cases: [Case] = [EncoderArchitecture.bert, .xlmRoberta].flatMap { architecture in
    modules.keys.sorted().flatMap { module -> [Case] in
      Library.allCases.filter { $0.has(modules[module] ?? BiasAdapter()) }
        .map { Case(module: module, library: $0, architecture: architecture) }
    }
  }

  private static let outcome = Result { try exchange() }

  /// The folder of the exchange, which is made once.
  static func folder() throws -> String { try outcome.get() }

  private static func exchange() throws -> String {
    let folder = try makeTemporaryFolder()
    for sample in cases { try write(sample, to: folder.path + "/ours/\(sample.name)") }
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Python/interchange.py")
    let outcome = try python?.run([script.path, folder.path])
    guard outcome?.status == 0 else { throw PythonFailure(description: outcome?.output ?? "") }
    return folder.path
  }

  private static func write(_ sample: Case, to folder: String) throws {
    var configuration = sample.configuration
    var parameters = tinyParameters(configuration)
    if sample.library == .peft, let prefix = sample.adapter as? PrefixAdapter {
      (configuration, parameters) = PrefixPositions.counted(
        prefix.length, in: configuration, parameters)
    }
    if sample.library == .huggingface {
      parameters = try PlainModel.parameters(of: sample.adapter, merging: sample.parameters)
    }
    try ModelDirectory.write(
      parameters, configuration: configuration, labels: labels,
      architecture: configuration.architecture.tokenClassifierClass, to: folder + "/model")
    switch sample.library {
    case .huggingface: break
    case .peft:
      try PeftFolder.write(sample.saved, configuration: configuration, to: folder + "/adapter")
    case .adapterhub, .flexible:
      try AdapterHubFolder.write(sample.saved, configuration: configuration, to: folder + "/adapter")
    }
    let input = tinyBatch(sample.architecture).input
    try SafetensorsFile.write(
      ["input_ids": input.inputIDs, "attention_mask": input.attentionMask],
      to: folder + "/batch.safetensors")
    let plan = [
      "library": sample.library.rawValue, "model": folder + "/model",
      "adapter": folder + "/adapter",
    ]
    try JSONEncoder().encode(plan).write(to: URL(filePath: folder + "/case.json"))
  }

  /// Expects logits to agree to a few units in the last place of 32 bits, and tells how far.
  static func expectSame(_ ours: Tensor, _ theirs: Tensor, _ name: String) throws {
    try #require(ours.shape == theirs.shape)
    let pairs = zip(ours.floats, theirs.floats)
    let difference = pairs.map { abs($0 - $1) }.max() ?? .infinity
    print("\(name): largest difference of logits \(difference)")
    #expect(difference < 2e-5, "\(name)")
  }
}
