import ArgumentParser
import Experiments
import Foundation
import Laboratory
import NamedEntities
import RunFolders

/// Answers sentences with their tags for as long as somebody asks; the probe of the screens.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Answer sentences with their tags, by a run's model that stays loaded.",
    discussion: """
      Each line of standard input is a request, {"id":1,"language":"nl","sentences":[["Ada",\
      "woont","hier"]]}; each is answered at once with a line {"id":1,"sentences":[{"tags":[…],\
      "scores":[…]}],"seconds":…,"residentBytes":…}, or with "error" in place of "sentences". The \
      first line, without an id, says that the model is loaded. It ends with its input.
      """)

  @Option(help: "The run's folder.", completion: .directory)
  var folder: String

  @Option(help: "End when nobody has asked for so many seconds; 0 waits forever.")
  var idle = 0

  func validate() throws {
    // The wait is counted in milliseconds, in 32 bits.
    guard (0...1_000_000).contains(idle) else {
      throw ValidationError("--idle is a number of seconds from 0 to 1000000.")
    }
  }

  func run() throws {
    let start = Self.now
    let predictors = try RunPredictors(RunFolder(folder))
    // The first answer is not to pay for what the library does only once.
    let first = predictors.outcome.languages.first
    _ = try predictors.predictor(for: first).predict([["."]])
    try reply(ProbeReply(id: nil, seconds: Self.now - start, residentBytes: residentBytes()))
    let lines = try InputLines(path: nil)
    while try isReady(lines), let line = try lines.next() {
      try reply(Self.answer(line, predictors, lines))
    }
  }

  /// Waits for the next line or the end of input; false when that took too long.
  private func isReady(_ lines: InputLines) throws -> Bool {
    idle == 0 ? true : try lines.isReady(withinMilliseconds: Int32(idle * 1000))
  }

  private func reply(_ reply: ProbeReply) throws {
    try Output.line(reply.line())
  }

  private static func answer(
    _ line: String, _ predictors: RunPredictors, _ lines: InputLines
  ) -> ProbeReply {
    let start = now
    var id: Int?
    do {
      guard let request = try? ProbeRequest(line: line) else {
        throw lines.complaint(
          "the line is not a request", expected: #"{"id":1,"language":"nl","sentences":[["Ada"]]}"#,
          advice: "primer-engine probe --help says how requests are written.")
      }
      id = request.id
      let predictor = try predictors.predictor(for: request.language)
      let sentences = try predictor.predict(request.sentences).map(ProbeReply.Sentence.init)
      return ProbeReply(
        id: id, sentences: sentences, seconds: now - start, residentBytes: residentBytes())
    } catch {
      return ProbeReply(
        id: id, error: "\(error)", seconds: now - start, residentBytes: residentBytes())
    }
  }

  private static var now: Double { ProcessInfo.processInfo.systemUptime }
}
