import Encoders
import Foundation
import MetaLearning
import NamedEntities
import Tensors
import Tokenization

/// The work that PyTorch, transformers and AdapterHub's adapters are measured at, on real PAN-X
/// sentences: fp32, batches of 16 sentences of at most 64 subwords, Pfeiffer adapters of reduction
/// 16, dropout as the encoder's configuration has it.
package struct Benchmark {
  /// What is measured.
  package enum Workload: String, CaseIterable, Sendable {
    /// Adapter tuning: frozen encoder, adapters and head, AdamW.
    case tune
    /// One outer step of first-order priming: five inner SGD steps on adapters and head, a query
    /// batch, the gradient of every parameter, AdamW on every parameter.
    case prime
    /// The same, second order.
    case prime2
    /// Evaluation: forward and the best tag, batches of 32.
    case predict
    /// The encoder's linear layers alone, forward and both derivatives: not of the yardstick.
    case linear

    /// Those that the yardstick has too.
    package static let yardstick: [Self] = [.tune, .prime, .prime2, .predict]
  }

  /// Sizes that may be changed to see how the work grows.
  package struct Sizes: Hashable, Sendable {
    /// The longest input, in subwords.
    package var maximumSubwords = 64
    /// Whether sentences are joined until an input is as long as it may be.
    package var fillsInputs = false
    /// Tasks of an outer step.
    package var metaBatchSize = 1
    /// How many sentences of a split are read.
    package var trainSentences = 3000
    package var testSentences = 2000

    /// The sizes of the yardstick.
    package init() {}
  }

  static let batchSize = 16
  private static let predictBatchSize = 32
  private static let innerSteps = 5
  private static let innerLearningRate = 0.05

  let model: TokenClassifier
  /// What is measured.
  package let workload: Workload
  private let directory: ModelDirectory
  private let modules: Parameters
  private let train: [LanguageData]
  private let test: [EncodedSentence]
  private let sizes: Sizes

  /// Reads a model and what the workload reads: train of en, de, fr, or for `predict` test of nl.
  package init(
    _ workload: Workload, modelPath: String, panxPath: String, sizes: Sizes = Sizes()
  ) throws {
    self.workload = workload
    self.sizes = sizes
    directory = try ModelDirectory(path: modelPath)
    let tokenizer = try Tokenizers.open(directory: modelPath)
    var corpora = Corpora(
      folder: try CorpusFolder(path: panxPath, format: .panx), tags: .panx, tokenizer: tokenizer,
      maximumSubwords: sizes.maximumSubwords, encoder: directory.configuration)
    func read(_ language: String, _ split: String, _ limit: Int) throws -> LanguageData {
      var data = try corpora.data(language, split, limit: limit)
      data.sentences = []
      if sizes.fillsInputs {
        data.encoded = Self.joined(data.encoded, maximumSubwords: sizes.maximumSubwords)
      }
      return data
    }
    let isPrediction = workload == .predict
    train =
      isPrediction
      ? [] : try ["en", "de", "fr"].map { try read($0, "train", sizes.trainSentences) }
    test = isPrediction ? try read("nl", "test", sizes.testSentences).encoded : []
    let configuration = directory.configuration
    let adapter = BottleneckAdapter(placement: .pfeiffer, reductionFactor: 16)
    model = TokenClassifier(
      encoder: Encoder(configuration, adapter: adapter),
      head: TaggingHead(tagCount: TagSet.panx.count, hiddenSize: configuration.hiddenSize))
    modules = adapter.freshParameters(
      in: configuration, generator: TensorGenerator(seed: 0, "adapter")
    ).merging(
      model.head.freshParameters(
        deviation: configuration.initializerRange, generator: TensorGenerator(seed: 0, "head"))
    ) { $1 }
  }

  /// Sentences joined to as few inputs as they fill, each between one pair of special subwords.
  private static func joined(
    _ sentences: [EncodedSentence], maximumSubwords: Int
  ) -> [EncodedSentence] {
    var inputs: [EncodedSentence] = []
    for sentence in sentences {
      if var last = inputs.last, last.ids.count + sentence.ids.count - 2 <= maximumSubwords {
        last.ids = last.ids.dropLast() + sentence.ids.dropFirst()
        last.labels = last.labels.dropLast() + sentence.labels.dropFirst()
        last.windows = [last.ids]
        inputs[inputs.count - 1] = last
      } else {
        inputs.append(sentence)
      }
    }
    return inputs
  }

  /// The mean number of subwords of an input, the special ones included.
  package var meanSubwords: Double {
    let inputs = test + train.flatMap(\.encoded)
    return Double(inputs.reduce(0) { $0 + $1.ids.count }) / Double(max(1, inputs.count))
  }

  /// What one call of the workload's step does, how many units of its rate that is, and what they are.
  ///
  /// A step tells how many seconds of it made ready what is read: batches and rows of embeddings.
  package func step() throws -> (amount: Double, unit: String, step: () throws -> Double) {
    switch workload {
    case .tune: return (Double(Self.batchSize), "sentences/s", try tuningStep())
    case .prime: return (1, "outer steps/s", try primingStep(.first))
    case .prime2: return (1, "outer steps/s", try primingStep(.second))
    case .predict: return (Double(Self.predictBatchSize), "sentences/s", try predictionStep())
    case .linear:
      let (gigaflops, step) = linearStep()
      return (
        gigaflops, "GFLOP/s",
        {
          step()
          return 0
        }
      )
    }
  }

  private func tuningStep() throws -> () throws -> Double {
    // Embeddings are read as each batch needs them, as in a run that does not prime.
    let (others, subwords) = try directory.encoderParametersApart()
    let parameters = others.merging(modules) { $1 }
    let learner = EntityLearner(model: model)
    var generator = SeededGenerator(seed: 0, "bench/tune")
    let moving = parameters.sortedNames.filter { isAdapterParameter($0) || isHeadParameter($0) }
    let tuned = parameters.copied { isAdapterParameter($0) || isHeadParameter($0) }
    var optimizer = Optimizer(.adamW())
    var count = 0
    return {
      let clock = Stopwatch()
      let all = train[Int.random(in: 0..<train.count, using: &generator)].encoded
      let batch = TokenClassificationBatch(
        generator.draw(Self.batchSize, below: all.count).map { all[$0] })
      let (seen, read) = try model.reading(batch.subwords, tuned, .rows(subwords))
      let preparation = clock.seconds
      let leaves = seen.leaves { isAdapterParameter($0) || isHeadParameter($0) }
      let (_, slopes) = accumulatedGradients(
        learner, leaves,
        [MicroBatch(TokenClassificationBatch(subwords: read, labels: batch.labels))],
        for: moving.compactMap { leaves[$0] },
        generator: TensorGenerator(seed: 0, "bench/dropout", count))
      var gradients: Parameters = [:]
      for (name, slope) in zip(moving, slopes) { gradients[name] = slope }
      _ = clip(&gradients, to: 1)
      optimizer.update(tuned, with: gradients, learningRate: 1e-4)
      count += 1
      return preparation
    }
  }

  private func primingStep(_ order: MetaGradientOrder) throws -> () throws -> Double {
    let configuration = model.encoder.configuration
    // Read for this alone, so that they may be changed where they are.
    let (others, subwords) = try directory.encoderParametersApart()
    let loop = OuterLoop(
      EntityLearner(model: model),
      OuterLoopConfiguration(
        taskGradient: .queryLoss(order), innerSteps: Self.innerSteps, optimizer: .adamW(),
        schedule: .linear),
      innerUpdates: { isAdapterParameter($0) || isHeadParameter($0) }, outerUpdates: { _ in true })
    let rates = OuterLoopRates(
      inner: Self.innerLearningRate, outer: 2e-5, clipNorm: 1, totalSteps: 1_000_000)
    let sampler = TaskSampler(
      sizes: train.map(\.encoded.count), metaBatchSize: sizes.metaBatchSize,
      innerSteps: Self.innerSteps, supportSize: Self.batchSize, querySize: Self.batchSize, seed: 0)
    var state = loop.initialState(
      others.merging(modules.copied()) { $1 },
      rows: (configuration.wordEmbeddingsName, subwords))
    return {
      let clock = Stopwatch()
      var preparation: Double?
      let drawn = sampler.metaBatch(at: state.step).map { drawn in
        (drawn.batches.support + [drawn.batches.query]).map { positions in
          TokenClassificationBatch(positions.map { train[drawn.task].encoded[$0] })
        }
      }
      let window = VocabularyWindow(
        drawn.joined().lazy.map(\.subwords.ids), paddingID: configuration.paddingID,
        vocabularySize: configuration.vocabularySize)
      let tasks = drawn.enumerated().map { number, batches in
        let batches = batches.map {
          TokenClassificationBatch(subwords: window.mapped($0.subwords), labels: $0.labels)
        }
        return MetaTask(
          name: "\(number)", support: { batches[$0] }, query: { batches[Self.innerSteps] })
      }
      _ = try loop.step(&state, tasks, reading: window.ids, rates) { event in
        if case .taskBegan(0) = event { preparation = clock.seconds }
      }
      return preparation ?? 0
    }
  }

  private func predictionStep() throws -> () throws -> Double {
    let (others, subwords) = try directory.encoderParametersApart()
    let frozen = others.merging(modules) { $1 }
    // In order of length, as evaluation reads them.
    let sentences = test.sorted { $0.ids.count < $1.ids.count }
    let batches = stride(from: 0, to: sentences.count, by: Self.predictBatchSize).map {
      sentences[$0..<min($0 + Self.predictBatchSize, sentences.count)]
    }
    var count = 0
    return {
      let clock = Stopwatch()
      let (parameters, batch) = try model.reading(
        SubwordBatch(batches[count % batches.count].lazy.map(\.ids)), frozen, .rows(subwords))
      let preparation = clock.seconds
      _ = model.bestTags(parameters, batch)
      count += 1
      return preparation
    }
  }
}

