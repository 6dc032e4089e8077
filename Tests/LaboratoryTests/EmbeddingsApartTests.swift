import Encoders
import Experiments
import Laboratory
import MetaLearning
import RunFolders
import Tensors
import TestSupport
import Testing
import Tokenization

/// The fast form of the subword embeddings against the plain one.
@Suite struct EmbeddingsApartTests {
  private static let kinds: [[String: String]] = [
    [:],
    ["priming.metaBatchSize": "3", "priming.outer.weightDecay": "0.2"],
    ["priming.order": "second", "priming.inner.updates": "all"],
    ["priming.method": "reptile", "priming.inner.updates": "all"],
    ["priming.method": "multitask", "priming.outer.clipNorm": "0.05"],
  ]

  @Test(arguments: kinds.indices)
  func `priming with rows apart is priming with the whole table`(kind: Int) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(
      ["priming.steps": "6", "priming.outer.learningRate": "0.01", "evaluation.every": "0"]
        .merging(Self.kinds[kind]) { $1 })
    let parts = try world.parts(experiment)
    let (model, initial) = (parts.model, parts.parameters)
    let name = model.encoder.configuration.wordEmbeddingsName
    let before = initial[name]?.floats
    var ends: [Parameters] = []
    for isApart in [true, false] {
      let context = try RunContext(experiment, book: RunBook(record: { _ in }))
      var priming = Priming(model: model, languages: parts.languages, context: context)
      priming.keepsEmbeddingsApart = isApart
      ends.append(try priming.run(from: initial) { _, _ in }.loop.parameters)
    }
    #expect(initial[name]?.floats == before, "what it began with is not changed")
    #expect(ends[0][name]?.floats != before, "the embeddings do move")
    #expect(Set(ends[0].keys) == Set(ends[1].keys))
    // The gradient of a key's bias is zero but for rounding, which AdamW takes for a direction.
    for (key, value) in ends[1] where !key.hasSuffix(".self.key.bias") {
      expectClose(ends[0][key]?.doubles ?? [], value.doubles, tolerance: 5e-5, key)
    }
  }

  @Test(arguments: [
    [:], ["encoder.freezeEmbeddings": "true"],
    ["encoder.freezeEmbeddings": "true", "priming.outer.optimizer": "sgd"],
  ])
  func `embeddings read by rows and an encoder taken over lead to the same numbers, bit for bit`(
    changes: [String: String]
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try world.experiment(
      ["priming.steps": "4", "priming.outer.learningRate": "0.01", "evaluation.every": "0"]
        .merging(changes) { $1 })
    let directory = try ModelDirectory(path: experiment[Settings.encoderPath])
    let parts = try world.parts(experiment)
    let model = parts.model
    let modules = world.modules(model)
    let beforeModules = modules.mapValues(\.floats)
    func end(_ encoder: Parameters, _ subwords: SubwordRows?) throws -> Parameters {
      let context = try RunContext(experiment, book: RunBook(record: { _ in }))
      return try Priming(model: model, languages: parts.languages, context: context).run(
        from: encoder.merging(modules) { $1 }, subwords: subwords, takingOver: subwords != nil
      ) { _, _ in }.loop.parameters
    }
    let whole = try end(try directory.encoderParameters(), nil)
    let (others, subwords) = try directory.encoderParametersApart()
    let apart = try end(others, subwords)
    #expect(Set(apart.keys) == Set(whole.keys))
    for (name, value) in whole { #expect(apart[name]?.floats == value.floats, "\(name)") }
    #expect(
      modules.mapValues(\.floats) == beforeModules, "adapter and head are copied all the same")
    let name = directory.configuration.wordEmbeddingsName
    let file = try directory.encoderParameters()[name]?.floats
    #expect((apart[name]?.floats == file) == (changes["encoder.freezeEmbeddings"] == "true"))
  }

  @Test(arguments: [0, 1, 5]) func `a window keeps the padding subword's number`(padding: Int) {
    let window = VocabularyWindow(
      [[7, 9], [9, padding, 30]], paddingID: padding, vocabularySize: 40)
    #expect(window.ids[padding] == padding)
    #expect(Set(window.ids).isSuperset(of: [7, 9, 30, padding]))
    #expect(Set(window.ids).count == window.ids.count)
  }
}
