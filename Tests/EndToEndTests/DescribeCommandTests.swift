import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct DescribeCommandTests {
  @Test func `every setting has its default, its range and its doc`() throws {
    try withPrimer { primer in
      let entries = try primer("describe").output.components(separatedBy: "\n\n")
      #expect(entries.count == Settings.all.count)
      for (entry, setting) in zip(entries, Settings.all) {
        #expect(entry.hasPrefix("\(setting.key) = \(setting.defaultValue)"))
        #expect(entry.contains("\n    \(setting.doc)"))
        #expect(entry.contains("; live)") == setting.isLive)
      }
    }
  }

  @Test func `one setting is described alone`() throws {
    try withPrimer { primer in
      let text = try primer("describe", "priming.inner.steps").output
      #expect(
        text
          == "priming.inner.steps = 5  (0…1000 inner steps)\n    The number of inner steps, S.\n"
          + "    Only if priming.method is maml or reptile.\n")
    }
  }

  @Test func `as JSON each setting is an object`() throws {
    try withPrimer { primer in
      let lines = try primer("describe", "--json").lines
      #expect(try lines.map { try object($0)["key"] as? String } == Settings.all.map(\.key))
      let steps = try object(primer("describe", "priming.inner.steps", "--json").lines.first)
      #expect(steps["default"] as? Int == 5)
      #expect(steps["minimum"] as? Int == 0)
      #expect(steps["maximum"] as? Int == 1000)
      #expect(steps["live"] as? Bool == false)
      #expect(steps["onlyIf"] as? String == "priming.method is maml or reptile")
    }
  }

  @Test func `a group shows its settings`() throws {
    try withPrimer { primer in
      let lines = try primer("describe", "adapter", "--json").lines
      #expect(
        try lines.map { try object($0)["key"] as? String }
          == [
            "type", "placement", "reductionFactor", "rank", "alpha", "targets", "prefixLength",
            "prefixBottleneckSize",
          ].map { "adapter.\($0)" })
    }
  }

  @Test func `an unknown setting is answered with the nearest`() throws {
    try withPrimer { primer in
      let outcome = try primer("describe", "priming.iner.steps")
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("did you mean ‘priming.inner.steps’?"))
    }
  }
}
