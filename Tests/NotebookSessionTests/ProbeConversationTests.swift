import RunFolders
import LabNotebook
import NamedEntities
import NotebookScreens
import NotebookSession
import RunFolders
import Testing

/// What is said to an engine, with the test as the engine.
@Suite struct ProbeConversationTests {
  private func question(
    _ number: Int, _ lines: [String], first: Int = 0, language: String = "nl"
  ) -> ProbeQuestion {
    ProbeQuestion(
      number: number, run: 1, language: language, sentences: ProbeSentence.sentences(of: lines),
      first: first)
  }

  private func reply(_ request: ProbeRequest) -> ProbeReply {
    let sentences = request.sentences.map { words in
      ProbeReply.Sentence(
        TaggedSentence(
          words: words, labels: words.map { $0 == "Ada" ? "B-PER" : "O" },
          scores: words.map { _ in 0.9 }))
    }
    return ProbeReply(id: request.id, sentences: sentences, seconds: 0.01, residentBytes: 5)
  }

  private func next(_ talk: inout ProbeConversation) throws -> ProbeRequest {
    let request = talk.nextRequest()
    return try #require(request)
  }

  private func taken(
    _ talk: inout ProbeConversation, _ reply: ProbeReply, at time: Double
  ) throws -> ProbeAnswer {
    let answer = talk.take(reply, at: time)
    return try #require(answer)
  }

  private func taken(
    _ talk: inout ProbeConversation, _ question: ProbeQuestion, at time: Double
  ) throws -> ProbeAnswer {
    let answer = talk.take(question, at: time)
    return try #require(answer)
  }

  private func expectNothing(
    _ talk: inout ProbeConversation, _ question: ProbeQuestion, at time: Double
  ) {
    let answer = talk.take(question, at: time)
    #expect(answer == nil)
  }

  private func expectNothing(
    _ talk: inout ProbeConversation, _ reply: ProbeReply, at time: Double
  ) {
    let answer = talk.take(reply, at: time)
    #expect(answer == nil)
  }

  /// Nothing is to be sent now.
  private func expectIdle(_ talk: inout ProbeConversation) {
    let request = talk.nextRequest()
    #expect(request == nil)
  }

  @Test func `one request at a time, and then the newest question only`() throws {
    var talk = ProbeConversation()
    expectNothing(&talk, question(1, ["A"]), at: 0)
    let first = try next(&talk)
    #expect(first.sentences == [["A"]])
    expectNothing(&talk, question(2, ["Ad"]), at: 0.1)
    expectNothing(&talk, question(3, ["Ada"]), at: 0.2)
    expectIdle(&talk)
    // Its answer is about a text that nobody asks about any more.
    let partial = try taken(&talk, reply(first), at: 0.3)
    #expect(partial.question.number == 3 && !partial.isComplete)
    let second = try next(&talk)
    #expect(second.sentences == [["Ada"]], "the one between was never asked")
    let answer = try taken(&talk, reply(second), at: 0.5)
    #expect(answer.isComplete && answer.sentences[0]?.tags == ["B-PER"])
    #expect(abs(answer.seconds - 0.3) < 1e-9 && answer.residentBytes == 5)
    #expect(!talk.isWaiting)
  }

  @Test func `no sentence is asked twice, in one language`() throws {
    var talk = ProbeConversation()
    _ = talk.take(question(1, ["Ada", "Bo", "Ada"]), at: 0)
    let request = try next(&talk)
    #expect(request.sentences == [["Ada"]], "what is typed is asked alone")
    _ = talk.take(reply(request), at: 0)
    let rest = try next(&talk)
    #expect(rest.sentences == [["Bo"]])
    _ = talk.take(reply(rest), at: 0)
    let known = try taken(&talk, question(2, ["Bo", "Ada"]), at: 1)
    #expect(known.isComplete && known.sentences.map { $0?.tags } == [["O"], ["B-PER"]])
    expectIdle(&talk)
    expectNothing(&talk, question(3, ["Ada"], language: "hi"), at: 1)
    #expect(try next(&talk).language == "hi")
  }

  @Test func `two languages are asked in turn, each to its end, a newer question ends both`() throws
  {
    var talk = ProbeConversation()
    let lines = (0..<20).map { "w\($0)" }
    expectNothing(&talk, question(1, lines, language: "hi"), at: 0)
    expectNothing(&talk, question(1, lines, language: "af"), at: 0)
    var asked: [String] = []
    var complete: [String] = []
    while let request = talk.nextRequest() {
      asked.append("\(request.language) \(request.sentences.count)")
      let answer = try taken(&talk, reply(request), at: 1)
      #expect(answer.question.language == request.language)
      if answer.isComplete { complete.append(request.language) }
    }
    #expect(asked == ["hi 1", "af 1", "hi 16", "af 16", "hi 3", "af 3"])
    #expect(complete == ["hi", "af"] && !talk.isWaiting)
    expectNothing(&talk, question(2, ["Ada"], language: "hi"), at: 2)
    expectNothing(&talk, question(2, ["Ada"], language: "af"), at: 2)
    expectNothing(&talk, question(3, ["Bo"], language: "hi"), at: 2)
    #expect(try next(&talk).sentences == [["Bo"]], "what was asked before is not asked any more")
    let given = talk.give(up: "gone", at: 3)
    #expect(given.map(\.question.number) == [3] && given.first?.problem == "gone")
    expectNothing(&talk, question(4, ["Cy"], language: "hi"), at: 2)
    expectNothing(&talk, question(4, ["Cy"], language: "af"), at: 2)
    #expect(Set(talk.give(up: "gone", at: 3).map(\.question.language)) == ["hi", "af"])
  }

  @Test func `a long text is asked in pieces, the sentence of the cursor first`() throws {
    var talk = ProbeConversation()
    let lines = (0..<40).map { "w\($0) w w" }
    _ = talk.take(question(1, lines, first: 30), at: 0)
    var sizes: [Int] = []
    var last: ProbeAnswer?
    while let request = talk.nextRequest() {
      if sizes.isEmpty { #expect(request.sentences == [["w30", "w", "w"]]) }
      sizes.append(request.sentences.count)
      last = talk.take(reply(request), at: 1)
      if sizes.count == 1 { #expect(last?.sentences[30] != nil && last?.sentences[0] == nil) }
    }
    #expect(sizes == [1, 16, 16, 7])
    #expect(last?.isComplete == true)
  }

  @Test func `what is wrong with a question is its answer`() throws {
    var talk = ProbeConversation()
    _ = talk.take(question(1, ["Ada"]), at: 0)
    let request = try next(&talk)
    let error = ProbeReply(id: request.id, error: "not tuned", seconds: 0, residentBytes: 0)
    #expect(try taken(&talk, error, at: 0).problem == "not tuned")
    expectIdle(&talk)
    #expect(!talk.isWaiting)
    // An answer that does not fit is none.
    _ = talk.take(question(2, ["Bo"]), at: 0)
    let second = try next(&talk)
    var strange = reply(second)
    strange.sentences = []
    #expect(try taken(&talk, strange, at: 0).problem?.contains("does not fit") == true)
  }

  @Test func `what a lost engine was asked is asked of the next one`() throws {
    var talk = ProbeConversation()
    _ = talk.take(question(1, ["Ada"]), at: 0)
    let request = try next(&talk)
    talk.loseEngine()
    #expect(talk.isWaiting)
    let again = try next(&talk)
    #expect(again.sentences == request.sentences && again.id != request.id)
    expectNothing(&talk, reply(request), at: 0)
    #expect(try taken(&talk, reply(again), at: 0).isComplete == true)
  }
}
