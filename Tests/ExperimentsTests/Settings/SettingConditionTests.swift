import Experiments
import Foundation
import Testing

/// Which settings have no effect, and why.
@Suite struct SettingConditionTests {
  private func experiment(_ changes: String) throws -> Experiment {
    var experiment = Experiment()
    for change in changes.split(separator: " ") {
      let parts = change.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      try experiment.set(parts[0], to: parts[1])
    }
    return experiment
  }

  /// Values of a setting that conditions tell apart.
  private func values(of key: String) throws -> [SettingValue] {
    let descriptor = try #require(Settings.descriptor(key))
    switch descriptor.kind {
    case .choice(let choices): return choices.map(SettingValue.text)
    case .bool: return [.bool(false), .bool(true)]
    case .integer: return [0, 1, 2].map(SettingValue.integer).filter(descriptor.kind.accepts)
    case .text, .path: return [.text(""), .text("1/primed")]
    case .list: return [.list([]), .list(["hi"])]
    default:
      Issue.record("no values of \(key) are known here")
      return []
    }
  }

  /// Every combination of values of the settings that decide a rule.
  private func experiments(about rule: EffectRule) throws -> [Experiment] {
    try rule.conditions.map(\.key).reduce([Experiment()]) { known, key in
      try known.flatMap { experiment in
        try values(of: key).map { value in
          var changed = experiment
          try changed.set(key, to: value)
          return changed
        }
      }
    }
  }

  @Test func `the reason names a setting that decides, with its value, and its own effect`() throws
  {
    for rule in Settings.effectRules {
      var (failing, holding) = (0, 0)
      for experiment in try experiments(about: rule) {
        let isFailing = rule.conditions.allSatisfy { !$0.holds(in: experiment) }
        if isFailing { failing += 1 } else { holding += 1 }
        for key in rule.keys {
          let reason = experiment.reasonForNoEffect(of: key)
          if isFailing { #expect(reason != nil, "\(key): \(rule.text)") }
          for part in reason?.components(separatedBy: " and ") ?? [] {
            let words = part.components(separatedBy: " is ")
            #expect(words.count == 2 && words[0] != key, "\(part)")
            let value = experiment[key: words[0]]?.description ?? "?"
            #expect(words[1] == (value.isEmpty ? "empty" : value), "\(key): \(part)")
            #expect(experiment.reasonForNoEffect(of: words[0]) == nil, "\(key): \(part)")
          }
        }
      }
      #expect(failing > 0 && holding > 0, "\(rule.text) is decided by the values tried")
    }
  }

  @Test(arguments: [
    ("", "adapter.rank", "adapter.type is bottleneck"),
    ("adapter.type=lora", "adapter.rank", nil),
    ("adapter.type=lora", "adapter.placement", "adapter.type is lora"),
    ("adapter.type=none", "adapter.prefixLength", "adapter.type is none"),
    ("", "priming.outer.momentum", "priming.outer.optimizer is adamw"),
    ("priming.outer.optimizer=sgd", "priming.outer.momentum", nil),
    (
      "priming.outer.optimizer=sgd priming.method=none", "priming.outer.momentum",
      "priming.method is none"
    ),
    ("", "priming.temperature", "priming.sampling is uniform"),
    ("priming.sampling=size", "priming.temperature", "priming.sampling is size"),
    ("priming.method=multitask", "priming.inner.steps", "priming.method is multitask"),
    ("priming.method=multitask", "priming.inner.learningRate", "priming.method is multitask"),
    ("priming.method=multitask", "priming.outer.batchSize", nil),
    ("priming.method=none", "priming.inner.batchSize", "priming.method is none"),
    ("priming.method=none", "evaluation.every", "priming.method is none"),
    ("priming.method=none", "priming.method", nil),
    ("priming.inner.steps=0", "priming.inner.updates", "priming.inner.steps is 0"),
    ("priming.method=reptile", "priming.outer.batchSize", "priming.method is reptile"),
    ("priming.method=reptile", "priming.order", "priming.method is reptile"),
    ("priming.method=reptile", "priming.inner.steps", nil),
    ("", "priming.reduction", "priming.metaBatchSize is 1"),
    (
      "priming.inner.stepSizes=tensor priming.method=none", "priming.inner.stepSizeLearningRate",
      "priming.method is none"
    ),
    ("tuning.languages=", "tuning.learningRate", "tuning.languages is empty"),
    ("tuning.languages=", "evaluation.splits", "tuning.languages is empty"),
    ("tuning.epochs=0", "tuning.optimizer", "tuning.epochs is 0"),
    ("tuning.epochs=0", "tuning.sentences", nil),
    (
      "priming.method=none", "tuning.start", "priming.method is none and start.checkpoint is empty"
    ),
    ("priming.method=none start.checkpoint=1/primed", "tuning.start", nil),
    ("", "start.keeps", "start.checkpoint is empty"),
    (
      "priming.method=none", "encoder.freezeEmbeddings",
      "priming.method is none and tuning.updates is adapter+head"
    ),
    ("priming.method=none tuning.updates=all", "encoder.freezeEmbeddings", nil),
    ("kind=pretraining", "encoder.path", "kind is pretraining"),
    ("data.longSentences=cut", "data.windowOverlap", "data.longSentences is cut"),
    ("data.format=panx", "data.columns.tag", "data.format is panx"),
    ("data.format=conll", "data.tags", "data.format is conll"),
  ])
  func `a setting has no effect where what it needs is not so`(
    changes: String, key: String, reason: String?
  ) throws {
    #expect(try experiment(changes).reasonForNoEffect(of: key) == reason)
  }

  @Test func `the conditions of a setting are told in words, those of its whole group are not`()
    throws
  {
    func condition(_ key: String) throws -> String? {
      try #require(Settings.descriptor(key)).effectCondition
    }
    #expect(try condition("adapter.rank") == "adapter.type is lora")
    #expect(
      try condition("priming.order")
        == "priming.method is maml, and priming.inner.steps is not 0")
    #expect(
      try condition("tuning.start")
        == "priming.method is not none or start.checkpoint is not empty")
    #expect(try condition("priming.steps") == nil)
    #expect(try condition("seed") == nil)
  }
}
