import Experiments
import Foundation
import TestSupport
import Testing

/// What the table of settings says has no effect, on runs.
@Suite struct SettingEffectTests {
  /// Another value of a setting.
  private func other(than value: SettingValue, _ kind: SettingKind) -> SettingValue? {
    switch (kind, value) {
    case (.bool, .bool(let value)): .bool(!value)
    case (.integer(let range), .integer(let value)):
      .integer(value < range.upperBound ? value + 1 : value - 1)
    case (.number(let range), .number(let value)):
      .number(value < range.upperBound ? (value + range.upperBound) / 2 : range.lowerBound)
    case (.choice(let choices), .text(let value)):
      choices.first { $0 != value }.map(SettingValue.text)
    case (.choiceList(let choices), .list(let values)):
      choices.first { !values.contains($0) }.map { .list([$0]) }
    case (.names, _): .list(["X"])
    default: nil
    }
  }

  @Test(arguments: [
    ["priming.method": "none"], ["priming.method": "none", "adapter.type": "lora"],
    ["priming.method": "multitask", "priming.outer.optimizer": "sgd"],
    ["priming.method": "reptile", "priming.inner.updates": "all", "data.format": "panx"],
    ["priming.inner.steps": "0", "data.longSentences": "cut"],
    ["priming.inner.stepSizes": "tensor", "adapter.type": "prefix"], ["tuning.epochs": "0"],
  ])
  func `settings without effect change no bit of a run`(changes: [String: String]) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let plain = try world.experiment(changes)
    var changed = plain
    var keys: [String] = []
    for descriptor in Settings.all where plain.reasonForNoEffect(of: descriptor.key) != nil {
      guard let value = plain[key: descriptor.key],
        let other = other(than: value, descriptor.kind)
      else { continue }
      var next = changed
      try next.set(descriptor.key, to: other)
      // Some may not be changed, as Reptile has no second order.
      guard next.problems.isEmpty else { continue }
      changed = next
      keys.append(descriptor.key)
    }
    #expect(keys.count >= 5, "\(keys)")
    let primes = changes["priming.method"] != "none"
    for (name, experiment) in [("plain", plain), ("changed", changed)] {
      #expect(try !world.run(experiment, name: name).isEmpty)
    }
    for file in (primes ? ["primed/model.safetensors", "primed/adapter.safetensors"] : []) + [
      "tuned/cc.safetensors", "predictions/cc.test.conll",
    ] {
      #expect(FileManager.default.fileExists(atPath: world.file(file, of: "plain")), "\(file)")
      #expect(
        FileManager.default.contentsEqual(
          atPath: world.file(file, of: "plain"), andPath: world.file(file, of: "changed")),
        "\(file) with other \(keys)")
    }
  }
}
