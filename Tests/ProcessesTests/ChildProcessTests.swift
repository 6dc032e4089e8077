import Foundation
import Processes
import TestSupport
import Testing

/// Starting programs and waiting for their end.
@Suite struct ChildProcessTests {
  private func shell(_ script: String, group: ChildProcess.Group = .shared) throws -> ChildProcess {
    try ChildProcess(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], output: .nothing,
      group: group)
  }

  @Test(arguments: [
    ("exit 0", ChildProcess.Ending.exited(0), 0), ("exit 75", .exited(75), 75),
    ("kill -TERM $$", .killed(signal: SIGTERM), 143),
    ("kill -KILL $$", .killed(signal: SIGKILL), 137),
  ])
  func `an end is told as it was, and as often as one asks`(
    script: String, ending: ChildProcess.Ending, status: Int32
  ) throws {
    let process = try shell(script)
    #expect(try process.finish() == ending)
    #expect(process.wait() == ending && process.poll() == ending && process.isOver)
    #expect(ending.status == status)
    #expect(!process.send(SIGTERM), "its number may be another's")
  }

  @Test func `waiting has a limit, and waiters beside each other all hear of the end`() throws {
    let process = try shell("sleep 600", group: .own)
    #expect(process.poll() == nil && !process.isOver)
    #expect(process.wait(seconds: 0.05) == nil)
    let heard = DispatchSemaphore(value: 0)
    for _ in 0..<3 {
      Thread.detachNewThread {
        if process.wait() == .killed(signal: SIGKILL) { heard.signal() }
      }
    }
    #expect(process.send(SIGKILL, toGroup: true))
    for _ in 0..<3 { try heard.waitForSignal() }
  }

  @Test func `output and errors are kept apart, whoever is left behind`() throws {
    // The program leaves a process behind that has its output open and lives on.
    let outcome = try ChildProcess.outcome(
      of: "/bin/sh", ["-c", "sleep 600 & echo $!; echo oh >&2; exit 3"])
    #expect(outcome.ending == .exited(3))
    #expect(String(decoding: outcome.errors, as: UTF8.self) == "oh\n")
    let left = try #require(
      pid_t(String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .newlines)))
    #expect(kill(left, SIGKILL) == 0)
  }

  @Test func `one that takes too long is ended`() throws {
    let outcome = try ChildProcess.outcome(
      of: "sleep", ["600"], environment: ["A": "b"], seconds: 0.05)
    #expect(outcome.ending == .killed(signal: SIGKILL))
  }

  @Test func `a program has its streams, what it is handed, and nothing else`() throws {
    try withTemporaryFolder { folder in
      let other = open("/dev/zero", O_RDONLY)
      let handed = open(folder.path, O_RDONLY)
      defer { for file in [other, handed] { close(file) } }
      let list = "for f in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$f ] && echo $f; done; pwd -P"
      let log = folder.appending(path: "log").path
      for _ in 0..<2 {
        try ChildProcess(
          "/bin/sh", ["-c", list], folder: folder.path, output: .appending(log), handing: handed
        ).finish()
      }
      let text = try String(contentsOfFile: log, encoding: .utf8)
      let place = folder.resolvingSymlinksInPath().path
      #expect(text == String(repeating: "0\n1\n2\n3\n\(place)\n", count: 2))
    }
  }

  @Test(arguments: [("USR1", SIGUSR1), ("ALRM", SIGALRM)])
  func `a signal that this process ignores is not ignored by a program`(
    name: String, number: Int32
  ) throws {
    signal(number, SIG_IGN)
    defer { signal(number, SIG_DFL) }
    #expect(try shell("kill -\(name) $$").finish() == .killed(signal: number))
  }

  @Test(arguments: ["exit 3", "sleep 0.2"])
  func `a program whose end nobody waits for does not stay a zombie`(script: String) throws {
    let id = try shell(script).id
    try wait("the end of \(id)") { kill(id, 0) != 0 && errno == ESRCH }
  }

  @Test func `what cannot be started is an error with a reason`() {
    expectError(ProcessError.self, "/nowhere/program cannot be started: No such file") {
      _ = try ChildProcess("/nowhere/program", [])
    }
    expectError(ProcessError.self, "/etc/passwd cannot be started: Permission denied") {
      _ = try ChildProcess("/etc/passwd", [])
    }
    expectError(ProcessError.self, "true cannot be started: No such file") {
      _ = try ChildProcess("true", [], folder: "/nowhere")
    }
  }

  @Test func `a program in a terminal sees its size and is told of a hang-up`() throws {
    let terminal = try PseudoTerminal(width: 132, height: 43)
    let process = try terminal.start(
      "/bin/sh", ["-c", "stty size; read -r line; echo \"<$line>\"; sleep 600"],
      environment: ["PATH": "/usr/bin:/bin"])
    var seen = ""
    func read(until text: String) throws {
      try wait(text) {
        seen += String(decoding: terminal.output(within: 100) ?? [], as: UTF8.self)
        return seen.contains(text)
      }
    }
    try read(until: "43 132")
    terminal.type("Ada\n")
    try read(until: "<Ada>")
    terminal.hangUp()
    #expect(try process.finish() == .killed(signal: SIGHUP))
  }
}
