import Processes
import Foundation
import LabNotebook
import RunQueue
import RunFolders
import NamedEntities
import TestSupport
import Testing

/// The probe with the built programs: the engine that answers lines, and the screen in a terminal.
@Suite(.serialized) struct ProbeTests {
  /// Makes run #1, which tunes nl and hi on the sample encoder, and calls `body`.
  private func withRun(_ body: (PrimerProgram) throws -> Void) throws {
    try withPrimer { primer in
      let data = packageFolder.appending(path: "sample-data").path
      try primer.write(
        """
        name = "to be probed"
        threads = 1
        encoder = { path = "\(data)/encoder" }
        data = { path = "\(data)/panx", maximumSubwords = 24, windowOverlap = 6 }
        evaluation = { splits = ["test"], every = 0, sentences = 20 }
        [priming]
        method = "none"
        [tuning]
        languages = ["nl", "hi"]
        learningRate = 3e-3
        sentences = 100
        epochs = 10
        """, to: "small.toml")
      let outcome = try primer("run", "small.toml")
      try #require(outcome.status == 0, "\(outcome.errors)")
      try body(primer)
    }
  }

  /// The engine of run #1, as the screens start it.
  private func engine(_ primer: PrimerProgram, _ more: String...) throws -> LineProcess {
    let path = URL(filePath: try PrimerProgram.path).deletingLastPathComponent()
      .appending(path: "primer-engine").path
    return try LineProcess(
      path,
      ["probe", "--folder", primer.folder.appending(path: "primer/runs/1").path] + more,
      environment: EngineProcess.environment(threads: 1))
  }

  /// The next line, or the end.
  private func next(_ process: LineProcess) throws -> LineProcess.Event {
    let deadline = Date().addingTimeInterval(120)
    while Date() < deadline {
      if let event = process.wait(milliseconds: 1000).first { return event }
    }
    throw NeverAnswered()
  }

  private func reply(_ process: LineProcess) throws -> ProbeReply {
    guard case .line(let line) = try next(process) else { throw NeverAnswered() }
    return try ProbeReply(line: line)
  }

  private struct NeverAnswered: Error {}

  @Test func `the engine answers each line as predict does, and ends with its input`() throws {
    try withRun { primer in
      let text = "Willem van Oranje werd geboren in Dillenburg.\nAda woont in Utrecht"
      let lines = text.split(separator: "\n").map(String.init)
      let process = try engine(primer)
      defer { process.end() }
      let loaded = try reply(process)
      #expect(loaded.id == nil && loaded.error == nil && loaded.residentBytes > 10_000_000)

      // Both languages of the run, one by one and together, give what primer predict gives.
      for language in ["nl", "hi", "nl"] {
        let expected = try primer(
          "predict", "--run", "1", "--language", language, "--json", input: text
        ).lines.map { try JSONDecoder().decode(ProbeReply.Sentence.self, from: Data($0.utf8)) }
        let words = lines.map { TextWords($0).words.map(String.init) }
        let asked = ProbeRequest(id: 5, language: language, sentences: words)
        process.send(try asked.line())
        let together = try reply(process)
        #expect(together.id == 5)
        for (answer, wanted) in zip(together.sentences ?? [], expected) {
          #expect(answer.tags == wanted.tags)
          for (one, other) in zip(answer.scores, wanted.scores) {
            #expect(abs((one ?? 9) - (other ?? 9)) < 1e-4)
          }
        }
        #expect(together.sentences?.count == 2 && expected.count == 2)
      }

      // What is no request, or asks for what is not there, is told, and the next is answered.
      process.send("Ada")
      let nonsense = try reply(process)
      #expect(nonsense.id == nil && nonsense.error?.contains("the line is not a request") == true)
      process.send(try ProbeRequest(id: 8, language: "xx", sentences: [["Ada"]]).line())
      let missing = try reply(process)
      #expect(missing.id == 8 && missing.sentences == nil)
      #expect(missing.error == "Run #1 has not tuned ‘xx’; expected one of hi, nl.")
      process.send(
        try ProbeRequest(id: 9, language: "nl", sentences: [[], ["\u{1}"], ["東", "京"]]).line())
      let odd = try #require(try reply(process).sentences)
      #expect(odd.map(\.tags.count) == [0, 1, 2])
      #expect(odd[1].scores == [nil], "a word that the encoder does not read")

      process.finishInput()
      #expect(try next(process) == .ended(status: 0, errors: ""))
    }
  }

