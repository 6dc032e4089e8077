package import Experiments
package import NamedEntities

/// What is asked of a run's engine: sentences as they stood when the typing paused.
package struct ProbeQuestion: Hashable, Sendable {
  /// The question's number; a later one of the same screen is higher.
  package var number: Int
  package var run: RunID
  /// The language whose tuned module answers.
  package var language: String
  /// The sentences, in words.
  package var sentences: [ProbeSentence]
  /// The sentence that is wanted first: the one that is being typed.
  package var first = 0
  /// Whether an engine that has failed is to be tried once more.
  package var triesAgain = false

  /// A question with all it needs.
  package init(
    number: Int, run: RunID, language: String, sentences: [ProbeSentence], first: Int = 0,
    triesAgain: Bool = false
  ) {
    self.number = number
    self.run = run
    self.language = language
    self.sentences = sentences
    self.first = first
    self.triesAgain = triesAgain
  }

  /// Whether another question need not be answered any more once this one is asked: an older one,
  /// or one in the same language.
  package func replaces(_ other: ProbeQuestion) -> Bool {
    other.number < number || other.language == language
  }
}

/// A line of text and its words, which keep their places in it.
package struct ProbeSentence: Hashable, Sendable {
  package let line: String
  package let words: [Substring]

  /// Cuts a line into words.
  package init(_ line: String) {
    self.line = line
    words = TextWords(line).words
  }

  /// The lines of a text that have words.
  package static func sentences(of lines: [String]) -> [ProbeSentence] {
    lines.map(ProbeSentence.init).filter { !$0.words.isEmpty }
  }
}

/// What came back: sentences that are tagged, and perhaps some that are not yet.
package struct ProbeAnswer: Hashable, Sendable {
  package var question: ProbeQuestion
  /// One for each sentence of the question; nil for one that is still to be tagged.
  package var sentences: [TaggedSentence?]
  /// The time since the question, in seconds.
  package var seconds: Double
  /// The part of it that the engine computed.
  package var engineSeconds: Double
  /// The memory of the engine, in bytes.
  package var residentBytes: Int
  /// Why there is no answer.
  package var problem: String?

  /// An answer with what is known.
  package init(
    question: ProbeQuestion, sentences: [TaggedSentence?], seconds: Double, engineSeconds: Double,
    residentBytes: Int
  ) {
    self.question = question
    self.sentences = sentences
    self.seconds = seconds
    self.engineSeconds = engineSeconds
    self.residentBytes = residentBytes
  }

  /// Whether every sentence is tagged.
  package var isComplete: Bool { !sentences.contains(nil) }
}

/// How the engine of a run is.
package enum ProbeEngineState: Hashable, Sendable {
  /// It was started and reads the model.
  case loading
  /// It has the model in memory; how long that took, in seconds, and how much memory it takes.
  case ready(seconds: Double, residentBytes: Int)
  /// It ended since nobody asked for a long time; the next question starts it.
  case resting
  /// It ended by itself and is started once more; why.
  case restarting(String)
  /// It cannot be used; why.
  case failed(String)
}
