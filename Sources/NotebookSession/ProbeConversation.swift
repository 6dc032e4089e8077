package import NotebookScreens
import LabNotebook
import NamedEntities
package import RunFolders

/// What is said to one engine and what comes back: one request at a time, the newest question of each
/// language only, and no sentence twice.
///
/// It knows no process and no clock, so that a test can be the engine.
package struct ProbeConversation {
  private struct Key: Hashable {
    var language: String
    var words: [Substring]
  }

  /// A question that is not answered wholly.
  private struct Pending {
    let question: ProbeQuestion
    let askedAt: Double
    var engineSeconds = 0.0

    func key(_ sentence: ProbeSentence) -> Key {
      Key(language: question.language, words: sentence.words)
    }

    /// What is wanted of it first: the sentence that is being typed.
    var firstKey: Key? {
      guard question.sentences.indices.contains(question.first) else { return nil }
      return key(question.sentences[question.first])
    }
  }

  /// A long text is asked for in pieces, so that a newer question need not wait for all of it.
  private static let sentencesTogether = 16
  private static let wordsTogether = 512
  private static let rememberedSentences = 4096

  private var known: [Key: TaggedSentence] = [:]
  /// One for each language, that whose turn is next at the front.
  private var pending: [Pending] = []
  private var residentBytes = 0
  private var outstanding: (id: Int, language: String, keys: [Key])?
  private var lastID = 0

  package init() {}

  /// Whether something is to be asked, or an answer is awaited.
  package var isWaiting: Bool { outstanding != nil || !pending.isEmpty }

  /// Takes a question in place of those before and of the one of its language; the answer where
  /// nothing needs to be asked for it.
  package mutating func take(_ question: ProbeQuestion, at time: Double) -> ProbeAnswer? {
    pending.removeAll { question.replaces($0.question) }
    pending.append(Pending(question: question, askedAt: time))
    if known.count > Self.rememberedSentences {
      let wanted = Set(pending.flatMap { one in one.question.sentences.map(one.key) })
      known = known.filter { wanted.contains($0.key) }
    }
    return missing(of: pending[pending.count - 1]).isEmpty
      ? answer(pending.count - 1, at: time) : nil
  }

  /// The next request to send; nil while one is under way, and when all is known.
  package mutating func nextRequest() -> ProbeRequest? {
    guard outstanding == nil, !pending.isEmpty else { return nil }
    // Each language in its turn, so that none waits for the whole text of the other.
    let next = pending.removeFirst()
    pending.append(next)
    var keys: [Key] = []
    var wordCount = 0
    for key in missing(of: next) {
      if keys.count == Self.sentencesTogether { break }
      if !keys.isEmpty, wordCount + key.words.count > Self.wordsTogether { break }
      keys.append(key)
      wordCount += key.words.count
      // What is being typed is answered alone, and so at once.
      if keys.count == 1, next.question.sentences.count > 1, key == next.firstKey { break }
    }
    guard !keys.isEmpty else { return nil }
    lastID += 1
    outstanding = (lastID, next.question.language, keys)
    return ProbeRequest(
      id: lastID, language: next.question.language,
      sentences: keys.map { $0.words.map(String.init) })
  }

  /// Takes a reply, and says what is known now of the newest question of its language.
  package mutating func take(_ reply: ProbeReply, at time: Double) -> ProbeAnswer? {
    guard let outstanding, reply.id == outstanding.id || reply.id == nil else { return nil }
    self.outstanding = nil
    residentBytes = reply.residentBytes
    let place = pending.firstIndex { $0.question.language == outstanding.language }
    if let place { pending[place].engineSeconds += reply.seconds }
    guard reply.error == nil, let sentences = reply.sentences,
      sentences.count == outstanding.keys.count,
      zip(sentences, outstanding.keys).allSatisfy({
        $0.tags.count == $1.words.count && $0.scores.count == $1.words.count
      })
    else {
      // About a question that nobody asks any more nothing needs to be said.
      return place.flatMap {
        give(up: reply.error ?? "The engine's answer does not fit the question.", $0, at: time)
      }
    }
    for (key, sentence) in zip(outstanding.keys, sentences) {
      known[key] = TaggedSentence(
        words: key.words.map(String.init), labels: sentence.tags, scores: sentence.scores)
    }
    return place.flatMap { answer($0, at: time) }
  }

  /// Forgets the request that was under way, for the engine is gone; it will be asked for again.
  package mutating func loseEngine() { outstanding = nil }

  /// Answers the questions that there are with the reason why there is no answer.
  package mutating func give(up problem: String, at time: Double) -> [ProbeAnswer] {
    pending.indices.reversed().compactMap { give(up: problem, $0, at: time) }
  }

  private mutating func give(up problem: String, _ place: Int, at time: Double) -> ProbeAnswer? {
    var answer = answer(place, at: time)
    // One that is complete has been taken out already.
    if answer?.isComplete == false { pending.remove(at: place) }
    answer?.problem = problem
    return answer
  }

  /// What a question asks and is not known yet, the sentence that is wanted first at the front.
  private func missing(of one: Pending) -> [Key] {
    var seen: Set<Key> = []
    let count = one.question.sentences.count
    let first = min(max(one.question.first, 0), max(count - 1, 0))
    let order = count == 0 ? [] : [first] + (0..<count).filter { $0 != first }
    return order.map { one.key(one.question.sentences[$0]) }
      .filter { known[$0] == nil && seen.insert($0).inserted }
  }

  private mutating func answer(_ place: Int, at time: Double) -> ProbeAnswer? {
    let one = pending[place]
    let answer = ProbeAnswer(
      question: one.question, sentences: one.question.sentences.map { known[one.key($0)] },
      seconds: time - one.askedAt, engineSeconds: one.engineSeconds, residentBytes: residentBytes)
    if answer.isComplete { pending.remove(at: place) }
    return answer
  }
}