/// What was measured of a workload: the fields of the yardstick.
package struct BenchmarkResult: Codable, Hashable, Sendable {
  /// The workload's name.
  package var workload: String
  /// Units a second.
  package var rate: Double
  /// What a unit is.
  package var unit: String
  /// The median duration of a step.
  package var medianStepSeconds: Double
  /// The most memory in RAM that the process had so far, in MiB.
  package var peakMiB: Int
  /// The numerical library's version.
  package var torch: String
  /// Threads that compute.
  package var threads: Int
  /// The mean number of subwords of an input, without padding.
  package var meanSubwords: Double?
  /// From the start of the process to the end of the first step; only of the first workload.
  package var firstStepSeconds: Double?
  /// The share of the time in which batches were made ready.
  package var preparationShare: Double?
  /// Of `linear`: its rate as a share of the most that the processor was seen to do.
  package var shareOfPeak: Double?
  /// The operations that were computed in their plain form, if there were any.
  package var plain: [String]?

  /// Measures steps for some seconds, at least five, after two that do not count.
  package static func measure(
    _ benchmark: Benchmark, seconds: Double, sinceStart: (() -> Double)? = nil
  ) throws -> BenchmarkResult {
    let workload = benchmark.workload
    let (amount, unit, step) = try benchmark.step()
    _ = try step()
    let first = sinceStart?()
    _ = try step()
    var (times, preparation): ([Double], Double) = ([], 0)
    let whole = Stopwatch()
    while whole.seconds < seconds || times.count < 5 {
      let clock = Stopwatch()
      preparation += try step()
      times.append(clock.seconds)
    }
    times.sort()
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let rate = Double(times.count) * amount / times.reduce(0, +)
    let plain = FusedOperation.inPlainForm.map(\.rawValue).sorted()
    return BenchmarkResult(
      workload: workload.rawValue, rate: rate, unit: unit,
      medianStepSeconds: times[times.count / 2], peakMiB: Int(usage.ru_maxrss) / 1024,
      torch: Numerics.version, threads: Numerics.threads,
      meanSubwords: benchmark.meanSubwords, firstStepSeconds: first,
      preparationShare: workload == .linear ? nil : preparation / times.reduce(0, +),
      shareOfPeak: workload == .linear ? rate / Benchmark.measuredPeak() : nil,
      plain: plain.isEmpty ? nil : plain)
  }
}

/// Seconds since it was made.
private struct Stopwatch {
  private let start = DispatchTime.now().uptimeNanoseconds

  var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
}
