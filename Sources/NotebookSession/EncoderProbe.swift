import Processes
import NotebookScreens
import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import NamedEntities

/// Has the engine look at model directories: what their files mean is known there alone.
enum EncoderProbe {
  private static let millisecondsBetweenLooks: Int32 = 50

  /// What the directories hold, told one by one.
  static func facts(
    _ places: [EncoderPlace], _ isCancelled: () -> Bool, _ tell: (Message) -> Void
  ) {
    var located: [String: String] = [:]
    var asked: [String] = []
    for place in places {
      let path = ResourceLocator.encoder(place.path, near: nil) ?? place.path
      let isThere = FileManager.default.fileExists(atPath: path + "/config.json")
      if place.isOptional, !isThere {
        tell(.encoder(path: place.path, nil))
        continue
      }
      if located[path] == nil { asked.append(path) }
      located[path] = place.path
    }
    func answer(_ path: String, _ state: EncoderState) {
      tell(.encoder(path: located[path] ?? path, state))
    }
    guard !asked.isEmpty else { return }
    var left = Set(asked)
    let end = lines(["encoders", "--json"] + asked, isCancelled) { line in
      switch line {
      case .encoder(let facts):
        left.remove(facts.path)
        answer(facts.path, .known(facts))
      case .problem(let path, nil, let problem):
        left.remove(path)
        answer(path, .failed(problem))
      case .problem, .coverage: break
      }
    }
    guard let end, !isCancelled() else { return }
    for path in left { answer(path, .failed(end)) }
  }

  /// How a vocabulary covers the languages of a corpus, told language by language.
  static func coverage(
    _ question: CoverageQuestion, _ isCancelled: () -> Bool, _ tell: (Message) -> Void
  ) {
    var answer = CoverageAnswer(question)
    let path = ResourceLocator.encoder(question.encoder, near: nil) ?? question.encoder
    let end = lines(
      [
        "encoders", "--json", "--coverage-only", "--corpus", CorpusReader.located(question.corpus),
        path,
      ], isCancelled
    ) { line in
      switch line {
      case .coverage(_, let row): answer.rows.append(row)
      case .problem(_, _, let problem): answer.problems.append(problem)
      case .encoder: return
      }
      tell(.coverage(answer))
    }
    guard !isCancelled() else { return }
    if let end, answer.problems.isEmpty, answer.rows.isEmpty { answer.problems = [end] }
    answer.isComplete = true
    tell(.coverage(answer))
  }

  /// Runs the engine, and hands on each line that it prints.
  ///
  /// - Returns: Why it ended, where it should have said more; nil when it was cancelled.
  private static func lines(
    _ arguments: [String], _ isCancelled: () -> Bool, _ take: (EncoderLine) -> Void
  ) -> String? {
    do {
      let process = try LineProcess(
        EngineProcess.locate(), arguments, environment: EngineProcess.environment(threads: 1))
      process.finishInput()
      defer { process.end() }
      while !isCancelled() {
        for event in process.wait(milliseconds: millisecondsBetweenLooks) {
          switch event {
          case .line(let text):
            if let line = try? JSONDecoder().decode(EncoderLine.self, from: Data(text.utf8)) {
              take(line)
            }
          case .ended(let status, let errors):
            return errors.isEmpty ? "primer-engine ended with status \(status)." : errors
          }
        }
      }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
