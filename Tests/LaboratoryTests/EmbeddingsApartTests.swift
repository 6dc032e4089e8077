import Encoders
import LabNotebook
import Laboratory
import NamedEntities
import Tensors
import TestSupport
import Testing

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
    let directory = try ModelDirectory(path: experiment[Settings.encoderPath])
    let tokenizer = try Tokenizers.open(directory: directory.path)
    var corpora = Corpora(
      folder: try CorpusFolder(path: experiment[Settings.dataPath]), tags: .panx,
      tokenizer: tokenizer, maximumSubwords: 32)
    let languages = try ["aa", "bb"].map { try corpora.data($0, "train") }
    let adapter = try #require(RunExecutor.adapter(experiment))
    let model = TokenClassifier(
      encoder: Encoder(directory.configuration, adapter: adapter),
      head: TaggingHead(tagCount: TagSet.panx.count, hiddenSize: 16))
    let initial = try directory.encoderParameters()
      .merging(
        adapter.freshParameters(in: directory.configuration, generator: TensorGenerator(seed: 1))
      ) { $1 }
      .merging(model.head.freshParameters(deviation: 0.02, generator: TensorGenerator(seed: 2))) {
        $1
      }
    let name = directory.configuration.wordEmbeddingsName
    let before = initial[name]?.floats
    var ends: [Parameters] = []
    for isApart in [true, false] {
      let reporter = RunReporter(experiment: experiment, book: RunBook(record: { _ in }))
      var priming = Priming(model: model, languages: languages, reporter: reporter)
      priming.keepsEmbeddingsApart = isApart
      ends.append(try priming.run(from: initial) { _, _ in }.parameters)
    }
    #expect(initial[name]?.floats == before, "what it began with is not changed")
    #expect(ends[0][name]?.floats != before, "the embeddings do move")
    #expect(Set(ends[0].keys) == Set(ends[1].keys))
    // The gradient of a key's bias is zero but for rounding, which AdamW takes for a direction.
    for (key, value) in ends[1] where !key.hasSuffix(".self.key.bias") {
      expectClose(ends[0][key]?.doubles ?? [], value.doubles, tolerance: 5e-5, key)
    }
  }

  @Test(arguments: [0, 1, 5]) func `a window keeps the padding subword's number`(padding: Int) {
    let window = VocabularyWindow(
      [[7, 9], [9, padding, 30]], paddingID: padding, vocabularySize: 40)
    #expect(window.ids[padding] == padding)
    #expect(Set(window.ids).isSuperset(of: [7, 9, 30, padding]))
    #expect(Set(window.ids).count == window.ids.count)
  }
}
