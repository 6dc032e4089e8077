import Experiments
import LabNotebook
import RunFolders
import NamedEntities
import NotebookScreens
import TerminalUI

/// Probes whose engine is the test.
extension Fixture {
  /// Runs 1 and 4 as the notebook has them when both have finished, with a model each.
  static func probing(
    _ ids: [RunID] = [1], width: Int = 80, height: Int = 24, typed text: String = ""
  ) -> AppState {
    var state = state(width: width, height: height)
    script(
      &state,
      [
        .runs([
          run(1, "priming for adapters", .finished, results: results),
          run(2, "failed early", .failed), run(3, "in the middle", .running),
          run(4, "no priming", .finished, ["priming.method": "none"], results: results),
          run(5, "an encoder from text", .finished, ["kind": "pretraining"]),
        ])
      ])
    let numbers = ids.map(String.init).joined(separator: " ")
    script(&state, typed(":probe \(numbers)") + [key(.enter), .models(models)])
    for id in ids {
      script(&state, [.probeEngine(id, .ready(seconds: 0.4, residentBytes: 91_000_000))])
    }
    if !text.isEmpty { script(&state, [.input(.paste(text)), .time(date(1))]) }
    return state
  }

  static let models = [
    RunModel(run: 1, languages: ["hi", "af"]), RunModel(run: 4, languages: ["af", "nl"]),
    RunModel(run: 2, languages: [], problem: "Run #2 is failed and has tuned no language yet."),
  ]

  /// The probe on top.
  static func probe(_ state: AppState) -> ProbeScreen? {
    if let probe = state.stack.top(ProbeScreen.self) { return probe }
    return nil
  }

  /// What was asked of engines.
  static func questions(_ effects: [Effect]) -> [ProbeQuestion] {
    effects.compactMap { effect in
      if case .probe(let question) = effect { return question }
      return nil
    }
  }

  /// An answer in which the words of `entities` are entities with such a score, and a word's score
  /// is 0.97 unless `doubts` has another.
  static func answer(
    _ question: ProbeQuestion, _ entities: [String: (type: String, score: Float)] = [:],
    doubts: [String: Float] = [:], unread: Set<String> = [], unanswered: Set<Int> = [],
    seconds: Double = 0.012
  ) -> Message {
    let sentences = question.sentences.enumerated().map { index, sentence -> TaggedSentence? in
      if unanswered.contains(index) { return nil }
      let words = sentence.words.map(String.init)
      var labels: [String] = []
      var scores: [Float?] = []
      var before: String?
      for word in words {
        let type = entities[word]?.type
        labels.append(type.map { ($0 == before ? "I-" : "B-") + $0 } ?? "O")
        scores.append(
          unread.contains(word) ? nil : entities[word]?.score ?? doubts[word] ?? 0.97)
        before = type
      }
      return TaggedSentence(words: words, labels: labels, scores: scores)
    }
    return .probed(
      ProbeAnswer(
        question: question, sentences: sentences, seconds: seconds, engineSeconds: seconds - 0.002,
        residentBytes: 92_400_000))
  }
}
