import Encoders
import Foundation
import RunFolders
import NamedEntities
import RunFolders
import Tensors
import Testing
import Tokenization

@testable import Laboratory

@Suite struct EvaluationTests {
  private struct Parts {
    var model: TokenClassifier
    var parameters: Parameters
    var tokenizer: any Tokenizer
  }

  /// The tiny world's encoder with a random head.
  private func parts(_ world: TinyWorld) throws -> Parts {
    let directory = try ModelDirectory(path: world.folder.appending(path: "encoder").path)
    let head = TaggingHead(tagCount: 7, hiddenSize: directory.configuration.hiddenSize)
    let fresh = head.freshParameters(deviation: 1, generator: TensorGenerator(seed: 5))
    return Parts(
      model: TokenClassifier(encoder: Encoder(directory.configuration), head: head),
      parameters: try directory.encoderParameters().merging(fresh) { $1 },
      tokenizer: try Tokenizers.open(directory: directory.path))
  }

  private func encoded(
    _ parts: Parts, _ text: String, _ maximum: Int, _ reading: EncodedSentence.Reading
  ) -> EncodedSentence {
    let words = text.split(separator: " ").map(String.init)
    return EncodedSentence(
      words: words, tagIDs: words.map { _ in 0 }, tokenizer: parts.tokenizer,
      maximumSubwords: maximum, reading: reading)
  }

  private static let long = "Ada met Bo in Rome by bus . Cy met Di in Oslo by train ."

  @Test func `each window's words have the tags that the window alone gives`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let parts = try parts(world)
    let sentence = encoded(parts, Self.long, 16, .windows(overlap: 4))
    #expect(sentence.windows.count > 2)
    let choices = try parts.model.choices(parts.parameters, [sentence], batchSize: 2) { _ in }[0]
    for (number, window) in sentence.windows.enumerated() {
      let input = PaddedInput(SubwordBatch([window]), paddingID: 0)
      let scores = withoutGradients { parts.model.logits(parts.parameters, input).softmax() }
      for (word, place) in sentence.places.enumerated() {
        guard let place, place.window == number else { continue }
        let row = scores.doubles[place.position * 7..<(place.position + 1) * 7]
        let best = row.max() ?? 0
        #expect(row.firstIndex(of: best).map { $0 - row.startIndex } == choices[word].tag)
        #expect(abs(Double(choices[word].probability ?? 0) - best) < 1e-6)
      }
    }
  }

  @Test func `long sentences beside them change nothing for those that fit`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let parts = try parts(world)
    let short = ["Ada met Bo", "Rome .", "Cy", "met by Di", "Oslo by bus"].map {
      encoded(parts, $0, 16, .windows(overlap: 4))
    }
    let long = encoded(parts, Self.long, 16, .windows(overlap: 4))
    for size in [1, 2, 3] {
      let alone = try parts.model.choices(parts.parameters, short, batchSize: size) { _ in }
      // The first window of a long one is as long as rows get and comes behind all that fit.
      let together = try parts.model.choices(
        parts.parameters, short + Array(repeating: long, count: size), batchSize: size
      ) { _ in }
      #expect(
        Array(together.prefix(short.count).map { $0.map(\.tag) }) == alone.map { $0.map(\.tag) })
      if short.count.isMultiple(of: size) {
        #expect(Array(together.prefix(short.count)) == alone, "to the bit")
      }
    }
  }

  @Test func `words that are not read are O without a probability`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let parts = try parts(world)
    let cut = encoded(parts, Self.long, 8, .cut)
    let controls = encoded(parts, "Ada \u{1} Bo", 8, .cut)
    let choices = try parts.model.choices(
      parts.parameters, [cut, controls], batchSize: 2, outside: 6
    ) { _ in }
    #expect(choices[0].last == TagChoice(tag: 6, probability: nil))
    #expect(choices[1].map { $0.probability == nil } == [false, true, false])
    #expect(choices[1][1].tag == 6)
  }

  @Test func `windows are told one by one, and every sentence has its tags`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let parts = try parts(world)
    let sentences = [Self.long, "Ada", Self.long].map {
      encoded(parts, $0, 16, .windows(overlap: 4))
    }
    var told: [Int] = []
    let tags = try parts.model.predictions(parts.parameters, sentences, batchSize: 2) {
      told.append($0)
    }
    let count = sentences.reduce(0) { $0 + $1.windows.count }
    #expect(told.last == count && told == told.sorted())
    #expect(tags.map(\.count) == [16, 1, 16])
    #expect(tags[0] == tags[2])
  }

  @Test(arguments: ["window", "cut"])
  func `a run reads long sentences as its setting says, and counts those it cuts`(
    choice: String
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let events = try world.run(
      world.experiment([
        "priming.method": "none", "data.maximumSubwords": "10", "data.longSentences": choice,
        "data.windowOverlap": "3",
      ]))
    let cut = events.evaluations.map(\.cutSentenceCount)
    #expect(cut == (choice == "cut" ? [8, 8] : [0, 0]))
    let logs = events.compactMap { event -> (LogLevel, String)? in
      if case .log(let level, let text) = event { (level, text) } else { nil }
    }
    let training = logs.filter { $0.1.contains("cc/train lost words") }
    #expect(training.map(\.0) == [.warning], "training cuts either way")
    let test = logs.filter { $0.1.contains("cc/test") }
    #expect(test.map(\.0) == [choice == "cut" ? .warning : .info])
    #expect(test.allSatisfy { $0.1.contains("8 of 8 sentences") })
  }
}