  @Test func `an engine that nobody asks ends by itself, and one without a model says why`() throws
  {
    try withRun { primer in
      let idle = try engine(primer, "--idle", "1")
      _ = try reply(idle)
      #expect(try next(idle) == .ended(status: 0, errors: ""))

      try FileManager.default.removeItem(at: primer.folder.appending(path: "primer/runs/1/tuned"))
      let gone = try engine(primer)
      guard case .ended(1, let errors) = try next(gone) else {
        Issue.record("it has nothing to answer with")
        return
      }
      #expect(errors.contains("runs/1/tuned: the files of run #1 are gone"))

      // The screen says the same, in place of an answer.
      let story = try Tmux(try PrimerProgram.path, environment: home(primer))
      defer { story.close() }
      try story.wait(for: "to be probed")
      try story.press("P")
      try story.wait(for: "the files of run #1")
    }
  }

  private func home(_ primer: PrimerProgram) -> [String: String] {
    [
      "HOME": primer.folder.path, "XDG_DATA_HOME": primer.folder.path,
      "XDG_STATE_HOME": primer.folder.appending(path: "state").path,
    ]
  }

  /// The engines of this notebook's probes.
  private func engines(_ primer: PrimerProgram) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { process in
      let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
      return line?.contains("probe\0--folder\0\(primer.folder.path)") ?? false
    }
  }

  @Test func `type a sentence, see its entities, kill the engine, go on, leave`() throws {
    try withRun { primer in
      let story = try Tmux(try PrimerProgram.path, environment: home(primer))
      defer { story.close() }
      try story.wait(for: "to be probed")
      try story.press("P")
      try story.wait(for: "Probe")
      try story.type("Willem van Oranje woont in Rotterdam")

      // What the screen shows is what primer predict says of the same text.
      let said = try primer(
        "predict", "--run", "1", "--language", "nl", input: "Willem van Oranje woont in Rotterdam")
      let entity = try #require(said.output.firstMatch(of: /\[([A-Z]+)\?? ([^\]]*)\]/)).output
      try story.wait("the answer of the engine", seconds: 120) { screen in
        screen.replacing(/\?(?=[ \]≠])/, with: "").contains("[\(entity.1) \(entity.2)]")
      }
      #expect(try story.screen().contains(#/\d m?s /#), "the time of the answer")

      // The other language answers for itself.
      try story.press("C-g")
      try story.type("hi")
      try story.press("Enter")
      try story.wait("the other language") { $0.contains("to be probed  hi") }

      // The engine is killed in the middle of things: it comes back, and answers.
      let before = engines(primer)
      #expect(before.count == 1)
      for process in before { kill(process, SIGKILL) }
      try story.wait(for: "signal 9", seconds: 60)
      try story.type(" en Ada in Utrecht")
      try story.wait("an engine that is ready again", seconds: 120) {
        $0.contains("10 words") && $0.contains(" MB") && !$0.contains("…")
      }
      let after = engines(primer)
      #expect(after.count == 1 && after != before)

      // Left, there is no engine; opened again, the text is there.
      try story.press("Escape")
      try story.wait(for: "Filter")
      for _ in 0..<600 where !engines(primer).isEmpty { usleep(100_000) }
      #expect(engines(primer).isEmpty)
      try story.press("P")
      try story.wait(for: "Probe")
      try story.press("Up")
      try story.wait(for: "Ada in Utrecht")

      // A terminal that dies takes its engine along.
      for _ in 0..<600 where engines(primer).isEmpty { usleep(100_000) }
      try story.kill()
      for _ in 0..<600 where !engines(primer).isEmpty { usleep(100_000) }
      #expect(engines(primer).isEmpty)
    }
  }
}
