/// What one setting must be for another to have an effect.
package struct SettingCondition: Hashable, Sendable {
  /// The setting that decides.
  package let key: String
  /// The values in question.
  private let values: [SettingValue]
  /// Whether it must be one of the values, or any other.
  private let isOneOf: Bool

  fileprivate init(_ key: String, _ values: [SettingValue], isOneOf: Bool) {
    precondition(!values.isEmpty, "A condition on \(key) names a value")
    self.key = key
    self.values = values
    self.isOneOf = isOneOf
  }

  /// Whether it holds for an experiment.
  package func holds(in experiment: Experiment) -> Bool {
    guard let value = experiment[key: key] else { return true }
    return values.contains(value) == isOneOf
  }

  /// The condition in words: `adapter.type is lora`, `priming.inner.steps is not 0`.
  package var text: String {
    let spelled = values.map { Self.spelled($0) }.joined(separator: " or ")
    return "\(key) is \(isOneOf ? "" : "not ")\(spelled)"
  }

  /// What is so instead: `adapter.type is bottleneck`.
  fileprivate func failure(in experiment: Experiment) -> String {
    "\(key) is \(experiment[key: key].map(Self.spelled) ?? "unknown")"
  }

  private static func spelled(_ value: SettingValue) -> String {
    let text = value.description
    return text.isEmpty ? "empty" : text
  }
}

extension Setting {
  /// The condition that it has one of some values.
  fileprivate func isOne(of values: Value...) -> SettingCondition {
    SettingCondition(key, values.map(\.settingValue), isOneOf: true)
  }

  /// The condition that it has another value.
  fileprivate func isNot(_ value: Value) -> SettingCondition {
    SettingCondition(key, [value.settingValue], isOneOf: false)
  }
}

/// When some settings have an effect.
package struct EffectRule: Hashable, Sendable {
  /// The settings.
  package let keys: [String]
  /// What must hold; one of several is enough.
  package let conditions: [SettingCondition]
  /// Whether it is a rule for a whole group, which a reference need not repeat for each setting.
  package let isOfGroup: Bool

  fileprivate init(
    _ keys: [String], onlyIf conditions: SettingCondition..., isOfGroup: Bool = false
  ) {
    self.keys = keys
    self.conditions = conditions
    self.isOfGroup = isOfGroup
  }

  /// The conditions in words.
  package var text: String { conditions.map(\.text).joined(separator: " or ") }
}

extension Settings {
  /// When settings have an effect; one that is in no rule always has.
  ///
  /// A setting that another rule names as the one that decides counts only if it has an effect
  /// itself: `priming.outer.momentum` needs sgd, and so an outer loop.
  package static let effectRules: [EffectRule] = [
    EffectRule([encoderPath.key, freezeEmbeddings.key], onlyIf: kind.isOne(of: .experiment)),
    EffectRule(
      [freezeEmbeddings.key],
      onlyIf: outerUpdates.isOne(
        of: .encoder, .encoderAndHead, .encoderAndAdapter, .encoderAdapterAndHead),
      innerUpdates.isOne(of: .all), tuningUpdates.isOne(of: .all)),
    EffectRule(
      [adapterPlacement.key, adapterReductionFactor.key],
      onlyIf: adapterType.isOne(of: .bottleneck)),
    EffectRule(
      [adapterRank.key, adapterAlpha.key, adapterTargets.key],
      onlyIf: adapterType.isOne(of: .lora)),
    EffectRule(
      [adapterPrefixLength.key, adapterPrefixBottleneckSize.key],
      onlyIf: adapterType.isOne(of: .prefix)),
    EffectRule([dataTags.key], onlyIf: dataFormat.isOne(of: .auto, .jsonl)),
    EffectRule([wordColumn.key, tagColumn.key], onlyIf: dataFormat.isOne(of: .auto, .conll)),
    EffectRule([windowOverlap.key], onlyIf: longSentences.isOne(of: .window)),
    EffectRule([startKeeps.key], onlyIf: startCheckpoint.isNot("")),
    EffectRule(
      keys(in: "priming", but: primingMethod.key), onlyIf: primingMethod.isNot(.none),
      isOfGroup: true),
    EffectRule([evaluationEvery.key], onlyIf: primingMethod.isNot(.none)),
    EffectRule([primingReduction.key], onlyIf: metaBatchSize.isNot(1)),
    EffectRule([primingTemperature.key], onlyIf: primingSampling.isOne(of: .temperature)),
    EffectRule([innerSteps.key], onlyIf: primingMethod.isOne(of: .maml, .reptile)),
    EffectRule(
      [innerLearningRate.key, innerBatchSize.key, innerUpdates.key, innerStepSizes.key],
      onlyIf: innerSteps.isNot(0)),
    EffectRule(
      [primingOrder.key, innerStepSizes.key, outerLosses.key],
      onlyIf: primingMethod.isOne(of: .maml)),
    EffectRule([primingOrder.key, outerLosses.key], onlyIf: innerSteps.isNot(0)),
    EffectRule([innerStepSizeLearningRate.key], onlyIf: innerStepSizes.isNot(.fixed)),
    EffectRule([outerBatchSize.key], onlyIf: primingMethod.isOne(of: .multitask, .maml)),
    EffectRule([outerLossAnnealingSteps.key], onlyIf: outerLosses.isOne(of: .annealed)),
    EffectRule([outerMomentum.key], onlyIf: outerOptimizer.isOne(of: .sgd)),
    EffectRule(
      keys(in: "tuning", but: tuningLanguages.key) + keys(in: "evaluation"),
      onlyIf: tuningLanguages.isNot([]), isOfGroup: true),
    EffectRule(
      [tuningStart.key], onlyIf: primingMethod.isNot(.none), startCheckpoint.isNot("")),
    EffectRule(
      [
        tuningBatchSize.key, tuningMicroBatchSize.key, tuningOptimizer.key, tuningLearningRate.key,
        tuningWeightDecay.key, tuningClipNorm.key, tuningSchedule.key, tuningWarmupFraction.key,
      ], onlyIf: tuningEpochs.isNot(0)),
  ]

  private static func keys(in group: String, but exception: String? = nil) -> [String] {
    all.map(\.key).filter { $0.hasPrefix("\(group).") && $0 != exception }
  }

  fileprivate static let effectRulesByKey: [String: [EffectRule]] = {
    var rules: [String: [EffectRule]] = [:]
    for rule in effectRules {
      for key in rule.keys { rules[key, default: []].append(rule) }
    }
    return rules
  }()
}

extension SettingDescriptor {
  /// When the setting has an effect, in words: `adapter.type is lora`; nil where it always has, or
  /// its whole group has not.
  package var effectCondition: String? {
    let rules = (Settings.effectRulesByKey[key] ?? []).filter { !$0.isOfGroup }
    return rules.isEmpty ? nil : rules.map(\.text).joined(separator: ", and ")
  }
}

extension Experiment {
  /// Why a setting has no effect while the others are as they are: `adapter.type is bottleneck`; nil
  /// where it has one.
  package func reasonForNoEffect(of key: String) -> String? {
    for rule in Settings.effectRulesByKey[key] ?? [] {
      var failures: [String] = []
      for condition in rule.conditions {
        let reason =
          reasonForNoEffect(of: condition.key)
          ?? (condition.holds(in: self) ? nil : condition.failure(in: self))
        guard let reason else {
          failures = []
          break
        }
        if !failures.contains(reason) { failures.append(reason) }
      }
      if !failures.isEmpty { return failures.joined(separator: " and ") }
    }
    return nil
  }
}
