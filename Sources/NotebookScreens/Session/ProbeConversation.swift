package import LabNotebook
import NamedEntities

/// What is said to one engine and what comes back: one request at a time, the newest question only,
/// and no sentence twice.
///
/// It knows no process and no clock, so that a test can be the engine.
package struct ProbeConversation {
  private struct Key: Hashable {
    var language: String
    var words: [Substring]
  }

  /// A long text is asked for in pieces, so that a newer question need not wait for all of it.
  private static let sentencesTogether = 16
  private static let wordsTogether = 512
  private static let rememberedSentences = 4096

  private var known: [Key: TaggedSentence] = [:]
  private var question: ProbeQuestion?
  private var askedAt = 0.0
  private var engineSeconds = 0.0
  private var residentBytes = 0
  private var outstanding: (id: Int, keys: [Key])?
  private var lastID = 0

  package init() {}

  /// Whether something is to be asked, or an answer is awaited.
  package var isWaiting: Bool { outstanding != nil || question != nil }

  /// Takes a question in place of the one before; the answer where nothing needs to be asked for it.
  package mutating func take(_ question: ProbeQuestion, at time: Double) -> ProbeAnswer? {
    (self.question, askedAt, engineSeconds) = (question, time, 0)
    if known.count > Self.rememberedSentences {
      let wanted = Set(question.sentences.map { key($0, question) })
      known = known.filter { wanted.contains($0.key) }
    }
    return missing.isEmpty ? answer(at: time) : nil
  }

  /// The next request to send; nil while one is under way, and when all is known.
  package mutating func nextRequest() -> ProbeRequest? {
    guard outstanding == nil, let question else { return nil }
    var keys: [Key] = []
    var wordCount = 0
    for key in missing {
      if keys.count == Self.sentencesTogether { break }
      if !keys.isEmpty, wordCount + key.words.count > Self.wordsTogether { break }
      keys.append(key)
      wordCount += key.words.count
      // What is being typed is answered alone, and so at once.
      if keys.count == 1, question.sentences.count > 1, isFirst(key) { break }
    }
    guard !keys.isEmpty else { return nil }
    lastID += 1
    outstanding = (lastID, keys)
    return ProbeRequest(
      id: lastID, language: question.language, sentences: keys.map { $0.words.map(String.init) })
  }

  /// Takes a reply, and says what is known now of the newest question.
  package mutating func take(_ reply: ProbeReply, at time: Double) -> ProbeAnswer? {
    guard let outstanding, reply.id == outstanding.id || reply.id == nil else { return nil }
    self.outstanding = nil
    residentBytes = reply.residentBytes
    engineSeconds += reply.seconds
    guard reply.error == nil, let sentences = reply.sentences,
      sentences.count == outstanding.keys.count,
      zip(sentences, outstanding.keys).allSatisfy({
        $0.tags.count == $1.words.count && $0.scores.count == $1.words.count
      })
    else {
      // About a question that nobody asks any more nothing needs to be said.
      guard let question, let key = outstanding.keys.first, key.language == question.language else {
        return nil
      }
      return give(up: reply.error ?? "The engine's answer does not fit the question.", at: time)
    }
    for (key, sentence) in zip(outstanding.keys, sentences) {
      known[key] = TaggedSentence(
        words: key.words.map(String.init), labels: sentence.tags, scores: sentence.scores)
    }
    return question == nil ? nil : answer(at: time)
  }

  /// Forgets the request that was under way, for the engine is gone; it will be asked for again.
  package mutating func loseEngine() { outstanding = nil }

  /// Answers the question, if there is one, with the reason why there is no answer.
  package mutating func give(up problem: String, at time: Double) -> ProbeAnswer? {
    guard question != nil else { return nil }
    var answer = answer(at: time)
    question = nil
    answer?.problem = problem
    return answer
  }

  private func key(_ sentence: ProbeSentence, _ question: ProbeQuestion) -> Key {
    Key(language: question.language, words: sentence.words)
  }

  private func isFirst(_ key: Key) -> Bool {
    guard let question, question.sentences.indices.contains(question.first) else { return false }
    return self.key(question.sentences[question.first], question) == key
  }

  /// What the question asks and is not known yet, the sentence that is wanted first at the front.
  private var missing: [Key] {
    guard let question else { return [] }
    var seen: Set<Key> = []
    let count = question.sentences.count
    let first = min(max(question.first, 0), max(count - 1, 0))
    let order = count == 0 ? [] : [first] + (0..<count).filter { $0 != first }
    return order.map { key(question.sentences[$0], question) }
      .filter { known[$0] == nil && seen.insert($0).inserted }
  }

  private mutating func answer(at time: Double) -> ProbeAnswer? {
    guard let question else { return nil }
    let answer = ProbeAnswer(
      question: question, sentences: question.sentences.map { known[key($0, question)] },
      seconds: time - askedAt, engineSeconds: engineSeconds, residentBytes: residentBytes)
    if answer.isComplete { self.question = nil }
    return answer
  }
}
