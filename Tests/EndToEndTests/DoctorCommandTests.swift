import Foundation
import TestSupport
import Testing

/// The doctor's own checks, by a copy of the program that has no engine beside it.
@Suite struct DoctorCommandTests {
  @Test func `a missing engine is a problem, and the exit status says so`() throws {
    try withDoctor { doctor in
      let outcome = try doctor("doctor", "--notebook", "book")
      #expect(outcome.status == 1)
      #expect(outcome.lines.contains { $0.hasPrefix("problem  engine: ") }, "\(outcome.output)")
      #expect(outcome.lines.contains { $0.hasPrefix("ok       notebook: ") })
    }
  }

  @Test func `as JSON each finding is an object with a status, and advice unless all is well`()
    throws
  {
    try withDoctor { doctor in
      let findings = try doctor("doctor", "--notebook", "book", "--json").lines.map(object)
      #expect(findings.count > 5)
      for finding in findings {
        let status = try #require(finding["status"] as? String)
        #expect(["ok", "warning", "problem"].contains(status))
        #expect((finding["advice"] as? String != nil) == (status != "ok"))
        #expect(finding["area"] as? String != nil && finding["text"] as? String != nil)
      }
    }
  }

  @Test(arguments: [
    (["TERM": ""], "problem  terminal: TERM is not set"),
    (["TERM": "nonsense"], "problem  terminal: there is no terminfo entry for TERM=nonsense"),
    (["TERM": "dumb"], "problem  terminal: TERM=dumb cannot place text on the screen"),
    (["TERM": "xterm", "LC_ALL": "C"], "warning  terminal: the locale is not UTF-8"),
    (["TERM": "xterm", "NO_COLOR": "1"], "ok       terminal: NO_COLOR is set"),
    (["TERM": "xterm"], "ok       terminal: TERM=xterm"),
  ])
  func `the terminal's abilities are told`(environment: [String: String], line: String) throws {
    try withDoctor { doctor in
      var doctor = doctor
      doctor.environment = environment
      let outcome = try doctor("doctor", "--notebook", "book")
      #expect(outcome.lines.contains { $0.hasPrefix(line) }, "\(outcome.output)")
    }
  }

  @Test func `a file in the notebook's place is a problem`() throws {
    try withDoctor { doctor in
      try doctor.write("no database", to: "book/notebook.sqlite")
      let outcome = try doctor("doctor", "--notebook", "book")
      #expect(outcome.lines.contains { $0.hasPrefix("problem  notebook: ") }, "\(outcome.output)")
      #expect(outcome.status == 1)
    }
  }

  private func withDoctor(_ body: (PrimerProgram) throws -> Void) throws {
    try withPrimer { primer in
      try body(try primer.copied())
    }
  }
}
