import Processes
import Foundation
import LabNotebook
import RunQueue
import RunFolders
import NotebookScreens
import NotebookSession
import Testing

/// Engines of the probe as processes: scripts of the shell that answer as an engine would.
@Suite struct ProberTests {
  private static let ready = #"echo '{"residentBytes":7,"seconds":0.5}'; "#
  /// Answers each line with one word that is a person.
  private static let answers =
    #"while read -r line; do n=${line#*:}; n=${n%%,*}; "#
    + #"echo "{\"id\":$n,\"residentBytes\":8,\"seconds\":0.1,\"sentences\":[{\"scores\":[0.9],"#
    + #"\"tags\":[\"B-PER\"]}]}"; done"#

  private func prober(_ script: String) -> Prober {
    Prober { run in
      try LineProcess(
        "/bin/sh", ["-c", script, "engine", String(run)],
        environment: ["PATH": "/usr/bin:/bin"])
    }
  }

  private func question(_ number: Int, _ word: String) -> ProbeQuestion {
    ProbeQuestion(
      number: number, run: 1, language: "nl", sentences: ProbeSentence.sentences(of: [word]))
  }

  /// What the prober says until `isEnough`, as words.
  private func news(
    _ prober: Prober, until isEnough: ([String]) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [String] {
    var all: [String] = []
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      for message in prober.messages() {
        switch message {
        case .probeEngine(_, .loading): all.append("loading")
        case .probeEngine(_, .ready): all.append("ready")
        case .probeEngine(_, .resting): all.append("resting")
        case .probeEngine(_, .restarting(let reason)): all.append("restarting: \(reason)")
        case .probeEngine(_, .failed(let reason)): all.append("failed: \(reason)")
        case .probed(let answer):
          all.append(
            answer.problem.map { "problem: \($0)" }
              ?? "answer \(answer.question.number) \(answer.isComplete)")
        default: all.append("something else")
        }
      }
      if isEnough(all) { return all }
      usleep(5_000)
    }
    Issue.record("never enough: \(all)", sourceLocation: sourceLocation)
    return all
  }

  @Test func `an engine is started once, and answers while it is wanted`() {
    let prober = prober(Self.ready + Self.answers)
    prober.follow([1])
    prober.ask(question(1, "Ada"))
    #expect(
      news(prober) { $0.contains("answer 1 true") } == ["loading", "ready", "answer 1 true"])
    prober.follow([1])
    prober.ask(question(2, "Bo"))
    #expect(news(prober) { !$0.isEmpty } == ["answer 2 true"])
    prober.end()
  }

  @Test func `two languages are both answered, also when they are asked at once`() {
    let prober = prober(Self.ready + Self.answers)
    prober.follow([1, 1])
    var other = question(1, "Ada")
    other.language = "af"
    prober.ask(question(1, "Ada"))
    prober.ask(other)
    let said = news(prober) { $0.count { $0 == "answer 1 true" } == 2 }
    #expect(said == ["loading", "ready", "answer 1 true", "answer 1 true"], "of one engine")
    prober.end()
  }

  @Test func `an engine that dies is started again, and asked again`() {
    // The first one dies of its first question.
    let mark = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: mark) }
    let prober = prober(
      Self.ready + "if [ -e \(mark) ]; then \(Self.answers); else : > \(mark); read -r line; "
        + "kill -9 $$; fi")
    prober.follow([1])
    prober.ask(question(1, "Ada"))
    let said = news(prober) { $0.last == "answer 1 true" }
    #expect(
      said == [
        "loading", "ready", "loading",
        "restarting: The engine was ended by signal 9 (out of memory?).", "ready", "answer 1 true",
      ])
    prober.end()
  }

  @Test func `one that dies of every question is left alone, until it is asked for`() {
    let prober = prober(Self.ready + "read -r line; echo broken >&2; exit 3")
    prober.follow([1])
    prober.ask(question(1, "Ada"))
    let reason = "The engine ended with status 3: broken"
    let said = news(prober) { $0.contains { $0.hasPrefix("problem") } }
    #expect(said.suffix(2) == ["failed: \(reason)", "problem: \(reason)"])
    prober.ask(question(2, "Bo"))
    #expect(news(prober) { !$0.isEmpty } == ["problem: \(reason)"])
    var again = question(3, "Bo")
    again.triesAgain = true
    prober.ask(again)
    #expect(news(prober) { !$0.isEmpty }.first == "loading")
    prober.end()
  }

  @Test func `an engine that cannot load says why, as it told`() {
    let prober = prober("echo 'Error: /x/primed: no such directory' >&2; exit 1")
    prober.follow([1])
    #expect(
      news(prober) { $0.count == 2 } == ["loading", "failed: /x/primed: no such directory"])
    prober.end()
    let missing = Prober { _ in
      try LineProcess("/nowhere/engine", [], environment: [:])
    }
    missing.follow([1])
    let said = news(missing) { !$0.isEmpty }
    #expect(said.first?.hasPrefix("failed: /nowhere/engine cannot be started") == true)
    missing.end()
  }

  @Test func `an engine that went to rest is woken by the next question`() {
    let prober = prober(
      Self.ready + "[ -e /nowhere ] || { read -r line; exec sh -c 'exit 0'; }")
    // It answers nothing and ends well: with a question open it is started again, else it rests.
    prober.follow([1])
    _ = news(prober) { $0.contains("ready") }
    prober.follow([])
    let resting = self.prober(Self.ready + "exit 0")
    resting.follow([1])
    #expect(news(resting) { $0.count == 3 } == ["loading", "ready", "resting"])
    resting.ask(question(1, "Ada"))
    #expect(news(resting) { !$0.isEmpty }.first == "loading")
    resting.end()
    prober.end()
  }

  @Test func `engines that are not wanted any more end`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let prober = prober("echo $$ > \(file.path); " + Self.ready + Self.answers)
    prober.follow([1])
    _ = news(prober) { $0.contains("ready") }
    let text = try String(contentsOf: file, encoding: .utf8)
    let process = try #require(Int32(text.split(separator: "\n").first ?? ""))
    #expect(kill(process, 0) == 0)
    prober.follow([])
    let deadline = Date().addingTimeInterval(60)
    while kill(process, 0) == 0, Date() < deadline { usleep(10_000) }
    #expect(kill(process, 0) != 0)
    prober.end()
  }
}
