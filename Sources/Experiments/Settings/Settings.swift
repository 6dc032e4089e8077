package import NamedEntities

/// Every setting of an experiment: the one table from which the parser, the form on screen,
/// `primer describe` and the reference of settings come.
///
/// The defaults are this project's own; the paper's are not at hand.
package enum Settings {
  // MARK: The experiment

  package static let name = Setting(
    "name", .text, "untitled", "What the run is called in lists.")
  package static let kind = Setting(
    "kind", RunKind.experiment,
    "Whether the run primes, tunes and evaluates, or makes an encoder from text.")
  package static let seed = Setting(
    "seed", .integer(0...2_147_483_647), 1,
    "The seed of everything random; the same seed gives the same numbers on the same machine.")
  package static let threads = Setting(
    "threads", .integer(0...256), 0,
    "The threads that compute; 0 takes every processor, or a share of them (primer jobs).")

  // MARK: Encoder, adapter, data, evaluation

  package static let encoderPath = Setting(
    "encoder.path", .path, "sample-data/encoder",
    "A Hugging Face model directory, or the name of a model in the Hugging Face cache.")
  package static let encoderDropout = Setting(
    "encoder.dropout", .number(0...0.9), 0.1,
    "Dropout of hidden states and attention while training.")
  package static let freezeEmbeddings = Setting(
    "encoder.freezeEmbeddings", .bool, false,
    "Whether the word embeddings stay as they are, whatever a mask says.")
  package static let adapterType = Setting(
    "adapter.type", AdapterType.bottleneck,
    "The parameter-efficient module inside the encoder.")
  package static let adapterPlacement = Setting(
    "adapter.placement", AdapterPlacement.pfeiffer,
    "Where a bottleneck adapter sits in each layer.")
  package static let adapterReductionFactor = Setting(
    "adapter.reductionFactor", .integer(1...1024), 16,
    "The hidden size divided by the size of the bottleneck.")
  package static let adapterRank = Setting(
    "adapter.rank", .integer(1...1024), 8, "The rank of LoRA.")
  package static let adapterAlpha = Setting(
    "adapter.alpha", .number(0...10_000), 16.0, "The scale of LoRA, divided by its rank.")
  package static let adapterTargets = Setting(
    "adapter.targets", [AdapterTarget.query, .value], "The linear layers that LoRA adds to.")
  package static let adapterPrefixLength = Setting(
    "adapter.prefixLength", .integer(1...512), 30, unit: "positions",
    "The number of positions that prefix tuning puts before each layer's keys and values.")
  package static let adapterPrefixBottleneckSize = Setting(
    "adapter.prefixBottleneckSize", .integer(0...8192), 512,
    "The size inside the network that makes the prefix; 0 learns the prefix itself.")
  package static let dataFormat = Setting(
    "data.format", DataFormat.auto,
    "How the corpora are written; auto looks at each language's files.")
  package static let dataPath = Setting(
    "data.path", .path, "sample-data/panx",
    "The folder with a folder for each language; several, joined by ':', are searched in order.")
  package static let dataTypes = Setting(
    "data.types", .names, [EntityType](),
    "The entity types to keep; words of other types become O. Empty keeps all.")
  package static let dataMap = Setting(
    "data.map", .renames, [EntityRename](),
    "Entity types to rename, as GPE=LOC; a type that is renamed to O is dropped.")
  package static let dataTags = Setting(
    "data.tags", .names, [String](),
    "The names of numeric tags in JSON lines, from 0; empty reads them from files beside the data.")
  package static let badLines = Setting(
    "data.badLines", BadLines.refuse,
    "Whether a line that cannot be read makes an error, or is skipped and reported.")
  package static let devFromTrain = Setting(
    "data.devFromTrain", .number(0...0.9), 0.0,
    "The fraction of training sentences, from the end, used as dev where a language has no dev.")
  package static let maximumSubwords = Setting(
    "data.maximumSubwords", .integer(8...512), 64, unit: "subwords",
    "The longest input of the encoder, special subwords included.")
  package static let longSentences = Setting(
    "data.longSentences", LongSentences.window,
    "Whether evaluation reads a longer sentence in overlapping windows, or loses its end.")
  package static let windowOverlap = Setting(
    "data.windowOverlap", .integer(0...256), 16, unit: "subwords",
    "The least number of subwords that two windows of a sentence share.")
  package static let wordColumn = Setting(
    "data.columns.word", .integer(0...1000), 0, unit: "column",
    "The column of the word in CoNLL-like files, counted from 1; 0 detects it.")
  package static let tagColumn = Setting(
    "data.columns.tag", .integer(0...1000), 0, unit: "column",
    "The column of the tag in CoNLL-like files, counted from 1; 0 detects it.")
  package static let evaluationSplits = Setting(
    "evaluation.splits", [CorpusSplit.dev, .test],
    "The splits that F1 is measured on after tuning.")
  package static let evaluationEvery = LiveSetting(
    "evaluation.every", .integer(0...1_000_000), 50, unit: "outer steps",
    "How often dev F1 is measured while priming, and after its last step; 0 never.")
  package static let evaluationBatchSize = Setting(
    "evaluation.batchSize", .integer(1...4096), 32, unit: "sentences",
    "The batch size of evaluation.")
  package static let evaluationSentences = Setting(
    "evaluation.sentences", .integer(0...10_000_000), 0, unit: "sentences",
    "How many sentences of a split are used, from its beginning; 0 all.")

  // MARK: Checkpoints

  package static let checkpointEvery = LiveSetting(
    "checkpoint.every", .integer(0...1_000_000), 120, unit: "seconds",
    "How often a checkpoint is written: at most so much work is done twice; 0 after every step.")
  package static let nonFiniteSteps = LiveSetting(
    "checkpoint.nonFiniteSteps", .integer(0...1_000_000), 0, unit: "steps",
    "How many steps in a row may be left out for a loss that is not finite before the run fails.")

  // MARK: The start

  package static let startCheckpoint = Setting(
    "start.checkpoint", .text, "",
    "The point of a run whose weights this one begins with, as 12/primed or 12/priming/150.")
  package static let startKeeps = Setting(
    "start.keeps", InitialWeights.all,
    "What is taken of those weights; optimizers, step counts and the rest start from zero.")

  // MARK: Priming

  package static let primingMethod = Setting(
    "priming.method", PrimingMethod.maml,
    "How the encoder is primed; multitask is maml without inner steps.")
  package static let primingLanguages = Setting(
    "priming.languages", .list, ["en", "de"], "The languages that are tasks of priming.")
  package static let primingSteps = LiveSetting(
    "priming.steps", .integer(0...10_000_000), 300, unit: "outer steps",
    "The number of outer steps.")
  package static let metaBatchSize = Setting(
    "priming.metaBatchSize", .integer(1...64), 1, unit: "tasks",
    "The number of languages in one outer step.")
  package static let primingOrder = Setting(
    "priming.order", PrimingOrder.first,
    "Whether the meta-gradient goes through the inner steps (second) or not (first).")
  package static let primingReduction = Setting(
    "priming.reduction", PrimingReduction.mean,
    "How the gradients of a meta-batch are put together.")
  package static let primingSentences = Setting(
    "priming.sentences", .integer(0...10_000_000), 0, unit: "sentences",
    "How many training sentences of each priming language are used; 0 all.")
  package static let primingReuse = Setting(
    "priming.reuse", .bool, false,
    "Whether a finished run of the notebook with the same priming and seed lends its encoder.")
  package static let primingSampling = Setting(
    "priming.sampling", PrimingSampling.uniform,
    "How a meta-batch draws its languages: alike, by size, or by size to the power 1/temperature.")
  package static let primingTemperature = Setting(
    "priming.temperature", .number(0.01...1000), 5.0,
    "The temperature of sampling: 1 is by size, larger is more alike.")
  package static let primingMicroBatchSize = Setting(
    "priming.microBatchSize", .integer(0...4096), 0, unit: "sentences",
    "The most sentences in memory at once while priming, gradients accumulated; 0 whole batches.")
  package static let innerSteps = Setting(
    "priming.inner.steps", .integer(0...1000), 5, unit: "inner steps",
    "The number of inner steps, S.")
  package static let innerLearningRate = LiveSetting(
    "priming.inner.learningRate", .number(0...100), 0.03,
    "The step size of the inner loop, α.")
  package static let innerBatchSize = Setting(
    "priming.inner.batchSize", .integer(1...4096), 16, unit: "sentences",
    "The size of a support batch.")
  package static let innerUpdates = Setting(
    "priming.inner.updates", TuningMask.adapterAndHead,
    "What the inner loop moves; all is plain MAML, head is ANIL.")
  package static let innerStepSizes = Setting(
    "priming.inner.stepSizes", InnerStepSizes.fixed,
    "Whether α is fixed, or learned for each tensor (Meta-SGD), or for each tensor and step.")
  package static let innerStepSizeLearningRate = LiveSetting(
    "priming.inner.stepSizeLearningRate", .number(0...100), 1e-3,
    "The step size of learned step sizes, relative to α.")
  package static let outerOptimizer = Setting(
    "priming.outer.optimizer", OptimizerChoice.adamw,
    "The optimizer of the outer loop.")
  package static let outerLearningRate = LiveSetting(
    "priming.outer.learningRate", .number(0...100), 2e-5,
    "The step size of the outer loop, β.")
  package static let outerBatchSize = Setting(
    "priming.outer.batchSize", .integer(1...4096), 16, unit: "sentences",
    "The size of a query batch.")
  package static let outerUpdates = Setting(
    "priming.outer.updates", OuterMask.encoderAdapterAndHead, "What the outer loop moves.")
  package static let outerLosses = Setting(
    "priming.outer.losses", OuterLosses.last,
    "Whether the query is judged after the last inner step, or after each (MAML++).")
  package static let outerLossAnnealingSteps = Setting(
    "priming.outer.lossAnnealingSteps", .integer(0...10_000_000), 0, unit: "outer steps",
    "The outer steps until only the last inner step counts; 0 takes half of priming.steps.")
  package static let outerWeightDecay = Setting(
    "priming.outer.weightDecay", .number(0...10), 0.01, "The weight decay of the outer loop.")
  package static let outerMomentum = Setting(
    "priming.outer.momentum", .number(0...1), 0.0, "The momentum of sgd in the outer loop.")
  package static let outerClipNorm = LiveSetting(
    "priming.outer.clipNorm", .number(0...1_000_000), 1.0,
    "The largest norm of the outer gradient; 0 does not clip.")
  package static let outerSchedule = Setting(
    "priming.outer.schedule", ScheduleChoice.linear,
    "How the outer learning rate falls.")
  package static let outerWarmupSteps = Setting(
    "priming.outer.warmupSteps", .integer(0...1_000_000), 0, unit: "outer steps",
    "The steps over which the outer learning rate climbs from 0.")

  // MARK: Tuning

  package static let tuningLanguages = Setting(
    "tuning.languages", .list, ["hi", "af"], "The target languages.")
  package static let tuningUpdates = Setting(
    "tuning.updates", TuningMask.adapterAndHead,
    "What tuning moves.")
  package static let tuningStart = Setting(
    "tuning.start", TuningInitialization.fresh,
    "Whether adapter and head begin fresh or as priming left them.")
  package static let tuningSentences = Setting(
    "tuning.sentences", .integer(0...10_000_000), 100, unit: "sentences",
    "How many training sentences of each target language are used; 0 all.")
  package static let tuningEpochs = Setting(
    "tuning.epochs", .integer(0...10_000), 10, unit: "epochs",
    "How often tuning reads its sentences.")
  package static let tuningBatchSize = Setting(
    "tuning.batchSize", .integer(1...4096), 16, unit: "sentences", "The batch size of tuning.")
  package static let tuningMicroBatchSize = Setting(
    "tuning.microBatchSize", .integer(0...4096), 0, unit: "sentences",
    "The most sentences in memory at once while tuning, gradients accumulated; 0 whole batches.")
  package static let tuningOptimizer = Setting(
    "tuning.optimizer", OptimizerChoice.adamw, "The optimizer of tuning.")
  package static let tuningLearningRate = LiveSetting(
    "tuning.learningRate", .number(0...100), 1e-3, "The step size of tuning.")
  package static let tuningWeightDecay = Setting(
    "tuning.weightDecay", .number(0...10), 0.01, "The weight decay of tuning.")
  package static let tuningClipNorm = Setting(
    "tuning.clipNorm", .number(0...1_000_000), 1.0,
    "The largest norm of the gradient while tuning; 0 does not clip.")
  package static let tuningSchedule = Setting(
    "tuning.schedule", ScheduleChoice.linear,
    "How the learning rate of tuning falls.")
  package static let tuningWarmupFraction = Setting(
    "tuning.warmupFraction", .number(0...1), 0.1,
    "The share of tuning's steps over which its learning rate climbs from 0.")

  // MARK: Pretraining

  package static let pretrainingText = Setting(
    "pretraining.text", .path, "sample-data/text",
    "The folder of <language>.txt files, a sentence a line.")
  package static let pretrainingVocabularySize = Setting(
    "pretraining.vocabularySize", .integer(100...1_000_000), 4000, unit: "subwords",
    "The number of subwords to learn.")
  package static let pretrainingHiddenSize = Setting(
    "pretraining.hiddenSize", .integer(4...4096), 128, "The size of a hidden state.")
  package static let pretrainingLayerCount = Setting(
    "pretraining.layerCount", .integer(1...48), 4, "The number of layers.")
  package static let pretrainingAttentionHeadCount = Setting(
    "pretraining.attentionHeadCount", .integer(1...64), 4,
    "The number of attention heads; it divides the hidden size.")
  package static let pretrainingIntermediateSize = Setting(
    "pretraining.intermediateSize", .integer(4...16384), 512,
    "The size inside the feed-forward block.")
  package static let pretrainingMaximumSubwords = Setting(
    "pretraining.maximumSubwords", .integer(8...512), 64, unit: "subwords",
    "The longest input, special subwords included.")
  package static let pretrainingSteps = Setting(
    "pretraining.steps", .integer(1...10_000_000), 3000, unit: "steps", "The number of steps.")
  package static let pretrainingBatchSize = Setting(
    "pretraining.batchSize", .integer(1...4096), 32, unit: "sentences",
    "The batch size of pretraining.")
  package static let pretrainingLearningRate = Setting(
    "pretraining.learningRate", .number(0...100), 1e-3, "The step size of pretraining.")
  package static let pretrainingWarmupSteps = Setting(
    "pretraining.warmupSteps", .integer(0...1_000_000), 200, unit: "steps",
    "The steps over which its learning rate climbs from 0.")
  package static let pretrainingMaskProbability = Setting(
    "pretraining.maskProbability", .number(0.01...0.9), 0.15,
    "The chance of a subword to be hidden.")
  package static let pretrainingHalf = Setting(
    "pretraining.half", .bool, true, "Whether the encoder is stored in 16 bits.")
  package static let pretrainingOutput = Setting(
    "pretraining.output", .path, "",
    "Where the encoder is written; nothing means the run's folder.")

  /// All rows, in the order of files, forms and lists.
  package static let all: [SettingDescriptor] = [
    name.descriptor, kind.descriptor, seed.descriptor, threads.descriptor,
    encoderPath.descriptor, encoderDropout.descriptor, freezeEmbeddings.descriptor,
    adapterType.descriptor, adapterPlacement.descriptor, adapterReductionFactor.descriptor,
    adapterRank.descriptor, adapterAlpha.descriptor, adapterTargets.descriptor,
    adapterPrefixLength.descriptor, adapterPrefixBottleneckSize.descriptor,
    dataFormat.descriptor, dataPath.descriptor, dataTypes.descriptor, dataMap.descriptor,
    dataTags.descriptor, badLines.descriptor, devFromTrain.descriptor, maximumSubwords.descriptor,
    longSentences.descriptor,
    windowOverlap.descriptor, wordColumn.descriptor, tagColumn.descriptor,
    evaluationSplits.descriptor, evaluationEvery.descriptor, evaluationBatchSize.descriptor,
    evaluationSentences.descriptor,
    checkpointEvery.descriptor, nonFiniteSteps.descriptor,
    startCheckpoint.descriptor, startKeeps.descriptor,
    primingMethod.descriptor, primingLanguages.descriptor, primingSteps.descriptor,
    metaBatchSize.descriptor, primingOrder.descriptor, primingReduction.descriptor,
    primingSentences.descriptor, primingReuse.descriptor, primingSampling.descriptor,
    primingTemperature.descriptor,
    primingMicroBatchSize.descriptor,
    innerSteps.descriptor, innerLearningRate.descriptor, innerBatchSize.descriptor,
    innerUpdates.descriptor, innerStepSizes.descriptor, innerStepSizeLearningRate.descriptor,
    outerOptimizer.descriptor, outerLearningRate.descriptor, outerBatchSize.descriptor,
    outerUpdates.descriptor, outerLosses.descriptor, outerLossAnnealingSteps.descriptor,
    outerWeightDecay.descriptor, outerMomentum.descriptor,
    outerClipNorm.descriptor, outerSchedule.descriptor, outerWarmupSteps.descriptor,
    tuningLanguages.descriptor, tuningUpdates.descriptor, tuningStart.descriptor,
    tuningSentences.descriptor, tuningEpochs.descriptor, tuningBatchSize.descriptor,
    tuningMicroBatchSize.descriptor,
    tuningOptimizer.descriptor, tuningLearningRate.descriptor, tuningWeightDecay.descriptor,
    tuningClipNorm.descriptor, tuningSchedule.descriptor, tuningWarmupFraction.descriptor,
    pretrainingText.descriptor, pretrainingVocabularySize.descriptor,
    pretrainingHiddenSize.descriptor, pretrainingLayerCount.descriptor,
    pretrainingAttentionHeadCount.descriptor, pretrainingIntermediateSize.descriptor,
    pretrainingMaximumSubwords.descriptor, pretrainingSteps.descriptor,
    pretrainingBatchSize.descriptor, pretrainingLearningRate.descriptor,
    pretrainingWarmupSteps.descriptor, pretrainingMaskProbability.descriptor,
    pretrainingHalf.descriptor, pretrainingOutput.descriptor,
  ]
}
