import Foundation
import Processes
import TestSupport
import Testing

/// A process that answers lines with lines.
@Suite struct LineProcessTests {
  private func shell(_ script: String) throws -> LineProcess {
    try LineProcess(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
  }

  /// What a process says until it ended, or until so many lines came.
  private func events(_ process: LineProcess, lines: Int = .max) -> [LineProcess.Event] {
    var all: [LineProcess.Event] = []
    let deadline = Date().addingTimeInterval(180)
    while Date() < deadline {
      for event in process.wait(milliseconds: 1000) {
        all.append(event)
        if case .ended = event { return all }
      }
      if all.count >= lines { return all }
    }
    return all
  }

  @Test func `each line is answered while it stays open`() throws {
    let process = try shell("while read -r line; do echo \"<$line>\"; done")
    process.send("Ada")
    #expect(events(process, lines: 1) == [.line("<Ada>")])
    process.send("東京")
    process.send("")
    #expect(events(process, lines: 2) == [.line("<東京>"), .line("<>")])
    process.finishInput()
    #expect(events(process) == [.ended(status: 0, errors: "")])
  }

  @Test func `more than a pipe holds goes through`() throws {
    let process = try shell("cat")
    let line = String(repeating: "x", count: 100_000)
    for _ in 0..<20 { process.send(line) }
    #expect(events(process, lines: 20) == Array(repeating: .line(line), count: 20))
  }

  @Test func `its end is told with its status and its errors`() throws {
    #expect(
      events(try shell("echo out; echo 'no such model' >&2; exit 3"))
        == [.line("out"), .ended(status: 3, errors: "no such model")])
    #expect(events(try shell("kill -9 $$")) == [.ended(status: 137, errors: "")])
  }

  @Test func `writing to one that has gone is no signal`() throws {
    let process = try shell("exec 0<&-; sleep 0.1; exit 5")
    for _ in 0..<100 { process.send("Ada") }
    #expect(events(process) == [.ended(status: 5, errors: "")])
  }

  @Test func `ending it ends what it started`() throws {
    let process = try shell("sleep 1000 & echo $!; wait")
    guard case .line(let number)? = events(process, lines: 1).first, let child = Int32(number)
    else {
      Issue.record("the process said nothing")
      return
    }
    process.end()
    var alive = true
    for _ in 0..<100 where alive {
      alive = kill(child, 0) == 0 && !isZombie(child)
      if alive { usleep(20_000) }
    }
    #expect(!alive)
  }

  private func isZombie(_ process: Int32) -> Bool {
    let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return state?.contains(") Z ") ?? true
  }

  @Test func `one that cannot be started says so`() {
    expectError(ProcessError.self, "/nowhere/engine cannot be started", "No such file") {
      _ = try LineProcess("/nowhere/engine", [], environment: [:])
    }
  }
}
