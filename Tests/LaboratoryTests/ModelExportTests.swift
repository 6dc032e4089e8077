import Encoders
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import NamedEntities
import Tensors
import TestSupport
import Testing

/// What runs made, as folders of other libraries.
@Suite struct ModelExportTests {
  private func outcome(_ world: TinyWorld, _ changes: [String: String]) throws -> RunOutcome {
    let experiment = try world.experiment(changes)
    _ = try world.run(experiment)
    return try RunOutcome(world.runFolder(experiment))
  }

  private func logits(
    _ configuration: EncoderConfiguration, _ adapter: (any Adapter)?, _ parameters: Parameters
  ) -> [Double] {
    let input = PaddedInput(
      inputIDs: Tensor(integers: [2, 30, 41, 8, 3, 2, 50, 3, 0, 0], shape: [2, 5]),
      attentionMask: Tensor(integers: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0], shape: [2, 5]))
    return withoutGradients {
      TokenClassifier(
        encoder: Encoder(configuration, adapter: adapter),
        head: TaggingHead(tagCount: 7, hiddenSize: configuration.hiddenSize)
      ).logits(parameters, input).floats.map(Double.init)
    }
  }

  @Test(arguments: [
    ["adapter.type": "lora"], ["adapter.type": "ia3"], ["adapter.type": "bitfit"],
    ["adapter.type": "none", "tuning.updates": "all"],
    ["adapter.type": "lora", "tuning.updates": "all"],
    ["tuning.updates": "head", "priming.method": "none"],
  ])
  func `a whole model gives the logits of the tuned one`(changes: [String: String]) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let outcome = try outcome(world, changes)
    let path = world.folder.appending(path: "out").path
    let lines = try ModelExport(outcome, as: .huggingface).write(language: "cc", to: path)
    #expect(lines.count == 1)
    let directory = try ModelDirectory(path: path)
    var read = try directory.encoderParameters()
    read.merge(try #require(try directory.headParameters(tagCount: 7))) { $1 }
    expectClose(
      logits(directory.configuration, nil, read),
      logits(
        outcome.encoder.configuration, outcome.adapter, try outcome.parameters("cc")),
      tolerance: 1e-5)
    #expect(directory.configuration.labels?["3"] == "B-ORG")
  }

  @Test(arguments: [
    ["adapter.type": "bottleneck"], ["adapter.type": "bottleneck", "tuning.updates": "all"],
    ["adapter.type": "prefix", "adapter.prefixLength": "2"],
  ])
  func `an adapter for AdapterHub is the tuned one, bit for bit`(changes: [String: String]) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let outcome = try outcome(world, changes)
    let path = world.folder.appending(path: "out").path
    let lines = try ModelExport(outcome, as: .adapterhub).write(language: nil, to: path)
    let configuration = outcome.encoder.configuration
    let saved = try AdapterHubFolder.read(path + "/cc", configuration: configuration)
    let tuned = try outcome.tunedParameters("cc")
    for (name, tensor) in saved.parameters {
      #expect(tensor.floats == tuned[name]?.floats, "\(name)")
    }
    #expect(saved.labels == TagSet.panx.labels)
    if changes["tuning.updates"] == "all" {
      // The encoder that tuning moved is beside the adapter, and the two give the tuned logits.
      #expect(saved.baseModel == path + "/cc/encoder")
      let encoder = try ModelDirectory(path: saved.baseModel)
      let read = try encoder.encoderParameters().merging(saved.parameters) { $1 }
      #expect(
        logits(configuration, saved.adapter, read)
          == logits(configuration, outcome.adapter, try outcome.parameters("cc")))
    } else {
      #expect(saved.baseModel == world.file("primed"))
      #expect(lines.last?.hasSuffix("runs/3/primed") == true)
    }
  }

  @Test(arguments: [
    ["adapter.type": "lora"], ["adapter.type": "ia3"],
    ["adapter.type": "prefix", "adapter.prefixLength": "3", "priming.method": "none"],
  ])
  func `an adapter for peft, on the encoder that it names, gives the tuned logits`(
    changes: [String: String]
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let outcome = try outcome(world, changes)
    let path = world.folder.appending(path: "out").path
    _ = try ModelExport(outcome, as: .peft).write(language: "cc", withEncoder: true, to: path)
    let encoder = try ModelDirectory(path: path + "/encoder")
    let saved = try SavedAdapter(folder: path, for: encoder.configuration)
    let (adapted, parameters) = try saved.applied(
      to: encoder.configuration, encoder.encoderParameters())
    #expect(
      adapted.configuration.maximumSubwords == outcome.encoder.configuration.maximumSubwords)
    if saved.countsPrefixPositions { #expect(saved.baseModel == path + "/encoder") }
    expectClose(
      logits(adapted.configuration, saved.adapter, parameters),
      logits(
        outcome.encoder.configuration, outcome.adapter, try outcome.parameters("cc")),
      tolerance: 1e-5)
  }

  @Test(arguments: [
    (["adapter.type": "bottleneck", "priming.method": "none"], ModelExport.Format.adapterhub),
    (["adapter.type": "lora"], .peft), (["adapter.type": "prefix"], .peft),
  ])
  func `a directory with an exported adapter predicts what the run's model does`(
    changes: [String: String], format: ModelExport.Format
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let outcome = try outcome(world, changes)
    let path = world.folder.appending(path: "out").path
    _ = try ModelExport(outcome, as: format).write(language: "cc", withEncoder: true, to: path)
    let there = try Predictor(directory: path + "/encoder", adapter: path)
    let here = try Predictor(folder: outcome.folder)
    let sentences = [["Ada", "met", "Oslo", "by", "bus", "."], ["Bern"], ["Di", "?"]]
    #expect(there.labels == here.labels)
    for (one, other) in zip(try there.predict(sentences), try here.predict(sentences)) {
      #expect(one.tags == other.tags)
      expectClose(
        one.scores.map { Double($0 ?? -1) }, other.scores.map { Double($0 ?? -1) },
        tolerance: 1e-5)
    }
  }

  @Test(arguments: [
    (["adapter.type": "bottleneck"], ModelExport.Format.peft, "--format adapterhub"),
    (["adapter.type": "bottleneck"], .huggingface, "runs/3/primed"),
    (["adapter.type": "bitfit"], .adapterhub, "--format huggingface"),
    (["adapter.type": "none", "tuning.updates": "all"], .adapterhub, "--format huggingface"),
  ])
  func `what a format has no place for is refused before anything is written`(
    changes: [String: String], format: ModelExport.Format, advice: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let outcome = try outcome(world, changes)
    let path = world.folder.appending(path: "out").path
    let error = #expect(throws: UnsupportedAdapter.self) {
      try ModelExport(outcome, as: format).write(language: nil, to: path)
    }
    #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(throws: LaboratoryError.self) { try outcome.tunedParameters("aa") }
  }
}
