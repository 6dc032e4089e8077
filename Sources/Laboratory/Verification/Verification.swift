import Encoders
import Foundation
import Experiments
import MetaLearning
import ModelFiles
import NamedEntities
import Tensors

/// Runs reference cases: the same inputs through this program, compared with what was expected.
package struct Verification {
  /// The directory of a real encoder for the cases that name one; nil skips them.
  package var encoderDirectory: String?
  /// Whether the model cases run on packed subwords: the fast form of the same function.
  private var isPacked = false

  /// A verification that knows where a real encoder is, or not.
  package init(encoderDirectory: String?) {
    self.encoderDirectory = encoderDirectory
  }

  /// Runs one case.
  package func run(_ folder: String) throws -> VerificationResult {
    let name = URL(filePath: folder).lastPathComponent
    let reference = try ReferenceCase.read(folder)
    if reference.model != nil, encoderDirectory == nil {
      return VerificationResult(
        name: name, outcome: .skipped, largestError: nil,
        detail: "set PRIMER_E5 to the directory of \(reference.model ?? "the model")",
        comparedCount: 0)
    }
    switch reference.kind {
    case .forwardBackward:
      return try inBothForms { try $0.forwardBackward(name, folder, reference) }
    case .metaGradient: return try inBothForms { try $0.metaGradient(name, folder, reference) }
    case .training: return try inBothForms { try $0.training(name, folder, reference) }
    case .peftImport: return try inBothForms { try $0.peftImport(name, folder, reference) }
    case .hiddenStates: return try inBothForms { try $0.hiddenStates(name, folder, reference) }
    case .tokenizer: return try tokenizer(name, folder, reference)
    case .entityScores: return try entityScores(name, folder)
    }
  }

  /// The plain form and the packed one; the worse result, of both.
  private func inBothForms(
    _ body: (Verification) throws -> VerificationResult
  ) throws -> VerificationResult {
    let plain = try body(self)
    var other = self
    other.isPacked = true
    var packed = try body(other)
    packed.detail = "packed " + packed.detail
    let isWorse =
      (packed.outcome == .failed && plain.outcome != .failed)
      || (packed.outcome == plain.outcome
        && (packed.largestError ?? 0) > (plain.largestError ?? 0))
    var result = isWorse ? packed : plain
    result.comparedCount = plain.comparedCount + packed.comparedCount
    return result
  }

  // MARK: What the model cases share

  private struct Loaded {
    var model: TokenClassifier
    var parameters: Parameters
    var tensors: SafetensorsFile

    /// The rows of a batch.
    func input(_ name: String) throws -> PaddedInput {
      PaddedInput(
        inputIDs: try field("input_ids", of: name),
        attentionMask: try field("attention_mask", of: name))
    }

    func batch(_ name: String) throws -> TokenClassificationBatch {
      TokenClassificationBatch(try input(name), labels: try field("labels", of: name))
    }

    private func field(_ field: String, of name: String) throws -> Tensor {
      guard let tensor = tensors.tensor("\(name).\(field)") else {
        throw ModelFileError(
          path: tensors.path, problem: "there is no tensor \(name).\(field)",
          expected: "the inputs of the case")
      }
      return tensor
    }

    func expected(_ prefix: String) -> [(name: String, tensor: Tensor)] {
      tensors.entries.keys.filter { $0.hasPrefix(prefix) }.sorted().compactMap { key in
        let name = PrefixAdapter.sharedName(of: String(key.dropFirst(prefix.count)))
        return tensors.tensor(key).map { (name, $0) }
      }
    }
  }

  /// The adapter of a case: as AdapterHub's own configuration says, or in the words of case.json.
  private func adapter(
    _ folder: String, _ reference: ReferenceCase
  ) throws -> (any Adapter)? {
    guard let description = reference.adapter else { return nil }
    let saved = folder + "/adapter"
    return FileManager.default.fileExists(atPath: saved + "/adapter_config.json")
      ? try AdapterHubFolder.adapter(saved) : try description.adapter()
  }

  private func load(
    _ folder: String, _ reference: ReferenceCase,
    adapterFile: String? = "adapter/adapter.safetensors"
  ) throws -> Loaded {
    let directory = try ModelDirectory(path: folder + "/model")
    let tagCount = reference.labels?.count ?? 7
    var parameters = try directory.encoderParameters()
    guard let head = try directory.headParameters(tagCount: tagCount) else {
      throw ModelFileError(
        path: folder + "/model/model.safetensors", problem: "there is no head of \(tagCount) tags",
        expected: "classifier.weight and classifier.bias")
    }
    parameters.merge(head) { $1 }
    let adapter = try adapter(folder, reference)
    if let adapter, !adapter.shapes(in: directory.configuration).isEmpty, let adapterFile {
      let file = try SafetensorsFile(path: "\(folder)/\(adapterFile)")
      for (name, tensor) in file.tensors() {
        parameters[PrefixAdapter.sharedName(of: name)] = tensor
      }
    }
    let configuration = directory.configuration
    return Loaded(
      model: TokenClassifier(
        encoder: Encoder(configuration, adapter: adapter),
        head: TaggingHead(tagCount: tagCount, hiddenSize: configuration.hiddenSize),
        isPacked: isPacked),
      parameters: parameters, tensors: try SafetensorsFile(path: folder + "/tensors.safetensors"))
  }

  private func compareForward(
    _ loaded: Loaded, _ parameters: Parameters, _ comparison: inout Comparison
  ) throws -> Tensor {
    let logits = loaded.model.logits(parameters, try loaded.input("batch.0"))
    let loss = loaded.model.loss(parameters, try loaded.batch("batch.0"))
    for (_, tensor) in loaded.expected("expected.logits") {
      comparison.compare("logits", logits, tensor)
    }
    for (_, tensor) in loaded.expected("expected.loss") {
      comparison.compare("loss", loss, tensor)
    }
    return loss
  }

  // MARK: The kinds

  private func forwardBackward(
    _ name: String, _ folder: String, _ reference: ReferenceCase
  ) throws -> VerificationResult {
    let loaded = try load(folder, reference)
    var comparison = Comparison()
    let leaves = loaded.parameters.leaves { _ in true }
    let loss = try compareForward(loaded, leaves, &comparison)
    let names = leaves.sortedNames
    let slopes = gradients(of: loss, for: names.compactMap { leaves[$0] })
    let byName = Dictionary(uniqueKeysWithValues: zip(names, slopes))
    for (name, tensor) in loaded.expected("expected.grad/") {
      comparison.compare("grad/\(name)", byName[name] ?? nil, tensor)
    }
    return comparison.result(name, tolerance: reference.tolerance ?? 1e-4)
  }

  private func metaGradient(
    _ name: String, _ folder: String, _ reference: ReferenceCase
  ) throws -> VerificationResult {
    guard let inner = reference.inner else {
      throw LaboratoryError("\(folder)/case.json has no inner loop.")
    }
    let loaded = try load(folder, reference)
    let learner = EntityLearner(model: loaded.model)
    let mask = ParameterMask(try parts(inner.updates), adapter: loaded.model.encoder.adapter)
    let supportCount = loaded.tensors.entries.keys.count { $0.hasSuffix(".input_ids") } - 1
    var comparison = Comparison()
    for order in MetaGradientOrder.allCases {
      let loop = InnerLoop(
        steps: inner.steps, learningRate: inner.learningRate, order: order, updates: { mask($0) })
      let result = try loop.metaGradient(
        learner, at: loaded.parameters,
        task: MetaTask(
          name: "reference", support: { try loaded.batch("support.\($0 % supportCount)") },
          query: { try loaded.batch("query.0") }),
        outer: { _ in true })
      let prefix = "expected.\(order.rawValue)."
      for (name, tensor) in loaded.expected(prefix + "grad/") {
        comparison.compare("\(order.rawValue)/\(name)", result.gradients[name], tensor)
      }
      for (_, tensor) in loaded.expected(prefix + "innerLosses") {
        comparison.compare(
          "\(order.rawValue)/innerLosses", Tensor(result.innerLosses.map(Float.init)), tensor)
      }
      for (_, tensor) in loaded.expected(prefix + "queryLoss") {
        comparison.compare(
          "\(order.rawValue)/queryLoss", Tensor([Float(result.outerLoss)], shape: []), tensor)
      }
      for (name, tensor) in loaded.expected("expected.adapted/") {
        comparison.compare(
          "\(order.rawValue)/adapted/\(name)", result.adaptedParameters[name], tensor)
      }
    }
    return comparison.result(name, tolerance: reference.tolerance ?? 2e-4)
  }

  /// The parts that a case's mask names, in the words of experiments.
  private func parts(_ mask: String) throws -> ParameterParts {
    guard let parts = TuningMask(rawValue: mask)?.parts ?? OuterMask(rawValue: mask)?.parts else {
      throw LaboratoryError("The case updates ‘\(mask)’; expected a mask such as adapter+head.")
    }
    return parts
  }

  private func training(
    _ name: String, _ folder: String, _ reference: ReferenceCase
  ) throws -> VerificationResult {
    guard let optimizer = reference.optimizer, let schedule = reference.schedule,
      OptimizerChoice(rawValue: optimizer.name) == .adamw, optimizer.betas.count == 2,
      let course = LearningRateSchedule.Course(rawValue: schedule.name)
    else {
      throw LaboratoryError(
        "\(folder)/case.json: expected an optimizer adamw and a schedule linear.")
    }
    let loaded = try load(folder, reference)
    let mask = ParameterMask(
      try reference.updates.map(parts) ?? [.adapter, .head], adapter: loaded.model.encoder.adapter)
    let parameters = loaded.parameters.copied()
    let names = parameters.sortedNames.filter { mask($0) }
    let batchCount = loaded.tensors.entries.keys.count { $0.hasSuffix(".input_ids") }
    let rates = LearningRateSchedule(
      course, warmupSteps: schedule.warmupSteps, totalSteps: schedule.totalSteps)
    var state = Optimizer(
      .adamW(
        beta1: optimizer.betas[0], beta2: optimizer.betas[1], epsilon: optimizer.epsilon,
        weightDecay: optimizer.weightDecay))
    var losses: [Float] = []
    var norms: [Float] = []
    for step in 0..<schedule.totalSteps {
      let leaves = parameters.leaves { mask($0) }
      let loss = loaded.model.loss(leaves, try loaded.batch("batch.\(step % batchCount)"))
      let slopes = Tensors.gradients(of: loss, for: names.compactMap { leaves[$0] })
      var gradients: Parameters = [:]
      for (name, slope) in zip(names, slopes) { gradients[name] = slope }
      norms.append(Float(clip(&gradients, to: optimizer.clipNorm)))
      losses.append(Float(loss.scalar))
      state.update(
        parameters, with: gradients,
        learningRate: optimizer.learningRate * rates.factor(at: step))
    }
    var comparison = Comparison()
    for (_, tensor) in loaded.expected("expected.losses") {
      comparison.compare("losses", Tensor(losses), tensor)
    }
    for (_, tensor) in loaded.expected("expected.gradientNorms") {
      comparison.compare("gradientNorms", Tensor(norms), tensor)
    }
    for (name, tensor) in loaded.expected("expected.final/") {
      comparison.compare("final/\(name)", parameters[name], tensor)
    }
    return comparison.result(name, tolerance: reference.tolerance ?? 1e-3)
  }

  private func peftImport(
    _ name: String, _ folder: String, _ reference: ReferenceCase
  ) throws -> VerificationResult {
    var loaded = try load(folder, reference, adapterFile: nil)
    let saved = try SavedAdapter(
      folder: folder + "/peft", for: loaded.model.encoder.configuration)
    (loaded.model.encoder, loaded.parameters) = try saved.applied(
      to: loaded.model.encoder.configuration, loaded.parameters)
    var comparison = Comparison()
    _ = try compareForward(loaded, loaded.parameters, &comparison)
    return comparison.result(name, tolerance: reference.tolerance ?? 1e-4)
  }

  private func hiddenStates(
    _ name: String, _ folder: String, _ reference: ReferenceCase
  ) throws -> VerificationResult {
    let directory = try ModelDirectory(path: encoderDirectory ?? "")
    let file = try SafetensorsFile(path: folder + "/tensors.safetensors")
    guard let ids = file.tensor("batch.0.input_ids"),
      let mask = file.tensor("batch.0.attention_mask"),
      let expected = file.tensor("expected.hiddenStates")
    else {
      throw ModelFileError(
        path: file.path, problem: "a tensor is missing",
        expected: "batch.0.input_ids, batch.0.attention_mask and expected.hiddenStates")
    }
    let parameters = try directory.encoderParameters()
    let encoder = Encoder(directory.configuration)
    let input = PaddedInput(inputIDs: ids, attentionMask: mask)
    let hidden = withoutGradients {
      isPacked
        ? input.rows(encoder.hiddenStates(parameters, input.subwords))
        : encoder.hiddenStates(parameters, input)
    }
    let masked = hidden * mask.converted(to: .float32).reshaped(mask.shape + [1])
    var comparison = Comparison()
    comparison.compare("hiddenStates", masked, expected)
    return comparison.result(name, tolerance: reference.tolerance ?? 1e-3)
  }
}
