import Foundation
import LabNotebook
import TestSupport
import Testing

@Suite struct DescribeCommandTests {
  @Test func `every setting has its line with its doc`() throws {
    try withPrimer { primer in
      let text = try primer("describe").output
      for setting in Settings.all {
        let marked = setting.isLive ? "\(setting.key) *" : setting.key
        #expect(
          text.split(separator: "\n").contains {
            $0.hasPrefix("\(marked) ") && $0.hasSuffix(setting.doc)
          }, "\(setting.key)")
      }
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
    }
  }

  @Test func `a group shows its settings`() throws {
    try withPrimer { primer in
      let lines = try primer("describe", "checkpoint", "--json").lines
      #expect(try lines.map { try object($0)["key"] as? String } == ["checkpoint.every"])
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
